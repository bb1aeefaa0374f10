/* SPDX-License-Identifier: BSD-2-Clause */
/* The CPUs of the base tree become those that Xen starts (xen/arch/arm/smpboot.c,
 * arm64/smpboot.c, psci.c). */
#include <string.h>

#include "xen/cpus.h"
#include "xen/line.h"

#define CPUS_MAX 4096	/* Xen's CONFIG_NR_CPUS ends there */

static const struct dt_node *find_compatible(const struct devicetree *dt, const char *a,
					     const char *b)
{
	for (const struct dt_node *n = dt->root; n; n = dt_next(n))
		if (dt_compatible(n, a) || dt_compatible(n, b))
			return n;
	return NULL;
}

static const char *method_trouble(const struct host *h, const struct dt_node *psci)
{
	const char *method = dt_string(psci, "method"), *path = dt_path(h->arena, psci);

	if (!method)
		return arena_printf(h->arena, "%s has no method", path);
	if (streq(method, "smc"))
		return NULL;
	return arena_printf(h->arena,
			    "the method of %s is '%s', and Xen can use 'smc' only", path,
			    method);
}

/* Why Xen can start no CPU by PSCI. Xen takes version 0.2 or later, or else 0.1, which
 * has to say by which call a CPU is started. */
static const char *psci_trouble(const struct host *h)
{
	const struct dt_node *psci =
		find_compatible(h->base, "arm,psci-0.2", "arm,psci-1.0");
	const struct dt_node *old = find_compatible(h->base, "arm,psci", "arm,psci");
	const char *why = psci ? method_trouble(h, psci) : NULL;

	if (psci && !why)
		return NULL;
	if (!old)
		return why ? why : "the tree has no PSCI node";
	if (!why)
		why = method_trouble(h, old);
	if (!why && !dt_prop(old, "cpu_on"))
		why = arena_printf(h->arena, "%s has no cpu_on", dt_path(h->arena, old));
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

static bool is_reserved(const struct host *h, uint64_t address)
{
	struct range page = range_at(round_down(address, PAGE_SIZE_4K), PAGE_SIZE_4K);

	for (const struct dt_reserve *r = h->base->reserves; r; r = r->next)
		if (range_inside(page, r->range))
			return true;
	return is_in_reserved_node(h->base, page);
}

/* Whether Xen can start the CPU. For a spin table it writes its entry to an address that
 * the tree names; if nothing reserves the page of that address, Xen may have given it
 * away by then. */
static void check_method(const struct host *h, struct cpu *cpu, const char *psci)
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
		cpu->unprotected = !is_reserved(h, address);
}

/* The MPIDR of a CPU is the reg of its node, in as many cells as /cpus says. */
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

/* Xen starts no core of another kind than the one that it boots on, unless the command
 * line has hmp-unsafe. */
static void check_kind(const struct host *h, struct cpu *cpu, const struct cpu *boot)
{
	const char *kind = dt_string(cpu->n, "compatible"), *first;

	first = dt_string(boot->n, "compatible");
	if (!kind || !first || streq(kind, first) || xen_word(h, "hmp-unsafe"))
		return;
	cpu->other_kind = true;
	cpu->why = arena_printf(h->arena,
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

static void add_cpu(const struct host *h, struct cpus *all, const struct dt_node *n)
{
	struct cpu *cpu = &all->cpu[all->n];
	const struct cpu *same;

	cpu->n = n;
	read_id(cpu);
	same = cpu->why ? NULL : find_cpu(all, cpu->id);
	if (same)
		cpu->why = arena_printf(h->arena, "%s has the same reg", same->n->name);
	else if (!cpu->why && cpu->id != 0)	/* the one that boots runs already */
		check_method(h, cpu, all->psci);
	cpu->left_out = cpu->why;
	all->n++;
}

/* Xen counts the CPU that boots first, wherever it stands (dt_smp_init_cpus()). */
static void put_boot_cpu_first(struct cpus *all)
{
	const struct cpu *boot = find_cpu(all, 0);
	struct cpu copy;

	if (!boot)
		return;
	copy = *boot;
	for (size_t i = (size_t)(boot - all->cpu); i > 0; i--)
		all->cpu[i] = all->cpu[i - 1];
	all->cpu[0] = copy;
}

/* All boards of xendtc boot on the CPU whose MPIDR is 0. If the tree has no node for the
 * CPU that boots, Xen uses no other one. */
static void compare_with_boot_cpu(const struct host *h, struct cpus *all)
{
	const struct cpu *boot = find_cpu(all, 0);

	for (size_t i = 0; i < all->n; i++) {
		if (all->cpu[i].why || &all->cpu[i] == boot)
			continue;
		if (boot) {
			check_kind(h, &all->cpu[i], boot);
			continue;
		}
		all->cpu[i].left_out = true;
		all->cpu[i].why =
			"no CPU of the tree has reg 0, that of the one that boots";
	}
}

static const struct dt_node *next_cpu(const struct dt_node *n)
{
	while (n && !dt_is_cpu(n))
		n = n->next;
	return n;
}

const struct dt_node *first_cpu(const struct host *h)
{
	const struct dt_node *top = dt_find(h->base, "/cpus");

	return top ? next_cpu(top->children) : NULL;
}

const struct cpus *read_cpus(const struct host *h)
{
	const struct dt_node *first = first_cpu(h);
	struct cpus *all = NEW(h->arena, struct cpus);

	if (!first || !dt_prop(first, "compatible"))
		return NULL;
	all->psci = psci_trouble(h);
	all->cpu = arena_alloc(h->arena, CPUS_MAX * sizeof(*all->cpu));
	for (const struct dt_node *n = first; n && all->n < CPUS_MAX;
	     n = next_cpu(n->next))
		add_cpu(h, all, n);
	put_boot_cpu_first(all);
	compare_with_boot_cpu(h, all);
	return all;
}
