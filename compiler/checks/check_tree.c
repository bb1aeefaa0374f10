/* SPDX-License-Identifier: BSD-2-Clause */
/* The base tree is held against what Xen reads of it. */
#include <inttypes.h>

#include "checks/checks.h"
#include "xen/host.h"

/* The levels of nodes that Xen reads (xen/include/xen/bootfdt.h, DEVICE_TREE_MAX_DEPTH).
 * Before 4.20.4, 4.21.2 and 4.22 a deeper node makes the early scan loop for ever; later
 * ones pass over it. */
#define DEPTH_MAX 16

static void check_depth(struct diags *diags, const struct host *h)
{
	if (xen_since(h, VERSION(4, 22)))
		return;
	for (const struct dt_node *n = h->base->root; n; n = dt_next(n)) {
		unsigned depth = 0;

		for (const struct dt_node *up = n->parent; up; up = up->parent)
			depth++;
		if (depth < DEPTH_MAX)
			continue;
		diag(diags, E0503, h->tree_at, "node %s is %u levels deep; Xen reads %d",
		     dt_path(h->arena, n), depth, DEPTH_MAX - 1);
		return;
	}
}

/* The root's cells must hold addresses and sizes of all RAM. Xen reads RAM, and writes
 * dom0's, in those cells (xen/common/device-tree/bootinfo-fdt.c,
 * device_tree_get_meminfo(); xen/arch/arm/domain_build.c). U-Boot writes the banks in
 * them, and cuts what is too long (boot/fdt_support.c). */
static void check_root_cells(struct diags *diags, const struct host *h)
{
	uint32_t address = dt_cell(h->base->root, "#address-cells", 0, 2);
	uint32_t size = dt_cell(h->base->root, "#size-cells", 0, 1);

	if (address < 1 || address > 2 || size < 1 || size > 2) {
		diag(diags, E0527, h->tree_at,
		     "#address-cells and #size-cells of the root are %u "
		     "and %u; Xen needs 1 or 2",
		     address, size);
		return;
	}
	for (const struct bank *b = h->size->banks; b; b = NEXT(b)) {
		if ((size == 2 || b->size.n <= UINT32_MAX) &&
		    (address == 2 || b->start.n <= UINT32_MAX))
			continue;
		diag(diags, E0527, h->tree_at,
		     "the RAM of %s from 0x%" PRIx64 " on, 0x%" PRIx64
		     " bytes, cannot be written with #address-cells %u and #size-cells "
		     "%u of "
		     "the root; U-Boot would cut the numbers",
		     h->board->title.text, b->start.n, b->size.n, address, size);
	}
}

/* The node that U-Boot writes the banks into must not be disabled: U-Boot makes the node,
 * its device_type and its reg where they are not there, but leaves its status (U-Boot
 * boot/fdt_support.c, fdt_fixup_memory_banks()). */
static void check_memory_node(struct diags *diags, const struct host *h)
{
	const struct dt_node *n = host_first_memory(h);

	if (!n || dt_enabled(n) || !xen_since(h, VERSION(4, 19)))
		return;
	diag(diags, E0504, host_origin(h, n, "status"), "%s is disabled: Xen would find no RAM",
	     dt_path(h->arena, n));
}

static bool is_ram(const struct host *h, struct range r)
{
	for (const struct bank *b = h->size->banks; b; b = NEXT(b))
		if (range_overlaps(range_at(b->start.n, b->size.n), r))
			return true;
	return false;
}

/* Whether the node comes before /chosen. Up to 4.18 a node that Xen cannot read ends its
 * early scan, which is no harm once it has been through /chosen. If there is none, xendtc
 * makes one at the end. */
static bool is_before_chosen(const struct host *h, const struct dt_node *n)
{
	while (n && !streq(n->name, "chosen"))
		n = n->next;
	return n || !dt_child(h->base->root, "chosen");
}

static void check_second_memory(struct diags *diags, const struct host *h,
				const struct dt_node *n, const struct dt_node *first)
{
	const char *path = dt_path(h->arena, n);
	uint64_t start, size;
	struct diag *g;

	if (!dt_prop(n, "reg") &&
	    (xen_since(h, VERSION(4, 19)) || is_before_chosen(h, n))) {
		g = diag(diags, E0528, h->tree_at, "%s has no reg; Xen stops at it", path);
		diag_help(g, "remove the node: fdtput -r FILE %s", path);
		return;
	}
	for (size_t i = 0; dt_reg(n, i, &start, &size); i++) {
		if (!size || !is_ram(h, range_at(start, size)))
			continue;
		g = diag(diags, E0528, h->tree_at,
			 "%s has RAM that U-Boot writes into %s as well; Xen "
			 "stops where it finds RAM twice",
			 path, dt_path(h->arena, first));
		diag_help(g, "remove the node: fdtput -r FILE %s", path);
		return;
	}
}

/* No other node may have RAM: U-Boot puts all banks into the first child of the root
 * called memory (boot/fdt_support.c, fdt_fixup_memory_banks()), and Xen adds those of the
 * others (xen/common/device-tree/bootinfo-fdt.c, process_memory_node()). */
static void check_memory_nodes(struct diags *diags, const struct host *h)
{
	const struct dt_node *first = host_first_memory(h);

	for (const struct dt_node *n = first ? first->next : NULL; n; n = n->next)
		if (host_is_ram_node(h, n))
			check_second_memory(diags, h, n, first);
}

void check_tree(struct job *j)
{
	if (!j->host.base)
		return;
	check_depth(&j->diags, &j->host);
	check_root_cells(&j->diags, &j->host);
	if (!j->host.board->boot->fills_memory.n)
		return;		/* xendtc writes the node, and removes the others */
	check_memory_node(&j->diags, &j->host);
	check_memory_nodes(&j->diags, &j->host);
}
