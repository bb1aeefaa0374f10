/* SPDX-License-Identifier: BSD-2-Clause */
/* Cells of a tree become numbers and ranges of memory. */
#include "import/tree_parts.h"

#include <inttypes.h>

#include "base/number.h"

uint64_t take_cells(const unsigned char **cells, uint32_t n)
{
	uint64_t value = dt_number(*cells, n);

	*cells += 4 * n;
	return value;
}

static void write_extent(struct tree_import *in, uint64_t address, uint64_t size)
{
	yaml_open(in->yaml, NULL, YAML_FLOW_MAP);
	yaml_scalarf(in->yaml, "address", "0x%" PRIx64, address);
	yaml_scalar(in->yaml, "size", number_show(in->arena, size));
	yaml_close(in->yaml);
}

/* Whether it is a number of cells that Xen reads: one or two (xen/include/xen/bootfdt.h,
 * device_tree_get_reg()). */
static bool are_cells(uint32_t n)
{
	return n == 1 || n == 2;
}

void write_extents(struct tree_import *in, const char *key, const struct dt_node *n,
		   const struct dt_prop *p, uint32_t address_cells, uint32_t size_cells)
{
	const unsigned char *cells = p->data, *end = cells + p->len;
	bool readable = are_cells(address_cells) && are_cells(size_cells);
	size_t each = readable ? 4 * (address_cells + size_cells) : 0;

	if (!each || p->len % each)
		diag(in->diags, W1053, in->at,
		     "%s of %s is not a whole number of (address, size) pairs with %u and %u "
		     "cells", p->name, dt_path(in->arena, n), address_cells, size_cells);
	yaml_open(in->yaml, key, YAML_LIST);
	while (each && (size_t)(end - cells) >= each) {
		uint64_t address = take_cells(&cells, address_cells);

		write_extent(in, address, take_cells(&cells, size_cells));
	}
	yaml_close(in->yaml);
}
