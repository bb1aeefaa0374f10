/* SPDX-License-Identifier: BSD-2-Clause */
/* What domains and pools want of the machine's CPUs is held against what those can do. */
#include <inttypes.h>
#include <stdlib.h>

#include "passes/cpus.h"
#include "passes/words.h"

/* Xen xen/arch/arm/domain_build.c, construct_domain(). */
static bool check_kernel(struct job *j, const struct domain *d,
			 const struct cpu_limits *limits)
{
	const struct file *f = d->kernel->found;

	if (!f || limits->aarch32 || !file_is_32bit(f))
		return true;
	diag(&j->diags, E0730, d->kernel->file.at,
	     "'%s' is a 32-bit kernel; the CPUs of this machine (%s) run 64-bit kernels "
	     "only",
	     f->path, cpu_kinds(j));
	return false;
}

/* Number 0 is Xen's own (xen/arch/arm/p2m.c, p2m_alloc_vmid()). */
static bool check_count(struct job *j, const struct cpu_limits *limits)
{
	uint64_t most = (UINT64_C(1) << limits->vmid_bits) - 1, count = 0;

	for (const struct domain *d = first_domain(j); d; d = next_domain(j, d)) {
		if (++count <= most)
			continue;
		diag(&j->diags, E0731, d->o.at,
		     "%s is one domain too many: the CPUs of this machine (%s) tell "
		     "%" PRIu64 " apart",
		     domain_title(j->arena, d), cpu_kinds(j), most);
		return false;
	}
	return true;
}

/* A guest's addresses are as wide as the machine's (xen/arch/arm/mmu/p2m.c,
 * setup_virt_paging()). */
static bool check_addresses(struct job *j, const struct shared *s,
			    const struct cpu_limits *limits)
{
	uint64_t end = UINT64_C(1) << limits->address_bits;
	bool ok = true;

	for (size_t i = 0; i < s->at->values.n; i++) {
		const struct value *v = &s->at->values.v[i].value;

		if (v->n < end && s->size.n <= end - v->n)
			continue;
		diag(&j->diags, E0732, v->at,
		     "'%s' would see the shared memory '%s' beyond 0x%" PRIx64
		     ", where addresses end on this machine (%s)",
		     s->at->values.v[i].key.text, s->o.name, end, cpu_kinds(j));
		ok = false;
	}
	return ok;
}

static bool check_limits(struct job *j)
{
	struct cpu_limits limits;
	bool ok;

	if (!cpu_limits(j, &limits))
		return true;
	ok = check_count(j, &limits);
	for (const struct domain *d = first_domain(j); d; d = next_domain(j, d))
		ok &= check_kernel(j, d, &limits);
	for (struct shared *s = j->system->shared; s; s = (struct shared *)s->o.next)
		ok &= check_addresses(j, s, &limits);
	return ok;
}

/* Why Xen does not use a CPU of the tree; NULL: it does. */
static const char *why_off(struct job *j, uint64_t index)
{
	size_t before = 0;
	struct word w;
	uint64_t most;

	if (!j->cpus || index >= j->cpus->n)
		return NULL;
	if (j->cpus->cpu[index].why)
		return j->cpus->cpu[index].why;
	if (!last_word(j->arena, &j->system->xen->cmdline, "maxcpus", &w))
		return NULL;
	for (size_t i = 0; i < index; i++)
		before += !j->cpus->cpu[i].why;
	most = strtoull(w.value, NULL, 0);
	return most && before >= most ?
		arena_printf(j->arena, "maxcpus=%s leaves it off", w.value) : NULL;
}

/* Xen stops at a CPU that it does not know, and at one that did not come up
 * (xen/common/sched/boot-cpupool.c). */
static bool check_pool(struct job *j, const struct cpupool *p)
{
	bool ok = true;

	for (size_t i = 0; i < p->cpus.n; i++) {
		const struct value *v = &p->cpus.v[i];
		const char *why = why_off(j, v->n);

		if (!why)
			continue;
		diag(&j->diags, E0826, v->at,
		     "pool '%s' has CPU %" PRIu64 ", which Xen does not start: %s",
		     p->o.name, v->n, why);
		ok = false;
	}
	return ok;
}

static bool pool_has(const struct cpupool *p, uint64_t cpu)
{
	for (size_t i = 0; i < p->cpus.n; i++)
		if (p->cpus.v[i].n == cpu)
			return true;
	return false;
}

static const struct cpupool *pool_with(const struct job *j, uint64_t cpu)
{
	const struct cpupool *p = j->system->cpupools;

	while (p && !pool_has(p, cpu))
		p = (const struct cpupool *)p->o.next;
	return p;
}

/* A domain without a pool runs where the CPU that boots is. */
static bool may_run_on(const struct job *j, const struct domain *d, uint64_t cpu)
{
	const struct cpupool *p = pool_with(j, cpu);

	if (d->cpupool.text)
		return p && streq(p->o.name, d->cpupool.text);
	return p == pool_with(j, 0);
}

/* Whether the CPUs of the machine where a CPU of the domain may run are of one kind;
 * ranges NULL: it has no affinity. */
static bool is_one_kind(const struct job *j, const struct domain *d, const char *ranges)
{
	const char *first = NULL, *kind;

	for (size_t i = 0; i < j->cpus->n; i++) {
		kind = dt_string(j->cpus->cpu[i].n, "compatible");
		if (j->cpus->cpu[i].why || !kind || !may_run_on(j, d, i) ||
		    (ranges && !number_in_ranges(ranges, i)))
			continue;
		if (first && !streq(first, kind))
			return false;
		first = kind;
	}
	return true;
}

static bool is_kept(struct job *j, const struct domain *d)
{
	struct word w;

	if (is_one_kind(j, d, NULL))
		return true;
	if (d->is_dom0)
		return last_word(j->arena, &j->system->xen->cmdline, "dom0_vcpus_pin", &w);
	if (!d->affinity || d->affinity->values.n < d->vcpus.n)
		return false;
	for (size_t i = 0; i < d->affinity->values.n; i++)
		if (!is_one_kind(j, d, d->affinity->values.v[i].value.text))
			return false;
	return true;
}

/* The kinds differ in registers and errata that a domain has been told of once
 * (xen/arch/arm/smpboot.c, smp_init_cpus()). */
static void warn_of_kinds(struct job *j)
{
	struct word w;
	struct diag *g;

	if (!j->cpus || !last_word(j->arena, &j->system->xen->cmdline, "hmp-unsafe", &w))
		return;
	for (const struct domain *d = first_domain(j); d; d = next_domain(j, d)) {
		if (is_kept(j, d))
			continue;
		g = diag(&j->diags, W0733, d->o.at,
			 "%s can move between CPUs of different kinds (%s)",
			 domain_title(j->arena, d), cpu_kinds(j));
		diag_note(&j->diags, g, w.at, "hmp-unsafe lets Xen start all of them");
		diag_help(&j->diags, g,
			  d->is_dom0 ? "add dom0_vcpus_pin to xen.cmdline"
				     : "give it a cpupool or vcpu-affinity of one kind");
	}
}

bool check_cpu_use(struct job *j)
{
	bool ok = check_limits(j);

	for (const struct cpupool *p = j->system->cpupools; p;
	     p = (const struct cpupool *)p->o.next)
		ok &= check_pool(j, p);
	warn_of_kinds(j);
	return ok;
}
