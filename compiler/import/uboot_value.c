/* SPDX-License-Identifier: BSD-2-Clause */
/* The values of `fdt set` become the bytes of a property (U-Boot cmd/fdt.c,
 * fdt_parse_prop()). */
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "import/uboot.h"

/* Adds cells, <1 0x10>, from words[*i] on: 32-bit numbers as C has them. false: there is
 * another word. */
static bool add_cells(const struct uboot_command *c, size_t *i, struct text *out)
{
	const char *s = c->words[*i] + 1;

	while (*s != '>') {
		unsigned char cell[4];
		size_t len;
		uint64_t n;

		s += strspn(s, " \t,");
		if (!*s && ++*i < c->n) {
			s = c->words[*i];
			continue;
		}
		len = strcspn(s, " \t>");
		if (*s == '>')
			break;
		if (!len || !uboot_number(arena_copy(out->arena, s, len), 0, &n))
			return false;
		for (int k = 4; k-- > 0; n >>= 8)
			cell[k] = (unsigned char)n;
		text_bytes(out, cell, 4);
		s += len;
	}
	return true;
}

/* Adds bytes, [00 11 2233]. */
static bool add_bytes(const struct uboot_command *c, size_t *i, struct text *out)
{
	const char *s = c->words[*i] + 1;

	for (;;) {
		unsigned char byte;
		char *end;

		s += strspn(s, " \t");
		if (!*s && ++*i < c->n) {
			s = c->words[*i];
			continue;
		}
		if (*s == ']')
			return true;
		byte = (unsigned char)strtoul(s, &end, 16);
		if (end == s)
			return false;
		text_bytes(out, &byte, 1);
		s = end;
	}
}

bool uboot_add_value(struct uboot *u, const struct uboot_command *c, struct text *out)
{
	for (size_t i = 4; i < c->n; i++) {
		const char *word = c->words[i];

		if (*word == '<') {
			if (!add_cells(c, &i, out))
				return false;
		} else if (*word == '[') {
			if (!add_bytes(c, &i, out))
				return false;
		} else {
			if (uboot_unknown(word))
				diag(u->diags, W1055, c->at[i],
				     "a part of '%s' is known to the board alone",
				     uboot_show(u, word));
			word = uboot_show(u, word);
			text_bytes(out, word, strlen(word) + 1);
		}
	}
	return true;
}
