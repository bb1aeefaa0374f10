/* SPDX-License-Identifier: BSD-2-Clause */
/* RAM as the maps show it: stretches that belong to one owner. */
#pragma once
#include "emit/emit.h"

struct stretch {
	struct range range;
	const struct area *owner;	/* NULL: free */
};

/* The stretch that begins at `at` and ends at `limit` at the latest. Where areas
 * overlap, files and claims come before reservations, and these before the board's own
 * ranges. */
struct stretch next_stretch(const struct plan *p, uint64_t at, uint64_t limit);

/* A size for people: "948M", or rounded down to a tenth where the exact number is
 * long, for the addresses beside it are exact. Owned by the arena, as is the next one. */
const char *stretch_size(struct arena *a, uint64_t bytes);

/* Who decided where the area is: "automatic", "board", "fixed at system.yaml:7". */
const char *stretch_origin(struct arena *arena, const struct area *a);

/* RAM that neither Xen nor a domain uses, bytes; below 0: so much is wanted too much. */
int64_t plan_left(const struct plan *p);
