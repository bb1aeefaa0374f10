/* SPDX-License-Identifier: BSD-2-Clause */
/* Findings become lines for people: place, excerpt, caret, notes, help. */
#include <string.h>

#include "diag/diag.h"

enum paint { PLAIN, BOLD, RED, MAGENTA, CYAN, GREEN };

static const char *const escapes[] = {
	[PLAIN] = "\033[0m", [BOLD] = "\033[1m", [RED] = "\033[1;31m",
	[MAGENTA] = "\033[1;35m", [CYAN] = "\033[1;36m", [GREEN] = "\033[1;32m",
};

struct printer {
	FILE *f;
	bool color;
};

static void paint(const struct printer *p, enum paint color)
{
	if (p->color)
		fputs(escapes[color], p->f);
}

static size_t line_length(const char *line)
{
	return strcspn(line, "\r\n");
}

/* Control characters must not reach a terminal; a tab becomes one space, so that the
 * caret below stands where it should. */
static void print_safely(FILE *f, const char *s, size_t len)
{
	for (size_t i = 0; i < len; i++)
		fputc((unsigned char)s[i] < ' ' || s[i] == 0x7f ? ' ' : s[i], f);
}

static size_t characters(const char *s, size_t len)
{
	size_t n = 0;

	for (size_t i = 0; i < len; i++)
		n += ((unsigned char)s[i] & 0xc0) != 0x80;
	return n;
}

static void print_caret(const struct printer *p, struct loc at, const char *line, size_t len)
{
	size_t start = (size_t)(at.src->text + at.at - line);
	size_t width = at.len;

	if (start > len)
		start = len;
	if (width > len - start)
		width = len - start;
	width = characters(line + start, width);
	fprintf(p->f, "      | %*s", (int)characters(line, start), "");
	paint(p, GREEN);
	fputc('^', p->f);
	for (size_t i = 1; i < width; i++)
		fputc('~', p->f);
	paint(p, PLAIN);
	fputc('\n', p->f);
}

#define EXCERPT_MAX 160

static void print_excerpt(const struct printer *p, struct loc at)
{
	struct position pos = loc_position(at);
	const char *line;
	size_t len;

	if (!at.src || !at.src->text || pos.line > at.src->line_count)
		return;
	line = at.src->text + at.src->lines[pos.line - 1];
	len = line_length(line);
	if (len > EXCERPT_MAX)
		return;
	fprintf(p->f, "%5zu | ", pos.line);
	print_safely(p->f, line, len);
	fputc('\n', p->f);
	print_caret(p, at, line, len);
}

static void print_place(const struct printer *p, struct loc at)
{
	struct position pos = loc_position(at);

	paint(p, BOLD);
	if (!at.src)
		fputs("xendtc: ", p->f);
	else if (!at.src->text)
		fprintf(p->f, "%s: ", at.src->name);
	else
		fprintf(p->f, "%s:%zu:%zu: ", at.src->name, pos.line, pos.column);
	paint(p, PLAIN);
}

static void print_one(const struct printer *p, const struct diag *g)
{
	print_place(p, g->at);
	paint(p, g->severity == ERROR ? RED : MAGENTA);
	fprintf(p->f, "%s[%s]", g->severity == ERROR ? "error" : "warning",
		diag_info[g->code].name);
	paint(p, PLAIN);
	fprintf(p->f, ": %s\n", g->text);
	print_excerpt(p, g->at);
	for (const struct diag_note *n = g->notes; n; n = n->next) {
		print_place(p, n->at);
		paint(p, CYAN);
		fputs("note", p->f);
		paint(p, PLAIN);
		fprintf(p->f, ": %s\n", n->text);
		print_excerpt(p, n->at);
	}
	for (const struct diag_note *n = g->helps; n; n = n->next) {
		paint(p, CYAN);
		fputs("      = help", p->f);
		paint(p, PLAIN);
		fprintf(p->f, ": %s\n", n->text);
	}
}

void diags_print_text(const struct diags *d, FILE *f, bool color)
{
	struct printer p = { f, color };

	for (const struct diag *g = d->first; g; g = g->next)
		print_one(&p, g);
}
