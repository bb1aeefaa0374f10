/* SPDX-License-Identifier: BSD-2-Clause */
/* PCI bridges and addresses that Xen cannot translate, and how a node is left out. */
#include "base/text.h"
#include "passes/marks.h"
#include "passes/repair.h"
#include "xen/guest_space.h"
#include "xen/host.h"

const char *repair_path(struct repair *r, const struct dt_node *n)
{
	return dt_path(r->diags->arena, n);
}

bool repair_is_unchecked(const struct repair *r, enum diag_code code)
{
	return r->diags->wishes->unchecked[code];
}

void repair_leave_out(struct repair *r, const struct dt_node *n, enum diag_code code)
{
	if (!repair_is_unchecked(r, code))
		edits_remove(&r->plan->repairs, repair_path(r, n), r->host->tree_at);
}

bool repair_give_up(struct repair *r, const struct dt_node *n, enum diag_code code,
		    const char *what, const char *why)
{
	repair_leave_out(r, n, code);
	diag(r->diags, code, r->host->tree_at,
	     "%s is left out of the tree: Xen cannot %s (%s) and would not build dom0",
	     repair_path(r, n), what, why);
	return false;
}

static bool has_type(const struct dt_node *n, const char *wanted)
{
	const char *type = dt_string(n, "device_type");

	return type && streq(type, wanted);
}

bool repair_bridge(struct repair *r, const struct dt_node *n)
{
	unsigned xen = r->host->xen->version;
	const char *path = repair_path(r, n);

	if (xen_since(r->host, VERSION(4, 15)) || dt_prop(n, "device_type") || !n->children ||
	    !(dt_is_named(n, "pci") || dt_is_named(n, "pcie")))
		return has_type(n, "pci");
	if (!repair_is_unchecked(r, W0513))
		edits_set_text(&r->plan->repairs, path, "device_type", "pci",
			       r->host->tree_at);
	diag(r->diags, W0513, r->host->tree_at,
	     "%s gets device_type \"pci\": without it Xen %u.%u cannot "
	     "translate the addresses below it",
	     path, VERSION_MAJOR(xen), VERSION_MINOR(xen));
	return true;
}

/* Why Xen cannot map the addresses of a node, for a message; NULL: it can. Xen maps every
 * address of every node that dom0 gets, and stops where it cannot translate one; of a PCI
 * bridge it maps the windows in its ranges (xen/arch/arm/device.c, handle_device(),
 * map_device_children()). */
static const char *address_trouble(const struct plan *plan, const struct dt_node *n,
				   bool pci)
{
	size_t count = dt_address_count(n);
	const char *why;
	struct range r;

	for (size_t i = 0; i < count; i++) {
		if (!dt_reg_on_cpu(n, i, &r, &why))
			return why;
		if (r.end > DOMAIN_ADDRESS_END && !is_marked(plan, n))
			return "it is above 2^48";
	}
	return pci && !dt_prop(n, "ranges") ? "it is a PCI bridge without 'ranges'"
					    : NULL;
}

bool repair_address(struct repair *r, const struct dt_node *n, bool pci)
{
	const char *why = address_trouble(r->plan, n, pci);

	if (!why)
		return true;
	return repair_give_up(r, n, W0533, "translate its address", why);
}
