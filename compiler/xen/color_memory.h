/* SPDX-License-Identifier: BSD-2-Clause */
/* Memory where the last-level cache has colours: Xen moves, and keeps some of it without
 * colours for itself. All is in bytes; p is a plan with its layout. */
#pragma once
#include "plan.h"
#include "xen/host.h"
#include "xen/regions.h"

#define BUDDY_SIZE (64 * MiB) /* Xen xen/common/Kconfig, BUDDY_ALLOCATOR_SIZE */
#define XEN_ALIGN (2 * MiB) /* Xen xen/arch/arm/include/asm/config.h, XEN_PADDR_ALIGN */

/* How many colours there are, or must be at least if Xen asks the CPU. */
uint64_t color_count(const struct host *h, const struct system *s);

/* What Xen takes for itself where it moves to; 0: it does not move. */
uint64_t colored_xen_size(const struct host *h, const struct system *s,
			  const struct plan *p);

/* Where Xen moves with colours; false: it does not, or finds no place. */
bool colored_xen(const struct host *h, const struct system *s, const struct plan *p,
		 struct range *where);

/* The largest place that it could have. */
uint64_t largest_place(const struct host *h, const struct system *s,
		       const struct plan *p);

/* Its memory moves from where it was loaded. */
void move_xen(const struct plan *p, struct regions *all, struct range where);

/* What is free becomes Xen's own heap, which has no colours; returns how much is left for
 * colours. */
uint64_t split_heap(const struct host *h, const struct regions *all, struct regions *own);

/* The machine's RAM at whose addresses a coloured dom0 has its memory. */
void find_views(const struct host *h, const struct system *s, const struct plan *p,
		struct regions *views);
