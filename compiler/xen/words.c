/* SPDX-License-Identifier: BSD-2-Clause */
/* A command line becomes words. */
#include "xen/words.h"

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

bool nth_word(struct arena *a, const struct value *line, size_t index, struct word *w)
{
	const char *s = line->text, *equals;

	for (;;) {
		s += strspn(s, " ");
		w->len = strcspn(s, " ");
		if (!w->len)
			return false;
		if (index-- == 0)
			break;
		s += w->len;
	}
	equals = memchr(s, '=', w->len);
	w->key = arena_copy(a, s, equals ? (size_t)(equals - s) : w->len);
	w->value = equals ? arena_copy(a, equals + 1, (size_t)(s + w->len - equals - 1))
			  : "";
	w->at = place_of(line, (size_t)(s - line->text), w->len);
	return true;
}

bool last_word(struct arena *a, const struct value *line, const char *key, struct word *w)
{
	struct word each;
	bool found = false;

	for (size_t i = 0; nth_word(a, line, i, &each); i++) {
		if (!streq(each.key, key))
			continue;
		*w = each;
		found = true;
	}
	return found;
}
