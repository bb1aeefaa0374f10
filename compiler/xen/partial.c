/* SPDX-License-Identifier: BSD-2-Clause */
/* Devices of partial trees become answers: what they share, and how far they reach. */
#include "xen/partial.h"

#include "xen/interrupts.h"

/* Whether the device has that interrupt of the GIC. */
static bool has_interrupt(const struct partial_device *v, uint32_t intid)
{
	for (size_t i = 0; i < v->interrupt_count; i++)
		if (v->interrupts[i].intid == intid)
			return true;
	return false;
}

/* The same for the interrupts that a bridge passes on by its interrupt-map, as PCI
 * bridges do. */
static uint32_t shared_by_map(const struct host *h, const struct dt_node *n,
			      const struct partial_device *v)
{
	struct interrupt i;
	bool more = true;

	for (size_t at = 0; !interrupt_map_next(h, n, &at, &i, &more) && more;)
		if (i.controller == h->gic_node && has_interrupt(v, i.intid))
			return i.intid;
	return 0;
}

uint32_t partial_shares(const struct host *h, const struct partial_device *v,
			const struct dt_node *n)
{
	size_t count = interrupt_count(h, n);
	struct interrupt i;

	for (size_t k = 0; k < count; k++)
		if (!interrupt_follow(h, n, k, &i) && i.controller == h->gic_node &&
		    has_interrupt(v, i.intid))
			return i.intid;
	return dt_prop(n, "interrupt-map") ? shared_by_map(h, n, v) : 0;
}

uint64_t partial_reach(const struct domain *d)
{
	const struct partial_device *v = d->partial ? d->partial->devices : NULL;
	uint64_t end = UINT64_MAX;

	for (; v; v = v->next)
		if (v->host && v->does_dma && v->dma_end < end)
			end = v->dma_end;
	return end;
}
