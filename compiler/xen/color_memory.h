/* SPDX-License-Identifier: BSD-2-Clause */
/* Memory of a machine whose last-level cache is divided into colours, so that domains do
 * not push each other's data out of it (xen/common/llc-coloring.c). Xen copies itself to
 * pages of its own colours, and keeps the lowest piece of free memory, and some of the
 * others, for a heap without colours. All sizes and addresses are in bytes; p is a plan
 * that has its layout. */
#pragma once
#include "plan.h"
#include "xen/host.h"
#include "xen/regions.h"

#define BUDDY_SIZE (64 * MiB) /* Xen xen/common/Kconfig, BUDDY_ALLOCATOR_SIZE */
#define XEN_ALIGN (2 * MiB) /* Xen xen/arch/arm/include/asm/config.h, XEN_PADDR_ALIGN */

/* The number of colours of the cache. Where Xen asks the CPU for it, nobody knows it
 * here: then it is the least power of two that has every colour the system names. */
uint64_t color_count(const struct host *h, const struct system *s);

/* Bytes of the piece of memory that Xen copies itself to; 0: without colours it stays
 * where it was loaded. */
uint64_t colored_xen_size(const struct host *h, const struct system *s,
			  const struct plan *p);

/* The piece of memory that Xen copies itself to. false: it does not move, or finds no
 * place. */
bool colored_xen(const struct host *h, const struct system *s, const struct plan *p,
		 struct range *where);

/* Bytes of the largest free piece that Xen could copy itself to. */
uint64_t largest_place(const struct host *h, const struct system *s,
		       const struct plan *p);

/* In the list of what is free, the memory where Xen was loaded becomes free, and `where`,
 * which it copies itself to, is taken. */
void move_xen(const struct plan *p, struct regions *all, struct range where);

/* Divides free memory: `own` becomes Xen's heap, which has no colours. Returns the bytes
 * that are left for the domains, in pages of all colours. */
uint64_t split_heap(const struct host *h, const struct regions *all, struct regions *own);

/* The addresses that a dom0 with colours has memory at, in `views`: its memory is shown
 * to it where the machine has RAM, though it lies elsewhere
 * (xen/common/device-tree/domain-build.c, allocate_hwdom_memory()). */
void find_views(const struct host *h, const struct system *s, const struct plan *p,
		struct regions *views);
