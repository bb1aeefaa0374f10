/* SPDX-License-Identifier: BSD-2-Clause */
/* The parts of lowering: each adds edits to plan->edits, and reports nothing. */
#pragma once
#include "model.h"
#include "plan.h"
#include "xen/host.h"

#define CHOSEN_CELLS 2	/* address and size cells of /chosen and of each domain */

/* Makes all edits anew. A load without an address gets the longest address there is. */
void lower_edits(const struct host *h, const struct system *s, struct plan *plan);

/* Sets the size of the tree with all changes, and its span, with room for what U-Boot
 * adds. Once all addresses are known these are as large as before or smaller. */
void measure_tree(const struct host *h, struct plan *plan);

/* lower_domains.c: the nodes of dom0, guests and CPU pools below /chosen, and what
 * domains share. */
void lower_domains(const struct host *h, const struct system *s, struct plan *plan);

/* lower_modules.c: the module nodes of a domain's kernel, ramdisk and partial tree below
 * the node `parent`, and that of Xen's policy. Loads must have their addresses. */
void lower_modules(const struct system *s, struct plan *plan, const char *parent,
		   const struct domain *d);
void lower_policy(const struct system *s, struct plan *plan);

/* lower_memory.c: memory that is kept for a guest, below its node, and for Xen's own
 * heap, xen,static-heap of /chosen; Xen reads that with the cells of the root. */
void lower_static_memory(struct plan *plan, const char *path, const struct extent *e);
void lower_static_heap(const struct host *h, struct plan *plan);

/* lower_sharing.c: the nodes of shared memory and event channels, below those of their
 * domains. */
void lower_sharing(const struct host *h, const struct system *s, struct plan *plan);

/* lower_values.c: properties of the node `path` of the new tree. */

/* Sets a number in one cell. */
void lower_cell(struct plan *plan, const char *path, const char *prop, uint64_t n,
		struct loc why);

/* Sets compatible to one or two words; `second` may be NULL. */
void lower_compatible(struct plan *plan, const char *path, const char *first,
		      const char *second, struct loc why);

/* Sets what the rows of the object's keys say is a property, in the order of the rows. */
void lower_attrs(struct plan *plan, const char *path, const struct object *o);

/* Sets a property as the user wrote it under `properties`. */
void lower_raw(struct plan *plan, const char *path, const struct named_value *v);

/* A phandle that no node has: higher than all of the base tree, or than what firmware can
 * add to it, and than those that were given before. */
uint32_t lower_phandle(const struct host *h, struct plan *plan);
