/* SPDX-License-Identifier: BSD-2-Clause */
/* Addresses of a bus become addresses of the CPU (Devicetree Specification, section 2.3). */
#include "input/devicetree.h"

#include <string.h>
#include <strings.h>

#include "base/list.h"

static uint32_t inherited_cell(const struct dt_node *n, const char *name, uint32_t preset)
{
	for (; n; n = n->parent) {
		const struct dt_prop *p = dt_prop(n, name);

		if (p && p->len >= 4)
			return (uint32_t)dt_number(p->data, 1);
	}
	return preset;
}

uint32_t dt_address_cells(const struct dt_node *n)
{
	return inherited_cell(n, "#address-cells", 2);
}

uint32_t dt_size_cells(const struct dt_node *n)
{
	return inherited_cell(n, "#size-cells", 1);
}

/* How the children of a node are addressed. */
struct bus {
	bool pci;
	uint32_t address_cells, size_cells;
};

/* An address on a bus. */
struct address {
	uint32_t space;		/* PCI: phys.hi (IEEE 1275 PCI binding, 2.2.1.1) */
	uint64_t at;
};

/* By device_type, and since Xen 4.15 also by the node's name. */
static bool is_pci(const struct dt_node *n)
{
	static const char *const types[] = { "pci", "pciex", "vci", "ht" };
	const char *type = dt_string(n, "device_type");

	for (size_t i = 0; type && i < countof(types); i++)
		if (streq(type, types[i]))
			return true;
	return dt_is_named(n, "pcie") || dt_is_named(n, "pci");
}

static struct bus bus_of(const struct dt_node *n)
{
	struct bus b = { .pci = is_pci(n) };

	b.address_cells = b.pci ? 3 : dt_address_cells(n);
	b.size_cells = b.pci ? 2 : dt_size_cells(n);
	return b;
}

static bool has_usual_cells(struct bus b)
{
	return b.pci
	       || (b.address_cells >= 1 && b.address_cells <= 2 && b.size_cells <= 2);
}

static struct address read_address(struct bus b, const uint8_t *p)
{
	struct address a = { b.pci ? (uint32_t)dt_number(p, 1) : 0, dt_number(p, b.address_cells) };

	return a;
}

/* The index-th (address, size) of a property, on a bus whose cells has_usual_cells() found
 * usual. */
static bool read_entry(const struct dt_node *n, const char *name, struct bus b,
		       size_t index, struct address *address, uint64_t *size)
{
	const struct dt_prop *p = dt_prop(n, name);
	uint64_t step = dt_entry_size(b.address_cells, b.size_cells, 0);
	const uint8_t *entry;

	if (!p || index >= p->len / step)
		return false;
	entry = (const uint8_t *)p->data + index * step;
	*address = read_address(b, entry);
	*size = dt_number(entry + 4 * b.address_cells, b.size_cells);
	return true;
}

bool dt_reg(const struct dt_node *n, size_t index, uint64_t *address, uint64_t *size)
{
	struct address a;
	struct bus b;

	if (!n->parent)
		return false;
	b = bus_of(n->parent);
	if (!has_usual_cells(b) || !read_entry(n, "reg", b, index, &a, size))
		return false;
	*address = a.at;
	return true;
}

/* Which space of PCI an address is in: memory, I/O ports or configuration (IEEE 1275 PCI
 * binding, 2.2.1.1). Memory of 32 and of 64 bits is one space. */
static unsigned pci_space(uint32_t phys_hi)
{
	unsigned space = phys_hi >> 24 & 3;

	return space == 3 ? 2 : space;
}

/* Xen adds without looking at the carry, so that a range that ends at 2^64 is empty. */
static bool range_holds(struct bus b, struct address first, uint64_t size,
			struct address a)
{
	if (b.pci && pci_space(first.space) != pci_space(a.space))
		return false;
	return a.at >= first.at && a.at < first.at + size;
}

/* Moves an address on bus b, which is that of the node, to the bus above by the ranges of the
 * node (Devicetree Specification, 2.3.8). NULL, or why that cannot be. */
static const char *step_up(const struct dt_node *n, struct bus b, struct bus above,
			   struct address *a)
{
	const struct dt_prop *ranges = dt_prop(n, "ranges");
	size_t up_at = 4 * b.address_cells, size_at = up_at + 4 * above.address_cells;
	uint64_t step = dt_entry_size(b.address_cells, above.address_cells, b.size_cells);

	if (!ranges)
		return "a bus above it has no 'ranges'";
	if (ranges->len == 0) {
		a->space = 0;
		return NULL;
	}
	for (size_t i = 0; i < ranges->len / step; i++) {
		const uint8_t *p = (const uint8_t *)ranges->data + i * step;
		struct address first = read_address(b, p);

		if (range_holds(b, first, dt_number(p + size_at, b.size_cells), *a)) {
			struct address up = read_address(above, p + up_at);

			a->at = up.at + (a->at - first.at);
			a->space = up.space;
			return NULL;
		}
	}
	return "the 'ranges' of a bus above it leave its address out";
}

#define CELLS_MAX 4		/* Xen: DT_MAX_ADDR_CELLS */

static bool is_bus(const struct dt_node *n, struct bus b)
{
	return b.pci || !n->parent || dt_prop(n, "ranges");
}

/* A bus that memory can be on: Xen takes a size of no cells for "not memory". */
static const char *check_bus(const struct dt_node *n, struct bus b)
{
	if (!is_bus(n, b))
		return "a bus above it has no 'ranges'";
	if (!has_usual_cells(b) || b.size_cells == 0)
		return "bad cell count: #address-cells and #size-cells must be 1 or 2";
	return NULL;
}

/* Moves an address on bus b, that of node n, which check_bus() found sound, up to the root as
 * Xen does (xen/common/device-tree/device-tree.c, __dt_translate_address()). NULL, or why
 * that cannot be. */
static const char *translate(const struct dt_node *n, struct bus b, struct address *a)
{
	const char *why = NULL;

	for (; !why && n->parent; n = n->parent) {
		struct bus above = bus_of(n->parent);

		why = check_bus(n->parent, above);
		if (!why)
			why = step_up(n, b, above, a);
		if (above.address_cells == 1)
			a->at &= UINT32_MAX;
		b = above;
	}
	/* Xen's mark for what it could not translate. */
	return !why && a->at == UINT64_MAX ? "its address is not a usable one" : why;
}

/* reg of a PCI device is its name; where it answers is in the other property. */
static const char *address_property(struct bus b)
{
	return b.pci ? "assigned-addresses" : "reg";
}

size_t dt_address_count(const struct dt_node *n)
{
	const struct dt_prop *p;
	struct bus b;

	if (!n->parent)
		return 0;
	b = bus_of(n->parent);
	p = dt_prop(n, address_property(b));
	if (!p || !is_bus(n->parent, b) || b.address_cells == 0 ||
	    b.address_cells > CELLS_MAX || b.size_cells == 0)
		return 0;
	return (size_t)(p->len / dt_entry_size(b.address_cells, b.size_cells, 0));
}

/* The index-th range of the registers as the CPU sees it. NULL, or why there is none. */
static const char *find_range(const struct dt_node *n, size_t index, struct range *r)
{
	static const char absent[] = "it has no such 'reg' entry";
	struct address a;
	const char *prop, *why;
	struct bus b;
	uint64_t size;

	if (!n->parent)
		return absent;
	b = bus_of(n->parent);
	prop = address_property(b);
	if (!dt_prop(n, prop))
		return absent;
	why = check_bus(n->parent, b);
	if (why)
		return why;
	if (!read_entry(n, prop, b, index, &a, &size))
		return absent;
	why = translate(n->parent, b, &a);
	if (!why)
		*r = range_at(a.at, size);
	return why;
}

bool dt_reg_on_cpu(const struct dt_node *n, size_t index, struct range *r,
		   const char **why)
{
	const char *reason = find_range(n, index, r);

	if (why)
		*why = reason;
	return !reason;
}
