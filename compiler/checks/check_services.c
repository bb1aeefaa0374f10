/* SPDX-License-Identifier: BSD-2-Clause */
/* What guests want of the machine's IOMMU and firmware is held against what it has. */
#include <string.h>

#include "base/list.h"
#include "checks/checks.h"
#include "diag/fix.h"
#include "passes/marks.h"
#include "xen/config.h"
#include "xen/host.h"
#include "xen/interrupts.h"
#include "xen/iommu.h"
#include "xen/line.h"

/* Xen stops if its line demands an IOMMU and it finds none
 * (xen/drivers/passthrough/iommu.c, iommu_setup()). */
static void check_force(struct diags *diags, const struct host *h)
{
	struct iommu i = read_iommu(h);
	struct diag *g;

	if (!i.forced || (!i.off && has_iommu(h)))
		return;
	g = diag(diags, E0728, i.at,
		 i.off ? "Xen's command line switches the IOMMU off, and stops without it"
		       : "Xen is to stop without an IOMMU, and the base tree has none "
			 "that it drives");
	diag_help(g, "leave 'force' or 'required' out");
}

static const struct value *given(const struct domain *d, const char *key,
				 const char *word)
{
	const struct attr *a = domain_attr(d, key);

	return a && streq(a->value.text, word) ? &a->value : NULL;
}

/* A guest with `iommu: enabled` gets none if Xen has none
 * (xen/common/device-tree/dom0less-bindings.c, parse_dom0less_node()). */
static void check_iommu(struct diags *diags, const struct host *h, const struct domain *d)
{
	const struct value *v = given(d, "iommu", "enabled");
	struct diag *g;

	if (!v || (has_iommu(h) && !iommu_is_off(h)))
		return;
	g = diag(
		diags, E0844, v->at,
		has_iommu(h)
			? "Xen's command line switches the IOMMU off, which %s wants"
			: "%s wants an IOMMU, and the base tree has none that Xen drives",
		domain_title(h->arena, d));
	diag_help(g, has_iommu(h) ? "take that out of xen.cmdline, or leave the key out"
				  : "leave the key out: Xen would not heed it");
}

/* Xen 4.19 and 4.20 set a flag for a guest with an IOMMU, and do not take it back for the
 * guests behind it (xen/arch/arm/dom0less-build.c, create_domUs()). */
static void warn_of_others(struct diags *diags, const struct host *h,
			   const struct system *system, const struct domain *d)
{
	const struct value *v = given(d, "iommu", "enabled");
	const struct domain *next = next_domain(system, d);
	unsigned xen = h->xen->version;

	if (v && next && xen_since(h, VERSION(4, 19)) && !xen_since(h, VERSION(4, 21)) &&
	    !given(next, "iommu", "enabled"))
		diag(diags, W0845, v->at,
		     "Xen %u.%u gives the guests behind this one an IOMMU too",
		     VERSION_MAJOR(xen), VERSION_MINOR(xen));
}

static bool has_scmi(const struct host *h)
{
	for (const struct dt_node *n = h->base ? h->base->root : NULL; n;
	     n = dt_next(n))
		if (dt_compatible(n, "arm,scmi-smc"))
			return true;
	return !h->base;
}

/* Xen gives SCMI to one domain, if its firmware has it and its command line allows it
 * (xen/arch/arm/firmware/scmi-smc.c, scmi_smc_domain_init()). *first is the guest that
 * has it already, NULL if none has. */
static void check_sci(struct diags *diags, const struct host *h, const struct domain *d,
		      const struct value **first)
{
	const struct value *v = given(d, "sci", "scmi_smc");
	struct diag *g;

	if (!v)
		return;
	if (*first) {
		g = diag(diags, E0846, v->at, "one domain may have the firmware's SCMI");
		diag_note(g, (*first)->at, "it is given away here");
		diag_help(g, "leave `sci` out of one of the two");
		return;
	}
	*first = v;
	if (!has_scmi(h)) {
		diag(diags, E0846, v->at,
		     "the base tree has no node for SCMI over SMC calls (arm,scmi-smc)");
		return;
	}
	if (!xen_word(h, "scmi-smc-passthrough") && !config_lacks(h, "SCMI_SMC")) {
		g = diag(diags, E0846, v->at,
			 "Xen gives SCMI to a guest only if its command line "
			 "says so");
		diag_help(g, "add scmi-smc-passthrough to xen.cmdline");
		if (h->xen->cmdline.text)
			fix_append(g, h->xen->cmdline.at, h->xen->cmdline.text, "scmi-smc-passthrough");
		return;
	}
}

/* The node that the first entry of iommus of a device leads to, if Xen follows it; NULL:
 * it does not (xen/drivers/passthrough/device_tree.c, iommu_add_dt_device()). */
static const struct dt_node *master_of(const struct host *h, const struct dt_node *n)
{
	uint32_t phandle = dt_cell(n, "iommus", 0, 0);
	const struct dt_node *m = phandle ? phandle_node(h->phandles, phandle) : NULL;

	return m && dt_prop(m, "#iommu-cells") && dt_enabled(m) ? m : NULL;
}

/* Why Xen cannot read iommus of a device, for a message; NULL: it can, or there is none.
 * It then takes the device for one that is behind no IOMMU
 * (xen/common/device-tree/device-tree.c, __dt_parse_phandle_with_args()). */
static const char *master_fault(const struct host *h, const struct dt_node *n)
{
	const struct dt_prop *list = dt_prop(n, "iommus");
	uint32_t phandle = dt_cell(n, "iommus", 0, 0);
	const struct dt_node *m = phandle ? phandle_node(h->phandles, phandle) : NULL;

	if (!list)
		return NULL;
	if (!m)
		return "leads to no node";
	if (!dt_prop(m, "#iommu-cells"))
		return "leads to a node without #iommu-cells";
	if (list->len < dt_entry_size(1, dt_cell(m, "#iommu-cells", 0, 0), 0))
		return "is too short";
	return NULL;
}

static void warn_of_masters(struct diags *diags, const struct host *h)
{
	if (!h->base || iommu_is_off(h) || !has_iommu(h))
		return;
	for (const struct dt_node *n = h->base->root; n; n = dt_next(n)) {
		const char *fault = dt_enabled(n) ? master_fault(h, n) : NULL;

		if (fault)
			diag(diags, W0568, h->tree_at,
			     "iommus of %s %s: Xen leaves the device outside the IOMMU",
			     dt_path(h->arena, n), fault);
	}
}

/* Refuses devices of dom0 whose iommus leads to a node that none of Xen's drivers knows:
 * Xen stops over dom0. Where it drives no IOMMU at all it does not look, and which ones
 * it drives is known by its .config only. */
static void check_masters(struct diags *diags, const struct host *h,
			  const struct system *system, const struct plan *plan)
{
	struct diag *g;

	if (!h->base || !system->dom0 || !config_is_known(h) ||
	    iommu_is_off(h) || !has_iommu(h))
		return;
	for (const struct dt_node *n = h->base->root; n; n = dt_next(n)) {
		const struct dt_node *m = master_of(h, n);

		if (!m || is_iommu(h, m) || !dt_enabled(n) || is_marked(plan, n))
			continue;
		g = diag(diags, E0854, h->tree_at,
			 "iommus of %s leads to %s, which this Xen does not drive: it stops "
			 "over dom0's devices", dt_path(h->arena, n),
			 dt_path(h->arena, m));
		diag_help(g,
			  "disable the device in the tree, or add iommu=off to Xen's "
			  "command line");
	}
}

/* Whether Xen's driver of an IOMMU takes that interrupt of it when it starts: of an
 * SMMUv3 those with certain names, of others the first ones, as many as are common to all
 * contexts (xen/drivers/passthrough/arm/smmu-v3.c, smmu.c). */
static bool takes_interrupt(const struct dt_node *n, size_t index)
{
	static const char *const names[] = { "eventq", "gerror", "combined" };

	if (!dt_compatible(n, "arm,smmu-v3"))
		return index < dt_cell(n, "#global-interrupts", 0, 0);
	for (size_t i = 0; i < countof(names); i++)
		if (interrupt_named(n, names[i]) == index)
			return true;
	return false;
}

/* Whether Xen keeps one of `count` interrupts of the GIC, from `first` on, for the node;
 * *intid is that one. */
static bool has_interrupt(const struct host *h, const struct dt_node *n, uint32_t first,
			  uint32_t count, uint32_t *intid)
{
	struct interrupt i;

	for (size_t k = 0; k < interrupt_count(h, n); k++) {
		if ((n != h->console && !takes_interrupt(n, k)) ||
		    interrupt_follow(h, n, k, &i) || i.controller != h->gic_node)
			continue;
		*intid = i.intid;
		if (i.intid >= first && i.intid - first < count)
			return true;
	}
	return false;
}

/* The interrupts of an MSI frame. false: the tree does not tell them. Of QEMU's machines
 * they are known (QEMU hw/arm/virt.c, irqmap). */
static bool frame_range(const struct host *h, const struct dt_node *frame,
			uint32_t *first, uint32_t *count)
{
	bool qemu = dt_compatible(h->base->root, "linux,dummy-virt");

	*first = dt_cell(frame, "arm,msi-base-spi", 0, qemu ? 80 : 0);
	*count = dt_cell(frame, "arm,msi-num-spis", 0, qemu ? 64 : 0);
	return *first && *count;
}

/* Whether Xen keeps interrupts of the node to itself: it is the console, or an IOMMU that
 * Xen drives, which is known by its .config only. */
static bool is_xens(const struct host *h, const struct dt_node *n)
{
	return n == h->console || (config_is_known(h) && !iommu_is_off(h) &&
				   dt_enabled(n) && is_iommu(h, n));
}

static void check_frame(struct diags *diags, const struct host *h,
			const struct dt_node *frame)
{
	uint32_t first, count, intid;
	struct diag *g;

	if (!frame_range(h, frame, &first, &count))
		return;
	for (const struct dt_node *n = h->base->root; n; n = dt_next(n)) {
		if (!is_xens(h, n) || !has_interrupt(h, n, first, count, &intid))
			continue;
		g = diag(diags, E0523, h->tree_at,
			 "the MSI frame %s has the interrupts %u to %u, and Xen keeps %u "
			 "of "
			 "them for %s: it does not build dom0",
			 dt_path(h->arena, frame), first, first + count - 1, intid,
			 dt_path(h->arena, n));
		diag_help(g, "delete the frame from the tree%s",
			  n == h->console ? "" : ", or add iommu=off to xen.cmdline");
		return;
	}
}

/* Xen routes all interrupts of the frames of a GICv2 to dom0 (xen/arch/arm/gic-v2.c,
 * gicv2_map_hwdom_extra_mappings()). */
static void check_frames(struct diags *diags, const struct host *h,
			 const struct system *system)
{
	if (!h->base || h->gic != 2 || !h->gic_node || !system->dom0)
		return;
	for (const struct dt_node *n = h->gic_node->children; n; n = n->next)
		if (dt_compatible(n, "arm,gic-v2m-frame"))
			check_frame(diags, h, n);
}

/* Xen takes one node of SCMI: 4.20 the first, later releases the first that is enabled
 * (xen/arch/arm/firmware/scmi-smc.c, sci.c). */
static void warn_of_scmi(struct diags *diags, const struct host *h)
{
	const struct dt_node *first = NULL;

	if (!h->base || !xen_since(h, VERSION(4, 20)) || config_lacks(h, "SCMI_SMC"))
		return;
	for (const struct dt_node *n = h->base->root; n; n = dt_next(n)) {
		if (!dt_compatible(n, "arm,scmi-smc") ||
		    (!dt_enabled(n) && xen_since(h, VERSION(4, 21))))
			continue;
		if (first)
			diag_help(diag(diags, W0566, h->tree_at,
				       "%s is a second SCMI by calls; Xen forwards those of %s",
				       dt_path(h->arena, n), dt_path(h->arena, first)),
				  "leave it so if the latter is in use; else remove that from the "
				  "source of the tree");
		else if (dt_prop(n, "arm,smc-id") && dt_prop(n, "arm,smc-id")->len >= 4)
			first = n;
		else
			diag_help(diag(diags, W0566, h->tree_at,
				       "%s has no arm,smc-id: Xen forwards no SCMI calls",
				       dt_path(h->arena, n)),
				  "leave it so if nobody needs SCMI; else write the number of the "
				  "firmware's call as arm,smc-id into the source of the tree");
		if (n != first)
			return;
	}
}

void check_services(struct job *j)
{
	const struct value *first = NULL;

	check_force(&j->diags, &j->host);
	check_masters(&j->diags, &j->host, j->system, &j->plan);
	check_frames(&j->diags, &j->host, j->system);
	warn_of_masters(&j->diags, &j->host);
	warn_of_scmi(&j->diags, &j->host);
	for (const struct domain *d = first_xen_guest(j->system); d;
	     d = next_xen_guest(d)) {
		check_iommu(&j->diags, &j->host, d);
		warn_of_others(&j->diags, &j->host, j->system, d);
		check_sci(&j->diags, &j->host, d, &first);
	}
}
