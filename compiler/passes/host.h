/* SPDX-License-Identifier: BSD-2-Clause */
/* The host's tree as Xen reads it: what dom0 gets, and what Xen keeps. */
#pragma once
#include "job.h"

/* Whether Xen leaves this node and all below it out of dom0's tree
 * (xen/arch/arm/domain_build.c, handle_node()). One that is marked xen,passthrough stays,
 * disabled: Xen looks at its addresses and interrupts all the same. */
bool host_skips(const struct job *j, const struct dt_node *n);

/* The next node that dom0 gets, NULL after the last; begin with the root. */
const struct dt_node *host_next(const struct job *j, const struct dt_node *n);
/* The same, but without going below n. */
const struct dt_node *host_next_skipping(const struct job *j, const struct dt_node *n);

/* The version of the interrupt controller that Xen takes, 0 if there is none; *gic is its
 * node (xen/common/device-tree/intc.c). */
unsigned host_gic(const struct devicetree *dt, const struct dt_node **gic);

/* Whether Xen of that release, or one that is not known, does what came with `since`. */
bool host_xen_since(const struct job *j, unsigned since);

/* Whether Xen reads RAM from the node, a child of the root
 * (xen/common/device-tree/bootinfo-fdt.c). */
bool host_is_ram_node(const struct job *j, const struct dt_node *n);
