/* SPDX-License-Identifier: BSD-2-Clause */
/* A guest's device that reads and writes memory by itself: is it the guest's memory? */
#include <inttypes.h>

#include "passes/partial.h"
#include "schema/device_rules.h"

/* Whether the host's node says which IOMMU it is behind
 * (xen/drivers/passthrough/device_tree.c, iommu_add_dt_device()). */
static bool is_behind_iommu(const struct job *j, const struct dt_node *host)
{
	if (!has_iommu(j) || iommu_is_off(j))
		return false;
	if (dt_prop(host, "iommus"))
		return true;
	for (const struct dt_node *n = j->base->root; n; n = dt_next(n))
		if (dt_prop(n, "mmu-masters"))
			return true;
	return false;
}

/* iommu_assign_dt_device() of the same file. */
static bool check_force(struct job *j, const struct partial_device *v, bool behind)
{
	struct diag *g;

	if (v->force || behind)
		return true;
	g = diag(&j->diags, E0555, v->at,
		 "%s (%s) is not behind an IOMMU that Xen drives: Xen would not give it "
		 "away",
		 v->title, v->path);
	diag_help(&j->diags, g, "write xen,force-assign-without-iommu into the node");
	return false;
}

/* Nothing in a tree says it of every device; these do it on all machines. */
static bool does_dma(const struct dt_node *n)
{
	static const char *const names[] = { "ethernet", "usb", "mmc", "sata", "pcie",
					     "pci", "dma-controller", "virtio_mmio" };

	for (const struct device_word *w = device_kinds; w->compatible; w++)
		if (dt_compatible(n, w->compatible))
			return w->dma;
	if (dt_prop(n, "iommus") || dt_prop(n, "dma-coherent") ||
	    dt_prop(n, "dma-ranges"))
		return true;
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (dt_is_named(n, names[i]))
			return true;
	return false;
}

static void warn_of_addresses(struct job *j, const struct partial_device *v)
{
	struct diag *g;

	g = diag(&j->diags, W0888, v->at,
		 "%s (%s) uses memory by DMA, and without an IOMMU it would be that of "
		 "others: the addresses of %s are not the machine's",
		 v->title, v->path, domain_title(j->arena, v->partial->guest));
	diag_help(&j->diags, g, "%sgive the guest static-memory: auto and direct-map: true",
		  v->partial->guest->boot.n ? "" : "let Xen start it, not dom0, and ");
}

/* Where the addresses end that a device reaches: those of the last dma-ranges above it
 * (Devicetree Specification, 2.3.9); UINT64_MAX if none says so. */
static uint64_t dma_end(const struct dt_node *n)
{
	uint64_t end = 0;

	for (n = n->parent; n && !end; n = n->parent) {
		const struct dt_prop *p = dt_prop(n, "dma-ranges");
		uint32_t child = dt_address_cells(n), size = dt_size_cells(n);
		uint32_t cpu = n->parent ? dt_address_cells(n->parent) : child;
		uint64_t entry = (uint64_t)child + cpu + size;

		for (size_t at = 0; p && entry && at + entry <= p->len / 4; at += entry) {
			uint64_t start = 0, len = 0;

			for (size_t i = 0; i < cpu; i++)
				start = start << 32 |
					dt_cell(n, "dma-ranges", at + child + i, 0);
			for (size_t i = 0; i < size; i++)
				len = len << 32 |
				      dt_cell(n, "dma-ranges", at + child + cpu + i, 0);
			end = range_at(start, len).end > end ? range_at(start, len).end
							     : end;
		}
	}
	return end ? end : UINT64_MAX;
}

uint64_t partial_reach(const struct job *j, const struct domain *d)
{
	uint64_t end = UINT64_MAX;

	for (const struct partial *p = j->partials; p; p = p->next)
		for (const struct partial_device *v = p->devices; v; v = v->next)
			if (p->guest == d && v->host && does_dma(v->host) &&
			    dma_end(v->host) < end)
				end = dma_end(v->host);
	return end;
}

static void warn_of_reach(struct job *j, const struct partial_device *v)
{
	uint64_t end = dma_end(v->host);
	const struct extent *e = v->partial->guest->static_extents;

	while (e && (!e->claim || e->claim->start + e->size.n <= end))
		e = (const struct extent *)e->o.next;
	if (!e)
		return;
	diag(&j->diags, W0889, v->at,
	     "%s (%s) reaches memory below 0x%" PRIx64 " by DMA, and %s has some above",
	     v->title, v->path, end, domain_title(j->arena, v->partial->guest));
}

bool check_partial_dma(struct job *j, const struct partial_device *v)
{
	bool behind = v->host && is_behind_iommu(j, v->host);

	if (!v->host)
		return true;
	if (!check_force(j, v, behind))
		return false;
	if (behind || !does_dma(v->host))
		return true;
	if (is_direct(v->partial->guest))
		warn_of_reach(j, v);
	else
		warn_of_addresses(j, v);
	return true;
}
