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

/* The console's ring, if Xen's line gives its size, is taken of what is free. */
void take_buffers(const struct host *h, struct regions *all);

struct domain_wants {		/* of what Xen's heap has */
	uint64_t memory;	/* not static memory: it is not part of that */
	uint64_t tables;	/* pages for page tables, if they are set aside */
	uint64_t unpacked;	/* the block that a gzip kernel is unpacked into */
	uint64_t grants;	/* grant tables that are larger than usual */
};

struct domain_wants domain_wants(const struct host *h, const struct domain *d);

static inline uint64_t wants_sum(const struct domain_wants *w)
{
	return w->memory + w->tables + w->unpacked + w->grants;
}

struct memory_sum {		/* what becomes of the memory */
	uint64_t ram, dom0, guests;
	uint64_t left;		/* what Xen has to give */
	uint64_t wanted;	/* what the domains want of that */
	uint64_t own;		/* what Xen needs of it for itself, at the least */
};

/* The sum if Xen's heap begins with that memory, less the frame table and buffers. */
struct memory_sum sum_of_memory(const struct host *h, const struct system *s,
				const struct plan *p, const struct regions *all);
