/* SPDX-License-Identifier: BSD-2-Clause */
/* The board's banks of RAM as Xen numbers their pages. */
#pragma once
#include "xen/host.h"

/* Pages of 1 GiB, the piece in which Xen notes whether there is any RAM. */
#define GROUP_PAGES (GiB / PAGE_SIZE_4K)

/* Pages from the first of RAM to the last, without the holes that Xen leaves out of their
 * numbers (xen/common/pdx.c). */
struct frames {
	uint64_t first, last;	/* numbers of both */
};

struct frames ram_frames(const struct host *h);

/* The same in pieces, in order, without the whole GiB between them that have no RAM. */
struct frames *ram_runs(const struct host *h, size_t *count);
