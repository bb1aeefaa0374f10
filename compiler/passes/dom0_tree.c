/* SPDX-License-Identifier: BSD-2-Clause */
/* The tree that Xen makes for dom0 is made here too, as large as it can be, to see whether
 * Xen's buffer holds it. */
#include "passes/dom0_tree.h"

#include <inttypes.h>
#include <string.h>

#include "passes/host.h"

/* Bytes that Xen gives dom0's tree beyond what the host's takes
 * (xen/arch/arm/domain_build.c, DOM0_FDT_EXTRA_SIZE; more since 4.22). */
#define EXTRA_SIZE 144

#define GIC_SIZE 128		/* what the GIC's node may have more than the host's */
#define SHARED_SIZE 192		/* a node of shared memory */
#define BANKS_MAX 256

static bool compatible_with_any(const struct dt_node *n, const char *const *words)
{
	for (; *words; words++)
		if (dt_compatible(n, *words))
			return true;
	return false;
}

/* Nodes that lower made. */
static bool is_skipped_new(const struct job *j, const struct dt_node *n)
{
	static const char *const modules[] = { "multiboot,module", NULL };
	static const char *const domains[] = { "xen,domain", "xen,domain-shared-memory-v1",
					       "xen,evtchn-v1", NULL };

	return compatible_with_any(n, modules) ||
	       (j->system->xen->version >= VERSION(4, 20) &&
		compatible_with_any(n, domains));
}

/* GIC and timer come again in Xen's own words, and are not larger then, or counted. */
static bool is_skipped(const struct job *j, const struct dt_node *n)
{
	const struct dt_node *base = dt_find(j->base, dt_path(j->arena, n));

	if (!base)
		return is_skipped_new(j, n);
	if (base == j->gic_node || dt_compatible(base, "arm,armv8-timer"))
		return false;
	return host_skips(j, base);
}

static void prune(const struct job *j, struct dt_node *n)
{
	struct dt_node *next;

	if (dt_prop(n, "xen,passthrough"))
		dt_set(j->arena, n, "status", "disabled", sizeof("disabled"));
	for (struct dt_node *c = n->children; c; c = next) {
		next = c->next;
		if (is_skipped(j, c))
			dt_remove(c);
		else
			prune(j, c);
	}
}

static void drop(struct dt_node *n, const char *name)
{
	for (struct dt_prop **p = &n->props; *p; p = &(*p)->next)
		if (streq((*p)->name, name)) {
			*p = (*p)->next;
			return;
		}
}

static void add(struct job *j, struct devicetree *dt, const char *path, const char *prop,
		size_t len)
{
	dt_set(j->arena, dt_make(j->arena, dt, path), prop,
	       arena_alloc(j->arena, len + 1), len);
}

static void replace_chosen(struct job *j, struct devicetree *dt)
{
	static const char *const gone[] = { "xen,xen-bootargs", "xen,dom0-bootargs",
					    "xen,static-heap", "stdout-path", NULL };
	struct dt_node *chosen = dt_make(j->arena, dt, "/chosen");

	for (const char *const *name = gone; *name; name++)
		drop(chosen, *name);
	add(j, dt, "/chosen", "bootargs", strlen(j->system->dom0->cmdline.text) + 1);
	if (!j->system->dom0->ramdisk)
		return;
	add(j, dt, "/chosen", "linux,initrd-start", 8);
	add(j, dt, "/chosen", "linux,initrd-end", 8);
}

static bool is_cpu(const struct dt_node *n)
{
	const char *type = dt_string(n, "device_type");

	return type && streq(type, "cpu");
}

/* make_cpus_node() gives every one the compatible of the first. */
static void add_cpus(struct job *j, struct devicetree *dt)
{
	const struct dt_node *cpus = dt_find(j->base, "/cpus"), *first = NULL;
	const struct value *vcpus = &j->system->dom0->vcpus;
	const struct dt_prop *compatible;
	uint64_t count = 0;

	for (const struct dt_node *n = cpus ? cpus->children : NULL; n; n = n->next) {
		first = first ? first : is_cpu(n) ? n : NULL;
		count += is_cpu(n);
	}
	if (!first)	/* E0522 is switched off */
		return;
	compatible = dt_prop(first, "compatible");
	if (vcpus->text)
		count = vcpus->n;
	add(j, dt, "/cpus", "#address-cells", 4);
	add(j, dt, "/cpus", "#size-cells", 4);
	for (uint64_t i = 0; i < count; i++) {
		uint64_t id = (i / 16) << 8 | i % 16;
		const char *path = arena_printf(j->arena, "/cpus/cpu@%" PRIx64, id);

		add(j, dt, path, "compatible", compatible ? compatible->len : 0);
		add(j, dt, path, "device_type", sizeof("cpu"));
		add(j, dt, path, "reg", 4);
		add(j, dt, path, "enable-method", sizeof("psci"));
		if (dt_prop(first, "clock-frequency"))
			add(j, dt, path, "clock-frequency", 4);
	}
}

static size_t count_reserved(const struct job *j)
{
	const struct dt_node *top = dt_find(j->base, "/reserved-memory");
	const struct dt_node *end = top ? dt_next_skipping(top) : NULL;
	uint64_t start, size;
	size_t count = 0;

	for (const struct dt_node *n = top ? dt_next(top) : NULL; n != end;
	     n = dt_next(n))
		for (size_t i = 0; dt_enabled(n) && dt_reg(n, i, &start, &size); i++)
			count++;
	for (const struct dt_reserve *r = j->base->reserves; r; r = r->next)
		count++;
	for (const struct claim *c = j->plan.claims; c; c = c->next)
		count++;
	return count;
}

/* Pieces of dom0's memory, mostly of 128 MiB or more. */
static size_t count_banks(const struct job *j)
{
	uint64_t count = j->system->dom0->memory.n / (128 * MiB) + 3;

	return count < BANKS_MAX ? count : BANKS_MAX;
}

/* Regions that dom0 may map others' memory to: what is left of RAM, each once for what
 * cuts it. With an IOMMU they are gaps between devices. */
static size_t count_extended(const struct job *j)
{
	size_t count = count_banks(j) + count_reserved(j) + 2;

	for (const struct bank *b = j->size->banks; b;
	     b = (const struct bank *)b->o.next)
		count++;
	if (has_iommu(j))
		count = BANKS_MAX;
	return count < BANKS_MAX ? count : BANKS_MAX;
}

/* An address and a size in the cells of the root, 1 or 2 each; what is more has been refused
 * (E0527), but a proof may switch that off. */
static size_t bank_size(const struct dt_node *root)
{
	uint64_t size = dt_entry_size(dt_address_cells(root), dt_size_cells(root), 0);

	return size < 16 ? (size_t)size : 16;
}

/* handle_node() adds these to the root. */
static void add_own(struct job *j, struct devicetree *dt)
{
	size_t bank = bank_size(dt->root);
	size_t reserved = count_reserved(j);

	add(j, dt, "/hypervisor", "compatible", sizeof("xen,xen-4.20\0xen,xen"));
	add(j, dt, "/hypervisor", "reg", bank * (1 + count_extended(j)));
	add(j, dt, "/hypervisor", "interrupts", 12);
	add(j, dt, "/hypervisor", "interrupt-parent", 4);
	add(j, dt, "/psci", "compatible", sizeof("arm,psci-1.0\0arm,psci-0.2\0arm,psci"));
	add(j, dt, "/psci", "method", sizeof("hvc"));
	add(j, dt, "/psci", "cpu_off", 4);
	add(j, dt, "/psci", "cpu_on", 4);
	add(j, dt, "/memory@100000000", "device_type", sizeof("memory"));
	add(j, dt, "/memory@100000000", "reg", bank * count_banks(j));
	if (!reserved)
		return;
	add(j, dt, "/memory@200000000", "device_type", sizeof("memory"));
	add(j, dt, "/memory@200000000", "reg", bank * reserved);
}

static size_t shared_size(const struct job *j)
{
	size_t size = 0;

	for (const struct shared *s = j->system->shared; s;
	     s = (const struct shared *)s->o.next)
		size += SHARED_SIZE;
	return size;
}

static bool is_known(const struct job *j)
{
	return j->base && j->system->dom0 && j->gic_node;
}

uint64_t dom0_tree_lacks(struct job *j)
{
	struct devicetree *dt;
	uint64_t given, wanted;

	if (!is_known(j))
		return 0;
	dt = plan_patched(&j->plan);
	given = dt_size(j->arena, dt) + EXTRA_SIZE;
	dt->reserves = NULL;
	prune(j, dt->root);
	replace_chosen(j, dt);
	add_cpus(j, dt);
	add_own(j, dt);
	wanted = dt_size(j->arena, dt) + GIC_SIZE + shared_size(j);
	return wanted > given ? wanted - given : 0;
}
