/* SPDX-License-Identifier: BSD-2-Clause */
/* Devices that guests get are taken from dom0: xen,passthrough in the tree. */
#include "passes/marks.h"

#include "base/table.h"

bool is_marked(const struct plan *plan, const struct dt_node *n)
{
	return dt_prop(n, "xen,passthrough") ||
	       (plan->marked && table_find(plan->marked, "", (uintptr_t)n));
}

static bool has_device_properties(const struct dt_node *n)
{
	return dt_prop(n, "reg") || dt_prop(n, "interrupts") ||
	       dt_prop(n, "interrupts-extended");
}

static void mark(struct plan *plan, const struct dt_node *n, struct loc why)
{
	if (is_marked(plan, n))
		return;
	if (!plan->marked) {
		plan->marked = NEW(plan->arena, struct table);
		plan->marked->arena = plan->arena;
	}
	table_add(plan->marked, "", (uintptr_t)n, plan);
	edits_set(&plan->marks, dt_path(plan->arena, n), "xen,passthrough", "", 0, why);
}

/* Xen sees the mark on the node alone that has it (xen/common/device-tree/device-tree.c,
 * unflatten_dt_node()). The root gets none: all nodes would be the guest's. */
void mark_passthrough(struct plan *plan, const struct dt_node *n, struct loc why)
{
	const struct dt_node *end = dt_next_skipping(n);

	if (!n->parent)
		return;
	mark(plan, n, why);
	for (n = dt_next(n); n != end; n = dt_next(n))
		if (has_device_properties(n))
			mark(plan, n, why);
}
