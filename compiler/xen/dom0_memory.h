/* SPDX-License-Identifier: BSD-2-Clause */
/* The memory that Xen finds for dom0. All is in bytes. */
#pragma once
#include "xen/host.h"
#include "xen/regions.h"

/* How Xen finds memory for a dom0 whose addresses are the machine's: first the largest
 * block that it can get, as low as possible, then more in blocks as large as possible
 * (xen/arch/arm/domain_build.c, allocate_memory_11()). */
struct dom0_banks {
	struct range first;	/* the largest block, and what adjoins it */
	bool low;		/* it is below the limit */
	uint64_t missing;	/* bytes that no block was found for */
};

/* The banks of a dom0 that wants so much; what it gets is taken of what is free. */
struct dom0_banks allocate_dom0(const struct host *h, struct regions *all,
				uint64_t wanted);

/* Where the memory ends that Xen takes dom0's first block from, if it can. */
uint64_t dma_limit(const struct host *h);

/* The largest power of two that is not above n, at least a page. */
uint64_t power_below(uint64_t n);
