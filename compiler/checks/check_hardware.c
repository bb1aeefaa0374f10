/* SPDX-License-Identifier: BSD-2-Clause */
/* What Xen drives itself, GIC and timer, is held against what its drivers need. */
#include <inttypes.h>

#include "checks/checks.h"
#include "xen/config.h"
#include "xen/interrupts.h"

/* The interrupt controller: xen/arch/arm/gic-v2.c, gic-v3.c. */

/* The index-th registers of the GIC. false: they are not there or not page aligned, and
 * that was reported. */
static bool gic_reg(struct diags *diags, const struct host *h, size_t index,
		    const char *what, struct range *r)
{
	const char *why;

	if (!dt_reg_on_cpu(h->gic_node, index, r, &why)) {
		diag(diags, E0523, h->tree_at,
		     "Xen cannot find the %s of the GICv%u %s (entry %zu "
		     "of reg): %s",
		     what, h->gic, dt_path(h->arena, h->gic_node), index, why);
		return false;
	}
	if (r->start % PAGE_SIZE_4K == 0)
		return true;
	diag(diags, E0523, h->tree_at,
	     "the %s of the GICv%u %s is not page aligned: 0x%" PRIx64, what, h->gic,
	     dt_path(h->arena, h->gic_node), r->start);
	return false;
}

static bool check_maintenance(struct diags *diags, const struct host *h)
{
	struct interrupt i;
	const char *why = interrupt_follow(h, h->gic_node, 0, &i);

	if (!why && i.controller != h->gic_node)
		why = "it leads to another controller";
	if (!why)
		return true;
	diag(diags, E0523, h->tree_at,
	     "the GIC %s has no maintenance interrupt that Xen can "
	     "follow: %s",
	     dt_path(h->arena, h->gic_node), why);
	return false;
}

#define SPI_LAST 1019

/* Xen checks the interrupts of an MSI frame. If the tree has no number for one of both, 0
 * here, Xen reads it from the frame's own registers. */
static bool check_frame(struct diags *diags, const struct host *h,
			const struct dt_node *frame)
{
	const char *path = dt_path(h->arena, frame), *why;
	uint32_t first = dt_cell(frame, "arm,msi-base-spi", 0, 0);
	uint32_t count = dt_cell(frame, "arm,msi-num-spis", 0, 0);
	struct range r;

	if (!dt_reg_on_cpu(frame, 0, &r, &why)) {
		diag(diags, E0523, h->tree_at, "Xen cannot find the MSI frame %s: %s",
		     path, why);
		return false;
	}
	if (!first || !count || (first >= 32 && (uint64_t)first + count <= SPI_LAST))
		return true;
	diag(diags, E0523, h->tree_at,
	     "the MSI frame %s has interrupts %u to %" PRIu64 "; 32 to "
	     "1018 are possible",
	     path, first, (uint64_t)first + count - 1);
	return false;
}

static bool check_frames(struct diags *diags, const struct host *h)
{
	for (const struct dt_node *n = h->gic_node->children; n; n = n->next)
		if (dt_compatible(n, "arm,gic-v2m-frame") && !check_frame(diags, h, n))
			return false;
	return true;
}

/* CPU interface and virtual CPU interface must be of one size. Some trees say 4 KiB where
 * the CPU interface has 8 KiB; Xen corrects that. */
static bool check_gic_sizes(struct diags *diags, const struct host *h,
			    const struct range *r)
{
	uint64_t own = range_size(r[1]), virtual = range_size(r[3]);

	if (own < 0x2000 && dt_compatible(h->base->root, "apm,xgene-storm"))
		return true; /* Xen takes 128 KiB for both */
	if (own < 0x2000)
		own = 0x2000;
	if (own == virtual)
		return true;
	diag(diags, E0523, h->tree_at,
	     "the CPU interface of the GICv2 %s has 0x%" PRIx64 " bytes, "
	     "its virtual one 0x%" PRIx64 "; Xen stops unless they are of one size",
	     dt_path(h->arena, h->gic_node), own, virtual);
	return false;
}

static bool check_gic_v2(struct diags *diags, const struct host *h)
{
	static const char *const parts[] = { "distributor", "CPU interface",
					     "hypervisor interface",
					     "virtual CPU interface" };
	struct range r[4];

	for (size_t i = 0; i < 4; i++)
		if (!gic_reg(diags, h, i, parts[i], &r[i]))
			return false;
	return check_maintenance(diags, h) && check_gic_sizes(diags, h, r) &&
	       check_frames(diags, h);
}

#define REDISTRIBUTOR_SIZE 0x20000	/* bytes: one CPU's, and the distance */

/* A domain that sees the machine's addresses has its redistributors where the machine has
 * them, so it has no more CPUs than these are for (xen/arch/arm/vgic-v3.c,
 * vgic_v3_domain_init()). */
static bool check_redistributors(struct diags *diags, const struct system *system,
				 uint64_t cpus)
{
	struct diag *g;
	bool ok = true;

	for (const struct domain *d = first_domain(system); d;
	     d = next_domain(system, d)) {
		if (!(is_direct(d) || domain_capability(d, "hardware")) ||
		    !d->vcpus.text || d->vcpus.n <= cpus)
			continue;
		g = diag(diags, E0526, d->vcpus.at,
			 "%s would have %" PRIu64 " CPUs, and the GICv3 of the "
			 "tree has redistributors for %" PRIu64,
			 domain_title(diags->arena, d), d->vcpus.n, cpus);
		if (cpus)
			diag_help(g, "write vcpus: %" PRIu64 "%s", cpus,
				  cpus > 1 ? " or less" : "");
		ok = false;
	}
	return ok;
}

/* Xen reads the node of an ITS if it was built with the driver, which is off by default
 * (xen/arch/arm/gic-v3-its.c, gicv3_its_dt_init()). */
static bool check_its(struct diags *diags, const struct host *h, const struct dt_node *n)
{
	bool known = config_value(h, "HAS_ITS");
	struct range r;
	const char *why;

	if (config_lacks(h, "HAS_ITS") || dt_reg_on_cpu(n, 0, &r, &why))
		return true;
	diag(diags, known ? E0523 : W0565, h->tree_at, "Xen cannot find the ITS %s: %s%s",
	     dt_path(h->arena, n), why,
	     known ? "" : "; one that was built with CONFIG_HAS_ITS stops");
	return !known;
}

static bool check_all_its(struct diags *diags, const struct host *h)
{
	bool ok = true;

	for (const struct dt_node *n = h->gic_node->children; n; n = n->next)
		if (dt_compatible(n, "arm,gic-v3-its"))
			ok &= check_its(diags, h, n);
	return ok;
}

static bool check_gic_v3(struct diags *diags, const struct host *h,
			 const struct system *system)
{
	uint32_t regions = dt_cell(h->gic_node, "#redistributor-regions", 0, 1);
	uint64_t cpus = 0;
	const char *why;
	struct range r;

	if (!gic_reg(diags, h, 0, "distributor", &r))
		return false;
	for (size_t i = 1; i <= regions; i++) {
		if (!dt_reg_on_cpu(h->gic_node, i, &r, &why)) {
			diag(diags, E0523, h->tree_at,
			     "Xen cannot find redistributor region %zu "
			     "of %u of the GICv3 %s: %s",
			     i, regions, dt_path(h->arena, h->gic_node), why);
			return false;
		}
		cpus += range_size(r) / REDISTRIBUTOR_SIZE;
	}
	return check_maintenance(diags, h) &&
	       check_redistributors(diags, system, cpus) &&
	       check_all_its(diags, h);
}

static bool has_version(const struct host *h, unsigned version)
{
	for (size_t i = 0; i < h->board->gic.n; i++)
		if (h->board->gic.v[i].n == version)
			return true;
	return false;
}

static bool check_gic(struct diags *diags, const struct host *h,
		      const struct system *system)
{
	if (!h->gic) {
		diag(diags, E0508, h->tree_at,
		     "the tree has no GICv2 or GICv3; Xen cannot run "
		     "without one");
		return false;
	}
	if (has_version(h, h->gic))
		return h->gic == 2 ? check_gic_v2(diags, h)
					: check_gic_v3(diags, h, system);
	diag(diags, E0511, h->tree_at,
	     "the tree has a GICv%u, which %s does not have", h->gic,
	     h->board->title.text);
	return false;
}

/* The timer: xen/arch/arm/time.c. */

/* Why Xen cannot follow an interrupt of the timer; NULL: it can. Xen takes them in their
 * order; since 4.18 by their names, if they have names. */
static const char *timer_trouble(const struct host *h, const struct dt_node *n,
				 size_t index, struct interrupt *i)
{
	static const char *const names[] = { "sec-phys", "phys", "virt", "hyp-phys" };
	const char *why;

	if (dt_prop(n, "interrupt-names") && xen_since(h, VERSION(4, 18))) {
		index = interrupt_named(n, names[index]);
		if (index == SIZE_MAX)
			return "it is not among its interrupt-names";
	}
	why = interrupt_follow(h, n, index, i);
	return !why && i->controller != h->gic_node ? "it leads to another controller"
						    : why;
}

/* Whether the interrupt is edge triggered (1 and 2 are edges, 4 and 8 levels), for Xen
 * warns of that. The first one, of the secure timer, it does not use
 * (xen/arch/arm/time.c, check_timer_irq_cfg()). */
static bool is_edge(size_t index, const struct interrupt *i)
{
	return index && (i->trigger & 3) && !(i->trigger & 12);
}

static void check_timer_node(struct diags *diags, const struct host *h,
			     const struct dt_node *n)
{
	static const char *const parts[] = {
		"secure physical", "physical", "virtual", "hypervisor"
	};
	const char *path = dt_path(h->arena, n);
	uint32_t rate = dt_cell(n, "clock-frequency", 0, 1000);

	for (size_t i = 0; i < 4; i++) {
		struct interrupt own;
		const char *why = timer_trouble(h, n, i, &own);

		if (!why && is_edge(i, &own))
			diag(diags, W0564, h->tree_at,
			     "the %s interrupt of the timer %s is edge triggered; Xen "
			     "warns of that, for a timer holds its level",
			     parts[i], path);
		if (!why)
			continue;
		diag(diags, E0524, h->tree_at,
		     "Xen cannot follow the %s interrupt of the timer "
		     "%s: %s",
		     parts[i], path, why);
		return;
	}
	if (rate >= 500 || !xen_since(h, VERSION(4, 18)))
		return;
	diag(diags, E0524, h->tree_at,
	     "clock-frequency of the timer %s is %u Hz; Xen stops below "
	     "500 Hz",
	     path, rate);
}

static void check_timer(struct diags *diags, const struct host *h)
{
	for (const struct dt_node *n = h->base->root; n; n = dt_next(n))
		if (dt_compatible(n, "arm,armv8-timer") ||
		    dt_compatible(n, "arm,armv7-timer")) {
			check_timer_node(diags, h, n);
			return;
		}
	diag(diags, E0509, h->tree_at,
	     "the tree has no generic timer (arm,armv8-timer); Xen "
	     "panics without it");
}

void check_hardware(struct job *j)
{
	if (j->host.base && check_gic(&j->diags, &j->host, j->system))
		check_timer(&j->diags, &j->host); /* which needs the GIC to be right */
}
