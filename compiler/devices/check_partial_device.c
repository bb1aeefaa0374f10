/* SPDX-License-Identifier: BSD-2-Clause */
/* A device of a partial tree: can Xen give it to the guest
 * (xen/common/device-tree/dom0less-build.c, handle_passthrough_prop())? */
#include <inttypes.h>

#include "devices/assigned.h"
#include "devices/check_partial.h"
#include "xen/partial.h"

static bool check_path(struct diags *diags, const struct plan *plan,
		       const struct partial_device *v)
{
	struct diag *g;

	if (!v->path || (v->host && !plan_leaves_out(plan, v->host)))
		return true;
	if (v->host) {
		g = diag(diags, E0540, v->at,
			 "%s has to be left out of the tree, and Xen cannot give it to %s", v->path,
			 domain_title(diags->arena, v->partial->guest));
		diag_help(g, "a warning about the tree says why: correct the tree, or name another "
			     "device");
		return false;
	}
	g = diag(diags, E0540, v->at, "xen,path of %s is %s, which the base tree does not have",
		 v->title, v->path);
	diag_help(g, "write the full path, with unit addresses and without aliases");
	return false;
}

static bool check_pair(struct diags *diags, const struct partial_device *v)
{
	bool reg = dt_prop(v->node, "xen,reg");
	struct diag *g;

	if (reg && (v->path || v->force))
		return true;
	g = diag(diags, E0541, v->at, "%s has xen,%s without xen,%s", v->title,
		 reg ? "reg" : "path", reg ? "path" : "reg");
	diag_help(g, "%s",
		  reg ? "name the device with xen,path, or write "
			"xen,force-assign-without-iommu"
		      : "write xen,reg = <HOST SIZE GUEST>; it may be empty");
	return false;
}

/* Refuses cells that are 0 or more than two. Xen does so since 4.20.4; before, it reads
 * other numbers. */
static bool check_cells(struct diags *diags, const struct partial_device *v)
{
	const struct dt_prop *reg = dt_prop(v->node, "xen,reg");
	uint32_t a = v->address_cells, s = v->size_cells;
	struct diag *g;

	if (a < 1 || a > 2 || s < 1 || s > 2) {
		diag(diags, E0543, v->at,
		     "the parent of %s has %" PRIu32 " address and %" PRIu32
		     " size cells; Xen reads xen,reg with 1 or 2",
		     v->title, a, s);
		return false;
	}
	if (reg->len % (4 * (2 * a + s)) == 0)
		return true;
	g = diag(diags, E0544, v->at,
		 "xen,reg of %s has %zu cells; with %" PRIu32 " address and %" PRIu32
		 " size cells an entry has %" PRIu32,
		 v->title, reg->len / 4, a, s, 2 * a + s);
	diag_help(g,
		  "Xen takes the cells of the direct parent, and 2 and 1 if it has none: "
		  "write #address-cells and #size-cells there");
	return false;
}

static bool check_pages(struct diags *diags, const struct partial_device *v)
{
	struct diag *g;

	for (size_t i = 0; i < v->range_count; i++) {
		const struct partial_range *r = &v->ranges[i];

		if (!((r->host | r->size | r->guest) % PAGE_SIZE_4K))
			continue;
		g = diag(diags, E0542, v->at,
			 "xen,reg of %s maps 0x%" PRIx64 " bytes at 0x%" PRIx64
			 " to 0x%" PRIx64 ", which is not whole pages",
			 v->title, r->size, r->host, r->guest);
		diag_help(g,
			  "round to 0x1000; 'reg' in the guest's node can be exact");
		return false;
	}
	return true;
}

void help_with_dom0s(struct diag *g, const struct host *h, const struct system *s,
		     const struct partial_device *v, const struct dt_node *n)
{
	if (!v->partial->guest->passed)
		diag_help(g, "give that one to the guest too, or disable it in the base tree");
	else if (can_be_added(h, s, n, NULL))
		diag_help(g, "add %s to the list, or disable it in the base tree",
			  dt_path(h->arena, n));
	else
		diag_help(g, "disable it in the base tree if it is not used");
}

bool check_partial_device(struct diags *diags, const struct plan *plan,
			  const struct partial_device *v)
{
	bool ok = check_path(diags, plan, v);

	if (!check_pair(diags, v) || !dt_prop(v->node, "xen,reg"))
		return false;
	return check_cells(diags, v) && check_pages(diags, v) && ok;
}
