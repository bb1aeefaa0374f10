/* SPDX-License-Identifier: BSD-2-Clause */
/* Memory that is kept for one purpose becomes properties of its owner's node
 * (Xen docs/misc/arm/device-tree/booting.txt). */
#include "passes/lower.h"

void lower_static_memory(struct plan *plan, const char *path, const struct extent *e)
{
	struct text t = { .arena = plan->arena };
	struct loc why = e ? e->claim->at : loc_none();

	if (!e)
		return;
	for (; e; e = NEXT(e)) {
		put_cells(&t, e->claim->start, CHOSEN_CELLS);
		put_cells(&t, e->claim->size, CHOSEN_CELLS);
	}
	edits_set(&plan->edits, path, "xen,static-mem", t.data, t.len, why);
}

void lower_static_heap(const struct host *h, struct plan *plan)
{
	const struct extent *e = h->xen->static_heap;
	struct text t = { .arena = h->arena };
	struct loc why = e ? e->o.at : loc_none();

	if (!e || !h->base)
		return;
	for (; e; e = NEXT(e)) {
		put_cells(&t, e->claim->start, dt_address_cells(h->base->root));
		put_cells(&t, e->claim->size, dt_size_cells(h->base->root));
	}
	edits_set(&plan->edits, "/chosen", "xen,static-heap", t.data, t.len, why);
}
