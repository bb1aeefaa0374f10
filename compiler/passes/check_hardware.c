/* SPDX-License-Identifier: BSD-2-Clause */
/* What Xen drives itself, GIC, timer and CPUs, is held against what its drivers need. */
#include <inttypes.h>
#include <string.h>

#include "passes/host.h"
#include "passes/interrupts.h"
#include "passes/words.h"

/* The interrupt controller (xen/arch/arm/gic-v2.c, gic-v3.c). */

/* false: reported. */
static bool gic_reg(struct job *j, size_t index, const char *what, struct range *r)
{
	const char *why;

	if (!dt_reg_on_cpu(j->gic_node, index, r, &why)) {
		diag(&j->diags, E0523, j->tree_at,
		     "Xen cannot find the %s of the GICv%u %s (entry %zu "
		     "of reg): %s",
		     what, j->gic, dt_path(j->arena, j->gic_node), index, why);
		return false;
	}
	if (r->start % PAGE_SIZE_4K == 0)
		return true;
	diag(&j->diags, E0523, j->tree_at,
	     "the %s of the GICv%u %s is not page aligned: 0x%" PRIx64, what, j->gic,
	     dt_path(j->arena, j->gic_node), r->start);
	return false;
}

static bool check_maintenance(struct job *j)
{
	struct interrupt i;
	const char *why = interrupt_follow(j, j->gic_node, 0, &i);

	if (!why && i.controller != j->gic_node)
		why = "it leads to another controller";
	if (!why)
		return true;
	diag(&j->diags, E0523, j->tree_at,
	     "the GIC %s has no maintenance interrupt that Xen can "
	     "follow: %s",
	     dt_path(j->arena, j->gic_node), why);
	return false;
}

#define SPI_LAST 1019

/* 0 in either place means that the frame itself knows. */
static bool check_frame(struct job *j, const struct dt_node *frame)
{
	const char *path = dt_path(j->arena, frame), *why;
	uint32_t first = dt_cell(frame, "arm,msi-base-spi", 0, 0);
	uint32_t count = dt_cell(frame, "arm,msi-num-spis", 0, 0);
	struct range r;

	if (!dt_reg_on_cpu(frame, 0, &r, &why)) {
		diag(&j->diags, E0523, j->tree_at, "Xen cannot find the MSI frame %s: %s",
		     path, why);
		return false;
	}
	if (!first || !count || (first >= 32 && (uint64_t)first + count <= SPI_LAST))
		return true;
	diag(&j->diags, E0523, j->tree_at,
	     "the MSI frame %s has interrupts %u to %" PRIu64 "; 32 to "
	     "1018 are possible",
	     path, first, (uint64_t)first + count - 1);
	return false;
}

static bool check_frames(struct job *j)
{
	for (const struct dt_node *n = j->gic_node->children; n; n = n->next)
		if (dt_compatible(n, "arm,gic-v2m-frame") && !check_frame(j, n))
			return false;
	return true;
}

/* Trees say 4 KiB where the CPU interface has 8; Xen corrects that. */
static bool check_gic_sizes(struct job *j, const struct range *r)
{
	uint64_t own = range_size(r[1]), virtual = range_size(r[3]);

	if (own < 0x2000 && dt_compatible(j->base->root, "apm,xgene-storm"))
		return true;	/* known to Xen */
	if (own < 0x2000)
		own = 0x2000;
	if (own == virtual)
		return true;
	diag(&j->diags, E0523, j->tree_at,
	     "the CPU interface of the GICv2 %s has 0x%" PRIx64 " bytes, "
	     "its virtual one 0x%" PRIx64 "; Xen stops unless they are of one size",
	     dt_path(j->arena, j->gic_node), own, virtual);
	return false;
}

static bool check_gic_v2(struct job *j)
{
	static const char *const parts[] = { "distributor", "CPU interface",
					     "hypervisor interface",
					     "virtual CPU interface" };
	struct range r[4];

	for (size_t i = 0; i < 4; i++)
		if (!gic_reg(j, i, parts[i], &r[i]))
			return false;
	return check_maintenance(j) && check_gic_sizes(j, r) && check_frames(j);
}

#define REDISTRIBUTOR_SIZE 0x20000	/* one CPU's, and the distance to the next */

/* dom0 has its redistributors where the machine has its own (xen/arch/arm/vgic-v3.c). */
static bool check_redistributors(struct job *j, uint64_t cpus)
{
	const struct domain *d = j->system->dom0;

	if (!d || !d->vcpus.text || d->vcpus.n <= cpus)
		return true;
	diag(&j->diags, E0526, d->vcpus.at,
	     "dom0 would have %" PRIu64 " CPUs, and the GICv3 of the "
	     "tree has redistributors for %" PRIu64,
	     d->vcpus.n, cpus);
	return false;
}

static bool check_gic_v3(struct job *j)
{
	uint32_t regions = dt_cell(j->gic_node, "#redistributor-regions", 0, 1);
	uint64_t cpus = 0;
	const char *why;
	struct range r;

	if (!gic_reg(j, 0, "distributor", &r))
		return false;
	for (size_t i = 1; i <= regions; i++) {
		if (!dt_reg_on_cpu(j->gic_node, i, &r, &why)) {
			diag(&j->diags, E0523, j->tree_at,
			     "Xen cannot find redistributor region %zu "
			     "of %u of the GICv3 %s: %s",
			     i, regions, dt_path(j->arena, j->gic_node), why);
			return false;
		}
		cpus += range_size(r) / REDISTRIBUTOR_SIZE;
	}
	return check_maintenance(j) && check_redistributors(j, cpus);
}

static bool has_version(const struct job *j, unsigned version)
{
	for (size_t i = 0; i < j->board->gic.n; i++)
		if (j->board->gic.v[i].n == version)
			return true;
	return false;
}

static bool check_gic(struct job *j)
{
	j->phandles = interrupts_index(j->arena, j->base);
	j->gic = host_gic(j->base, &j->gic_node);
	if (!j->gic) {
		diag(&j->diags, E0508, j->tree_at,
		     "the tree has no GICv2 or GICv3; Xen cannot run "
		     "without one");
		return false;
	}
	if (has_version(j, j->gic))
		return j->gic == 2 ? check_gic_v2(j) : check_gic_v3(j);
	diag(&j->diags, E0511, j->tree_at,
	     "the tree has a GICv%u, which %s does not have", j->gic,
	     j->board->title.text);
	return false;
}

/* The timer (xen/arch/arm/time.c). */

/* The index of a string in a list; SIZE_MAX if it is not there. */
static size_t string_index(const struct dt_node *n, const char *prop, const char *word)
{
	const struct dt_prop *p = dt_prop(n, prop);
	const char *s = p->data, *end = s + p->len;

	for (size_t i = 0; s < end; i++) {
		size_t len = strnlen(s, (size_t)(end - s));

		if (s + len < end && streq(s, word))
			return i;
		s += len + 1;
	}
	return SIZE_MAX;
}

/* Xen takes them in their order; by their names since 4.18, if they have names. */
static const char *timer_trouble(const struct job *j, const struct dt_node *n,
				 size_t index)
{
	static const char *const names[] = { "sec-phys", "phys", "virt", "hyp-phys" };
	unsigned xen = j->system->xen->version;
	struct interrupt i;
	const char *why;

	if (dt_prop(n, "interrupt-names") && (!xen || xen >= VERSION(4, 18))) {
		index = string_index(n, "interrupt-names", names[index]);
		if (index == SIZE_MAX)
			return "it is not among its interrupt-names";
	}
	why = interrupt_follow(j, n, index, &i);
	return !why && i.controller != j->gic_node ? "it leads to another controller"
						   : why;
}

static bool check_timer_node(struct job *j, const struct dt_node *n)
{
	static const char *const parts[] = {
		"secure physical", "physical", "virtual", "hypervisor"
	};
	unsigned xen = j->system->xen->version;
	const char *path = dt_path(j->arena, n);
	uint32_t rate = dt_cell(n, "clock-frequency", 0, 1000);

	for (size_t i = 0; i < 4; i++) {
		const char *why = timer_trouble(j, n, i);

		if (!why)
			continue;
		diag(&j->diags, E0524, j->tree_at,
		     "Xen cannot follow the %s interrupt of the timer "
		     "%s: %s",
		     parts[i], path, why);
		return false;
	}
	if (rate >= 500 || (xen && xen < VERSION(4, 18)))
		return true;
	diag(&j->diags, E0524, j->tree_at,
	     "clock-frequency of the timer %s is %u Hz; Xen stops below "
	     "1 kHz",
	     path, rate);
	return false;
}

static bool check_timer(struct job *j)
{
	for (const struct dt_node *n = j->base->root; n; n = dt_next(n))
		if (dt_compatible(n, "arm,armv8-timer") ||
		    dt_compatible(n, "arm,armv7-timer"))
			return check_timer_node(j, n);
	diag(&j->diags, E0509, j->tree_at,
	     "the tree has no generic timer (arm,armv8-timer); Xen "
	     "panics without it");
	return false;
}

/* The CPUs (xen/arch/arm/smpboot.c, arm64/smpboot.c, psci.c). */

#define CPUS_MAX 4096	/* Xen's CONFIG_NR_CPUS ends there */

struct cpu {
	const struct dt_node *n;
	uint64_t id;		/* the MPIDR */
	const char *why;	/* Xen goes on without it; NULL: it does not */
	bool unprotected;
};

struct cpus {
	struct cpu *cpu;
	size_t n;
	const char *psci;	/* why nothing can be started by it; NULL: all can */
};

static const struct dt_node *find_compatible(const struct devicetree *dt, const char *a,
					     const char *b)
{
	for (const struct dt_node *n = dt->root; n; n = dt_next(n))
		if (dt_compatible(n, a) || dt_compatible(n, b))
			return n;
	return NULL;
}

static const char *method_trouble(struct job *j, const struct dt_node *psci)
{
	const char *method = dt_string(psci, "method"), *path = dt_path(j->arena, psci);

	if (!method)
		return arena_printf(j->arena, "%s has no method", path);
	if (streq(method, "smc"))
		return NULL;
	return arena_printf(j->arena,
			    "the method of %s is '%s', and Xen can use 'smc' only", path,
			    method);
}

/* Version 0.2 or later, or else 0.1, which has to say how a CPU is started. */
static const char *psci_trouble(struct job *j)
{
	const struct dt_node *psci =
		find_compatible(j->base, "arm,psci-0.2", "arm,psci-1.0");
	const struct dt_node *old = find_compatible(j->base, "arm,psci", "arm,psci");
	const char *why = psci ? method_trouble(j, psci) : NULL;

	if (psci && !why)
		return NULL;
	if (!old)
		return why ? why : "the tree has no PSCI node";
	if (!why)
		why = method_trouble(j, old);
	if (!why && !dt_prop(old, "cpu_on"))
		why = arena_printf(j->arena, "%s has no cpu_on", dt_path(j->arena, old));
	return why;
}

static bool is_in_reserved_node(const struct devicetree *dt, struct range page)
{
	const struct dt_node *top = dt_find(dt, "/reserved-memory"), *end;
	uint64_t start, size;

	end = top ? dt_next_skipping(top) : NULL;
	for (const struct dt_node *n = top ? dt_next(top) : NULL; n != end;
	     n = dt_next(n))
		for (size_t i = 0; dt_enabled(n) && dt_reg(n, i, &start, &size); i++)
			if (range_inside(page, range_at(start, size)))
				return true;
	return false;
}

static bool is_reserved(const struct job *j, uint64_t address)
{
	struct range page = range_at(round_down(address, PAGE_SIZE_4K), PAGE_SIZE_4K);

	for (const struct dt_reserve *r = j->base->reserves; r; r = r->next)
		if (range_inside(page, r->range))
			return true;
	return is_in_reserved_node(j->base, page);
}

/* How Xen starts it. Xen writes its own entry into a spin table, and may have given that
 * page away by then. */
static void check_method(struct job *j, struct cpu *cpu, const char *psci)
{
	const char *method = dt_string(cpu->n, "enable-method");
	uint64_t address = (uint64_t)dt_cell(cpu->n, "cpu-release-addr", 0, 0) << 32 |
			   dt_cell(cpu->n, "cpu-release-addr", 1, 0);

	if (method && streq(method, "psci"))
		cpu->why = psci;
	else if (!method || !streq(method, "spin-table"))
		cpu->why = "the enable-method is neither psci nor spin-table";
	else if (!dt_prop(cpu->n, "cpu-release-addr"))
		cpu->why = "there is no cpu-release-addr";
	else
		cpu->unprotected = !is_reserved(j, address);
}

/* reg is the MPIDR, in the cells of /cpus. */
static void read_id(struct cpu *cpu)
{
	const struct dt_prop *p = dt_prop(cpu->n, "reg");
	uint32_t cells = dt_address_cells(cpu->n->parent);

	if (!p) {
		cpu->why = "there is no reg";
	} else if (p->len / 4 < cells) {
		cpu->why = "reg is shorter than #address-cells of /cpus says";
	} else {
		for (uint32_t i = 0; i < cells; i++)
			cpu->id = cpu->id << 32 | dt_cell(cpu->n, "reg", i, 0);
		if (cpu->id & ~UINT64_C(0xff00ffffff))
			cpu->why = "reg is no MPIDR";
	}
}

/* Cores of another kind stay off; whatever is like the CPU that boots is used. */
static void check_kind(struct job *j, struct cpu *cpu, const struct cpu *boot)
{
	const char *kind = dt_string(cpu->n, "compatible"), *first;
	struct word w;

	first = dt_string(boot->n, "compatible");
	if (kind && first && !streq(kind, first) &&
	    !last_word(j->arena, &j->system->xen->cmdline, "hmp-unsafe", &w))
		cpu->why = arena_printf(
			j->arena,
			"%s is another kind of core than %s, with which "
			"Xen boots; hmp-unsafe on Xen's command line takes both",
			kind, first);
}

static const struct cpu *find_cpu(const struct cpus *all, uint64_t id)
{
	for (size_t i = 0; i < all->n; i++)
		if (all->cpu[i].id == id && !all->cpu[i].why)
			return &all->cpu[i];
	return NULL;
}

static void add_cpu(struct job *j, struct cpus *all, const struct dt_node *n)
{
	struct cpu *cpu = &all->cpu[all->n];
	const struct cpu *same;

	cpu->n = n;
	read_id(cpu);
	same = cpu->why ? NULL : find_cpu(all, cpu->id);
	if (same)
		cpu->why = arena_printf(j->arena, "%s has the same reg", same->n->name);
	else if (!cpu->why && cpu->id != 0)	/* the one that boots runs already */
		check_method(j, cpu, all->psci);
	all->n++;
}

/* The boards that we know boot on the CPU with MPIDR 0; without its node Xen uses no
 * other. */
static void compare_with_boot_cpu(struct job *j, struct cpus *all)
{
	const struct cpu *boot = find_cpu(all, 0);

	for (size_t i = 0; i < all->n; i++) {
		if (all->cpu[i].why || &all->cpu[i] == boot)
			continue;
		if (boot)
			check_kind(j, &all->cpu[i], boot);
		else
			all->cpu[i].why = "no CPU of the tree has reg 0, that of the one "
					  "that boots";
	}
}

/* "cpu@1, cpu@2": those that wait unprotected, or have that reason. */
static const char *cpu_names(struct job *j, const struct cpus *all, const char *why)
{
	struct text names = { .arena = j->arena };

	for (size_t i = 0; i < all->n; i++) {
		const struct cpu *c = &all->cpu[i];

		if (why ? c->why && streq(c->why, why) : !c->why && c->unprotected)
			text_add(&names, "%s%s", names.len ? ", " : "", c->n->name);
	}
	return names.data;
}

static bool is_first_with(const struct cpus *all, size_t index)
{
	for (size_t i = 0; i < index; i++)
		if (all->cpu[i].why && streq(all->cpu[i].why, all->cpu[index].why))
			return false;
	return true;
}

static bool report_cpus(struct job *j, const struct cpus *all)
{
	const char *unprotected = cpu_names(j, all, NULL);

	for (size_t i = 0; i < all->n; i++)
		if (all->cpu[i].why && is_first_with(all, i))
			diag(&j->diags, W0510, j->tree_at, "Xen cannot start %s: %s",
			     cpu_names(j, all, all->cpu[i].why), all->cpu[i].why);
	if (!unprotected)
		return true;
	diag(&j->diags, E0519, j->tree_at,
	     "no /memreserve/ of the tree protects the spin table where "
	     "CPUs wait: %s",
	     unprotected);
	return false;
}

static bool is_cpu(const struct dt_node *n)
{
	const char *type = dt_string(n, "device_type");

	return type && streq(type, "cpu");
}

static const struct dt_node *next_cpu(const struct dt_node *n)
{
	while (n && !is_cpu(n))
		n = n->next;
	return n;
}

/* The first one's compatible goes into the tree of every domain
 * (xen/arch/arm/domain_build.c, make_cpus_node()). */
static bool check_first_cpu(struct job *j, const struct dt_node *first)
{
	if (first && dt_prop(first, "compatible"))
		return true;
	if (!first)
		diag(&j->diags, E0522, j->tree_at,
		     "the tree has no CPU: no child of /cpus with "
		     "device_type \"cpu\"");
	else
		diag(&j->diags, E0522, j->tree_at,
		     "the first CPU of the tree, %s, has no compatible; "
		     "Xen copies it into the tree of every domain",
		     dt_path(j->arena, first));
	return false;
}

static bool check_cpus(struct job *j)
{
	const struct dt_node *top = dt_find(j->base, "/cpus");
	const struct dt_node *first = top ? next_cpu(top->children) : NULL;
	struct cpus all = { .psci = psci_trouble(j) };

	if (!check_first_cpu(j, first))
		return false;
	all.cpu = arena_alloc(j->arena, CPUS_MAX * sizeof(*all.cpu));
	for (const struct dt_node *n = first; n && all.n < CPUS_MAX;
	     n = next_cpu(n->next))
		add_cpu(j, &all, n);
	compare_with_boot_cpu(j, &all);
	return report_cpus(j, &all);
}

bool check_hardware(struct job *j)
{
	bool ok;

	if (!j->base)
		return true;
	ok = check_gic(j) && check_timer(j);	/* its interrupts go through the GIC */
	return check_cpus(j) && ok;
}
