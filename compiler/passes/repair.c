/* SPDX-License-Identifier: BSD-2-Clause */
/* Nodes that would stop Xen become small edits of the tree, each with a warning. */
#include "passes/host.h"

#include <inttypes.h>
#include <string.h>

/* Xen knows a PCI bridge by its device_type, and since 4.15 by its name too; otherwise it
 * takes it for an ordinary bus (xen/common/device_tree.c, dt_bus_pci_match()). */
static void repair_bridge(struct job *j, const struct dt_node *n)
{
	unsigned xen = j->system->xen->version;
	const char *path = dt_path(j->arena, n);

	if (!xen || xen >= VERSION(4, 15) || dt_prop(n, "device_type") || !n->children ||
	    !(dt_is_named(n, "pci") || dt_is_named(n, "pcie")))
		return;
	plan_set_text(&j->plan, path, "device_type", "pci", j->tree_at);
	diag(&j->diags, W0513, j->tree_at, "%s gets device_type \"pci\": without it Xen %u.%u cannot "
	     "translate the addresses below it", path, VERSION_MAJOR(xen),
	     VERSION_MINOR(xen));
}

static void remove_node(struct job *j, const struct dt_node *n)
{
	plan_remove(&j->plan, dt_path(j->arena, n), j->tree_at);
}

/* Xen maps every address of every node that dom0 gets, and stops where it cannot translate
 * one (xen/arch/arm/domain_build.c, handle_device()). */
static bool repair_address(struct job *j, const struct dt_node *n)
{
	size_t count = dt_address_count(n);
	const char *why;
	struct range r;

	for (size_t i = 0; i < count; i++) {
		if (dt_reg_on_cpu(n, i, &r, &why))
			continue;
		remove_node(j, n);
		diag(&j->diags, W0514, j->tree_at, "%s is left out of the tree: Xen cannot translate "
		     "its address (%s) and would not build dom0", dt_path(j->arena, n), why);
		return false;
	}
	return true;
}

static void repair_addresses(struct job *j)
{
	const struct dt_node *n = j->base->root;

	while (n) {
		repair_bridge(j, n);
		n = repair_address(j, n) ? host_next(j, n) : host_next_skipping(j, n);
	}
}

static bool uses_interrupt(const struct job *j, const struct dt_node *n, uint32_t wanted)
{
	uint32_t intid;
	bool more = true;

	for (size_t i = 0; more; i++)
		if (host_interrupt(j, n, i, &intid, &more) && intid == wanted)
			return true;
	return false;
}

/* Xen owns its console's interrupt, and maps those of all other nodes to dom0, of disabled
 * ones too; a shared one stops it (xen/arch/arm/irq.c, route_irq_to_guest()). */
static bool free_interrupt(struct job *j, const struct dt_node *n, uint32_t intid)
{
	const char *path = dt_path(j->arena, n);
	struct diag *g;

	if (!dt_enabled(n)) {
		remove_node(j, n);
		diag(&j->diags, W0517, j->tree_at, "%s is left out of the tree: it is disabled, but "
		     "shares interrupt %u (SPI %u) with Xen's console, and Xen would not build "
		     "dom0", path, intid, intid - 32);
		return true;
	}
	g = diag(&j->diags, E0518, j->console_at, "Xen's console %s shares interrupt %u (SPI %u) with "
		 "%s, which dom0 would get", dt_path(j->arena, j->console), intid, intid - 32, path);
	diag_help(&j->diags, g, "use another UART as Xen's console");
	return false;
}

static bool repair_interrupts(struct job *j)
{
	uint32_t intid;
	bool more, ok = true;

	if (!j->console || !host_interrupt(j, j->console, 0, &intid, &more))
		return true;
	for (const struct dt_node *n = host_next(j, j->base->root); n; n = host_next(j, n))
		if (uses_interrupt(j, n, intid))
			ok &= free_interrupt(j, n, intid);
	return ok;
}

bool repair(struct job *j)
{
	bool ok;

	j->plan.arena = j->arena;
	if (!j->base || !j->system->dom0)
		return true;
	j->plan.repairing = true;
	repair_addresses(j);
	ok = repair_interrupts(j);
	j->plan.repairing = false;
	return ok;
}
