/* SPDX-License-Identifier: BSD-2-Clause */
/* Variables of bash that were assigned so far (Bash Reference Manual, section 3.4). */
#include "import/shell_values.h"

#include <string.h>

#define LETTERS "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_"
#define DIGITS "0123456789"

struct shell_value *shell_find(const struct shell *sh, const char *name, uint64_t index)
{
	for (struct shell_value *v = sh->values; v; v = v->next)
		if (v->index == index && !v->paired && streq(v->name, name))
			return v;
	return NULL;
}

size_t name_length(const char *s)
{
	return strchr(DIGITS, *s) ? 0 : strspn(s, LETTERS DIGITS);
}
