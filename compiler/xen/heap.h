/* SPDX-License-Identifier: BSD-2-Clause */
/* The memory that Xen's heap begins with. All is in bytes; p is a plan with its layout.
 */
#pragma once
#include "plan.h"
#include "xen/host.h"
#include "xen/regions.h"

/* The memory that Xen's heap begins with: the static heap, or else RAM without the files
 * (which stay until all domains are built), reservations and static memory. Frame table
 * and buffers are still to be taken out of it. */
void free_memory(const struct host *h, const struct system *s, const struct plan *p,
		 struct regions *all);

/* Takes the frame table, in which Xen keeps account of the pages of RAM, out of what is
 * free. false: no free piece has the *size that it wants. */
bool take_frame_table(const struct host *h, struct regions *all, uint64_t *size);

/* Takes the buffer of Xen's console out of what is free, if Xen's line gives its size. */
void take_buffers(const struct host *h, struct regions *all);

struct domain_wants {		/* of what Xen's heap has */
	uint64_t memory;	/* bytes, but for static memory, which is not in the heap */
	uint64_t tables;	/* bytes that are set aside for its page tables */
	uint64_t unpacked;	/* bytes that its gzip kernel is unpacked into */
	uint64_t grants;	/* bytes that its grant tables take beyond Xen's presets */
};

struct domain_wants domain_wants(const struct host *h, const struct domain *d);

static inline uint64_t wants_sum(const struct domain_wants *w)
{
	return w->memory + w->tables + w->unpacked + w->grants;
}

struct memory_sum {		/* what becomes of the memory */
	uint64_t ram, dom0, guests;
	uint64_t left;		/* what Xen's heap has */
	uint64_t wanted;	/* what the domains want of that */
	uint64_t own;		/* what Xen needs of it for itself, at the least */
};

/* The sum for a heap that begins with `all`, of which frame table and buffers were taken.
 */
struct memory_sum sum_of_memory(const struct host *h, const struct system *s,
				const struct plan *p, const struct regions *all);
