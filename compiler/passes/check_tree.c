/* SPDX-License-Identifier: BSD-2-Clause */
/* The base tree is held against what Xen reads of it. */
#include <inttypes.h>
#include <string.h>

#include "passes/host.h"

/* This is another board's tree. */
static bool check_board(struct job *j)
{
	const char *wanted = j->board->compatible.text;
	const char *found = dt_string(j->base->root, "compatible");

	if (dt_compatible(j->base->root, wanted))
		return true;
	diag(&j->diags, E0511, j->tree_at, "this is the tree of '%s', not of %s (no '%s' in the root's "
	     "compatible)", found ? found : "?", j->board->title.text, wanted);
	return false;
}

/* A tree that has been through here, or through another tool, already. */
static bool check_chosen(struct job *j)
{
	const struct dt_node *chosen = dt_find(j->base, "/chosen");
	struct diag *g;

	for (const struct dt_node *n = chosen ? chosen->children : NULL; n; n = n->next) {
		if (!dt_compatible(n, "multiboot,module") && !dt_compatible(n, "xen,domain") &&
		    !dt_compatible(n, "xen,multiboot-module") && !dt_prop(n, "reg"))
			continue;
		g = diag(&j->diags, E0520, j->tree_at, "/chosen of the base tree already has '%s'",
			 n->name);
		diag_help(&j->diags, g, "use the board's own tree, as Linux built it");
		return false;
	}
	return true;
}

/* Xen xen/include/xen/bootfdt.h, DEVICE_TREE_MAX_DEPTH. Up to 4.21 a deeper node makes the
 * early scan loop for ever. */
#define DEPTH_MAX 16

static bool check_depth(struct job *j)
{
	for (const struct dt_node *n = j->base->root; n; n = dt_next(n)) {
		unsigned depth = 0;

		for (const struct dt_node *up = n->parent; up; up = up->parent)
			depth++;
		if (depth < DEPTH_MAX)
			continue;
		diag(&j->diags, E0503, j->tree_at, "node %s is %u levels deep; Xen reads %d",
		     dt_path(j->arena, n), depth, DEPTH_MAX - 1);
		return false;
	}
	return true;
}

static bool check_memory_node(struct job *j)
{
	unsigned xen = j->system->xen->version;
	bool found = false, ok = true;

	for (const struct dt_node *n = dt_next(j->base->root); n; n = dt_next(n)) {
		const char *type = dt_string(n, "device_type");

		if (!dt_is_named(n, "memory"))
			continue;
		if (n->parent == j->base->root && type && streq(type, "memory") &&
		    dt_prop(n, "reg")) {
			found = true;
		} else if (xen && xen < VERSION(4, 20) && n->parent != j->base->root) {
			diag(&j->diags, E0505, j->tree_at, "Xen %u.%u would take the node %s for RAM",
			     VERSION_MAJOR(xen), VERSION_MINOR(xen), dt_path(j->arena, n));
			ok = false;
		}
	}
	if (found)
		return ok;
	diag(&j->diags, E0504, j->tree_at, "the tree has no /memory node with device_type "
	     "\"memory\" and reg: Xen would find no RAM");
	return false;
}

/* Without its own cells Xen reads 2 and 1, whatever the root says: its walk starts
 * afresh there (xen/common/device-tree/bootinfo-fdt.c). */
static bool check_reserved_cells(struct job *j)
{
	const struct dt_node *n = dt_find(j->base, "/reserved-memory");

	if (!n || (dt_prop(n, "#address-cells") && dt_prop(n, "#size-cells")))
		return true;
	diag(&j->diags, E0506, j->tree_at, "/reserved-memory lacks #address-cells or #size-cells of "
	     "its own; Xen would read its ranges wrongly");
	return false;
}

#define BANKS_MAX 256

struct regions {
	struct range r[BANKS_MAX];
	const char *path[BANKS_MAX];
	size_t n;
};

static bool add_region(struct job *j, struct regions *all, struct range r, const char *path,
		       bool compare)
{
	if (all->n == BANKS_MAX) {
		diag(&j->diags, E0512, j->tree_at, "more than %d reserved ranges; Xen keeps %d",
		     BANKS_MAX, BANKS_MAX);
		return false;
	}
	for (size_t i = 0; i < all->n && compare; i++) {
		if (!range_overlaps(all->r[i], r) || !all->path[i])
			continue;
		diag(&j->diags, E0507, j->tree_at, "%s and %s of the tree reserve the same memory; "
		     "Xen stops at that", all->path[i], path);
		return false;
	}
	all->r[all->n] = r;
	all->path[all->n++] = compare ? path : NULL;
	return true;
}

/* /memreserve/ entries are kept without a check, reserved nodes may not overlap (Xen
 * xen/common/device-tree/bootinfo.c, check_reserved_regions_overlap()). */
static bool check_reserved(struct job *j)
{
	struct regions all = { .n = 0 };
	const struct dt_node *top = dt_find(j->base, "/reserved-memory"), *end;
	uint64_t start, size;

	for (const struct dt_reserve *r = j->base->reserves; r; r = r->next)
		if (!add_region(j, &all, r->range, "/memreserve/", false))
			return false;
	end = top ? dt_next_skipping(top) : NULL;
	for (const struct dt_node *n = top ? dt_next(top) : NULL; n != end; n = dt_next(n))
		for (size_t i = 0; dt_enabled(n) && dt_reg(n, i, &start, &size); i++)
			if (size && !add_region(j, &all, range_at(start, size),
						dt_path(j->arena, n), true))
				return false;
	return true;
}

static bool check_gic(struct job *j)
{
	j->gic = host_gic(j->base, &j->gic_node);
	if (!j->gic) {
		diag(&j->diags, E0508, j->tree_at, "the tree has no GICv2 or GICv3; Xen cannot run "
		     "without one");
		return false;
	}
	for (size_t i = 0; i < j->board->gic.n; i++)
		if (j->board->gic.v[i].n == j->gic)
			return true;
	diag(&j->diags, E0511, j->tree_at, "the tree has a GICv%u, which %s does not have", j->gic,
	     j->board->title.text);
	return false;
}

static bool check_timer(struct job *j)
{
	for (const struct dt_node *n = j->base->root; n; n = dt_next(n))
		if (dt_compatible(n, "arm,armv8-timer") || dt_compatible(n, "arm,armv7-timer"))
			return true;
	diag(&j->diags, E0509, j->tree_at, "the tree has no generic timer (arm,armv8-timer); Xen "
	     "panics without it");
	return false;
}

static bool has_psci(const struct devicetree *dt)
{
	static const char *const words[] = { "arm,psci-1.0", "arm,psci-0.2", "arm,psci" };

	for (const struct dt_node *n = dt->root; n; n = dt_next(n))
		for (size_t i = 0; i < 3; i++)
			if (dt_compatible(n, words[i]))
				return true;
	return false;
}

static bool is_reserved(const struct job *j, uint64_t address)
{
	struct range page = range_at(round_down(address, PAGE_SIZE_4K), PAGE_SIZE_4K);

	for (const struct dt_reserve *r = j->base->reserves; r; r = r->next)
		if (range_inside(page, r->range))
			return true;
	return false;
}

enum cpu_trouble { CPU_FINE, CPU_NO_METHOD, CPU_NO_PSCI, CPU_NO_ADDRESS, CPU_UNPROTECTED };

static enum cpu_trouble cpu_trouble(struct job *j, const struct dt_node *cpu)
{
	const char *method = dt_string(cpu, "enable-method");
	uint64_t address = (uint64_t)dt_cell(cpu, "cpu-release-addr", 0, 0) << 32 |
			   dt_cell(cpu, "cpu-release-addr", 1, 0);

	if (method && streq(method, "psci"))
		return has_psci(j->base) ? CPU_FINE : CPU_NO_PSCI;
	if (!method || !streq(method, "spin-table"))
		return CPU_NO_METHOD;
	if (!dt_prop(cpu, "cpu-release-addr"))
		return CPU_NO_ADDRESS;
	return is_reserved(j, address) ? CPU_FINE : CPU_UNPROTECTED;
}

/* Xen writes the secondary CPUs' entry into the spin table, and may have given its page away
 * by then (xen/arch/arm/arm64/smpboot.c, smp_spin_table_init()). Without a method that it
 * knows it goes on without the CPU. */
static bool report_cpus(struct job *j, enum cpu_trouble trouble, const char *names)
{
	static const char *const reasons[] = {
		[CPU_NO_METHOD] = "the enable-method is neither psci nor spin-table",
		[CPU_NO_PSCI] = "the tree has no PSCI node",
		[CPU_NO_ADDRESS] = "there is no cpu-release-addr",
	};

	if (trouble == CPU_UNPROTECTED)
		diag(&j->diags, E0519, j->tree_at, "no /memreserve/ of the tree protects the spin table "
		     "where CPUs wait: %s", names);
	else
		diag(&j->diags, W0510, j->tree_at, "Xen cannot start %s: %s", names,
		     reasons[trouble]);
	return trouble != CPU_UNPROTECTED;
}

static bool check_cpus_for(struct job *j, const struct dt_node *cpus,
			   enum cpu_trouble trouble)
{
	struct text names = { .arena = j->arena };

	for (const struct dt_node *n = cpus->children; n; n = n->next) {
		const char *type = dt_string(n, "device_type");

		if (type && streq(type, "cpu") && cpu_trouble(j, n) == trouble)
			text_add(&names, "%s%s", names.len ? ", " : "", n->name);
	}
	return !names.len || report_cpus(j, trouble, names.data);
}

static bool check_cpus(struct job *j)
{
	const struct dt_node *cpus = dt_find(j->base, "/cpus");
	bool ok = true;

	for (int t = CPU_NO_METHOD; cpus && t <= CPU_UNPROTECTED; t++)
		ok &= check_cpus_for(j, cpus, (enum cpu_trouble)t);
	return ok;
}

bool check_tree(struct job *j)
{
	static bool (*const checks[])(struct job *) = {
		check_chosen, check_depth, check_memory_node, check_reserved_cells,
		check_reserved, check_gic, check_timer, check_cpus,
	};
	bool ok;

	if (!j->base)
		return true;
	if (!check_board(j))
		return false;
	ok = true;
	for (size_t i = 0; i < sizeof(checks) / sizeof(*checks); i++)
		ok &= checks[i](j);
	return ok;
}
