/* SPDX-License-Identifier: BSD-2-Clause */
/* What the base tree reserves is held against how Xen reads reservations. */
#include <inttypes.h>

#include "checks/checks.h"
#include "xen/host.h"
#include "xen/limits.h"

/* /reserved-memory needs its own #address-cells and #size-cells. Without them Xen reads 2
 * and 1, whatever the root says: its walk starts afresh there
 * (xen/common/device-tree/bootinfo-fdt.c). */
static bool check_reserved_cells(struct diags *diags, const struct host *h)
{
	const struct dt_node *n = dt_find(h->base, "/reserved-memory");

	if (!n || (dt_prop(n, "#address-cells") && dt_prop(n, "#size-cells")))
		return true;
	diag(diags, E0506, h->tree_at,
	     "/reserved-memory lacks #address-cells or #size-cells of "
	     "its own; Xen would read its ranges wrongly");
	return false;
}

struct regions {
	struct range r[BANKS_MAX];
	const char *path[BANKS_MAX];
	size_t n;
};

static bool add_region(struct diags *diags, const struct host *h, struct regions *all,
		       struct range r, const char *path)
{
	if (all->n == BANKS_MAX) {
		diag(diags, E0512, h->tree_at,
		     "more than %d reserved ranges; Xen keeps %d", BANKS_MAX, BANKS_MAX);
		return false;
	}
	all->r[all->n] = r;
	all->path[all->n++] = path;
	return true;
}

/* Nodes may not overlap since 4.18; since 4.19 they may not reach over the end of a
 * /memreserve/ either, though they may lie inside one
 * (xen/common/device-tree/bootinfo.c, check_reserved_regions_overlap()). */
static bool check_overlap(struct diags *diags, const struct host *h,
			  const struct regions *all, struct range r, const char *path)
{
	for (size_t i = 0; i < all->n; i++) {
		if (!range_overlaps(all->r[i], r))
			continue;
		if (!all->path[i] &&
		    (range_inside(r, all->r[i]) || !xen_since(h, VERSION(4, 19))))
			continue;
		if (all->path[i])
			diag(diags, E0507, h->tree_at,
			     "%s and %s of the tree reserve the same "
			     "memory; Xen stops at that",
			     all->path[i], path);
		else
			diag(diags, E0507, h->tree_at,
			     "%s of the tree overlaps the /memreserve/ "
			     "from 0x%" PRIx64 " to 0x%" PRIx64
			     " without lying inside; Xen stops "
			     "at that",
			     path, all->r[i].start, all->r[i].end);
		return false;
	}
	return true;
}

/* Whether reserved ranges overlap, or are too many. Those of /memreserve/ have no path;
 * Xen does not compare them with each other. */
static void check_ranges(struct diags *diags, const struct host *h)
{
	struct regions all = { .n = 0 };
	const struct dt_node *top = dt_find(h->base, "/reserved-memory"), *end;
	uint64_t start, size;

	for (const struct dt_reserve *r = h->base->reserves; r; r = r->next)
		if (!add_region(diags, h, &all, r->range, NULL))
			return;
	end = top ? dt_next_skipping(top) : NULL;
	for (const struct dt_node *n = top ? dt_next(top) : NULL; n != end;
	     n = dt_next(n)) {
		const char *path = dt_path(h->arena, n);

		for (size_t i = 0; dt_enabled(n) && dt_reg(n, i, &start, &size); i++) {
			struct range r = range_at(start, size);

			if (size && xen_since(h, VERSION(4, 18)) &&
			    !check_overlap(diags, h, &all, r, path))
				return;
			if (size && !add_region(diags, h, &all, r, path))
				return;
		}
	}
}

/* Xen reads reg of every node below, in whole pairs of the cells above it
 * (xen/common/device-tree/bootinfo-fdt.c, device_tree_get_meminfo()). */
static void warn_of_node(struct diags *diags, const struct host *h,
			 const struct dt_node *n, unsigned depth)
{
	const struct dt_prop *reg = dt_prop(n, "reg");
	uint64_t cells = (uint64_t)dt_address_cells(n->parent) +
			 dt_size_cells(n->parent);
	const char *path = dt_path(h->arena, n);

	if (!reg || !dt_enabled(n))
		return;
	if (depth > 1)
		diag_help(diag(diags, W0560, h->tree_at,
			       "%s is inside a reservation, and Xen takes its reg for one as well",
			       path),
			  "take its reg out: fdtput -d FILE %s reg", path);
	if (reg->len == 0 || (cells && reg->len % (4 * cells)))
		diag(diags, W0560, h->tree_at,
		     "reg of %s is not made of whole pairs of address and size, %" PRIu64
		     " cells each; Xen reserves less than it should",
		     path, cells);
}

static void warn_of_nodes(struct diags *diags, const struct host *h)
{
	const struct dt_node *top = dt_find(h->base, "/reserved-memory");
	const struct dt_node *end = top ? dt_next_skipping(top) : NULL;

	for (const struct dt_node *n = top ? dt_next(top) : NULL; n != end;
	     n = dt_next(n)) {
		unsigned depth = 0;

		for (const struct dt_node *up = n; up != top; up = up->parent)
			depth++;
		warn_of_node(diags, h, n, depth);
	}
}

static bool reserves_something(const struct host *h, const struct dt_node *top)
{
	uint64_t start, size;

	for (const struct dt_node *n = top->children; n; n = n->next)
		for (size_t i = 0; (dt_enabled(n) || !xen_since(h, VERSION(4, 19))) &&
				   dt_reg(n, i, &start, &size);
		     i++)
			if (size)
				return true;
	return false;
}

/* Xen keeps reservations and the static heap in one list, in the order of the tree, and
 * shows dom0 what comes from the first reservation on
 * (xen/common/device-tree/domain-build.c, make_memory_node()). So the heap, which is in
 * /chosen, must come first; if the tree has no /chosen, xendtc adds one at its end. */
static bool check_static_heap(struct diags *diags, const struct host *h,
			      const struct system *system)
{
	const struct extent *heap = h->xen->static_heap;
	const struct dt_node *n = h->base->root->children;

	while (n && !streq(n->name, "chosen") && !streq(n->name, "reserved-memory"))
		n = n->next;
	if (!heap || !system->dom0 || !n || streq(n->name, "chosen") ||
	    !reserves_something(h, n))
		return true;
	diag(diags, E0853, heap->o.at,
	     "the base tree has /reserved-memory before /chosen: Xen would show the static "
	     "heap to dom0 as memory of its own");
	return false;
}

void check_reserved(struct job *j)
{
	if (!j->host.base)
		return;
	if (check_reserved_cells(&j->diags, &j->host) &&
	    check_static_heap(&j->diags, &j->host, j->system))
		warn_of_nodes(&j->diags, &j->host);
	check_ranges(&j->diags, &j->host);
}
