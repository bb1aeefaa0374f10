/* SPDX-License-Identifier: BSD-2-Clause */
/* Offsets become lines and columns, and the other way round. */
#include "diag/loc.h"

#include <stdbool.h>
#include <string.h>

/* Length of the line end at s, 0 if there is none. libyaml counts all of these. */
static size_t break_length(const char *s)
{
	if (s[0] == '\r' && s[1] == '\n')
		return 2;
	if (s[0] == '\r' || s[0] == '\n')
		return 1;
	if (s[0] == '\xc2' && s[1] == '\x85')
		return 2;
	if (s[0] == '\xe2' && s[1] == '\x80' && (s[2] == '\xa8' || s[2] == '\xa9'))
		return 3;
	return 0;
}

size_t source_text_start(const struct source *src)
{
	return src->len >= 3 && memcmp(src->text, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
}

static size_t each_line(struct source *src, bool store)
{
	size_t count = 1, at = source_text_start(src);

	if (store)
		src->lines[0] = at;
	while (at < src->len) {
		size_t end = break_length(src->text + at);

		at += end ? end : 1;
		if (!end)
			continue;
		if (store)
			src->lines[count] = at;
		count++;
	}
	return count;
}

static bool starts_character(char c)
{
	return ((unsigned char)c & 0xc0) != 0x80;
}

/* A line may hold the whole text; so that a column is not counted from its start each time,
 * every SOURCE_STEP-th byte knows how many characters begin before it. */
static void index_characters(struct source *src, struct arena *a)
{
	size_t count = 0;

	src->characters = arena_alloc(a, (src->len / SOURCE_STEP + 1) *
					 sizeof(*src->characters));
	for (size_t at = 0; at <= src->len; at++) {
		if (at % SOURCE_STEP == 0)
			src->characters[at / SOURCE_STEP] = count;
		count += starts_character(src->text[at]);
	}
}

/* How many characters begin before a byte. */
static size_t characters_before(const struct source *src, size_t at)
{
	size_t count = src->characters[at / SOURCE_STEP];

	for (size_t i = at / SOURCE_STEP * SOURCE_STEP; i < at; i++)
		count += starts_character(src->text[i]);
	return count;
}

void source_index_lines(struct source *src, struct arena *a)
{
	src->line_count = each_line(src, false);
	src->lines = arena_alloc(a, src->line_count * sizeof(*src->lines));
	each_line(src, true);
	index_characters(src, a);
}

size_t source_line_length(const struct source *src, size_t line)
{
	size_t at = src->lines[line];

	while (at < src->len && !break_length(src->text + at))
		at++;
	return at - src->lines[line];
}

/* Where the index-th character of the text begins; the end of the text if it has fewer. */
static size_t character_at(const struct source *src, size_t index)
{
	size_t low = 0, high = src->len / SOURCE_STEP + 1, at;

	while (high - low > 1) {
		size_t middle = low + (high - low) / 2;

		if (src->characters[middle] <= index)
			low = middle;
		else
			high = middle;
	}
	index -= src->characters[low];
	for (at = low * SOURCE_STEP; at < src->len; at++)
		if (starts_character(src->text[at]) && index-- == 0)
			break;
	return at;
}

size_t source_offset(const struct source *src, size_t line, size_t column)
{
	if (line >= src->line_count)
		return src->len;
	if (column == 0)
		return src->lines[line];
	return character_at(src, characters_before(src, src->lines[line]) + column);
}

struct position loc_position(struct loc loc)
{
	struct position p = { 1, 1 };
	size_t low = 0, high;

	if (!loc.src || !loc.src->text)
		return p;
	if (loc.at > loc.src->len)
		loc.at = loc.src->len;
	high = loc.src->line_count;
	while (high - low > 1) {
		size_t middle = low + (high - low) / 2;

		if (loc.src->lines[middle] <= loc.at)
			low = middle;
		else
			high = middle;
	}
	p.line = low + 1;
	if (loc.at > loc.src->lines[low])
		p.column += characters_before(loc.src, loc.at) -
			    characters_before(loc.src, loc.src->lines[low]);
	return p;
}
