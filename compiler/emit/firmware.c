/* SPDX-License-Identifier: BSD-2-Clause */
/* The plan becomes config.txt for the board's firmware, and xen.cfg for Xen under
 * UEFI. */
#include "emit/emit.h"

void emit_config_txt(const struct plan *p, struct text *out)
{
	text_add(out, "# Made by xendtc %s for %s.\n", p->version, p->board_name);
	text_add(out, "# What U-Boot and Xen need; your own settings can follow.\n");
	text_add(out, "# The card must not have extlinux/extlinux.conf: U-Boot prefers it to boot.scr.\n");
	for (const char *const *line = p->firmware_lines; line && *line; line++)
		text_add(out, "%s\n", *line);
}

/* The device tree is all that Xen needs to be told of: it names the other files and
 * the command lines, as it does when U-Boot starts Xen (Xen docs/misc/efi.pandoc). */
void emit_xen_cfg(const struct plan *p, struct text *out)
{
	text_add(out, "# Made by xendtc %s from %s: Xen reads it when it is started by UEFI "
		 "firmware.\n", p->version, p->system_name);
	text_add(out, "[global]\ndefault=xen\n\n[xen]\ndtb=%s\n", p->tree_name);
}
