/* SPDX-License-Identifier: BSD-2-Clause */
/* Findings become lines for people: place, excerpt, caret, notes, help. */
#include <string.h>

#include "base/text.h"
#include "base/utf8.h"
#include "diag/report.h"

enum paint { PLAIN, BOLD, RED, MAGENTA, CYAN, GREEN };

static const char *const escapes[] = {
	[PLAIN] = "\033[0m", [BOLD] = "\033[1m", [RED] = "\033[1;31m",
	[MAGENTA] = "\033[1;35m", [CYAN] = "\033[1;36m", [GREEN] = "\033[1;32m",
};

struct printer {
	struct arena *arena;
	FILE *f;
	bool color;
};

static void paint(const struct printer *p, enum paint color)
{
	if (p->color)
		fputs(escapes[color], p->f);
}

/* Length of the character at s, which may be broken, and of which no more than len bytes are
 * looked at. */
static size_t character_length(const char *s, size_t len)
{
	const char *next = s;

	utf8_next(&next);
	return (size_t)(next - s) < len ? (size_t)(next - s) : len;
}

/* What must not reach a terminal becomes one other character, so that the caret below stands
 * where it should. */
static void print_safely(FILE *f, const char *s, size_t len)
{
	while (len > 0) {
		size_t n = character_length(s, len);
		const char *next = s;
		uint32_t c = utf8_next(&next);

		if (c == '\t' || (c == UTF8_BROKEN && n == 1) || utf8_is_control(c) ||
		    utf8_is_command(s))
			fputc(c == '\t' ? ' ' : '?', f);
		else
			fwrite(s, 1, n, f);
		s += n;
		len -= n;
	}
}

static size_t characters(const char *s, size_t len)
{
	size_t n = 0;

	for (; len > 0; n++) {
		size_t step = character_length(s, len);

		s += step;
		len -= step;
	}
	return n;
}

#define EXCERPT_MAX 100

/* The part of a line that is shown: all of it, or as much as fits around the place. */
struct excerpt {
	const char *line;
	size_t from, to;	/* bytes of the line */
};

static bool is_inside_character(const char *line, size_t at)
{
	return ((unsigned char)line[at] & 0xc0) == 0x80;
}

static struct excerpt cut(const char *line, size_t len, size_t start)
{
	struct excerpt e = { line, 0, len };

	if (len <= EXCERPT_MAX)
		return e;
	if (start > EXCERPT_MAX / 2)
		e.from = start - EXCERPT_MAX / 2;
	if (e.to > e.from + EXCERPT_MAX)
		e.to = e.from + EXCERPT_MAX;
	while (e.from > 0 && is_inside_character(line, e.from))
		e.from--;
	while (e.to < len && is_inside_character(line, e.to))
		e.to++;
	return e;
}

static void print_caret(const struct printer *p, const struct excerpt *e, size_t start,
			size_t width)
{
	size_t indent = characters(e->line + e->from, start - e->from);

	if (width > e->to - start)
		width = e->to - start;
	width = characters(e->line + start, width);
	fprintf(p->f, "      | %*s", (int)(indent + (e->from ? 3 : 0)), "");
	paint(p, GREEN);
	fputc('^', p->f);
	for (size_t i = 1; i < width; i++)
		fputc('~', p->f);
	paint(p, PLAIN);
	fputc('\n', p->f);
}

static void print_excerpt(const struct printer *p, struct loc at)
{
	struct position pos = loc_position(at);
	struct excerpt e;
	const char *line;
	size_t len, start;

	if (!at.src || !at.src->text || pos.line > at.src->line_count)
		return;
	line = at.src->text + at.src->lines[pos.line - 1];
	len = source_line_length(at.src, pos.line - 1);
	start = (size_t)(at.src->text + at.at - line);
	if (start > len)
		start = len;
	e = cut(line, len, start);
	fprintf(p->f, "%5zu | %s", pos.line, e.from ? "..." : "");
	print_safely(p->f, line + e.from, e.to - e.from);
	fputs(e.to < len ? "...\n" : "\n", p->f);
	print_caret(p, &e, start, at.len);
}

static void print_place(const struct printer *p, struct loc at)
{
	struct position pos = loc_position(at);

	paint(p, BOLD);
	if (!at.src)
		fputs("xendtc: ", p->f);
	else if (!at.src->text)
		fprintf(p->f, "%s: ", utf8_shown_first(p->arena, at.src->name));
	else
		fprintf(p->f, "%s:%zu:%zu: ", utf8_shown_first(p->arena, at.src->name), pos.line,
			pos.column);
	paint(p, PLAIN);
}

static void print_one(const struct printer *p, const struct diag *g)
{
	print_place(p, g->at);
	paint(p, g->severity == ERROR ? RED : MAGENTA);
	fprintf(p->f, "%s[%s]", g->severity == ERROR ? "error" : "warning",
		diag_info[g->code].name);
	paint(p, PLAIN);
	fprintf(p->f, ": %s\n", utf8_shown(p->arena, g->text));
	print_excerpt(p, g->at);
	for (const struct diag_note *n = g->notes; n; n = n->next) {
		print_place(p, n->at);
		paint(p, CYAN);
		fputs("note", p->f);
		paint(p, PLAIN);
		fprintf(p->f, ": %s\n", utf8_shown(p->arena, n->text));
		print_excerpt(p, n->at);
	}
	for (const struct diag_note *n = g->helps; n; n = n->next) {
		paint(p, CYAN);
		fputs("      = help", p->f);
		paint(p, PLAIN);
		fprintf(p->f, ": %s\n", utf8_shown(p->arena, n->text));
	}
}

/* Whether both mark the same words of one text. */
static bool mark_alike(struct loc a, struct loc b)
{
	return a.src && a.src->text && a.src == b.src && a.len == b.len &&
	       (a.at == b.at ||
		memcmp(a.src->text + a.at, b.src->text + b.at, a.len) == 0);
}

static bool help_alike(const struct diag_note *a, const struct diag_note *b)
{
	for (; a && b && streq(a->text, b->text); a = a->next)
		b = b->next;
	return !a && !b;
}

/* Whether both are one mistake that was made twice: the same words, and the same to be said
 * of them. */
static bool is_alike(const struct diag *g, const struct diag *other)
{
	return g->code == other->code && g->severity == other->severity && !g->notes &&
	       !other->notes && mark_alike(g->at, other->at) && streq(g->text, other->text) &&
	       help_alike(g->helps, other->helps);
}

#define LINES_MAX 8

/* A mistake that was made in many places is shown in the first one. */
static void print_lines(const struct printer *p, const struct diag *g)
{
	size_t n = 0, all = 0;

	for (const struct diag *o = g->next; o; o = o->next)
		all += is_alike(g, o);
	for (const struct diag *o = g->next; o; o = o->next) {
		if (!is_alike(g, o) || n++ >= LINES_MAX)
			continue;
		if (n == 1) {
			paint(p, CYAN);
			fputs(all > 1 ? "      = also at lines" : "      = also at line", p->f);
			paint(p, PLAIN);
		}
		fprintf(p->f, "%s %zu", n == 1 ? "" : ",", loc_position(o->at).line);
	}
	if (n > LINES_MAX)
		fprintf(p->f, " and at %zu more", n - LINES_MAX);
	fputs(n ? "\n" : "", p->f);
}

/* What a person can read. Errors go before warnings: with a hundred of them, no warning is
 * shown. */
#define FINDINGS_MAX 100u

struct shown {				/* what was printed so far */
	const struct diag *first[FINDINGS_MAX];
	size_t n;
};

static bool was_shown(const struct shown *s, const struct diag *g)
{
	for (size_t i = 0; i < s->n; i++)
		if (is_alike(s->first[i], g))
			return true;
	return false;
}

static void show(const struct printer *p, struct shown *s, const struct diag *g)
{
	if (was_shown(s, g))
		return;
	print_one(p, g);
	print_lines(p, g);
	s->first[s->n++] = g;
}

void text_add_findings(struct report *r, const struct diags *d, const char *name)
{
	const struct printer p = { d->arena, r->f, r->color };
	unsigned errors = 0, warnings = 0, room;
	struct shown shown = { .n = 0 };

	(void)name;
	room = d->errors < FINDINGS_MAX ? FINDINGS_MAX - d->errors : 0;
	for (const struct diag *g = d->first; g; g = g->next)
		if (g->severity == WARNING ? warnings++ < room : errors++ < FINDINGS_MAX)
			show(&p, &shown, g);
	errors = errors > FINDINGS_MAX ? errors - FINDINGS_MAX : 0;
	warnings = warnings > room ? warnings - room : 0;
	if (errors || warnings)
		fprintf(p.f, "and %u more errors and %u more warnings; --format json has "
			"them all\n", errors, warnings);
}

static void count(FILE *f, unsigned n, const char *what, const char *more)
{
	fprintf(f, "%u %s%s%s", n, what, n == 1 ? "" : "s", more);
}

void text_end(struct report *r)
{
	bool both = r->errors && r->warnings;

	if (r->quiet)
		return;
	if (!r->errors && !r->warnings) {
		fputs(r->praise ? "All checks passed.\n" : "", r->f);
		return;
	}
	if (r->errors)
		count(r->f, r->errors, "error", both ? ", " : " in ");
	if (r->warnings)
		count(r->f, r->warnings, "warning", " in ");
	count(r->f, r->files, "file", "; ");
	if (r->fixes)
		fprintf(r->f, "xendtc check --fix mends %u; ", r->fixes);
	fprintf(r->f, "xendtc explain %s says more\n", diag_info[r->first].name);
}
