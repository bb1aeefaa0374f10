/* SPDX-License-Identifier: BSD-2-Clause */
/* Partial device trees become the devices that guests get, read as Xen does
 * (xen/common/device-tree/dom0less-build.c, scan_pfdt_node(), handle_prop_pfdt()). */
#include "devices/partials.h"

#include <errno.h>
#include <string.h>
#include <strings.h>

#include "base/list.h"
#include "devices/assigned.h"
#include "devices/devices.h"
#include "devices/dma.h"
#include "input/source.h"
#include "passes/marks.h"
#include "xen/holders.h"
#include "xen/interrupts.h"
#include "xen/partial.h"

#define TREE_MAX ((size_t)16 << 20)

static uint64_t take(const uint8_t **cell, uint32_t cells)
{
	uint64_t n = dt_number(*cell, cells);

	*cell += 4 * cells;
	return n;
}

/* Whether Xen can read xen,reg: it takes one or two cells of each. */
static bool can_be_read(const struct partial_device *v)
{
	return v->address_cells >= 1 && v->address_cells <= 2 && v->size_cells >= 1 &&
	       v->size_cells <= 2;
}

static void read_ranges(struct arena *a, struct partial_device *v)
{
	const struct dt_prop *reg = dt_prop(v->node, "xen,reg");
	const uint8_t *cell;

	if (!reg || !can_be_read(v))
		return;
	cell = reg->data;
	v->range_count = reg->len / (4 * (2 * v->address_cells + v->size_cells));
	v->ranges = arena_alloc(a, v->range_count * sizeof(*v->ranges));
	for (size_t i = 0; i < v->range_count; i++) {
		v->ranges[i].host = take(&cell, v->address_cells);
		v->ranges[i].size = take(&cell, v->size_cells);
		v->ranges[i].guest = take(&cell, v->address_cells);
	}
}

static void read_interrupts(const struct host *h, struct partial_device *v)
{
	size_t count = v->host ? interrupt_count(h, v->host) : 0;

	v->interrupts = arena_alloc(h->arena, count * sizeof(*v->interrupts));
	for (size_t k = 0; k < count; k++) {
		struct interrupt i;

		if (interrupt_follow(h, v->host, k, &i))
			continue; /* reported by repair */
		if (i.controller == h->gic_node)
			v->interrupts[v->interrupt_count++] = i;
		else
			v->lost++;
	}
}

/* Marks disabled devices that share an interrupt with the guest's device: Xen would give
 * dom0 that interrupt, too. */
static void mark_disabled(const struct host *h, struct plan *plan, struct partial_device *v,
			  struct table *seen)
{
	const struct holder *o;

	for (size_t i = 0; i < v->interrupt_count; i++) {
		if (table_add(seen, "", v->interrupts[i].intid, v) != v)
			continue;
		for (o = holders_of_interrupt(h, v->interrupts[i].intid); o; o = o->next)
			if (!dt_enabled(o->node) && o->node != h->console)
				mark_passthrough(plan, o->node, v->at);
	}
}

/* In `seen` are the interrupts of the guest's devices before it. */
static void read_device(const struct host *h, struct plan *plan, struct partial_device *v,
			struct table *seen)
{
	const struct dt_prop *path = dt_prop(v->node, "xen,path");

	v->force = dt_prop(v->node, "xen,force-assign-without-iommu");
	read_ranges(h->arena, v);
	if (!path)
		return;
	v->path = arena_copy(h->arena, path->data, strnlen(path->data, path->len));
	v->host = holders_path(h, v->path);
	if (!v->host)
		return;
	read_interrupts(h, v);
	v->does_dma = does_dma(v->host);
	v->dma_end = dma_end(v->host);
	mark_passthrough(plan, v->host, v->at);
	mark_disabled(h, plan, v, seen);
}

/* The cells of the children of a node: not inherited, and 2 and 1 if there are none. */
static uint32_t cells_below(const struct dt_node *parent, const char *prop,
			    uint32_t otherwise)
{
	return parent->parent ? dt_cell(parent, prop, 0, otherwise) : otherwise;
}

static struct partial_device *add_device(const struct host *h, struct plan *plan,
					 const struct partial *p, const struct dt_node *n,
					 struct table *seen)
{
	struct partial_device *v = NEW(h->arena, struct partial_device);

	v->partial = p;
	v->node = n;
	v->at = p->at;
	v->title = arena_printf(h->arena, "%s of %s", dt_path(h->arena, n), p->name);
	v->address_cells = cells_below(n->parent, "#address-cells", 2);
	v->size_cells = cells_below(n->parent, "#size-cells", 1);
	read_device(h, plan, v, seen);
	return v;
}

/* The pages of registers of all devices, and of what is below them; those that overlap or adjoin
 * each other are one. */
static void join_pages(struct arena *a, struct partial *p)
{
	struct spans all = { .arena = a };
	struct range r, joined = { 0, 0 };

	for (const struct partial_device *v = p->devices; v; v = v->next)
		for (const struct dt_node *n = v->host; n; n = next_below(v->host, n))
			for (size_t i = 0; i < dt_address_count(n); i++)
				if (dt_reg_on_cpu(n, i, &r, NULL))
					spans_add(&all, whole_pages(r), v);
	spans_sort(&all);
	p->pages.arena = a;
	for (size_t i = 0; i < all.n; i++) {
		r = all.list[i].r;
		if (i && r.start <= joined.end) {
			joined.end = r.end > joined.end ? r.end : joined.end;
			continue;
		}
		if (i)
			spans_add(&p->pages, joined, NULL);
		joined = r;
	}
	if (all.n)
		spans_add(&p->pages, joined, NULL);
	spans_sort(&p->pages);
}

struct partial *partial_read(const struct host *h, struct plan *plan,
			     const struct domain *guest, const struct devicetree *tree,
			     struct loc at, const char *name, uint64_t size)
{
	struct partial *p = NEW(h->arena, struct partial);
	struct partial_device **next = &p->devices;
	struct table seen = { .arena = h->arena };

	*p = (struct partial) { .guest = guest, .tree = tree, .at = at, .name = name,
				.size = size };
	for (const struct dt_node *top = tree->root->children; top; top = top->next) {
		const struct dt_node *end = dt_next_skipping(top);

		if (strcasecmp(top->name, "passthrough"))
			continue;
		for (const struct dt_node *n = top; n != end; n = dt_next(n)) {
			if (!dt_prop(n, "xen,reg") && !dt_prop(n, "xen,path"))
				continue;
			*next = add_device(h, plan, p, n, &seen);
			next = &(*next)->next;
		}
	}
	join_pages(h->arena, p);
	return p;
}

/* The tree that the user brings; NULL: reported. */
static struct partial *read_one(struct diags *diags, const struct host *h,
				struct plan *plan, const struct domain *d)
{
	const struct image *i = d->passthrough_dtb;
	const char *why, *path = i->found->path;
	const struct devicetree *tree;
	size_t len;
	char *blob;

	if (!read_file(h->arena, path, TREE_MAX, &blob, &len)) {
		diags_file_failed(diags, errno);
		diag(diags, E0301, i->file.at, "'%s' cannot be read: %s", path,
		     strerror(errno));
		return NULL;
	}
	tree = dt_read(h->arena, blob, len, &why);
	if (!tree) {
		diag(diags, E0553, i->file.at, "'%s' is not a sound device tree: %s",
		     path, why);
		return NULL;
	}
	return partial_read(h, plan, d, tree, i->file.at,
			    arena_printf(h->arena, "'%s'", i->file.text), len);
}

void read_partials(struct job *j)
{
	struct domain *d;

	for (d = first_guest(j->system); d; d = next_guest(j->system, d)) {
		struct partial *p = NULL;

		if (j->host.base && d->passthrough_dtb && d->passthrough_dtb->found)
			p = read_one(&j->diags, &j->host, &j->plan, d);
		if (!p)
			continue;
		d->partial = p;
		list_append_last(j->partials, j->last_partial, p);
	}
}
