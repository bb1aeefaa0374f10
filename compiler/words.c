/* SPDX-License-Identifier: BSD-2-Clause */
/* A command line becomes words. */
#include "words.h"

#include <string.h>

#include "base/text.h"

/* Where a word of a value stands in the source: behind the quote, if there is one, and as
 * far in as in the value. A folded value differs from its text; then it is all of it. */
static struct loc place_of(const struct value *line, size_t start, size_t len)
{
	struct loc at = line->at;
	size_t quote;

	if (!at.src || !at.src->text)
		return at;
	quote = at.src->text[at.at] == '"' || at.src->text[at.at] == '\'';
	at.at += quote + start;
	if (at.at + len > at.src->len ||
	    memcmp(at.src->text + at.at, line->text + start, len) != 0)
		return line->at;
	at.len = len;
	return at;
}

static struct word read_word(struct arena *a, const struct value *line, const char *s,
			     size_t len)
{
	const char *equals = memchr(s, '=', len);
	struct word w = { .len = len };

	w.key = arena_copy(a, s, equals ? (size_t)(equals - s) : len);
	w.value = equals ? arena_copy(a, equals + 1, (size_t)(s + len - equals - 1)) : "";
	w.at = place_of(line, (size_t)(s - line->text), len);
	return w;
}

struct words split_words(struct arena *a, const struct value *line)
{
	struct words all = { 0 };
	const char *s = line->text;
	size_t len, room = 0;

	for (const char *c = s; c && *c; c++)
		room += *c == ' ';
	all.w = arena_alloc(a, (room + 1) * sizeof(*all.w));
	for (; s && *(s += strspn(s, " ")); s += len) {
		len = strcspn(s, " ");
		all.w[all.n++] = read_word(a, line, s, len);
	}
	return all;
}

/* Linux kernel/params.c, parse_args() */
struct words linux_words(struct arena *a, const struct value *line)
{
	struct words all = split_words(a, line);
	const size_t count = all.n;

	for (all.n = 0; all.n < count && !streq(all.w[all.n].key, "--"); all.n++)
		;
	return all;
}

const struct word *last_word(const struct words *words, const char *key)
{
	for (size_t i = words->n; i-- > 0;)
		if (streq(words->w[i].key, key))
			return &words->w[i];
	return NULL;
}

/* "=" or "=dtuart" */
static bool begins_with_equals(const struct word *w)
{
	return !*w->key && w->len > 0;
}

/* "console=" */
static bool ends_with_equals(const struct word *w)
{
	return *w->key && !*w->value && w->len == strlen(w->key) + 1;
}

struct word_pieces words_cut(const struct words *words, const struct word *after)
{
	for (size_t i = after ? (size_t)(after - words->w) + 2 : 1; i < words->n; i++) {
		const struct word *w = &words->w[i - 1], *next = &words->w[i];
		bool bare = *w->key && w->len == strlen(w->key);

		if (bare && begins_with_equals(next) && (*next->value || i + 1 < words->n))
			return (struct word_pieces){ w, *next->value ? next : next + 1 };
		if (ends_with_equals(w) && *next->key && next->len == strlen(next->key))
			return (struct word_pieces){ w, next };
	}
	return (struct word_pieces){ NULL, NULL };
}
