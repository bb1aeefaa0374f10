/* SPDX-License-Identifier: BSD-2-Clause */
/* The buses of a partial tree: one for all copies, and one of its own for each bus of the machine
 * on which DMA has other addresses (Devicetree Specification, 2.3.9). */
#include <string.h>

#include "devices/dma.h"
#include "devices/make_partial.h"

void partial_set_bus(struct maker *m, struct dt_node *n)
{
	partial_set_text(m, n, "compatible", "simple-bus");
	partial_set_cells(m, n, "#address-cells", PARTIAL_CELLS, 1);
	partial_set_cells(m, n, "#size-cells", PARTIAL_CELLS, 1);
	dt_set(m->arena, n, "ranges", "", 0);
}

/* The bus above a device that gives DMA other addresses than the CPU's; NULL: there is
 * none. */
static const struct dt_node *dma_bus(const struct dt_node *n)
{
	for (n = n->parent; n; n = n->parent) {
		const struct dt_prop *p = dt_prop(n, "dma-ranges");

		if (p && p->len)
			return n;
	}
	return NULL;
}

static uint64_t take(const struct dt_node *n, size_t *at, uint32_t cells)
{
	uint64_t v = 0;

	for (; cells; cells--)
		v = v << 32 | dt_cell(n, "dma-ranges", (*at)++, 0);
	return v;
}

static void set_dma_ranges(struct maker *m, struct dt_node *to, const struct dt_node *bus)
{
	uint32_t own = dt_address_cells(bus), size = dt_size_cells(bus);
	uint32_t above = bus->parent ? dt_address_cells(bus->parent) : own;
	uint64_t entry = (uint64_t)own + above + size;
	size_t cells = dt_prop(bus, "dma-ranges")->len / 4;
	struct text t = { .arena = m->arena };

	for (size_t at = 0; entry && at + entry <= cells;) {
		put_cells(&t, take(bus, &at, own), PARTIAL_CELLS);
		put_cells(&t, take(bus, &at, above), PARTIAL_CELLS);
		put_cells(&t, take(bus, &at, size), PARTIAL_CELLS);
	}
	if (t.len)
		dt_set(m->arena, to, "dma-ranges", t.data, t.len);
}

struct dt_node *partial_home(struct maker *m, const struct passed *p)
{
	const struct dt_node *bus = may_do_dma(p->node) ? dma_bus(p->node) : NULL;
	struct twin *twin = bus ? partial_find(m, bus) : NULL;
	int len;

	if (!bus)
		return m->top;
	if (twin)
		return twin->guest;
	if (dma_bus(bus)) {
		diag(m->diags, E0342, p->device.at,
		     "%s cannot be given to a guest: two buses above it change the "
		     "addresses of DMA",
		     dt_path(m->arena, p->node));
		m->failed = true;
		return m->top;
	}
	len = (int)strcspn(bus->name, "@");
	twin = partial_twin(
		m, bus,
		partial_node(m, m->top, arena_printf(m->arena, "%.*s", len, bus->name)),
		NULL);
	twin->bare = true;
	partial_set_bus(m, twin->guest);
	set_dma_ranges(m, twin->guest, bus);
	return twin->guest;
}
