/* SPDX-License-Identifier: BSD-2-Clause */
/* Stretches of free memory, of which Xen takes some. Addresses and sizes are in bytes. */
#pragma once
#include <stddef.h>

#include "base/number.h"
#include "base/range.h"

#define REGIONS_MAX 640

struct regions {		/* free memory, not in order */
	struct range r[REGIONS_MAX];
	size_t n;
};

void add_region(struct regions *all, uint64_t start, uint64_t end);
void take_region(struct regions *all, struct range taken);

/* Makes memory free again; what adjoins it is one piece with it. */
void give_region(struct regions *all, struct range r);

uint64_t regions_total(const struct regions *all);

/* The highest free place of a size, as Xen's boot allocator takes it. */
bool find_top(const struct regions *all, uint64_t size, uint64_t align, uint64_t *start);

/* The lowest (or highest) naturally aligned free block below a limit; false: none. */
bool find_block(const struct regions *all, uint64_t size, uint64_t limit, bool low,
		uint64_t *start);
