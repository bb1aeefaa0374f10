/* SPDX-License-Identifier: BSD-2-Clause */
/* The text of Xen's .config becomes answers. */
#include "xen/config.h"

#include <string.h>

const char *config_value(const struct host *h, const char *name)
{
	const char *text = h->xen->config_text;
	const char *line =
		text ? strstr(text, arena_printf(h->arena, "\nCONFIG_%s=", name)) : NULL;
	const char *value = line ? strchr(line, '=') + 1 : NULL;

	return value ? arena_copy(h->arena, value, strcspn(value, "\n")) : NULL;
}

bool config_lacks(const struct host *h, const char *name)
{
	return h->xen->config_text && !config_value(h, name);
}
