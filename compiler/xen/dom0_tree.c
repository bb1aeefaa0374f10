/* SPDX-License-Identifier: BSD-2-Clause */
/* The tree that Xen makes for dom0 is made here too, as large as it can be, to see
 * whether Xen's buffer holds it. */
#include "xen/dom0_tree.h"

#include <inttypes.h>
#include <string.h>

#include "xen/cpus.h"
#include "xen/host.h"
#include "xen/iommu.h"
#include "xen/limits.h"

/* Bytes that Xen gives dom0's tree beyond what the host's takes
 * (xen/arch/arm/domain_build.c, DOM0_FDT_EXTRA_SIZE; more since 4.22). */
#define EXTRA_SIZE 144

#define GIC_SIZE 128		/* how much longer the GIC's node may become */
#define SHARED_SIZE 192		/* a node of shared memory */

struct sources {		/* of the tree */
	const struct host *host;
	const struct system *system;
	const struct plan *plan;
};

/* Whether Xen leaves out a node that is not in the base tree: what lower() wrote for Xen
 * itself (xen/arch/arm/domain_build.c, handle_node(): skip_matches). */
static bool is_skipped_new(const struct sources *in, const struct dt_node *n)
{
	static const char *const modules[] = { "multiboot,module", NULL };
	static const char *const domains[] = { "xen,domain",
					       "xen,domain-shared-memory-v1",
					       "xen,evtchn-v1", NULL };

	return dt_compatible_with_any(n, modules) ||
	       (xen_since(in->host, VERSION(4, 20)) &&
		dt_compatible_with_any(n, domains));
}

/* Whether a node of the patched tree is not in dom0's. The nodes of GIC and timer count
 * as kept: Xen leaves them out and makes its own, which are not larger, or whose
 * additional size is GIC_SIZE. */
static bool is_skipped(const struct sources *in, const struct dt_node *n)
{
	const struct dt_node *base = dt_find(in->host->base, dt_path(in->host->arena, n));

	if (!base)
		return is_skipped_new(in, n);
	if (base == in->host->gic_node || dt_compatible(base, "arm,armv8-timer"))
		return false;
	return host_skips(in->host, base);
}

static void prune(const struct sources *in, struct dt_node *n)
{
	struct dt_node *next;

	if (dt_prop(n, "xen,passthrough"))
		dt_set(in->host->arena, n, "status", "disabled", sizeof("disabled"));
	for (struct dt_node *c = n->children; c; c = next) {
		next = c->next;
		if (is_skipped(in, c))
			dt_remove(c);
		else
			prune(in, c);
	}
}

static void add(const struct sources *in, struct devicetree *dt, const char *path,
		const char *prop, size_t len)
{
	dt_set(in->host->arena, dt_make(in->host->arena, dt, path), prop,
	       arena_alloc(in->host->arena, len + 1), len);
}

static void replace_chosen(const struct sources *in, struct devicetree *dt)
{
	static const char *const gone[] = { "xen,xen-bootargs", "xen,dom0-bootargs",
					    "xen,static-heap", "stdout-path", NULL };
	struct dt_node *chosen = dt_make(in->host->arena, dt, "/chosen");

	for (const char *const *name = gone; *name; name++)
		dt_unset(chosen, *name);
	add(in, dt, "/chosen", "bootargs", strlen(in->system->dom0->cmdline.text) + 1);
	if (!in->system->dom0->ramdisk)
		return;
	add(in, dt, "/chosen", "linux,initrd-start", 8);
	add(in, dt, "/chosen", "linux,initrd-end", 8);
}

/* The nodes of dom0's CPUs: each has the compatible of the machine's first CPU
 * (xen/arch/arm/domain_build.c, make_cpus_node()). */
static void add_cpus(const struct sources *in, struct devicetree *dt)
{
	const struct dt_node *cpus = dt_find(in->host->base, "/cpus"), *first = NULL;
	const struct value *vcpus = &in->system->dom0->vcpus;
	const struct dt_prop *compatible;
	uint64_t count = 0;

	for (const struct dt_node *n = cpus ? cpus->children : NULL; n; n = n->next) {
		first = first ? first : dt_is_cpu(n) ? n : NULL;
		count += dt_is_cpu(n);
	}
	if (!first)	/* E0522 is switched off */
		return;
	compatible = dt_prop(first, "compatible");
	if (vcpus->text)
		count = vcpus->n;
	add(in, dt, "/cpus", "#address-cells", 4);
	add(in, dt, "/cpus", "#size-cells", 4);
	for (uint64_t i = 0; i < count; i++) {
		uint64_t id = (i / 16) << 8 | i % 16;
		const char *path =
			arena_printf(in->host->arena, "/cpus/cpu@%" PRIx64, id);

		add(in, dt, path, "compatible", compatible ? compatible->len : 0);
		add(in, dt, path, "device_type", sizeof("cpu"));
		add(in, dt, path, "reg", 4);
		add(in, dt, path, "enable-method", sizeof("psci"));
		if (dt_prop(first, "clock-frequency"))
			add(in, dt, path, "clock-frequency", 4);
	}
}

static size_t count_reserved(const struct sources *in)
{
	const struct dt_node *top = dt_find(in->host->base, "/reserved-memory");
	const struct dt_node *end = top ? dt_next_skipping(top) : NULL;
	uint64_t start, size;
	size_t count = 0;

	for (const struct dt_node *n = top ? dt_next(top) : NULL; n != end;
	     n = dt_next(n))
		for (size_t i = 0; dt_enabled(n) && dt_reg(n, i, &start, &size); i++)
			count++;
	for (const struct dt_reserve *r = in->host->base->reserves; r; r = r->next)
		count++;
	for (const struct claim *c = in->plan->claims; c; c = c->next)
		count++;
	return count;
}

/* The most banks that dom0's memory has: nearly all have 128 MiB or more. */
static size_t count_banks(const struct sources *in)
{
	uint64_t count = in->system->dom0->memory.n / (128 * MiB) + 3;

	return count < BANKS_MAX ? (size_t)count : BANKS_MAX;
}

/* The most entries of reg of /hypervisor, where dom0 may map memory of others: what is
 * left of RAM, cut once by each bank, each reservation and each claim. With an IOMMU
 * these are gaps between devices instead, of any number. */
static size_t count_extended(const struct sources *in)
{
	size_t count = count_banks(in) + count_reserved(in) + 2;

	for (const struct bank *b = in->host->size->banks; b; b = NEXT(b))
		count++;
	if (has_iommu(in->host))
		count = BANKS_MAX;
	return count < BANKS_MAX ? (size_t)count : BANKS_MAX;
}

/* Bytes of an address and a size in the cells of the root, 1 or 2 of each. More cells
 * were refused (E0527), but a proof may switch that off. */
static size_t bank_size(const struct dt_node *root)
{
	uint64_t size = dt_entry_size(dt_address_cells(root), dt_size_cells(root), 0);

	return size < 16 ? (size_t)size : 16;
}

/* The nodes that Xen adds to the root (xen/arch/arm/domain_build.c, handle_node()). */
static void add_own(const struct sources *in, struct devicetree *dt)
{
	size_t bank = bank_size(dt->root);
	size_t reserved = count_reserved(in);

	add(in, dt, "/hypervisor", "compatible", sizeof("xen,xen-4.20\0xen,xen"));
	add(in, dt, "/hypervisor", "reg", bank * (1 + count_extended(in)));
	add(in, dt, "/hypervisor", "interrupts", 12);
	add(in, dt, "/hypervisor", "interrupt-parent", 4);
	add(in, dt, "/psci", "compatible",
	    sizeof("arm,psci-1.0\0arm,psci-0.2\0arm,psci"));
	add(in, dt, "/psci", "method", sizeof("hvc"));
	add(in, dt, "/psci", "cpu_off", 4);
	add(in, dt, "/psci", "cpu_on", 4);
	add(in, dt, "/memory@100000000", "device_type", sizeof("memory"));
	add(in, dt, "/memory@100000000", "reg", bank * count_banks(in));
	if (!reserved)
		return;
	add(in, dt, "/memory@200000000", "device_type", sizeof("memory"));
	add(in, dt, "/memory@200000000", "reg", bank * reserved);
}

static size_t shared_size(const struct sources *in)
{
	size_t size = 0;

	for (const struct shared *s = in->system->shared; s; s = NEXT(s))
		size += SHARED_SIZE;
	return size;
}

static bool is_known(const struct sources *in)
{
	return in->host->base && in->system->dom0 && in->host->gic_node;
}

uint64_t dom0_tree_lacks(const struct host *h, const struct system *s,
			 const struct plan *p)
{
	const struct sources all = { h, s, p }, *in = &all;
	struct devicetree *dt;
	uint64_t given, wanted;

	if (!is_known(in))
		return 0;
	dt = plan_patched(in->plan);
	given = dt_size(in->host->arena, dt) + EXTRA_SIZE;
	dt->reserves = NULL;
	prune(in, dt->root);
	replace_chosen(in, dt);
	add_cpus(in, dt);
	add_own(in, dt);
	wanted = dt_size(in->host->arena, dt) + GIC_SIZE + shared_size(in);
	return wanted > given ? wanted - given : 0;
}
