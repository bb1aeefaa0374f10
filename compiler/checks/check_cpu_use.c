/* SPDX-License-Identifier: BSD-2-Clause */
/* What domains and pools want of the machine's CPUs is held against what those can do. */
#include <inttypes.h>
#include <string.h>

#include "checks/checks.h"
#include "diag/fix.h"
#include "xen/config.h"
#include "xen/cpus.h"
#include "xen/line.h"

/* Xen refuses a 32-bit kernel where the CPUs run 64-bit kernels only
 * (xen/arch/arm/domain_build.c, construct_domain()). */
static void check_kernel(struct diags *diags, const struct host *h,
			 const struct domain *d, const struct cpu_limits *limits)
{
	const struct file *f = d->kernel->found;

	if (!f || limits->aarch32 || !file_is_32bit(f))
		return;
	diag(diags, E0730, d->kernel->file.at,
	     "'%s' is a 32-bit kernel; the CPUs of this machine (%s) run 64-bit kernels "
	     "only",
	     f->path, cpu_kinds(h));
}

/* CPUs tell domains apart by a number (VMID), of which 0 is Xen's own
 * (xen/arch/arm/p2m.c, p2m_alloc_vmid()). */
static bool check_count(struct diags *diags, const struct host *h,
			const struct system *system, const struct cpu_limits *limits)
{
	uint64_t most = (UINT64_C(1) << limits->vmid_bits) - 1, count = 0;

	for (const struct domain *d = first_domain(system); d;
	     d = next_domain(system, d)) {
		if (++count <= most)
			continue;
		diag(diags, E0731, d->o.at,
		     "%s is one domain too many: the CPUs of this machine (%s) tell "
		     "%" PRIu64 " apart",
		     domain_title(h->arena, d), cpu_kinds(h), most);
		return false;
	}
	return true;
}

/* A guest's addresses end where the CPUs' do (xen/arch/arm/mmu/p2m.c,
 * setup_virt_paging()). */
static void check_addresses(struct diags *diags, const struct host *h,
			    const struct shared *s, const struct cpu_limits *limits)
{
	uint64_t end = UINT64_C(1) << limits->address_bits;

	for (size_t i = 0; i < s->at->values.n; i++) {
		const struct value *v = &s->at->values.v[i].value;

		if (v->n < end && s->size.n <= end - v->n)
			continue;
		diag(diags, E0732, v->at,
		     "'%s' would see the shared memory '%s' beyond 0x%" PRIx64
		     ", where addresses end on this machine (%s)",
		     s->at->values.v[i].key.text, s->o.name, end, cpu_kinds(h));
	}
}

static void check_limits(struct diags *diags, const struct host *h,
			 const struct system *system)
{
	struct cpu_limits limits;

	if (!cpu_limits(h, &limits))
		return;
	check_count(diags, h, system, &limits);
	for (const struct domain *d = first_domain(system); d; d = next_domain(system, d))
		check_kernel(diags, h, d, &limits);
	for (struct shared *s = system->shared; s; s = NEXT(s))
		check_addresses(diags, h, s, &limits);
}

/* Xen stops at a pool with a CPU that it does not know, or that did not come up
 * (xen/common/sched/boot-cpupool.c). */
static void check_pool(struct diags *diags, const struct host *h, const struct cpupool *p)
{
	for (size_t i = 0; i < p->cpus.n; i++) {
		const struct value *v = &p->cpus.v[i];
		const char *why = why_off(h, v->n);

		if (!why)
			continue;
		diag(diags, E0826, v->at,
		     "pool '%s' has CPU %" PRIu64 ", which Xen does not start: %s",
		     p->o.name, v->n, why);
	}
}

/* The pool where a domain runs, NULL if its CPUs are in none. A domain that names no pool
 * runs where the CPU is that boots. */
static const struct cpupool *pool_of(const struct system *system, const struct domain *d)
{
	const struct cpupool *p = system->cpupools;

	while (p && d->cpupool.text && !streq(p->o.name, d->cpupool.text))
		p = NEXT(p);
	return d->cpupool.text ? p : pool_with(system->cpupools, 0);
}

/* Whether the CPUs on which a domain may run are all of one kind. `ranges` are those that
 * its affinity allows; NULL: it has no affinity, and may run on all of its pool. */
static bool is_one_kind(const struct host *h, const struct system *system,
			const struct domain *d, const char *ranges)
{
	const char *first = NULL, *kind;

	for (size_t i = 0; i < h->cpus->n; i++) {
		kind = dt_string(h->cpus->cpu[i].n, "compatible");
		if (h->cpus->cpu[i].why || !kind ||
		    pool_with(system->cpupools, i) != pool_of(system, d) ||
		    (ranges && !number_in_ranges(ranges, number_of(h->cpus, i))))
			continue;
		if (first && !streq(first, kind))
			return false;
		first = kind;
	}
	return true;
}

static bool is_kept(const struct host *h, const struct system *system,
		    const struct domain *d)
{
	if (is_one_kind(h, system, d, NULL))
		return true;
	if (d->is_dom0)
		return xen_word(h, "dom0_vcpus_pin");
	if (!d->affinity || d->affinity->values.n < d->vcpus.n)
		return false;
	for (size_t i = 0; i < d->affinity->values.n; i++)
		if (!is_one_kind(h, system, d, d->affinity->values.v[i].value.text))
			return false;
	return true;
}

/* Warns of domains that may move between CPUs of different kinds: these differ in
 * registers and errata, and a domain has been told of one kind only
 * (xen/arch/arm/smpboot.c, smp_init_cpus()). */
static void warn_of_kinds(struct diags *diags, const struct host *h,
			  const struct system *system)
{
	const struct word *unsafe = xen_word(h, "hmp-unsafe");
	struct diag *g;

	if (!h->cpus || !unsafe)
		return;
	for (const struct domain *d = first_domain(system); d;
	     d = next_domain(system, d)) {
		if (is_kept(h, system, d))
			continue;
		g = diag(diags, W0733, d->o.at,
			 "%s can move between CPUs of different kinds (%s)",
			 domain_title(h->arena, d), cpu_kinds(h));
		diag_note(g, unsafe->at, "hmp-unsafe lets Xen start all of them");
		diag_help(g,
			  d->is_dom0 ? "add dom0_vcpus_pin to xen.cmdline"
				     : "give it a cpupool, or a vcpu-affinity, with CPUs of one kind");
		if (d->is_dom0 && h->xen->cmdline.text)
			fix_append(g, h->xen->cmdline.at, h->xen->cmdline.text, "dom0_vcpus_pin");
	}
}

/* The scheduler of a pool, or with p NULL of the CPUs that are in none; *at is the word
 * that chooses it. "": it is not known. */
static const char *scheduler_of(const struct host *h, const struct cpupool *p,
				struct loc *at)
{
	const char *built = config_value(h, "SCHED_DEFAULT");
	const struct word *w = xen_word(h, "sched");

	if (p && p->scheduler.text) {
		*at = p->scheduler.at;
		return p->scheduler.text;
	}
	if (w) {
		*at = w->at;
		return w->value;
	}
	*at = p ? p->o.at : h->xen->cmdline.at;
	return built ? arena_copy(h->arena, built + 1, strcspn(built + 1, "\"")) : "";
}

/* The null scheduler gives each CPU of a domain one of the machine for good, so the last
 * ones get none if there are too few (xen/common/sched/null.c, null_unit_insert()). */
static void check_null(struct diags *diags, const struct host *h,
		       const struct system *system, const struct cpupool *p,
		       struct loc at)
{
	uint64_t wanted = 0, cpus = pool_cpus(h, system, p);
	struct loc unused;
	struct diag *g;

	for (const struct domain *d = first_domain(system); d; d = next_domain(system, d))
		wanted += pool_of(system, d) == p
				  ? vcpus_of(h, system, d, &unused)
				  : 0;
	if (wanted <= cpus)
		return;
	g = diag(diags, W0836, at,
		 "%s have %" PRIu64 " CPUs together, and Xen has %" PRIu64
		 " for them: with the null scheduler the last ones never run",
		 p ? arena_printf(h->arena, "the domains of pool '%s'", p->o.name)
		   : "the domains",
		 wanted, cpus);
	diag_help(g,
		  "write fewer vcpus (dom0 without 'vcpus' has as many as its pool), or "
		  "another scheduler");
}

/* The schedule of arinc653 is for one CPU, and has dom0 alone in it until somebody sets
 * another one. It knows domains by their UUIDs; those that Xen makes at boot have none
 * and count as dom0, for its UUID is empty, too (xen/common/sched/arinc653.c,
 * a653sched_alloc_udata(), find_unit()). */
static void check_arinc(struct diags *diags, const struct host *h,
			const struct system *system, const struct cpupool *p,
			struct loc at)
{
	const struct domain *dom0 = system->dom0;
	bool with_dom0 = dom0 && pool_of(system, dom0) == p;
	struct diag *g;

	if (pool_cpus(h, system, p) > 1)
		diag(diags, W0850, at, "arinc653 schedules one CPU; %s has %" PRIu64,
		     p ? arena_printf(h->arena, "pool '%s'", p->o.name) : "Xen",
		     pool_cpus(h, system, p));
	for (const struct domain *d = first_xen_guest(system); d; d = next_xen_guest(d)) {
		if (pool_of(system, d) != p)
			continue;
		g = diag(diags, W0896, d->cpupool.text ? d->cpupool.at : d->o.at,
			 with_dom0 ? "%s gets dom0's time from arinc653, and dom0 none"
				   : "%s gets no time from arinc653, which begins with "
				     "an empty schedule where dom0 is not",
			 domain_title(h->arena, d));
		diag_note(g, at, "the scheduler is chosen here");
	}
}

static void check_scheduler(struct diags *diags, const struct host *h,
			    const struct system *system, const struct cpupool *p)
{
	struct loc at;
	const char *scheduler = scheduler_of(h, p, &at);

	if (streq(scheduler, "null"))
		check_null(diags, h, system, p, at);
	else if (streq(scheduler, "arinc653"))
		check_arinc(diags, h, system, p, at);
}

static uint64_t count_numbers(const struct host *h)
{
	uint64_t n = 0;

	while (numbered_cpu(h, n) != SIZE_MAX)
		n++;
	return n;
}

/* Xen stops at an affinity with a CPU that it has no number for
 * (xen/common/device-tree/dom0less-build.c, domain_vcpu_affinity()). */
static bool check_affinity_numbers(struct diags *diags, const struct host *h,
				   const struct value *v)
{
	for (uint64_t i = 0; i < count_cpus(h); i++) {
		if (!number_in_ranges(v->text, i) || numbered_cpu(h, i) != SIZE_MAX)
			continue;
		diag(diags, E0826, v->at,
		     "Xen has no CPU %" PRIu64 ": it has %" PRIu64 ", counted from 0", i,
		     count_numbers(h));
		return false;
	}
	return true;
}

/* Xen stops at an affinity with no CPU of the domain's pool in it
 * (xen/common/sched/core.c, vcpu_set_affinity()). */
static void check_affinity_pool(struct diags *diags, const struct host *h,
				const struct system *system, const struct domain *d,
				const struct value *v)
{
	const struct cpupool *p = pool_of(system, d);
	struct diag *g;

	for (uint64_t i = 0; i < count_cpus(h); i++) {
		size_t cpu = number_in_ranges(v->text, i) ? numbered_cpu(h, i)
							  : SIZE_MAX;

		if (cpu != SIZE_MAX && pool_with(system->cpupools, cpu) == p &&
		    !why_off(h, cpu))
			return;
	}
	if (!p) {
		g = diag(diags, E0827, v->at,
			 "none of the CPUs '%s' is there for %s, which is in no pool",
			 v->text, domain_title(h->arena, d));
		diag_help(g, "name CPUs that are in no pool, or put the guest into their pool "
			     "with `cpupool`");
		return;
	}
	g = diag(diags, E0827, v->at,
		 "none of the CPUs '%s' is in the pool '%s', where %s runs", v->text,
		 p->o.name, domain_title(h->arena, d));
	diag_help(g, "name CPUs of that pool, or another `cpupool`");
	if (d->cpupool.text)
		diag_note(g, d->cpupool.at, "the pool is chosen here");
}

static void check_affinity(struct diags *diags, const struct host *h,
			   const struct system *system, const struct domain *d)
{
	for (size_t i = 0; d->affinity && i < d->affinity->values.n; i++) {
		const struct value *v = &d->affinity->values.v[i].value;

		if (check_affinity_numbers(diags, h, v))
			check_affinity_pool(diags, h, system, d, v);
	}
}

void check_cpu_use(struct job *j)
{
	check_limits(&j->diags, &j->host, j->system);
	for (const struct cpupool *p = j->system->cpupools; p; p = NEXT(p))
		check_pool(&j->diags, &j->host, p);
	for (const struct cpupool *p = j->system->cpupools; p; p = NEXT(p))
		check_scheduler(&j->diags, &j->host, j->system, p);
	check_scheduler(&j->diags, &j->host, j->system, NULL);
	for (const struct domain *d = first_xen_guest(j->system); d;
	     d = next_xen_guest(d))
		check_affinity(&j->diags, &j->host, j->system, d);
	warn_of_kinds(&j->diags, &j->host, j->system);
}
