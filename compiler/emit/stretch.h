/* SPDX-License-Identifier: BSD-2-Clause */
/* RAM as the maps show it: stretches that belong to one owner. */
#pragma once
#include "emit/emit.h"

struct stretch {
	struct range range;
	const struct area *owner;	/* NULL: free */
};

/* The stretch from `at` on, at most up to limit. Files and claims are shown before
 * reservations, and those before the board's own ranges, where they overlap. */
struct stretch next_stretch(const struct plan *p, uint64_t at, uint64_t limit);

/* "948M", or cut to a tenth where that would be a long number: the addresses beside it are
 * exact. Owned by the arena, as is the next one. */
const char *stretch_size(struct arena *a, uint64_t bytes);

/* Who put it there: "automatic", "board", "fixed at system.yaml:7". */
const char *stretch_origin(struct arena *arena, const struct area *a);

/* RAM that nobody has, bytes. */
uint64_t plan_left(const struct plan *p);
