/* SPDX-License-Identifier: BSD-2-Clause */
/* The kinds of CPUs in the tree become what their registers would say to Xen. */
#include "xen/cpus.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/list.h"
#include "xen/line.h"

/* From the ID registers that Arm's Technical Reference Manuals print: PARange of
 * ID_AA64MMFR0_EL1, VMIDBits of ID_AA64MMFR1_EL1, EL1 of ID_AA64PFR0_EL1, and the longest
 * SVE vector. Xen says the first two when it starts: "P2M: 44-bit IPA with ...". */
static const struct core {
	const char *compatible;
	struct cpu_limits limits;
} cores[] = {
	{ "arm,cortex-a35", { 40, 8, true, 0 } },
	{ "arm,cortex-a53", { 40, 8, true, 0 } },
	{ "arm,cortex-a55", { 40, 16, true, 0 } },
	{ "arm,cortex-a57", { 44, 8, true, 0 } },
	{ "arm,cortex-a72", { 44, 8, true, 0 } },
	{ "arm,cortex-a76", { 40, 16, false, 0 } },
	{ "arm,neoverse-n1", { 48, 16, false, 0 } },
	{ "arm,neoverse-v1", { 48, 16, false, 256 } },
};

/* QEMU's `max` has all that QEMU can do, and a tree that calls it a Cortex-A57 (QEMU
 * target/arm/cpu64.c, aarch64_max_initfn()). */
static const struct core qemu_max = { "arm,cortex-a57", { 48, 16, true, 2048 } };

static bool may_be_max(const struct host *h, const struct dt_node *n)
{
	return dt_compatible(h->base->root, "linux,dummy-virt") &&
	       dt_compatible(n, qemu_max.compatible);
}

static const struct core *find_core(const struct host *h, const struct dt_node *n)
{
	if (may_be_max(h, n))
		return &qemu_max;
	for (size_t i = 0; i < countof(cores); i++)
		if (dt_compatible(n, cores[i].compatible))
			return &cores[i];
	return NULL;
}

static unsigned least(unsigned a, unsigned b)
{
	return a < b ? a : b;
}

bool cpu_limits(const struct host *h, struct cpu_limits *out)
{
	struct cpu_limits all = { 64, 64, true, 1u << 31 };
	const struct core *core = NULL;

	for (size_t i = 0; h->cpus && i < h->cpus->n; i++) {
		if (h->cpus->cpu[i].why)
			continue;
		core = find_core(h, h->cpus->cpu[i].n);
		if (!core)
			return false;
		all.address_bits = least(all.address_bits, core->limits.address_bits);
		all.vmid_bits = least(all.vmid_bits, core->limits.vmid_bits);
		all.aarch32 &= core->limits.aarch32;
		all.sve_bits = least(all.sve_bits, core->limits.sve_bits);
	}
	*out = all;
	return core;
}

const char *cpu_kinds(const struct host *h)
{
	struct text t = { .arena = h->arena };
	const char *kind, *last = "";

	for (size_t i = 0; h->cpus && i < h->cpus->n; i++) {
		kind = dt_string(h->cpus->cpu[i].n, "compatible");
		if (h->cpus->cpu[i].why || !kind || streq(kind, last))
			continue;
		text_add(&t, "%s%s", t.len ? ", " : "", kind);
		last = kind;
	}
	return t.data;
}

uint64_t count_cpus(const struct host *h)
{
	const struct dt_node *cpus = h->base ? dt_find(h->base, "/cpus") : NULL;
	uint64_t count = 0;

	for (const struct dt_node *n = cpus ? cpus->children : NULL; n; n = n->next) {
		const char *type = dt_string(n, "device_type");

		count += type && streq(type, "cpu");
	}
	return count ? count : h->board->cpus.n;
}

static uint64_t parameter(const struct host *h, const char *key, struct loc *at)
{
	const struct word *w = xen_word(h, key);

	if (!w || !*w->value)
		return 0;
	*at = w->at;
	return strtoull(w->value, NULL, 0);
}

/* The value of maxcpus=, the most CPUs that Xen starts; 0: no limit
 * (xen/arch/arm/smpboot.c, smp_get_max_cpus()). */
static uint64_t cpus_most(const struct host *h)
{
	struct loc at;

	return parameter(h, "maxcpus", &at);
}

uint64_t number_of(const struct cpus *all, size_t index)
{
	uint64_t number = 0;

	for (size_t i = 0; i < index; i++)
		number += !all->cpu[i].left_out;
	return number;
}

const char *why_off(const struct host *h, uint64_t index)
{
	uint64_t most = cpus_most(h);

	if (!h->cpus || index >= h->cpus->n)
		return NULL;
	if (h->cpus->cpu[index].why)
		return h->cpus->cpu[index].why;
	return most && number_of(h->cpus, (size_t)index) >= most ?
		arena_printf(h->arena, "maxcpus=%" PRIu64 " leaves it off", most) : NULL;
}

size_t numbered_cpu(const struct host *h, uint64_t number)
{
	uint64_t most = cpus_most(h);

	if (most && number >= most)
		return SIZE_MAX;
	if (!h->cpus)
		return number < count_cpus(h) ? (size_t)number : SIZE_MAX;
	for (size_t i = 0; i < h->cpus->n; i++)
		if (!h->cpus->cpu[i].left_out && number_of(h->cpus, i) == number)
			return i;
	return SIZE_MAX;
}

static bool pool_has(const struct cpupool *p, uint64_t cpu)
{
	for (size_t i = 0; i < p->cpus.n; i++)
		if (p->cpus.v[i].n == cpu)
			return true;
	return false;
}

const struct cpupool *pool_with(const struct cpupool *pools, uint64_t index)
{
	const struct cpupool *p = pools;

	while (p && !pool_has(p, index))
		p = NEXT(p);
	return p;
}

uint64_t pool_cpus(const struct host *h, const struct system *s, const struct cpupool *p)
{
	uint64_t all = h->cpus ? h->cpus->n : count_cpus(h), count = 0;

	for (uint64_t i = 0; i < all; i++)
		count += pool_with(s->cpupools, i) == p && !why_off(h, i);
	return count;
}

/* Without a number dom0 gets all of its pool (xen/arch/arm/domain_build.c,
 * dom0_max_vcpus()). */
uint64_t vcpus_of(const struct host *h, const struct system *s, const struct domain *d,
		  struct loc *at)
{
	uint64_t n;

	*at = d->vcpus.text ? d->vcpus.at : d->o.at;
	if (d->vcpus.text)
		return d->vcpus.n;
	n = parameter(h, "dom0_max_vcpus", at);
	return n ? n : pool_cpus(h, s, pool_with(s->cpupools, 0));
}
