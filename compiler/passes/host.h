/* SPDX-License-Identifier: BSD-2-Clause */
/* The host's tree as Xen reads it: what dom0 gets, and which interrupt is whose. */
#pragma once
#include "job.h"

/* Whether Xen leaves this node and all below it out of dom0's tree
 * (xen/arch/arm/domain_build.c, handle_node()). */
bool host_skips(const struct job *j, const struct dt_node *n);

/* The next node that dom0 gets, NULL after the last; begin with the root. */
const struct dt_node *host_next(const struct job *j, const struct dt_node *n);
/* The same, but without going below n. */
const struct dt_node *host_next_skipping(const struct job *j, const struct dt_node *n);

/* The index-th interrupt of a node if it is wired to the GIC. false: no such interrupt, or
 * it goes to another controller (then *more is true). *intid is 32 and up for SPIs
 * (Devicetree binding interrupt-controller/arm,gic). */
bool host_interrupt(const struct job *j, const struct dt_node *n, size_t index,
		    uint32_t *intid, bool *more);

/* The version of the interrupt controller in the tree, 0 if there is none; *gic is its
 * node. */
unsigned host_gic(const struct devicetree *dt, const struct dt_node **gic);
