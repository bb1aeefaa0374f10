/* SPDX-License-Identifier: BSD-2-Clause */
/* Comments `# xendtc: allow CODE reason` become stretches of a text where a warning is no
 * news. */
#include "diag/allow.h"

#include <string.h>

#include "base/list.h"
#include "base/text.h"
#include "diag/fix.h"

#define MARK "# xendtc: allow"

/* A line without its end. */
struct span {
	const char *text;
	size_t len;
};

static struct span line_span(const struct source *src, size_t line)
{
	struct span s = { src->text + src->lines[line], source_line_length(src, line) };

	return s;
}

static size_t indent_of(struct span s)
{
	size_t n = 0;

	while (n < s.len && s.text[n] == ' ')
		n++;
	return n;
}

/* Blank, or a comment. */
static bool says_nothing(struct span s)
{
	size_t n = indent_of(s);

	return n == s.len || s.text[n] == '#';
}

/* Whether the first n bytes of a line leave a quote open: what looks like a comment behind
 * them is then part of a value. */
static bool in_quotes(struct span s, size_t n)
{
	char open = 0;

	for (size_t i = 0; i < n; i++) {
		if (open == '"' && s.text[i] == '\\')
			i++;
		else if (open ? s.text[i] == open : (s.text[i] == '"' || s.text[i] == '\''))
			open = open ? 0 : s.text[i];
	}
	return open;
}

/* Where the mark begins in a line; s.len if it has none. A comment has a space in front (YAML
 * 1.1, section 6.6). */
static size_t find_mark(struct span s)
{
	size_t len = strlen(MARK);

	for (size_t i = 0; i + len <= s.len; i++)
		if (memcmp(s.text + i, MARK, len) == 0 && (i == 0 || s.text[i - 1] == ' ') &&
		    !in_quotes(s, i))
			return i;
	return s.len;
}

/* The first line from `line` on that is not part of the block which begins at `first`. */
static size_t block_end(const struct source *src, size_t first)
{
	size_t indent = indent_of(line_span(src, first)), end = first + 1;

	for (size_t line = end; line < src->line_count; line++) {
		struct span s = line_span(src, line);

		if (says_nothing(s))
			continue;
		if (indent_of(s) <= indent)
			break;
		end = line + 1;
	}
	return end;
}

static size_t line_start(const struct source *src, size_t line)
{
	return line < src->line_count ? src->lines[line] : src->len + 1;
}

/* Lines that a comment is about. */
struct reach {
	size_t first, end;
};

/* What a comment is about that stands alone on a line. `before` is what the last such comment was
 * about, if it is not behind that; end 0: there was none. */
static struct reach reach_below(const struct source *src, size_t line, struct reach before)
{
	struct reach r = { line, line };

	if (before.end && line < before.first)
		return before;
	while (r.first < src->line_count && says_nothing(line_span(src, r.first)))
		r.first++;
	r.end = r.first < src->line_count ? block_end(src, r.first) : r.first;
	return r;
}

/* Length of a word that could be a code, "W0819"; 0 if it could not. */
static size_t code_length(const char *s, size_t len)
{
	if (len < 5 || !strchr("EWew", *s))
		return 0;
	for (size_t i = 1; i < 5; i++)
		if (s[i] < '0' || s[i] > '9')
			return 0;
	return len > 5 && !strchr(", \t:", s[5]) ? 0 : 5;
}

static void report_code(struct diags *d, struct loc at, const char *name, enum diag_code code)
{
	struct diag *g;

	if (code == DIAG_COUNT)
		g = diag(d, W0116, at, "no diagnostic is called '%s'", name);
	else
		g = diag(d, W0116, at, "%s is an error, and only warnings can be allowed", name);
	diag_help(g, code == DIAG_COUNT ? "write the code that stands in brackets behind 'warning'"
		  : "correct what it is about, and remove the comment");
}

/* Reads one code at byte `at` of the text. */
static void add_allow(struct diags *d, const struct source *src, struct reach r, size_t at)
{
	const char *name = arena_copy(d->arena, src->text + at, 5);
	enum diag_code code = diag_code_of(name);
	struct loc loc = { src, at, 5 };
	struct allow *a, **p;

	if (code == DIAG_COUNT || diag_info[code].severity != WARNING) {
		report_code(d, loc, name, code);
		return;
	}
	a = NEW(d->arena, struct allow);
	a->code = code;
	a->at = loc;
	a->from = line_start(src, r.first);
	a->to = line_start(src, r.end);
	for (p = &d->allows; *p && (*p)->code != code;)
		p = &(*p)->next;
	a->same = *p;
	a->next = *p ? (*p)->next : NULL;
	*p = a;
}

static void report_bare(struct diags *d, struct loc at, const char *lacking)
{
	diag_help(diag(d, W0115, at, "this comment allows something without %s", lacking),
		  "write the code and why it is right here, as in # xendtc: allow W0819 our Xen has "
		  "it");
}

/* *above is what the comment above it is about; see reach_below(). */
static void read_comment(struct diags *d, const struct source *src, size_t line, size_t mark,
			 struct reach *above)
{
	struct span s = line_span(src, line);
	struct reach r = { line, line + 1 };
	size_t at = mark + strlen(MARK), codes = 0, len;
	struct loc loc = { src, src->lines[line] + mark, s.len - mark };

	if (indent_of(s) == mark)
		*above = r = reach_below(src, line, *above);
	for (;;) {
		while (at < s.len && strchr(" \t,:", s.text[at]))
			at++;
		len = code_length(s.text + at, s.len - at);
		if (!len)
			break;
		add_allow(d, src, r, src->lines[line] + at);
		at += len;
		codes++;
	}
	if (!codes)
		report_bare(d, loc, "the code of a warning");
	else if (at == s.len)
		report_bare(d, loc, "a reason");
}

/* Where a comment begins that names us and a code, and is no mark: "# xendtc: ignore W0819",
 * "# Xendtc allow W0819"; s.len if there is none. */
static size_t find_failed_mark(struct span s)
{
	static const char name[] = "xendtc";
	size_t len = strlen(name);

	for (size_t i = 0; i + len < s.len; i++) {
		size_t at = i + 1;

		if (s.text[i] != '#' || (i && s.text[i - 1] != ' '))
			continue;
		while (at < s.len && s.text[at] == ' ')
			at++;
		if (at + len >= s.len || strncasecmp(s.text + at, name, len) != 0 ||
		    !strchr(" :", s.text[at + len]) || in_quotes(s, i))
			continue;
		for (at += len; at + 5 <= s.len; at++)
			if (strchr(" =:,", s.text[at - 1]) && code_length(s.text + at, s.len - at))
				return i;
		break;
	}
	return s.len;
}

static void report_failed_mark(struct diags *d, const struct source *src, size_t line, size_t at)
{
	struct loc loc = { src, src->lines[line] + at, line_span(src, line).len - at };

	diag_help(diag(d, W0115, loc, "this comment allows nothing: it does not begin with "
		       "'# xendtc: allow'"),
		  "write it as in # xendtc: allow W0819 our Xen has it");
}

void allows_read(struct diags *d, const struct source *src)
{
	struct reach above = { 0, 0 };

	for (size_t line = 0; line < src->line_count; line++) {
		struct span s = line_span(src, line);
		size_t mark = find_mark(s);

		size_t failed = mark < s.len ? s.len : find_failed_mark(s);

		if (mark < s.len)
			read_comment(d, src, line, mark, &above);
		else if (failed < s.len)
			report_failed_mark(d, src, line, failed);
	}
}

/* Takes the comment of a code out, with its line if nothing else is in that. Nothing if it
 * allows more than this one. */
static void fix_comment(struct diag *g, struct loc code)
{
	size_t line = loc_position(code).line - 1;
	struct span s = line_span(code.src, line);
	size_t mark = find_mark(s), start = code.src->lines[line], at = code.at + code.len - start;

	while (at < s.len && strchr(" \t,:", s.text[at]))
		at++;
	if (start + mark + strlen(MARK) + 1 != code.at || code_length(s.text + at, s.len - at))
		return;
	while (mark > 0 && s.text[mark - 1] == ' ')
		mark--;
	code.at = start + mark;
	code.len = mark ? s.len - mark : line_start(code.src, line + 1) - code.at;
	fix_replace(g, code, "");
}

static void report_unused(struct diags *d, struct allow *a)
{
	struct diag *g;

	if (a->used || d->wishes->off[a->code])
		return;
	a->used = true;		/* once is enough */
	g = diag(d, W0114, a->at, "nothing here is %s, which this comment allows",
		 diag_info[a->code].name);
	diag_help(g, "remove it");
	fix_comment(g, a->at);
}

void allows_report_unused(struct diags *d)
{
	for (struct allow *first = d->allows; first; first = first->next)
		for (struct allow *a = first; a; a = a->same)
			report_unused(d, a);
}
