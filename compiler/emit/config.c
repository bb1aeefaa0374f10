/* SPDX-License-Identifier: BSD-2-Clause */
/* The board's firmware settings become config.txt. */
#include "emit/emit.h"

void emit_config(const struct plan *p, struct text *out)
{
	text_add(out, "# Made by xendtc %s for %s.\n", p->version, p->board_name);
	text_add(out, "# What U-Boot and Xen need; your own settings can follow.\n");
	for (const char *const *line = p->config_lines; line && *line; line++)
		text_add(out, "%s\n", *line);
}
