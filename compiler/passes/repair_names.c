/* SPDX-License-Identifier: BSD-2-Clause */
/* Nodes called memory that are no RAM get other names. Up to 4.19 Xen takes them for RAM at
 * any depth (xen/arch/arm/bootfdt.c, device_tree_node_matches()). */
#include <string.h>

#include "passes/passes.h"
#include "xen/partial.h"

/* Whether a partial tree names the node, or one below it, by its path on the host. */
static bool is_named_by_guest(const struct partial *partials, const struct dt_node *n)
{
	for (const struct partial *p = partials; p; p = p->next)
		for (const struct partial_device *v = p->devices; v; v = v->next)
			for (const struct dt_node *up = v->host; up; up = up->parent)
				if (up == n)
					return true;
	return false;
}

/* The new name of such a node: memory@3ed00000 becomes memory-region@3ed00000, with a
 * number if a sibling is called so. */
static const char *other_name(struct arena *a, const struct dt_node *n)
{
	const char *at = n->name + strcspn(n->name, "@");
	const char *name = arena_printf(a, "memory-region%s", at);

	for (unsigned i = 2; dt_child(n->parent, name); i++)
		name = arena_printf(a, "memory-region-%u%s", i, at);
	return name;
}

static void refuse_name(struct diags *diags, const struct host *h,
			const struct dt_node *n, const char *why)
{
	unsigned xen = h->xen->version;
	struct diag *g;

	g = diag(diags, E0505, host_origin(h, n, NULL),
		 "Xen %u.%u would take the node %s for RAM", VERSION_MAJOR(xen),
		 VERSION_MINOR(xen), dt_path(h->arena, n));
	diag_help(g, "%s", why);
}

static void rename_node(struct diags *diags, const struct host *h, struct plan *plan,
			const struct dt_node *n)
{
	const char *path = dt_path(h->arena, n), *name = other_name(h->arena, n);
	unsigned xen = h->xen->version;

	if (!diags->wishes->unchecked[W0590])
		edits_rename(&plan->repairs, path, name, host_origin(h, n, NULL));
	diag(diags, W0590, host_origin(h, n, NULL),
	     "%s becomes %s: Xen %u.%u would take a node of the old name for RAM", path, name,
	     VERSION_MAJOR(xen), VERSION_MINOR(xen));
}

/* Renames those below a node, the deepest first: an edit names a node by a path in which
 * the nodes above it have their old names. */
static void rename_below(struct diags *diags, const struct host *h,
			 const struct system *system, struct plan *plan,
			 const struct partial *partials, const struct dt_node *top)
{
	for (const struct dt_node *n = top->children; n; n = n->next) {
		rename_below(diags, h, system, plan, partials, n);
		if (!top->parent || !dt_is_named(n, "memory") ||
		    plan_leaves_out(plan, n))
			continue;
		if (system->device_tree && system->device_tree->from.n == FROM_FIRMWARE)
			refuse_name(diags, h, n,
				    "U-Boot's fdt command renames no node: let xendtc write "
				    "the tree, and leave 'from' out");
		else if (is_named_by_guest(partials, n))
			refuse_name(diags, h, n,
				    "a guest gets a device of that path: rename the node in "
				    "the base tree, and where the guest asks for it");
		else
			rename_node(diags, h, plan, n);
	}
}

void repair_names(struct job *j)
{
	if (j->host.base && !xen_since(&j->host, VERSION(4, 20)))
		rename_below(&j->diags, &j->host, j->system, &j->plan, j->partials,
			     j->host.base->root);
}
