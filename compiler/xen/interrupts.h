/* SPDX-License-Identifier: BSD-2-Clause */
/* Interrupts of the base tree, followed as Xen does (xen/common/device-tree/
 * device-tree.c). */
#pragma once
#include "xen/host.h"

/* The nodes of a tree by their phandles; see interrupts_index(). */
struct phandles;
/* The index of a tree, which is owned by the arena and good as long as no phandle
 * changes. */
const struct phandles *interrupts_index(struct arena *a, const struct devicetree *dt);

/* The node with that phandle; NULL: there is none. */
const struct dt_node *phandle_node(const struct phandles *p, uint32_t phandle);

struct interrupt {
	const struct dt_node *controller;	/* the node that it ends at */
	uint32_t intid; /* at the GIC, 32 and up for SPIs; set if it ends there */
	uint32_t trigger;	/* edge or level, as in the tree; set like intid */
};

/* The number of interrupts that Xen counts in a node; 0 where it cannot count them. This
 * and what follows needs h->phandles and h->gic_node. */
size_t interrupt_count(const struct host *h, const struct dt_node *n);

/* The index of a name in interrupt-names; SIZE_MAX if it is not there. */
size_t interrupt_named(const struct dt_node *n, const char *name);

/* The node that the interrupts of n are told to, by interrupt-parent of n or of a node
 * above it; it has #interrupt-cells. NULL: there is none. */
const struct dt_node *interrupt_controller(const struct host *h, const struct dt_node *n);

/* Follows an interrupt of a node, counted from 0, to its controller. NULL, and *i is set;
 * or why Xen cannot follow it, for a message ("it has no interrupt parent"). */
const char *interrupt_follow(const struct host *h, const struct dt_node *n, size_t index,
			     struct interrupt *i);

/* The same for an entry of a node's interrupt-map, which begins at cell *at. Then *at is
 * where the next entry begins, and *more says whether an entry was there at all. */
const char *interrupt_map_next(const struct host *h, const struct dt_node *n, size_t *at,
			       struct interrupt *i, bool *more);
