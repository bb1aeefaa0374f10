/* SPDX-License-Identifier: BSD-2-Clause */
/* Interrupts of the base tree, followed as Xen does (xen/common/device-tree/
 * device-tree.c). */
#pragma once
#include "xen/host.h"

/* The nodes of a tree by their phandles. */
struct phandles;
const struct phandles *interrupts_index(struct arena *a, const struct devicetree *dt);

const struct dt_node *phandle_node(const struct phandles *p, uint32_t phandle);

struct interrupt {
	const struct dt_node *controller;	/* where it ends */
	uint32_t intid; /* 32 and up for SPIs; only if the controller is the GIC */
	uint32_t trigger;	/* the same; edge or level, as in the tree */
};

/* How many interrupts Xen counts in a node; those that it cannot count are none. Here and
 * below h->phandles and h->gic_node must be set. */
size_t interrupt_count(const struct host *h, const struct dt_node *n);

/* The index of a name in interrupt-names; SIZE_MAX if it is not there. */
size_t interrupt_named(const struct dt_node *n, const char *name);

/* The node that the interrupts of a node are told to, as far as the tree says. */
const struct dt_node *interrupt_controller(const struct host *h, const struct dt_node *n);

/* Follows the index-th interrupt of a node to its controller. NULL, or why Xen cannot. */
const char *interrupt_follow(const struct host *h, const struct dt_node *n, size_t index,
			     struct interrupt *i);

/* The same for an entry of a node's interrupt-map, which begins at cell *at; *at moves to
 * the next entry, and *more is false after the last. */
const char *interrupt_map_next(const struct host *h, const struct dt_node *n, size_t *at,
			       struct interrupt *i, bool *more);
