/* SPDX-License-Identifier: BSD-2-Clause */
/* Regions: pieces of free memory, of which Xen takes some. Addresses and sizes are in
 * bytes. */
#pragma once
#include <stddef.h>

#include "base/range.h"

#define REGIONS_MAX 640	/* more than Xen's own lists hold; what is more is left out */

struct regions {		/* in no order; they do not overlap */
	struct range r[REGIONS_MAX];
	size_t n;
};

/* Adds a region; none if it is empty. */
void add_region(struct regions *all, uint64_t start, uint64_t end);

/* Takes a range out of what is free, be it free, in part or not at all. */
void take_region(struct regions *all, struct range taken);

/* Makes memory free again; with regions that adjoin it it becomes one. */
void give_region(struct regions *all, struct range r);

/* Bytes of all regions together. */
uint64_t regions_total(const struct regions *all);

/* The highest free place for so many bytes, as Xen's boot allocator takes it
 * (xen/common/page_alloc.c, alloc_boot_pages()). false: there is none. */
bool find_top(const struct regions *all, uint64_t size, uint64_t align, uint64_t *start);

/* The lowest or highest free block of a size, a power of two, that is aligned to its size
 * and ends at `limit` or below. false: there is none. */
bool find_block(const struct regions *all, uint64_t size, uint64_t limit, bool low,
		uint64_t *start);
