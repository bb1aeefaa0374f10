/* SPDX-License-Identifier: BSD-2-Clause */
/* Properties of a device become the interrupt that it has at its controller (Devicetree
 * Specification, 2.4), or the reason why Xen does not see one. */
#include "xen/interrupts.h"

#include <string.h>

#include "base/table.h"

#define CELLS_MAX 4	/* the longest specifier, Xen's DT_MAX_IRQ_SPEC */
#define HOPS_MAX 64	/* our limit; Xen would go round in circles */
#define COUNT_MAX 1024	/* our limit; the GIC has fewer interrupts */

/* Some cells of a property: `count` of them, from the at-th on. */
struct cells {
	const struct dt_node *n;
	const char *prop;
	size_t at, count;
};

static uint32_t cell(struct cells c, size_t i)
{
	return dt_cell(c.n, c.prop, c.at + i, 0);
}

static size_t length(const struct dt_node *n, const char *prop)
{
	const struct dt_prop *p = dt_prop(n, prop);

	return p ? p->len / 4 : 0;
}

struct phandles {
	size_t mask;		/* the number of slots, which is a power of two, less one */
	const struct dt_node **slots;
	struct table maps;	/* nodes with a long interrupt-map -> struct map */
};

static uint32_t phandle_of(const struct dt_node *n)
{
	return dt_cell(n, "phandle", 0, dt_cell(n, "linux,phandle", 0, 0));
}

/* The slot that has the node with that phandle, or where it belongs. */
static const struct dt_node **slot(const struct phandles *p, uint32_t phandle)
{
	size_t i = (phandle * UINT32_C(0x9e3779b1)) & p->mask;

	while (p->slots[i] && phandle_of(p->slots[i]) != phandle)
		i = (i + 1) & p->mask;
	return &p->slots[i];
}

const struct dt_node *phandle_node(const struct phandles *p, uint32_t phandle)
{
	return *slot(p, phandle);
}

static const struct dt_node *by_phandle(const struct host *h, uint32_t phandle)
{
	return phandle_node(h->phandles, phandle);
}

const struct dt_node *interrupt_controller(const struct host *h, const struct dt_node *n)
{
	for (unsigned i = 0; n && i < HOPS_MAX; i++) {
		n = dt_prop(n, "interrupt-parent")
			    ? by_phandle(h, dt_cell(n, "interrupt-parent", 0, 0))
			    : n->parent;
		if (n && dt_prop(n, "#interrupt-cells"))
			return n;
	}
	return NULL;
}

static uint32_t own_cells(const struct dt_node *n)
{
	return dt_cell(n, "#interrupt-cells", 0, 0);
}

/* Finds the index-th entry of interrupts-extended: a phandle, and the cells of the
 * interrupt. With SIZE_MAX for index it counts the entries. false: there is no such
 * entry, or one of those before it cannot be read. */
static bool extended(const struct host *h, const struct dt_node *n, size_t index,
		     const struct dt_node **controller, struct cells *spec, size_t *count)
{
	size_t at = 0, len = length(n, "interrupts-extended");

	for (*count = 0; at < len; ++*count) {
		uint32_t phandle = dt_cell(n, "interrupts-extended", at++, 0);
		const struct dt_node *c = phandle ? by_phandle(h, phandle) : NULL;
		size_t cells = c ? own_cells(c) : 0;

		if (phandle && (!c || !length(c, "#interrupt-cells") || cells > len - at))
			return false;
		*controller = c;
		*spec = (struct cells) { n, "interrupts-extended", at, cells };
		if (*count == index)
			return c;
		at += cells;
	}
	return index == SIZE_MAX;
}

size_t interrupt_count(const struct host *h, const struct dt_node *n)
{
	const struct dt_node *parent;
	struct cells spec;
	size_t count;

	if (dt_prop(n, "interrupts-extended") &&
	    extended(h, n, SIZE_MAX, &parent, &spec, &count))
		return count < COUNT_MAX ? count : COUNT_MAX;
	if (!dt_prop(n, "interrupts"))
		return 0;
	parent = interrupt_controller(h, n);
	if (!parent || !own_cells(parent))
		return 0;
	count = length(n, "interrupts") / own_cells(parent);
	return count < COUNT_MAX ? count : COUNT_MAX;
}

/* One entry of an interrupt-map: address and interrupt of the child, then the parent that
 * it leads to, with address and interrupt there. */
struct map_entry {
	const struct dt_node *parent;
	struct cells child, address, spec;
};

/* Reads the entry at cell *at and moves *at behind it. NULL, or why Xen stops at the
 * entry. */
static const char *read_entry(const struct host *h, const struct dt_node *n, size_t cells,
			      size_t *at, struct map_entry *e)
{
	size_t left = length(n, "interrupt-map") - *at - cells - 1;
	size_t address, spec;

	e->child = (struct cells) { n, "interrupt-map", *at, cells };
	*at += cells;
	e->parent = by_phandle(h, dt_cell(n, "interrupt-map", (*at)++, 0));
	if (!e->parent)
		return "its interrupt-map names a phandle that the tree does not have";
	if (!dt_prop(e->parent, "#interrupt-cells"))
		return "its interrupt-map names a node without #interrupt-cells";
	address = dt_cell(e->parent, "#address-cells", 0, 0);
	spec = own_cells(e->parent);
	if (address + spec > left)
		return "its interrupt-map is cut off";
	e->address = (struct cells) { n, "interrupt-map", *at, address };
	e->spec = (struct cells) { n, "interrupt-map", *at + address, spec };
	*at += address + spec;
	return NULL;
}

/* What an interrupt-map is looked up by: the cells of the child, as far as its mask lets them
 * through. */
static uint32_t masked(const struct dt_node *n, size_t i, uint32_t cell)
{
	return dt_prop(n, "interrupt-map-mask") ? cell & dt_cell(n, "interrupt-map-mask", i, 0)
						: cell;
}

static bool matches(const struct map_entry *e, struct cells address, struct cells spec)
{
	for (size_t i = 0; i < address.count + spec.count; i++) {
		uint32_t wanted = i < address.count ? cell(address, i)
						    : cell(spec, i - address.count);

		if (masked(e->child.n, i, wanted) != masked(e->child.n, i, cell(e->child, i)))
			return false;
	}
	return true;
}

/* The number of cells that an address has in an interrupt-map: by #address-cells of the
 * node, or of the nearest above it that has it. */
static size_t address_cells(const struct dt_node *n)
{
	for (; n; n = n->parent)
		if (dt_prop(n, "#address-cells"))
			return dt_cell(n, "#address-cells", 0, 0);
	return 2;
}

#define MAP_CELLS 8	/* of address and interrupt; longer ones are looked for one by one */
#define MAP_LONG 256	/* cells, from which on a table is worth it */

struct map {			/* an interrupt-map, by masked() cells */
	size_t cells;
	struct table entries;
	const char *why;	/* why Xen reads no further; NULL: to the end */
};

static void index_map(struct arena *a, struct phandles *p, const struct dt_node *n)
{
	const struct host h = { .arena = a, .phandles = p };
	struct map *m = NEW(a, struct map);
	size_t at = 0, len = length(n, "interrupt-map");

	m->cells = address_cells(n) + own_cells(n);
	m->entries.arena = a;
	if (m->cells > MAP_CELLS)
		return;
	while (len - at > m->cells + 1 && !m->why) {
		struct map_entry *e = NEW(a, struct map_entry);
		uint32_t *key = arena_alloc(a, MAP_CELLS * sizeof(*key));

		m->why = read_entry(&h, n, m->cells, &at, e);
		for (size_t i = 0; i < m->cells; i++)
			key[i] = masked(n, i, cell(e->child, i));
		if (!m->why)
			table_add_bytes(&m->entries, (char *)key, m->cells * sizeof(*key), 0, e);
	}
	table_add(&p->maps, "", (uintptr_t)n, m);
}

static const struct map_entry *find_entry(const struct map *m, const struct dt_node *n,
					  struct cells address, struct cells spec)
{
	uint32_t key[MAP_CELLS];

	for (size_t i = 0; i < m->cells; i++)
		key[i] = masked(n, i, i < address.count ? cell(address, i)
							: cell(spec, i - address.count));
	return table_find_bytes(&m->entries, (char *)key, m->cells * sizeof(*key), 0);
}

/* Of nodes with equal phandles the first counts. Like Xen, this takes 0 for the phandle
 * of nodes that have none, so that it leads to the root. */
const struct phandles *interrupts_index(struct arena *a, const struct devicetree *dt)
{
	struct phandles *p = NEW(a, struct phandles);
	size_t count = 0, slots = 2;

	for (const struct dt_node *n = dt->root; n; n = dt_next(n))
		count++;
	while (slots < 2 * count)
		slots *= 2;
	p->mask = slots - 1;
	p->slots = arena_alloc(a, slots * sizeof(*p->slots));
	for (const struct dt_node *n = dt->root; n; n = dt_next(n)) {
		const struct dt_node **s = slot(p, phandle_of(n));

		if (!*s)
			*s = n;
	}
	p->maps.arena = a;
	for (const struct dt_node *n = dt->root; n; n = dt_next(n))
		if (length(n, "interrupt-map") > MAP_LONG)
			index_map(a, p, n);
	return p;
}

/* Follows an interrupt through the interrupt-map of *n: *n, *address and *spec become
 * those of the node that it leads to. NULL, or why Xen cannot. */
static const char *through_map(const struct host *h, const struct dt_node **n,
			       struct cells *address, struct cells *spec)
{
	size_t at = 0, cells = address->count + spec->count;
	size_t len = length(*n, "interrupt-map");
	const struct map *m = table_find(&h->phandles->maps, "", (uintptr_t)*n);
	const struct map_entry *found = NULL;
	struct map_entry e;
	const char *why = NULL;

	if (address->count && !dt_prop(address->n, address->prop))
		return "it has no reg to be found by in an interrupt-map";
	if (m && m->cells == cells) {
		found = find_entry(m, *n, *address, *spec);
		why = m->why;
	} else {
		while (len - at > cells + 1 && !found && !why) {
			why = read_entry(h, *n, cells, &at, &e);
			found = !why && matches(&e, *address, *spec) ? &e : NULL;
		}
	}
	if (!found)
		return why ? why : "no entry of the interrupt-map above it fits";
	*n = found->parent;
	*address = found->address;
	*spec = found->spec;
	return NULL;
}

/* Reads an interrupt at its controller. At the GIC the first cell says whether it is an
 * SPI (0), the second is the number in its class, and the third the trigger
 * (xen/arch/arm/gic.c, gic_irq_xlate()). */
static const char *decode(const struct host *h, const struct dt_node *controller,
			  struct cells spec, struct interrupt *i)
{
	i->controller = controller;
	i->intid = i->trigger = 0;
	if (spec.count > CELLS_MAX)
		return "its interrupt has more than 4 cells";
	if (controller != h->gic_node)
		return NULL;
	if (spec.count < 3)
		return "its interrupt has fewer than 3 cells";
	i->intid = cell(spec, 1) + (cell(spec, 0) ? 16 : 32);
	i->trigger = cell(spec, 2) & 0xf;
	return NULL;
}

static const char *follow(const struct host *h, const struct dt_node *n,
			  struct cells address, struct cells spec, struct interrupt *i)
{
	const char *why;

	address.count = address_cells(n);
	for (unsigned hops = 0; n && hops < HOPS_MAX; hops++) {
		if (dt_prop(n, "interrupt-controller"))
			return decode(h, n, spec, i);
		if (dt_prop(n, "interrupt-map")) {
			why = through_map(h, &n, &address, &spec);
			if (why)
				return why;
		} else {
			n = interrupt_controller(h, n);
		}
	}
	return "it leads to no interrupt controller";
}

const char *interrupt_follow(const struct host *h, const struct dt_node *n, size_t index,
			     struct interrupt *i)
{
	struct cells address = { n, "reg", 0, 0 }, spec;
	const struct dt_node *parent;
	size_t count;

	if (dt_prop(n, "interrupts-extended") &&
	    extended(h, n, index, &parent, &spec, &count))
		return follow(h, parent, address, spec, i);
	if (!dt_prop(n, "interrupts"))
		return "it has no such interrupt";
	parent = interrupt_controller(h, n);
	if (!parent)
		return "it has no interrupt parent";
	spec = (struct cells){ n, "interrupts", index * own_cells(parent),
			       own_cells(parent) };
	if (spec.at + spec.count > length(n, "interrupts"))
		return "it has no such interrupt";
	return follow(h, parent, address, spec, i);
}

const char *interrupt_map_next(const struct host *h, const struct dt_node *n, size_t *at,
			       struct interrupt *i, bool *more)
{
	const struct dt_node *own =
		dt_prop(n, "#interrupt-cells") ? n : interrupt_controller(h, n);
	struct map_entry e;
	const char *why;
	size_t cells;

	*more = false;
	if (!own)
		return "it has no interrupt parent";
	cells = own_cells(own);
	if (cells > CELLS_MAX)
		return "its interrupts have more than 4 cells";
	cells += address_cells(own);
	if (length(n, "interrupt-map") - *at <= cells + 1)
		return NULL;
	*more = true;
	why = read_entry(h, n, cells, at, &e);
	return why ? why : decode(h, e.parent, e.spec, i);
}

size_t interrupt_named(const struct dt_node *n, const char *name)
{
	const struct dt_prop *p = dt_prop(n, "interrupt-names");
	const char *s = p ? p->data : NULL, *end = p ? s + p->len : NULL;

	for (size_t i = 0; s < end; i++) {
		size_t len = strnlen(s, (size_t)(end - s));

		if (s + len < end && streq(s, name))
			return i;
		s += len + 1;
	}
	return SIZE_MAX;
}
