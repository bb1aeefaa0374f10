/* SPDX-License-Identifier: BSD-2-Clause */
/* Names of domains, pools and CPUs that the description uses are held against those that
 * it makes. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "checks/checks.h"
#include "diag/fix.h"
#include "xen/cpus.h"

struct names {			/* names that exist, for help; owned by the arena */
	const char **v;
	size_t n;
};

/* An empty list, with room for the names of a list of objects and for dom0. */
static struct names room_for(struct arena *a, const struct object *list)
{
	size_t n = 1;

	for (; list; list = list->next)
		n++;
	return (struct names){ .v = arena_alloc(a, n * sizeof(const char *)) };
}

static void report_unknown(struct diags *diags, const struct value *v, const char *what,
			   const struct names *names)
{
	const char *near = nearest_word(v->text, names->v, names->n);
	struct text all = { .arena = diags->arena };
	struct diag *g = diag(diags, E0311, v->at, "no %s is called '%s'", what, v->text);

	for (size_t i = 0; i < names->n; i++)
		text_add(&all, "%s%s", i ? ", " : "", names->v[i]);
	if (near)
		fix_meant(g, v->at, v->text, near);
	else if (names->n)
		diag_help(g, "there are: %s", all.data);
	else if (streq(what, "CPU pool"))
		diag_help(g, "describe it: cpupools: {%s: {cpus: [2, 3]}}, or remove the line",
			  v->text);
}

static void report_deferred(struct diags *diags, const struct value *v)
{
	struct diag *g =
		diag(diags, E0311, v->at,
		     "guest '%s' has 'boot: false': Xen does not know it when it "
		     "sets this up",
		     v->text);

	diag_help(g, "let Xen start the guest, or leave it out here");
}

static void check_domain(struct diags *diags, const struct system *system,
			 const struct value *v)
{
	struct names names = room_for(diags->arena,
				      system->guests ? &system->guests->o : NULL);

	if (find_domain(system, v->text))
		return;
	for (struct domain *d = first_deferred(system); d; d = next_deferred(d))
		if (streq(d->o.name, v->text)) {
			report_deferred(diags, v);
			return;
		}
	for (const struct domain *d = first_domain(system); d; d = next_domain(system, d))
		names.v[names.n++] = d->is_dom0 ? "dom0" : d->o.name;
	report_unknown(diags, v, "domain", &names);
}

/* Whether pools are described, in a way that was reported as wrong. */
static bool pools_are_lost(const struct system *system)
{
	const struct attr *a = system->o.attrs;

	while (a && !streq(a->field->key, "cpupools"))
		a = a->next;
	return a && !system->cpupools;
}

static void check_pool(struct diags *diags, const struct system *system,
		       const struct value *v)
{
	struct names names = room_for(diags->arena,
				      system->cpupools ? &system->cpupools->o : NULL);

	if (!v->text || pools_are_lost(system))
		return;
	for (const struct cpupool *p = system->cpupools; p; p = NEXT(p)) {
		if (streq(p->o.name, v->text))
			return;
		names.v[names.n++] = p->o.name;
	}
	report_unknown(diags, v, "CPU pool", &names);
}

/* Characters of the name of a shared memory: Xen has 16 bytes for it, with the NUL
 * (xen/include/xen/bootinfo.h, MAX_SHM_ID_LENGTH). */
#define SHM_ID_MAX 15

static void check_users(struct diags *diags, const struct system *system,
			const struct shared *s)
{
	const struct named_values *at = &s->at->values;
	struct names names = { arena_alloc(diags->arena, (at->n + 1) * sizeof(char *)), at->n };
	bool owned = !s->owner.text;
	const char *near;
	struct diag *g;

	for (size_t i = 0; i < at->n; i++) {
		check_domain(diags, system, &at->v[i].key);
		names.v[i] = at->v[i].key.text;
		owned |= s->owner.text && streq(s->owner.text, at->v[i].key.text);
	}
	if (!at->n)
		diag_help(diag(diags, E0823, s->at->o.at,
			       "nobody uses the shared memory '%s'", s->o.name),
			  "write each user and the address where it sees the memory, as in "
			  "at: {GUEST: 0x10000000}");
	if (owned || !at->n)
		return;
	g = diag(diags, E0823, s->owner.at, "the owner '%s' is not among the users under 'at'",
		 s->owner.text);
	near = nearest_word(s->owner.text, names.v, names.n);
	if (near && !find_domain(system, s->owner.text))
		fix_meant(g, s->owner.at, s->owner.text, near);
	else
		diag_help(g, "add '%s' under `at`, or name an owner that is there", s->owner.text);
}

static void check_shared(struct diags *diags, const struct system *system,
			 const struct shared *s)
{
	if (strlen(s->o.name) > SHM_ID_MAX)
		diag_help(diag(diags, E0823, s->o.at,
			       "the name '%s' is longer than the %d characters that "
			       "Xen keeps",
			       s->o.name, SHM_ID_MAX),
			  "give it a shorter name");
	check_users(diags, system, s);
}

static void check_channel(struct diags *diags, const struct system *system,
			  const struct free_keys *c)
{
	const struct named_values *v = &c->values;

	if (v->n != 2) {
		diag(diags, E0825, c->o.at,
		     "an event channel connects two domains, not %zu", v->n);
		return;
	}
	check_domain(diags, system, &v->v[0].key);
	check_domain(diags, system, &v->v[1].key);
}

static bool check_cpu(struct diags *diags, const struct host *h, const struct value *v,
		      uint64_t cpu)
{
	uint64_t count = count_cpus(h);

	if (cpu < count)
		return true;
	diag(diags, E0826, v->at,
	     "there is no CPU %" PRIu64 ": %s has %" PRIu64 ", counted from 0", cpu,
	     h->board->title.text, count);
	return false;
}

static bool is_in_pool(const struct cpupool *p, uint64_t cpu, size_t before)
{
	for (size_t i = 0; i < p->cpus.n && i < before; i++)
		if (p->cpus.v[i].n == cpu)
			return true;
	return false;
}

static void check_pool_cpu(struct diags *diags, const struct host *h,
			   const struct cpupool *pools, const struct cpupool *pool,
			   size_t index)
{
	const struct value *v = &pool->cpus.v[index];
	bool twice = is_in_pool(pool, v->n, index);

	if (!check_cpu(diags, h, v, v->n))
		return;
	for (const struct cpupool *p = pools; p != pool && !twice; p = NEXT(p))
		twice = is_in_pool(p, v->n, SIZE_MAX);
	if (twice)
		diag_help(diag(diags, E0826, v->at,
			       "CPU %" PRIu64 " is in a pool already; a CPU has one", v->n),
			  "remove it here, or in the other place");
}

static void check_pool_cpus(struct diags *diags, const struct host *h,
			    const struct cpupool *pools, const struct cpupool *p)
{
	if (!p->cpus.n)
		diag_help(diag(diags, E0826, p->o.at, "the CPU pool '%s' has no CPU",
			       p->o.name),
			  "write its CPUs, as in cpus: [1], or remove the pool");
	for (size_t i = 0; i < p->cpus.n; i++)
		check_pool_cpu(diags, h, pools, p, i);
}

/* Whether all CPUs of an affinity such as "0-3,7" exist, and its ranges go up. */
static void check_affinity_cpus(struct diags *diags, const struct host *h,
				const struct value *v)
{
	const char *s = v->text;
	uint64_t first, last;

	while (number_next_range(&s, &first, &last)) {
		if (first > last) {
			diag(diags, E0827, v->at,
			     "%" PRIu64 "-%" PRIu64 " goes down; Xen wants "
			     "ranges that go up",
			     first, last);
			return;
		}
		if (!check_cpu(diags, h, v, last))
			return;
	}
}

static void check_affinity(struct diags *diags, const struct host *h,
			   const struct domain *d)
{
	for (size_t i = 0; d->affinity && i < d->affinity->values.n; i++) {
		const struct named_value *v = &d->affinity->values.v[i];
		uint64_t vcpu;

		if (number_count(v->key.text, &vcpu) || vcpu >= d->vcpus.n) {
			diag_help(diag(diags, E0827, v->key.at,
				       "%s has no CPU '%s': it has %" PRIu64
				       ", counted from 0",
				       domain_title(h->arena, d), v->key.text, d->vcpus.n),
				  "write a lower number, or give the guest more vcpus");
		}
		check_affinity_cpus(diags, h, &v->value);
	}
}

/* Xen looks for a guest's line by the name of its node, and finds dom0's, which is kept
 * by the name of the node above its kernel (xen/common/device-tree/bootinfo.c,
 * boot_cmdline_find_by_name()). */
static bool takes_dom0_line(const struct system *system, const char *name)
{
	return system->dom0 && *system->dom0->cmdline.text && streq(name, "chosen");
}

/* Before 4.20 the first pass over the tree takes any node of this name for RAM, finds no
 * reg and ends there: what comes behind has no command line and no files. As an EFI
 * program Xen has RAM from the firmware, and does not look for it
 * (xen/arch/arm/bootfdt.c, early_scan_node(), device_tree_for_each_node()). */
static bool is_taken_for_ram(const struct host *h, const struct system *system,
			     const char *name)
{
	enum boot_command command = boot_command(system);

	return !xen_since(h, VERSION(4, 20)) && streq(name, "memory") &&
	       command != BOOT_BOOTEFI && command != BOOT_UEFI;
}

static void check_guest_name(struct diags *diags, const struct host *h,
			     const struct system *system, const struct domain *d)
{
	struct diag *g;

	if (takes_dom0_line(system, d->o.name))
		g = diag(diags, E0312, d->o.at,
			 "a guest called 'chosen' would be given dom0's command line");
	else if (is_taken_for_ram(h, system, d->o.name))
		g = diag(diags, E0312, d->o.at,
			 "Xen %u.%u takes a guest called 'memory' for RAM, and does not see "
			 "what comes after it",
			 VERSION_MAJOR(h->xen->version), VERSION_MINOR(h->xen->version));
	else
		return;
	diag_help(g, "choose another name");
}

/* Whether any domain would run: guests with `boot: false` wait for dom0, so they need
 * one. */
static void check_any(struct diags *diags, const struct system *system)
{
	const struct domain *d = system->guests;
	struct diag *g;

	if (first_domain(system))
		return;
	if (!d) {
		g = diag(diags, E0813, system->o.at,
			 "nothing would run: neither dom0 nor guests are described");
		diag_help(g, "add 'dom0:' or 'guests:'");
		return;
	}
	g = diag(diags, E0813, d->boot.at, "guest '%s' waits for dom0 (boot: false), and there is "
		 "no dom0", d->o.name);
	diag_help(g, "remove 'boot: false', and Xen starts it; or describe 'dom0:'");
}

void check_names(struct job *j)
{
	check_any(&j->diags, j->system);
	for (struct domain *d = first_xen_guest(j->system); d; d = next_xen_guest(d)) {
		check_pool(&j->diags, j->system, &d->cpupool);
		check_guest_name(&j->diags, &j->host, j->system, d);
		check_affinity(&j->diags, &j->host, d);
	}
	for (struct cpupool *p = j->system->cpupools; p; p = NEXT(p))
		check_pool_cpus(&j->diags, &j->host, j->system->cpupools, p);
	for (struct shared *s = j->system->shared; s; s = NEXT(s))
		check_shared(&j->diags, j->system, s);
	for (struct free_keys *c = j->system->channels; c; c = NEXT(c))
		check_channel(&j->diags, j->system, c);
}
