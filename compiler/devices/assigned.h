/* SPDX-License-Identifier: BSD-2-Clause */
/* Devices of the base tree that guests get. */
#pragma once
#include "diag/diag.h"
#include "xen/host.h"

/* Whether the node is `top` or below it. */
bool is_inside(const struct dt_node *n, const struct dt_node *top);

/* The first entry by which a guest gets the node, of those noted so far; NULL: none does. */
const struct passed *passed_with(const struct system *s, const struct dt_node *n);

/* Notes that a guest gets the node of an entry, found or refused, with what is below it. */
void note_given(struct arena *a, struct system *s, const struct domain *to, struct passed *p);

/* Why Xen keeps the node to itself, for a message; NULL: it does not. */
const char *why_kept(const struct host *h, const struct dt_node *n);

/* The same as a finding at `at` (E0870). false: Xen does not keep it. */
bool report_kept(struct diags *diags, const struct host *h, struct loc at,
		 const struct dt_node *n);

/* Why Xen cannot give the node, with what is below it, to a guest, for a message; NULL:
 * it can. It gives registers, and interrupts of the GIC. */
const char *why_not_given(const struct host *h, const struct dt_node *top);

/* Whether the guest can have the node of the entry with all that is below it. false: Xen keeps
 * a part, or a guest has one, and that was reported. */
bool can_take_all(struct diags *diags, const struct host *h, const struct system *s,
		  const struct domain *d, const struct passed *p);

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
