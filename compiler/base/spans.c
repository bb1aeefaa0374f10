/* SPDX-License-Identifier: BSD-2-Clause */
/* Ranges become an array by their starts. What overlaps a range is found from the last one that
 * begins below its end, downwards, as far as any reaches into it. */
#include "base/spans.h"

#include <stdlib.h>
#include <string.h>

#define SIZE_FIRST 16

void spans_add(struct spans *s, struct range r, const void *of)
{
	struct span *bigger;

	if (s->n == s->size) {
		s->size = s->size ? 2 * s->size : SIZE_FIRST;
		bigger = arena_alloc(s->arena, s->size * sizeof(*bigger));
		if (s->n)
			memcpy(bigger, s->list, s->n * sizeof(*bigger));
		s->list = bigger;
	}
	s->list[s->n] = (struct span){ r, of, s->n, 0 };
	s->n++;
}

static int by_start(const void *a, const void *b)
{
	const struct span *x = a, *y = b;
	int order = range_by_start(&x->r, &y->r);

	return order ? order : x->turn < y->turn ? -1 : x->turn > y->turn;
}

void spans_sort(struct spans *s)
{
	uint64_t reach = 0;

	s->sorted = true;
	if (s->n)
		qsort(s->list, s->n, sizeof(*s->list), by_start);
	for (size_t i = 0; i < s->n; i++) {
		if (s->list[i].r.end > reach)
			reach = s->list[i].r.end;
		s->list[i].reach = reach;
	}
}

/* How many begin below an address. */
static size_t count_below(const struct spans *s, uint64_t address)
{
	size_t low = 0, high = s->n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (s->list[middle].r.start < address)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

const struct span *spans_next(const struct spans *s, struct range r, size_t *left)
{
	if (*left == SIZE_MAX)
		*left = count_below(s, r.end);
	while (*left > 0 && s->list[*left - 1].reach > r.start) {
		const struct span *e = &s->list[--*left];

		if (range_overlaps(e->r, r))
			return e;
	}
	return NULL;
}

const struct span *spans_first(const struct spans *s, struct range r)
{
	const struct span *first = NULL, *e;

	for (size_t left = SIZE_MAX; (e = spans_next(s, r, &left));)
		if (!first || e->turn < first->turn)
			first = e;
	return first;
}
