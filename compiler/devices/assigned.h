/* SPDX-License-Identifier: BSD-2-Clause */
/* Devices of the base tree that guests get. */
#pragma once
#include "xen/host.h"

/* Whether the node is `top` or below it. */
bool is_inside(const struct dt_node *n, const struct dt_node *top);

/* Whether a guest could get the node as well: Xen can give it away and does not keep it, and
 * no guest has it or a part of it yet, but by the entry `instead`, which may be NULL. */
bool can_be_added(const struct host *h, const struct system *s, const struct dt_node *n,
		  const struct passed *instead);

/* Whether Xen could give the node to a guest: it has registers or interrupts. */
bool is_device(const struct host *h, const struct dt_node *n);

/* The pages that the node's index-th registers are in. false: it has no more. */
bool device_pages(const struct dt_node *n, size_t index, struct range *pages);

/* Whether the registers of the node are those of the devices on it, and not its own: buses of some
 * trees, Amlogic's for one, have `reg` as well as `ranges`. Linux maps none for a bus
 * (drivers/of/platform.c), and without it dom0 would lack all that is on it. */
bool is_mere_bus(const struct dt_node *n);

/* The node and all below it, in their order: NULL after the last. */
static inline const struct dt_node *next_below(const struct dt_node *top,
					       const struct dt_node *n)
{
	const struct dt_node *next = dt_next(n);

	return next == dt_next_skipping(top) ? NULL : next;
}
