/* SPDX-License-Identifier: BSD-2-Clause */
/* Two texts become a unified diff. Made for texts that differ in a few lines: where they do, it
 * looks for the nearest lines that are equal again. */
#include "diag/unified.h"

#include <string.h>

#define CONTEXT 3
#define FAR 2000	/* lines; what differs for so long is one change up to the end */

struct lines {
	const char **start;	/* one more than there are: the end of the text */
	size_t n;
};

/* A stretch of lines in which the texts differ. */
struct change {
	size_t old, new;	/* where it begins, from 0 */
	size_t removed, added;
};

struct differ {
	struct text *out;
	struct lines old, new;
	struct change *changes;
	size_t n;
};

static struct lines cut(struct arena *a, const char *text, size_t len)
{
	struct lines l = { .n = 0 };
	size_t count = 1;

	for (size_t i = 0; i < len; i++)
		count += text[i] == '\n';
	l.start = arena_alloc(a, (count + 1) * sizeof(*l.start));
	for (const char *at = text; at < text + len;) {
		const char *end = memchr(at, '\n', (size_t)(text + len - at));

		l.start[l.n++] = at;
		at = end ? end + 1 : text + len;
	}
	l.start[l.n] = text + len;
	return l;
}

static bool equal(const struct differ *d, size_t i, size_t j)
{
	size_t len = (size_t)(d->old.start[i + 1] - d->old.start[i]);

	return len == (size_t)(d->new.start[j + 1] - d->new.start[j]) &&
	       memcmp(d->old.start[i], d->new.start[j], len) == 0;
}

/* The nearest place behind (i, j) from which on both texts have the same line, or both end. */
static struct change next_change(const struct differ *d, size_t i, size_t j)
{
	size_t left = d->old.n - i, right = d->new.n - j;

	for (size_t sum = 1; sum < left + right && sum < FAR; sum++)
		for (size_t added = sum > left ? sum - left : 0; added <= sum && added <= right;
		     added++) {
			size_t removed = sum - added;

			if (removed < left && added < right && equal(d, i + removed, j + added))
				return (struct change){ i, j, removed, added };
		}
	return (struct change){ i, j, left, right };
}

static void find_changes(struct differ *d)
{
	size_t i = 0, j = 0;

	d->changes = arena_alloc(d->out->arena,
				 (d->old.n + d->new.n + 1) * sizeof(*d->changes));
	while (i < d->old.n || j < d->new.n) {
		if (i < d->old.n && j < d->new.n && equal(d, i, j)) {
			i++;
			j++;
			continue;
		}
		d->changes[d->n] = next_change(d, i, j);
		i += d->changes[d->n].removed;
		j += d->changes[d->n++].added;
	}
}

static void add_lines(struct text *out, char mark, const struct lines *l, size_t from, size_t n)
{
	for (size_t i = from; i < from + n; i++) {
		size_t len = (size_t)(l->start[i + 1] - l->start[i]);

		text_bytes(out, &mark, 1);
		text_bytes(out, l->start[i], len);
		if (len == 0 || l->start[i][len - 1] != '\n')
			text_add(out, "\n\\ No newline at end of file\n");
	}
}

/* The changes from `first` on that are so near to each other that they share their context. */
static size_t count_together(const struct differ *d, size_t first)
{
	size_t n = 1;

	while (first + n < d->n) {
		const struct change *c = &d->changes[first + n - 1];

		if (c[1].old - (c->old + c->removed) > 2 * CONTEXT)
			break;
		n++;
	}
	return n;
}

/* A range is its first line, from 1, and its length; an empty one names the line before it. */
static void add_range(struct text *out, char mark, size_t from, size_t n)
{
	text_add(out, n == 1 ? " %c%zu" : " %c%zu,%zu", mark, from + (n > 0), n);
}

static void add_hunk(const struct differ *d, const struct change *c, size_t n)
{
	const struct change *last = c + n - 1;
	size_t lead = c->old < CONTEXT ? c->old : CONTEXT;
	size_t end = last->old + last->removed;
	size_t tail = d->old.n - end < CONTEXT ? d->old.n - end : CONTEXT;
	size_t from = c->old - lead, new_from = c->new - lead;
	size_t new_end = last->new + last->added;

	text_add(d->out, "@@");
	add_range(d->out, '-', from, end + tail - from);
	add_range(d->out, '+', new_from, new_end + tail - new_from);
	text_add(d->out, " @@\n");
	for (size_t at = from; n > 0; n--, c++) {
		add_lines(d->out, ' ', &d->old, at, c->old - at);
		add_lines(d->out, '-', &d->old, c->old, c->removed);
		add_lines(d->out, '+', &d->new, c->new, c->added);
		at = c->old + c->removed;
	}
	add_lines(d->out, ' ', &d->old, end, tail);
}

void unified_diff(struct text *out, const char *name, const char *old, size_t old_len,
		  const char *new, size_t new_len)
{
	struct differ d = { out, cut(out->arena, old, old_len), cut(out->arena, new, new_len),
			    NULL, 0 };

	find_changes(&d);
	if (d.n > 0)
		text_add(out, "--- %s\n+++ %s\n", name, name);
	for (size_t i = 0; i < d.n;) {
		size_t together = count_together(&d, i);

		add_hunk(&d, &d.changes[i], together);
		i += together;
	}
}
