/* SPDX-License-Identifier: BSD-2-Clause */
/* A place in a text becomes its line, with those around it. */
#include "input/lines.h"

static struct line line_at(const struct source *src, size_t number)
{
	struct line l = { src, number, src->lines[number], 0, NULL, 0 };

	l.len = source_line_length(src, number);
	l.text = src->text + l.start;
	while (l.indent < l.len && l.text[l.indent] == ' ')
		l.indent++;
	l.text += l.indent;
	l.len -= l.indent;
	while (l.len > 0 && (l.text[l.len - 1] == ' ' || l.text[l.len - 1] == '\t'))
		l.len--;
	return l;
}

struct line line_of(struct loc at)
{
	return line_at(at.src, loc_position(at).line - 1);
}

static bool says_nothing(const struct line *l)
{
	return l->len == 0 || l->text[0] == '#';
}

bool line_above(const struct line *l, struct line *above)
{
	for (size_t n = l->number; n > 0; n--) {
		*above = line_at(l->src, n - 1);
		if (!says_nothing(above))
			return true;
	}
	return false;
}

bool line_below(const struct line *l, struct line *below)
{
	for (size_t n = l->number + 1; n < l->src->line_count; n++) {
		*below = line_at(l->src, n);
		if (!says_nothing(below))
			return true;
	}
	return false;
}

struct loc line_part(const struct line *l, size_t from, size_t len)
{
	struct loc loc = { l->src, l->start + l->indent + from, len };

	return loc;
}

size_t key_length(const struct line *l)
{
	size_t n = 0;

	while (n < l->len && (l->text[n] == '-' || l->text[n] == '_' ||
			      (l->text[n] >= '0' && l->text[n] <= '9') ||
			      ((l->text[n] | 0x20) >= 'a' && (l->text[n] | 0x20) <= 'z')))
		n++;
	return n < l->len && l->text[n] == ':' ? n : 0;
}

size_t value_start(const struct line *l)
{
	size_t n = key_length(l);

	if (n == 0)
		return 0;
	for (n++; n < l->len && l->text[n] == ' ';)
		n++;
	return n < l->len && l->text[n] != '#' ? n : 0;
}

bool has_comment(const struct line *l)
{
	for (size_t i = 1; i < l->len; i++)
		if (l->text[i] == '#' && l->text[i - 1] == ' ')
			return true;
	return false;
}
