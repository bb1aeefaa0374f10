/* SPDX-License-Identifier: BSD-2-Clause */
/* Indentations that YAML cannot take become messages that say how far to indent a line. */
#include "base/text.h"
#include "diag/fix.h"
#include "input/syntax_indent.h"

/* The columns in which keys begin that a line at `l` could continue with, from the innermost:
 * the indentations of the lines above, each smaller than the last. */
static size_t open_columns(const struct line *l, size_t columns[], size_t most)
{
	struct line at = *l, above;
	size_t n = 0;

	while (line_above(&at, &above)) {
		if (key_length(&above) && (n == 0 || above.indent < columns[n - 1])) {
			if (n == most)
				break;
			columns[n++] = above.indent;
		}
		at = above;
	}
	return n;
}

#define COLUMNS_MAX 8

static const char *say_indent(struct arena *a, size_t n)
{
	return n == 0 ? "begin it in the first column, without spaces"
	     : n == 1 ? "indent it by 1 space" : arena_printf(a, "indent it by %zu spaces", n);
}

/* Where a line may begin that began at no open column: at the one it missed by a space, or
 * else at the nearest on either side. *sure is changed if it is clear which. */
static const char *say_columns(struct arena *a, const struct line *l, size_t *sure)
{
	size_t columns[COLUMNS_MAX], n = open_columns(l, columns, COLUMNS_MAX), deeper = 0;

	for (size_t i = 0; i < n; i++)
		if (columns[i] + 1 == l->indent || columns[i] == l->indent + 1) {
			*sure = columns[i];
			return say_indent(a, columns[i]);
		}
	while (deeper + 1 < n && columns[deeper + 1] > l->indent)
		deeper++;
	if (n == 0 || deeper + 1 >= n)
		return say_indent(a, n ? columns[deeper] : 0);
	return arena_printf(a, "indent it by %zu or %zu spaces", columns[deeper + 1],
			    columns[deeper]);
}

/* Gives a line so many spaces. */
static void fix_columns(struct diag *g, const struct line *l, size_t indent)
{
	struct loc at = line_part(l, 0, 0);

	at.at -= l->indent;
	if (indent > l->indent) {
		fix_replace(g, at, arena_printf(g->arena, "%*s", (int)(indent - l->indent), ""));
	} else if (indent < l->indent) {
		at.len = l->indent - indent;
		fix_replace(g, at, "");
	}
}

static struct loc first_word(const struct line *l)
{
	return line_part(l, 0, key_length(l) ? key_length(l) : 1);
}

static const char *say_spaces(struct arena *a, size_t n)
{
	return n == 1 ? "1 space" : arena_printf(a, "%zu spaces", n);
}

/* The first line has spaces in front, so that those below end the document. */
static bool report_first_line(struct diags *d, const struct line *l)
{
	struct line first = *l, above;
	struct diag *g;

	while (line_above(&first, &above))
		first = above;
	if (l->indent > 0 || first.indent == 0)
		return false;
	g = diag(d, E0101, first_word(&first), "the first key is indented by %s, and those below "
		 "it are not", say_spaces(d->arena, first.indent));
	diag_help(g, "begin it in the first column, without spaces");
	return true;
}

/* Whether the nearest line above that begins in the same column is an entry of a list. */
static bool is_beside_entry(const struct line *l, struct line *entry)
{
	struct line at = *l;

	while (line_above(&at, entry)) {
		if (entry->indent <= l->indent)
			return entry->indent == l->indent && entry->len > 2 &&
			       entry->text[0] == '-' && entry->text[1] == ' ';
		at = *entry;
	}
	return false;
}

/* "- kernel: Image" above "ramdisk: initrd", in the same column. */
static bool report_dashes(struct diags *d, const struct line *l)
{
	struct line entry, next;
	struct diag *g;

	if (!key_length(l) || !is_beside_entry(l, &entry))
		return false;
	g = diag(d, E0101, first_word(l), "a key in the column of a '-', which begins an entry of a "
		 "list");
	diag_note(g, line_part(&entry, 0, 1), "this is the '-'");
	diag_help(g, "keys have no '-' in front: remove the '- ' above");
	for (next = entry;; entry = next) {
		fix_replace(g, line_part(&entry, 0, 2), "");
		if (!is_beside_entry(&entry, &next))
			return true;
	}
}

bool report_shallow(struct diags *d, const struct line *l)
{
	size_t sure = l->indent;
	struct diag *g;

	if (report_first_line(d, l) || report_dashes(d, l))
		return true;
	if (!key_length(l) && l->text[0] != '-') {
		g = diag(d, E0101, line_part(l, 0, l->len),
			 "this is no key, and not indented enough to be more of the value above");
		diag_help(g, "put it on the line above, or write a key in front of it");
		return true;
	}
	g = diag(d, E0101, first_word(l), "indented by %s, where no key above begins",
		 say_spaces(d->arena, l->indent));
	diag_help(g, "%s", say_columns(d->arena, l, &sure));
	if (key_length(l))
		fix_columns(g, l, sure);
	return true;
}

/* Whether the line above is the one that is off by a space: the others have even numbers of
 * them, or one below stands where this one does. */
static bool is_above_off(const struct line *l, const struct line *above)
{
	struct line below;

	if (l->indent != above->indent + 1)
		return false;
	return above->indent % 2 || (line_below(l, &below) && below.indent == l->indent);
}

bool report_deep(struct diags *d, const struct line *l, const struct line *above)
{
	size_t value = value_start(above);
	struct diag *g;

	if (l->indent <= above->indent || !value)
		return false;
	if (is_above_off(l, above)) {
		g = diag(d, E0101, first_word(above), "indented by %s, and the line below by %s",
			 say_spaces(d->arena, above->indent), say_spaces(d->arena, l->indent));
		diag_help(g, "%s", say_indent(d->arena, l->indent));
		fix_columns(g, above, l->indent);
		return true;
	}
	if (l->indent - above->indent < 2) {
		g = diag(d, E0101, first_word(l), "indented deeper than the line above, so it "
			 "continues the value there");
		diag_help(g, "%s, like its neighbours", say_indent(d->arena, above->indent));
		fix_columns(g, l, above->indent);
	} else {
		g = diag(d, E0101, first_word(l), "'%.*s' has a value already; a key has a value "
			 "or keys below it, not both", (int)key_length(above), above->text);
		diag_help(g, "%s, or remove '%.*s' above", say_indent(d->arena, above->indent),
			  (int)(above->len - value), above->text + value);
	}
	diag_note(g, line_part(above, value, above->len - value), "this is the value");
	return true;
}
