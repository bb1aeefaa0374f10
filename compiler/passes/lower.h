/* SPDX-License-Identifier: BSD-2-Clause */
/* The parts of lowering: each adds edits to plan->edits, and reports nothing. */
#pragma once
#include "model.h"
#include "plan.h"
#include "xen/host.h"

#define CHOSEN_CELLS 2	/* address and size cells of /chosen and of each domain */

/* All of them, from an empty list on; loads without an address get the longest there is. */
void lower_edits(const struct host *h, const struct system *s, struct plan *plan);

/* Size of the tree with all changes, bytes, and what it takes with room for U-Boot's
 * fix-ups. With all addresses known it is as large as before or smaller. */
void measure_tree(const struct host *h, struct plan *plan);

/* lower_domains.c: nodes of dom0, guests and CPU pools below /chosen, and what they share. */
void lower_domains(const struct host *h, const struct system *s, struct plan *plan);

/* lower_modules.c: the nodes of a domain's kernel, ramdisk and partial tree below `parent`,
 * and that of Xen's policy; loads have their addresses. */
void lower_modules(const struct system *s, struct plan *plan, const char *parent,
		   const struct domain *d);
void lower_policy(const struct system *s, struct plan *plan);

/* lower_memory.c: memory that is kept for guests, and for Xen's own heap. Xen reads the
 * latter, xen,static-heap, with the cells of the root. */
void lower_static_memory(struct plan *plan, const char *path, const struct extent *e);
void lower_static_heap(const struct host *h, struct plan *plan);

/* lower_sharing.c: shared memory and event channels, below the nodes of their domains. */
void lower_sharing(const struct host *h, const struct system *s, struct plan *plan);

/* lower_values.c: properties of the node `path`, a path of the new tree. */

/* A number in one cell. */
void lower_cell(struct plan *plan, const char *path, const char *prop, uint64_t n,
		struct loc why);

/* One or two words; the second may be NULL. */
void lower_compatible(struct plan *plan, const char *path, const char *first,
		      const char *second, struct loc why);

/* What the rows of an object's keys say is a property, in the order of the rows. */
void lower_attrs(struct plan *plan, const char *path, const struct object *o);

/* A property as the user wrote it under `properties`. */
void lower_raw(struct plan *plan, const char *path, const struct named_value *v);

/* A phandle that no node has: after that of the base tree, or of what the firmware can add
 * to it, and after those that were given before. */
uint32_t lower_phandle(const struct host *h, struct plan *plan);
