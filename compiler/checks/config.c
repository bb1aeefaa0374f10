/* SPDX-License-Identifier: BSD-2-Clause */
/* The text of Xen's .config becomes answers. */
#include "checks/config.h"

#include <string.h>

const char *config_value(const struct job *j, const char *name)
{
	const char *text = j->system->xen->config_text;
	const char *line =
		text ? strstr(text, arena_printf(j->arena, "\nCONFIG_%s=", name)) : NULL;
	const char *value = line ? strchr(line, '=') + 1 : NULL;

	return value ? arena_copy(j->arena, value, strcspn(value, "\n")) : NULL;
}

bool config_lacks(const struct job *j, const char *name)
{
	return j->system->xen->config_text && !config_value(j, name);
}
