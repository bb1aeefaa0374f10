/* SPDX-License-Identifier: BSD-2-Clause */
/* Nodes that would stop Xen become small edits of the tree, each with a warning. */
#include "base/list.h"
#include "base/text.h"
#include "passes/marks.h"
#include "passes/passes.h"
#include "passes/repair.h"
#include "xen/host.h"

static void warn_about_passthrough(struct repair *r, const struct dt_node *n)
{
	if (r->has_devices)
		return;
	diag(r->diags, W0532, r->host->tree_at,
	     "%s is marked xen,passthrough in the tree, and no guest gets "
	     "devices: dom0 will not have it either",
	     repair_path(r, n));
}

/* Warns of a node with the path of one that Xen makes for dom0; those of the host Xen
 * knows by what is in them, and leaves them out (xen/arch/arm/domain_build.c,
 * handle_node()). */
static void warn_of_own_path(struct diags *diags, const struct host *h,
			     const struct dt_node *n)
{
	static const char *const paths[] = { "/psci", "/hypervisor", "/memory" };

	for (size_t i = 0; i < countof(paths); i++)
		if (!n->parent->parent && streq(n->name, paths[i] + 1))
			diag(diags, W0567, h->tree_at,
			     "Xen makes a node %s for dom0, which will have that "
			     "of the base tree as well",
			     paths[i]);
}

/* Looks at one node. false: it is removed, and what is below it with it. */
static bool repair_node(struct repair *r, const struct dt_node *n)
{
	bool pci = repair_bridge(r, n);

	if (!n->parent)
		return true;
	if (!repair_address(r, n, pci) || !repair_interrupts(r, n, pci) ||
	    !repair_shared_interrupts(r, n))
		return false;
	warn_of_own_path(r->diags, r->host, n);
	if (is_marked(r->plan, n))
		warn_about_passthrough(r, n);
	return true;
}

static bool any_has_devices(const struct system *s)
{
	for (const struct domain *d = first_guest(s); d; d = next_guest(s, d))
		if (d->partial_image)
			return true;
	return false;
}

void repair(struct job *j)
{
	const struct dt_node *n;
	struct repair *r;

	if (!j->host.base || !j->system->dom0)
		return;
	r = NEW(j->arena, struct repair);
	r->diags = &j->diags;
	r->host = &j->host;
	r->plan = &j->plan;
	r->beside.arena = j->arena;
	r->has_devices = j->partials || any_has_devices(j->system);
	repair_add_console(r);
	for (n = j->host.base->root; n;)
		n = repair_node(r, n) ? host_next(&j->host, n)
				      : host_next_skipping(&j->host, n);
	repair_warn_of_beside(r);
}
