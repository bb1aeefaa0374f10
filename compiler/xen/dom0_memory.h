/* SPDX-License-Identifier: BSD-2-Clause */
/* The memory that Xen finds for dom0. All is in bytes. */
#pragma once
#include "xen/host.h"
#include "xen/regions.h"

/* What Xen finds for a dom0 whose addresses are the machine's. It looks first for the
 * largest block that it can get, as low as possible, then for more in blocks as large as
 * possible (xen/arch/arm/domain_build.c, allocate_memory_11()). */
struct dom0_banks {
	struct range first;	/* the first block, and those that adjoin it */
	bool low;		/* a first block was found below dma_limit() */
	uint64_t missing;	/* bytes that no block was found for */
};

/* The banks of a dom0 that wants so many bytes. What it gets is taken out of `all`. */
struct dom0_banks allocate_dom0(const struct host *h, struct regions *all,
				uint64_t wanted);

/* Whether a Xen that does not clear its memory finds all of it at each boot: it gives up at
 * a piece of less than 128 MiB that it finds below the first memory, and which block it
 * takes inside a zone depends on what it took before. true where dom0 has no first memory,
 * which is another finding. */
bool dom0_is_certain(const struct host *h, const struct regions *free_memory,
		     uint64_t wanted);

/* The nearest size, not larger or not smaller, that Xen does not give dom0 in pieces of less than
 * 128 MiB: a multiple of that, or a power of two below it. */
uint64_t dom0_whole_below(uint64_t bytes);
uint64_t dom0_whole_above(uint64_t bytes);

/* The address below which Xen looks for dom0's first block, so that devices reach it by
 * DMA. */
uint64_t dma_limit(const struct host *h);
