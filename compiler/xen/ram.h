/* SPDX-License-Identifier: BSD-2-Clause */
/* The board's banks of RAM as Xen numbers their pages. */
#pragma once
#include "xen/host.h"

/* Pages of 1 GiB: for each Xen notes whether there is any RAM in it. */
#define GROUP_PAGES (GiB / PAGE_SIZE_4K)

/* Pages from the first of RAM to the last, without the holes that Xen leaves out of their
 * numbers (xen/common/pdx.c). */
struct frames {
	uint64_t first, last;	/* numbers of both */
};

struct frames ram_frames(const struct host *h);

/* The runs of page numbers that have RAM, in ascending order: whole GiB without RAM, which
 * part them, are left out. *count is how many there are; the arena of h owns them. */
struct frames *ram_runs(const struct host *h, size_t *count);
