/* SPDX-License-Identifier: BSD-2-Clause */
/* Numbers and text become parts of lines that U-Boot's shells read as one word each. */
#include "emit/script.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void script_line(struct text *out, unsigned depth, const char *fmt, ...)
{
	char *s;
	va_list ap;

	va_start(ap, fmt);
	if (vasprintf(&s, fmt, ap) < 0)
		arena_exhausted(out->arena);
	va_end(ap);
	text_add(out, "%.*s%s\n", (int)depth, "\t\t\t\t\t\t\t\t", s);
	free(s);
}

const char *script_hex(const struct plan *p, uint64_t n)
{
	return arena_printf(p->arena, "0x%" PRIx64, n);
}

const char *script_comment(const struct plan *p, const char *s)
{
	char *copy = arena_printf(p->arena, "%s", s);

	for (char *c = copy; *c; c++)
		if ((unsigned char)*c < ' ')
			*c = '?';
	return copy;
}

/* Text for between double quotes. U-Boot's old shell lets a ' there begin a quotation of
 * its own (U-Boot common/cli_hush.c), so that sign is dropped like those that mean
 * something to any shell. */
const char *script_quoted(const struct plan *p, const char *s)
{
	char *copy = arena_printf(p->arena, "%s", s), *to = copy;

	for (const char *c = copy; *c; c++)
		if (!strchr("'\"$`\\", *c))
			*to++ = *c;
	*to = '\0';
	return copy;
}

/* Adds commands that save a variable and set it. What is saved of a variable that is not
 * set stays empty, and so the variable is deleted again. */
static void save_and_set(const char *variable, const char *saved, unsigned n, struct text *out)
{
	if (!n)
		return;
	script_line(out, 0, "setenv %s ${%s}", saved, variable);
	script_line(out, 0, "setenv %s %u", variable, n);
}

static void set_back(const char *variable, const char *saved, unsigned n, unsigned depth,
		     struct text *out)
{
	if (!n)
		return;
	script_line(out, depth, "setenv %s ${%s}", variable, saved);
	script_line(out, depth, "setenv %s", saved);
}

void script_set_tftp(const struct plan *p, struct text *out)
{
	if (p->tftp_window || p->tftp_block)
		script_line(out, 0, "\n# How TFTP sends, until all is loaded (RFC 7440, RFC 2348).");
	save_and_set(TFTP_WINDOW, "xd_window", p->tftp_window, out);
	save_and_set("tftpblocksize", "xd_block", p->tftp_block, out);
}

void script_reset_tftp(const struct plan *p, unsigned depth, struct text *out)
{
	set_back(TFTP_WINDOW, "xd_window", p->tftp_window, depth, out);
	set_back("tftpblocksize", "xd_block", p->tftp_block, depth, out);
}

const char *script_tries(const struct plan *p)
{
	struct text t = { .arena = p->arena };

	for (unsigned i = 1; i <= p->tries; i++)
		text_add(&t, "%s%u", i > 1 ? " " : "", i);
	return t.data;
}
