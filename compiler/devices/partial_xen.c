/* SPDX-License-Identifier: BSD-2-Clause */
/* Registers of a given device become those of its copy, and what Xen reads there
 * (Xen docs/misc/arm/passthrough.txt). */
#include <string.h>

#include "devices/assigned.h"
#include "devices/make_partial.h"
#include "xen/interrupts.h"

void partial_set_reg(struct maker *m, const struct twin *p)
{
	struct text t = { .arena = m->arena };
	struct range r;

	for (size_t i = 0; dt_reg_on_cpu(p->host, i, &r, NULL); i++) {
		put_cells(&t, partial_address(m, r.start), PARTIAL_CELLS);
		put_cells(&t, range_size(r), PARTIAL_CELLS);
	}
	dt_set(m->arena, p->guest, "reg", t.data, t.len);
}

/* The index-th range of pages that no register before it is in. false: there are no more.
 */
static bool own_pages(const struct dt_node *n, size_t index, struct range *pages)
{
	struct range before;

	if (!device_pages(n, index, pages))
		return false;
	for (size_t i = 0; i < index; i++)
		if (device_pages(n, i, &before) && range_overlaps(before, *pages)) {
			if (before.start <= pages->start)
				pages->start = before.end;
			if (before.end >= pages->end)
				pages->end = before.start > pages->start ? before.start
									 : pages->start;
		}
	return true;
}

static bool has_gic_interrupt(const struct host *h, const struct dt_node *n)
{
	size_t count = interrupt_count(h, n);
	struct interrupt i;

	for (size_t k = 0; k < count; k++)
		if (!interrupt_follow(h, n, k, &i) && i.controller == h->gic_node)
			return true;
	return false;
}

/* The node that tells Xen of the device: its copy, or another one in its place, where the
 * bus of the copy numbers its children so that Xen could not read xen,reg there (E0543).
 */
static struct dt_node *told_by(struct maker *m, const struct twin *p)
{
	const struct dt_node *bus = p->guest->parent;
	uint32_t address = dt_cell(bus, "#address-cells", 0, PARTIAL_CELLS);
	uint32_t size = dt_cell(bus, "#size-cells", 0, 1);
	struct twin *other;
	int len = (int)strcspn(p->guest->name, "@");

	if (address >= 1 && address <= 2 && size >= 1 && size <= 2)
		return p->guest;
	other = partial_twin(m, p->host,
			     partial_node(m, m->top, arena_printf(m->arena, "%.*s-interrupts",
								  len, p->guest->name)),
			     p->by);
	other->bare = true;
	return other->guest;
}

bool partial_is_for_xen(const struct host *h, const struct dt_node *n)
{
	return dt_address_count(n) || has_gic_interrupt(h, n);
}

/* Writes what Xen reads there and does not copy (xen/common/device-tree/dom0less-build.c,
 * handle_prop_pfdt()). It routes the interrupts of xen,path, and wants xen,reg with it,
 * an empty one if need be. A device that is behind no IOMMU must be forced. */
void partial_set_xen(struct maker *m, const struct twin *p)
{
	struct text t = { .arena = m->arena };
	struct range r;
	bool iommu = dt_prop(p->host, "iommus") && m->host->iommu;
	struct dt_node *n;

	if (!partial_is_for_xen(m->host, p->host))
		return;
	n = told_by(m, p);
	text_bytes(&t, "", 0);
	for (size_t i = 0; i < dt_address_count(p->host) && own_pages(p->host, i, &r);
	     i++) {
		if (!range_size(r))
			continue;
		put_cells(&t, r.start, PARTIAL_CELLS);
		put_cells(&t, range_size(r), PARTIAL_CELLS);
		put_cells(&t, partial_address(m, r.start), PARTIAL_CELLS);
	}
	dt_set(m->arena, n, "xen,reg", t.data, t.len);
	partial_set_text(m, n, "xen,path", dt_path(m->arena, p->host));
	if (!iommu)
		dt_set(m->arena, n, "xen,force-assign-without-iommu", "", 0);
}
