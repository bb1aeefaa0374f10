/* SPDX-License-Identifier: BSD-2-Clause */
/* The pages of the board's RAM as Xen numbers them. */
#pragma once
#include "xen/host.h"

/* The number of pages in 1 GiB: for each such group Xen notes whether there is any RAM in
 * it. */
#define GROUP_PAGES (GiB / PAGE_SIZE_4K)

/* A run of page numbers from the first to the last. Holes that Xen leaves out of the
 * numbers are not in it (xen/common/pdx.c). */
struct frames {
	uint64_t first, last;	/* of the first page, and of the last */
};

struct frames ram_frames(const struct host *h);

/* The runs of page numbers that have RAM, in ascending order: whole GiB without RAM, which
 * part them, are left out. *count is how many there are; the arena of h owns them. */
struct frames *ram_runs(const struct host *h, size_t *count);
