/* SPDX-License-Identifier: BSD-2-Clause */
/* The memory that Xen's heap begins with. All is in bytes; p is a plan with its layout.
 */
#pragma once
#include "plan.h"
#include "xen/host.h"
#include "xen/regions.h"

/* What Xen's heap begins with: its static heap, or else RAM without the files (kept until
 * all domains are built), reservations and static memory; not yet without the frame
 * table. */
void free_memory(const struct host *h, const struct system *s, const struct plan *p,
		 struct regions *all);

/* The table in which Xen keeps account of RAM is taken of what is free. false: there is
 * no room for a piece of that size. */
bool take_frame_table(const struct host *h, struct regions *all, uint64_t *size);

struct memory_sum {		/* what becomes of the memory */
	uint64_t ram, dom0, guests;
	uint64_t left;		/* what Xen has to give */
	uint64_t fixed;		/* static memory of domains: it is not part of that */
	uint64_t pools;		/* page tables, unpacked kernels and shared memory */
};

/* The sum if Xen's heap begins with that memory, less the frame table. */
struct memory_sum sum_of_memory(const struct system *s, const struct plan *p,
				const struct regions *all);

/* What the domains want of what Xen has to give. */
static inline uint64_t memory_wanted(const struct memory_sum *m)
{
	return m->dom0 + m->guests - m->fixed + m->pools;
}
