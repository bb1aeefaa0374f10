/* SPDX-License-Identifier: BSD-2-Clause */
/* Properties of a node become what its device does with memory. */
#include "devices/dma.h"

#include "base/list.h"
#include "base/range.h"
#include "devices/device_rules.h"

bool may_do_dma(const struct dt_node *n)
{
	for (const struct device_word *w = device_kinds; w->compatible; w++)
		if (dt_compatible(n, w->compatible))
			return w->dma;
	return true;
}

/* No tree says of every device whether it does; these properties say so on all machines.
 */
bool does_dma(const struct dt_node *n)
{
	static const char *const names[] = { "ethernet", "usb", "mmc", "sata", "pcie",
					     "pci", "dma-controller", "virtio_mmio" };

	for (const struct device_word *w = device_kinds; w->compatible; w++)
		if (dt_compatible(n, w->compatible))
			return w->dma;
	if (dt_prop(n, "iommus") || dt_prop(n, "dma-coherent") ||
	    dt_prop(n, "dma-ranges"))
		return true;
	for (size_t i = 0; i < countof(names); i++)
		if (dt_is_named(n, names[i]))
			return true;
	return false;
}

uint64_t dma_end(const struct dt_node *n)
{
	uint64_t end = 0;

	for (n = n->parent; n && !end; n = n->parent) {
		const struct dt_prop *p = dt_prop(n, "dma-ranges");
		uint32_t child = dt_address_cells(n), size = dt_size_cells(n);
		uint32_t cpu = n->parent ? dt_address_cells(n->parent) : child;
		uint64_t entry = (uint64_t)child + cpu + size;

		for (uint64_t at = 0; p && entry && at + entry <= p->len / 4; at += entry) {
			size_t first = (size_t)at + child, last = first + cpu + size;
			uint64_t start = 0, len = 0;

			for (size_t i = first; i < first + cpu; i++)
				start = start << 32 | dt_cell(n, "dma-ranges", i, 0);
			for (size_t i = first + cpu; i < last; i++)
				len = len << 32 | dt_cell(n, "dma-ranges", i, 0);
			end = range_at(start, len).end > end ? range_at(start, len).end
							     : end;
		}
	}
	return end ? end : UINT64_MAX;
}
