/* SPDX-License-Identifier: BSD-2-Clause */
/* What a guest sees at which address. */
#pragma once
#include "plan.h"
#include "xen/host.h"

/* A guest's first bank of memory, and the most that it has, in bytes (Xen
 * xen/include/public/arch-arm.h, GUEST_RAM0_BASE). */
#define GUEST_BANK0 0x40000000
#define GUEST_BANK0_MAX (3 * GiB)

/* The first bank of a guest that is not direct-mapped, as far as its memory fills it. */
static inline struct range guest_bank0(const struct domain *d)
{
	return range_at(GUEST_BANK0,
			d->memory.n < GUEST_BANK0_MAX ? d->memory.n : GUEST_BANK0_MAX);
}

/* Xen xen/include/public/arch-arm.h, GUEST_GNTTAB_BASE: of a direct-mapped guest, too. */
#define GRANT_WINDOW ((struct range){ 0x38000000, 0x39000000 })

/* "its memory is", "its vpl011 is", ... if Xen puts something there; NULL: free. For a
 * direct-mapped guest, whose memory is where layout put it, after layout only. */
const char *guest_space_taken(const struct host *h, const struct domain *d,
			      struct range r);
