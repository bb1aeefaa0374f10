/* SPDX-License-Identifier: BSD-2-Clause */
/* Half-open ranges of addresses, in bytes. */
#pragma once
#include <stdbool.h>
#include <stdint.h>

struct range {
	uint64_t start, end;	/* [start, end); empty if end <= start */
};

static inline struct range range_at(uint64_t start, uint64_t size)
{
	struct range r = { start, start > UINT64_MAX - size ? UINT64_MAX : start + size };

	return r;
}

static inline bool range_overlaps(struct range a, struct range b)
{
	return a.start < b.end && b.start < a.end;
}

static inline bool range_inside(struct range in, struct range out)
{
	return in.start >= out.start && in.end <= out.end;
}

static inline uint64_t range_size(struct range r)
{
	return r.end > r.start ? r.end - r.start : 0;
}

/* For qsort: of two ranges the one that starts lower comes first. */
static inline int range_by_start(const void *a, const void *b)
{
	uint64_t x = ((const struct range *)a)->start,
		 y = ((const struct range *)b)->start;

	return x < y ? -1 : x > y;
}
