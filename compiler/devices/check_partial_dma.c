/* SPDX-License-Identifier: BSD-2-Clause */
/* A guest's device that reads and writes memory by itself: is it the guest's memory? */
#include <inttypes.h>

#include "devices/check_partial.h"
#include "xen/host.h"
#include "xen/partial.h"

/* Whether the host's node says which IOMMU the device is behind
 * (xen/drivers/passthrough/device_tree.c, iommu_add_dt_device()). */
static bool is_behind_iommu(const struct host *h, const struct dt_node *host)
{
	return h->iommu && (dt_prop(host, "iommus") || h->iommu_masters);
}

/* A device that is behind no IOMMU must be forced (iommu_assign_dt_device() of the same
 * file). */
static bool check_force(struct diags *diags, const struct partial_device *v, bool behind)
{
	struct diag *g;

	if (v->force || behind)
		return true;
	g = diag(diags, E0555, v->at,
		 "%s (%s) is not behind an IOMMU that Xen drives: Xen would not give it "
		 "to the guest",
		 v->title, v->path);
	diag_help(g, "write xen,force-assign-without-iommu into the node");
	return false;
}

static void warn_of_addresses(struct diags *diags, const struct partial_device *v)
{
	struct diag *g;

	g = diag(diags, W0888, v->at,
		 "%s (%s) uses memory by DMA, and without an IOMMU it would be that of "
		 "others: the addresses of %s are not the machine's",
		 v->title, v->path, domain_title(diags->arena, v->partial->guest));
	diag_help(g, "%sgive the guest static-memory: auto and direct-map: true",
		  v->partial->guest->boot.n ? "" : "let Xen start it, not dom0, and ");
}

static void warn_of_reach(struct diags *diags, const struct partial_device *v)
{
	uint64_t end = v->dma_end;
	const struct extent *e = v->partial->guest->static_extents;

	while (e && (!e->claim || e->claim->start + e->size.n <= end))
		e = NEXT(e);
	if (!e)
		return;
	diag(diags, W0889, v->at,
	     "%s (%s) reaches memory below 0x%" PRIx64 " by DMA, and %s has some above",
	     v->title, v->path, end, domain_title(diags->arena, v->partial->guest));
}

bool check_partial_dma(struct diags *diags, const struct host *h,
		       const struct partial_device *v)
{
	bool behind = v->host && is_behind_iommu(h, v->host);

	if (!v->host)
		return true;
	if (!check_force(diags, v, behind))
		return false;
	if (behind || !v->does_dma)
		return true;
	if (is_direct(v->partial->guest))
		warn_of_reach(diags, v);
	else
		warn_of_addresses(diags, v);
	return true;
}
