/* SPDX-License-Identifier: BSD-2-Clause */
/* Ranges of addresses with what they belong to: which of them overlap this one? */
#pragma once
#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/range.h"

struct span {
	struct range r;
	const void *of;
	size_t turn;		/* how many were added before it */
	uint64_t reach;		/* the largest end of it and of those before it */
};

/* Zeroed but for the arena it is empty. */
struct spans {
	struct arena *arena;
	struct span *list;	/* by their starts, once spans_sort() was called */
	size_t n, size;
	bool sorted;
};

void spans_add(struct spans *s, struct range r, const void *of);

/* Between the last spans_add() and the first question. */
void spans_sort(struct spans *s);

/* A span that overlaps r: the next one with each call, from the highest start downwards; NULL:
 * there are no more. *left begins as SIZE_MAX. */
const struct span *spans_next(const struct spans *s, struct range r, size_t *left);

/* Of those that overlap r the one that was added first; NULL: none does. */
const struct span *spans_first(const struct spans *s, struct range r);
