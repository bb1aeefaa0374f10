/* SPDX-License-Identifier: BSD-2-Clause */
/* Pieces of text become one buffer; words become their nearest neighbour. */
#include "base/text.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

static void make_room(struct text *t, size_t more)
{
	size_t size = t->size ? t->size : 256;
	char *data;

	if (t->size - t->len > more)
		return;
	while (size - t->len <= more)
		size *= 2;
	data = arena_alloc(t->arena, size);
	if (t->len)
		memcpy(data, t->data, t->len);
	t->data = data;
	t->size = size;
}

void text_bytes(struct text *t, const void *data, size_t len)
{
	make_room(t, len);
	if (len)
		memcpy(t->data + t->len, data, len);
	t->len += len;
	t->data[t->len] = '\0';
}

void text_add(struct text *t, const char *fmt, ...)
{
	va_list ap;
	int len;

	va_start(ap, fmt);
	len = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	make_room(t, (size_t)len + 1);
	va_start(ap, fmt);
	vsnprintf(t->data + t->len, (size_t)len + 1, fmt, ap);
	va_end(ap);
	t->len += (size_t)len;
}

bool streq(const char *a, const char *b)
{
	return strcmp(a, b) == 0;
}

bool starts_with(const char *s, const char *prefix)
{
	return strncmp(s, prefix, strlen(prefix)) == 0;
}

/* A letter of ASCII without its case; '_' is taken for '-'. */
static char plain(char c)
{
	return c >= 'A' && c <= 'Z' ? c | 0x20 : c == '_' ? '-' : c;
}

#define WORD_MAX_LEN 64

static size_t min3(size_t a, size_t b, size_t c)
{
	size_t m = a < b ? a : b;

	return m < c ? m : c;
}

/* Two letters that changed places are one slip: "optimal string alignment". */
static bool is_swap(const char *a, const char *b)
{
	return plain(a[-1]) == plain(b[0]) && plain(a[0]) == plain(b[-1]);
}

/* Levenshtein's distance, with three rows of the matrix. */
size_t word_distance(const char *a, const char *b)
{
	size_t rows[3][WORD_MAX_LEN + 1];
	size_t *before = rows[0], *above = rows[1], *row = rows[2];
	size_t la = strlen(a), lb = strlen(b);

	if (la > WORD_MAX_LEN || lb > WORD_MAX_LEN)
		return SIZE_MAX;
	for (size_t j = 0; j <= lb; j++)
		row[j] = j;
	for (size_t i = 1; i <= la; i++) {
		size_t *oldest = before;

		before = above;
		above = row;
		row = oldest;
		row[0] = i;
		for (size_t j = 1; j <= lb; j++) {
			row[j] = min3(above[j] + 1, row[j - 1] + 1,
				      above[j - 1] + (plain(a[i - 1]) != plain(b[j - 1])));
			if (i > 1 && j > 1 && is_swap(a + i - 1, b + j - 1) &&
			    before[j - 2] + 1 < row[j])
				row[j] = before[j - 2] + 1;
		}
	}
	return row[lb];
}

const char *nearest_word(const char *word, const char *const *candidates, size_t n)
{
	size_t best = SIZE_MAX, limit = (strlen(word) + 1) / 3;
	const char *found = NULL;

	if (limit == 0)
		limit = 1;
	for (size_t i = 0; i < n; i++) {
		size_t d = word_distance(word, candidates[i]);

		if (d < best) {
			best = d;
			found = candidates[i];
		}
	}
	return best <= limit ? found : NULL;
}

const char *did_you_mean(struct arena *a, const char *word, const char *const *candidates,
			 size_t n)
{
	const char *near = nearest_word(word, candidates, n);

	return near ? arena_printf(a, "; did you mean '%s'?", near) : "";
}
