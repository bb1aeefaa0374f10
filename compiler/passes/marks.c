/* SPDX-License-Identifier: BSD-2-Clause */
/* Devices that guests get are taken from dom0: xen,passthrough in the tree. */
#include "passes/marks.h"

static bool has_mark(const struct job *j, const struct dt_node *n)
{
	const char *path = dt_path(j->arena, n);

	for (const struct edit *e = j->plan.edits; e; e = e->next)
		if (e->kind == EDIT_SET && streq(e->prop, "xen,passthrough") &&
		    streq(e->path, path))
			return true;
	return false;
}

bool is_marked(const struct job *j, const struct dt_node *n)
{
	return dt_prop(n, "xen,passthrough") || has_mark(j, n);
}

static bool is_device(const struct dt_node *n)
{
	return dt_prop(n, "reg") || dt_prop(n, "interrupts") ||
	       dt_prop(n, "interrupts-extended");
}

/* The edits stay when the others are made anew, as those that mend the tree do. */
static void mark(struct job *j, const struct dt_node *n, struct loc why)
{
	if (is_marked(j, n))
		return;
	j->plan.repairing = true;
	plan_set(&j->plan, dt_path(j->arena, n), "xen,passthrough", "", 0, why);
	j->plan.repairing = false;
}

/* xen/common/device-tree/device-tree.c, unflatten_dt_node(): a property of the node
 * alone. The root has no mark: all would be the guest's. */
void mark_passthrough(struct job *j, const struct dt_node *n, struct loc why)
{
	const struct dt_node *end = dt_next_skipping(n);

	if (!n->parent)
		return;
	j->plan.arena = j->arena;
	mark(j, n, why);
	for (n = dt_next(n); n != end; n = dt_next(n))
		if (is_device(n))
			mark(j, n, why);
}
