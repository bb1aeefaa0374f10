/* SPDX-License-Identifier: BSD-2-Clause */
/* What a guest sees at which address. */
#pragma once
#include "plan.h"
#include "xen/host.h"

/* The end of the addresses that a domain can have: Xen's page tables for domains have 48
 * bits at most. */
#define DOMAIN_ADDRESS_END (UINT64_C(1) << 48)

/* Address of a guest's first bank of memory, and bytes that it has at the most (Xen
 * xen/include/public/arch-arm.h, GUEST_RAM0_BASE). */
#define GUEST_BANK0 0x40000000
#define GUEST_BANK0_MAX (3 * GiB)

/* The first bank of a guest that is not direct-mapped, as far as its memory fills it; the
 * rest is in the second bank. */
static inline struct range guest_bank0(const struct domain *d)
{
	return range_at(GUEST_BANK0,
			d->memory.n < GUEST_BANK0_MAX ? d->memory.n : GUEST_BANK0_MAX);
}

/* Where a guest has its vpl011, if it has one and is not direct-mapped (Xen
 * xen/include/public/arch-arm.h, GUEST_PL011_BASE, GUEST_PL011_SIZE). */
#define GUEST_UART ((struct range){ 0x22000000, 0x22001000 })

/* Where a guest maps its grant table; of a direct-mapped guest, too (Xen
 * xen/include/public/arch-arm.h, GUEST_GNTTAB_BASE). */
#define GRANT_WINDOW ((struct range){ 0x38000000, 0x39000000 })

/* What Xen puts at addresses of a domain, for a message: "its memory is", "its vpl011 is"
 * and so on; NULL: nothing. The memory of a direct-mapped guest is where layout put it,
 * so for one only after layout. */
const char *guest_space_taken(const struct host *h, const struct domain *d,
			      struct range r);

/* Calls a function with each stretch that Xen fills, in no order; not with what the guest gets of
 * devices and of shared memory. d is no dom0. */
void guest_space_list(const struct host *h, const struct domain *d,
		      void (*use)(void *what, struct range r, const char *name), void *what);
