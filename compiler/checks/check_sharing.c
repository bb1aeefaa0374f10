/* SPDX-License-Identifier: BSD-2-Clause */
/* Shared memory, event channels and CPU pools are held against Xen's rules for them. */
#include <inttypes.h>
#include <string.h>

#include "base/spans.h"
#include "base/table.h"
#include "checks/checks.h"
#include "diag/fix.h"
#include "xen/guest_space.h"
#include "xen/limits.h"

/* A free address for so many bytes in the domain, from the end of its emulated devices
 * on, in steps of 16 MiB. false: there is none below 4 GiB. */
static bool find_free(const struct host *h, const struct domain *d, uint64_t size,
		      uint64_t *free)
{
	for (*free = 0x10000000; *free + size <= 4 * GiB; *free += 16 * MiB)
		if (!guest_space_taken(h, d, range_at(*free, size)))
			return true;
	return false;
}

/* Xen maps the memory over whatever is there, without a word. */
static bool check_guest_address(struct diags *diags, const struct host *h,
				const struct shared *s, const struct named_value *v,
				const struct domain *d)
{
	const char *other = guest_space_taken(h, d, range_at(v->value.n, s->size.n));
	struct diag *g;
	uint64_t free;

	if (!other)
		return true;
	g = diag(diags, E0824, v->value.at,
		 "%s would see the shared memory '%s' at [0x%08" PRIx64 ", 0x%08" PRIx64
		 "), where %s",
		 domain_title(h->arena, d), s->o.name, v->value.n, v->value.n + s->size.n,
		 other);
	if (find_free(h, d, s->size.n, &free))
		diag_help(g, "0x%" PRIx64 " is free in it", free);
	return false;
}

struct view {			/* shared memory as a domain sees it */
	const struct shared *s;
	const struct named_value *v;
};

/* Makes the table that leads from the name of a domain to the spans of its views, in the order of
 * the shared memories. */
static void list_views(struct arena *a, const struct system *system, struct table *views)
{
	for (const struct shared *s = system->shared; s; s = NEXT(s))
		for (size_t i = 0; i < s->at->values.n; i++) {
			struct view *view = NEW(a, struct view);
			struct spans *all = table_find(views, s->at->values.v[i].key.text, 0);

			*view = (struct view){ s, &s->at->values.v[i] };
			if (!all) {
				all = NEW(a, struct spans);
				all->arena = a;
				table_add(views, view->v->key.text, 0, all);
			}
			spans_add(all, range_at(view->v->value.n, s->size.n), view);
		}
	for (const struct shared *s = system->shared; s; s = NEXT(s))
		for (size_t i = 0; i < s->at->values.n; i++) {
			struct spans *all = table_find(views, s->at->values.v[i].key.text, 0);

			if (!all->sorted)
				spans_sort(all);
		}
}

static bool check_guest_overlap(struct diags *diags, const struct table *views,
				const struct shared *s, const struct named_value *v)
{
	const struct span *first = spans_first(table_find(views, v->key.text, 0),
					       range_at(v->value.n, s->size.n));
	const struct view *other = first ? first->of : NULL;
	struct diag *g;

	if (!other || other->v == v)
		return true;
	g = diag(diags, E0824, v->value.at,
		 "'%s' would see the shared memories '%s' and '%s' "
		 "at the same addresses",
		 v->key.text, other->s->o.name, s->o.name);
	diag_note(g, other->v->value.at, "the other one, of %s, is put here",
		  number_show(diags->arena, other->s->size.n));
	return false;
}

/* A domain that sees the machine's addresses has shared memory at the machine's own
 * address for it (xen/common/device-tree/static-shmem.c, process_shm()). */
static bool check_direct_address(struct diags *diags, const struct shared *s,
				 const struct named_value *v, const struct domain *d)
{
	const char *why = d->is_dom0 ? "dom0 sees" : "a direct-mapped guest sees";
	struct diag *g;

	if (s->claim && s->claim->start == v->value.n)
		return true;
	if (!s->claim)
		g = diag(diags, E0823, v->value.at,
			 "%s the machine's addresses, so '%s' needs an "
			 "address of its own",
			 why, s->o.name);
	else
		g = diag(diags, E0823, v->value.at,
			 "%s the machine's addresses, and '%s' is at "
			 "0x%" PRIx64 " of the machine",
			 why, s->o.name, s->claim->start);
	diag_help(g, "give it 'address: 0x%" PRIx64 "', or change this one", v->value.n);
	return false;
}

/* Whether a domain must have shared memory at the machine's address. Before 4.19 Xen did
 * not demand it; but it would tell dom0, and a guest with pv, that nothing is at that
 * address (xen/arch/arm/domain_build.c, make_hypervisor_node()). */
static bool wants_machine_address(const struct host *h, const struct domain *d)
{
	bool since = xen_since(h, VERSION(4, 19));

	return is_direct(d) && (since || d->is_dom0 || d->pv.n);
}

static bool check_shared(struct diags *diags, const struct host *h,
			 const struct system *system, const struct table *views,
			 const struct shared *s)
{
	unsigned xen = h->xen->version;
	bool ok = true;

	if (!s->claim && !xen_since(h, VERSION(4, 19))) {
		struct diag *g = diag(diags, E0809, s->o.at,
				      "Xen finds memory for '%s' by itself "
				      "since 4.19; this is %u.%u",
				      s->o.name, VERSION_MAJOR(xen), VERSION_MINOR(xen));

		diag_help(g, "add address: auto");
		fix_add_key(g, s->size.key, "address: auto");
		return false;
	}
	for (size_t i = 0; i < s->at->values.n; i++) {
		const struct named_value *v = &s->at->values.v[i];
		const struct domain *d = find_domain(system, v->key.text);

		ok &= wants_machine_address(h, d)
			      ? check_direct_address(diags, s, v, d)
			      : check_guest_address(diags, h, s, v, d);
		ok &= check_guest_overlap(diags, views, s, v);
	}
	return ok;
}

/* With a fixed address the other side may be a device or firmware, so one user is no
 * mistake. */
static void check_users(struct diags *diags, const struct shared *s)
{
	if (s->at->values.n == 1 && !(s->claim && s->claim->fixed.src))
		diag(diags, W0841, s->at->values.v[0].key.at,
		     "only '%s' uses the shared memory '%s'", s->at->values.v[0].key.text,
		     s->o.name);
}

/* The blocks in which Xen finds shared memory that has no address: powers of two, each of
 * which it keeps account of (xen/common/device-tree/static-shmem.c,
 * save_map_heap_pages()). */
static unsigned count_blocks(const struct shared *s)
{
	return s->claim ? 0 : (unsigned)__builtin_popcountll(s->size.n / PAGE_SIZE_4K);
}

/* The most shared memories. Before 4.19 Xen kept them in the list of all that is
 * reserved. */
static unsigned regions_max(const struct host *h)
{
	return xen_since(h, VERSION(4, 19)) ? SHARED_BANKS_MAX : BANKS_MAX;
}

static void check_blocks(struct diags *diags, const struct shared *s, unsigned *blocks)
{
	unsigned before = *blocks;
	struct diag *g;

	*blocks += count_blocks(s);
	if (*blocks <= SHARED_BANKS_MAX || before > SHARED_BANKS_MAX)
		return;
	g = diag(diags, E0823, s->size.at,
		 "Xen finds shared memory in blocks of powers of two and "
		 "keeps %d of them; up to '%s' there are %u",
		 SHARED_BANKS_MAX, s->o.name, *blocks);
	diag_help(g, before < SHARED_BANKS_MAX
			     ? "choose a size that is a power of two, or add address: auto"
			     : "add address: auto, or choose sizes before it that are powers of two");
}

static void check_all_shared(struct diags *diags, const struct host *h,
			     const struct system *system)
{
	unsigned count = 0, blocks = 0, max = regions_max(h);
	struct table views = { .arena = h->arena };

	list_views(h->arena, system, &views);
	for (struct shared *s = system->shared; s; s = NEXT(s)) {
		check_shared(diags, h, system, &views, s);
		check_users(diags, s);
		if (count != max)
			check_blocks(diags, s, &blocks);
		if (++count != max + 1)
			continue;
		diag(diags, E0823, s->o.at,
		     "more than %u shared memories; Xen keeps %u", max, max);
	}
}

/* The highest port of a guest (xen/common/device-tree/dom0less-bindings.c sets it,
 * xen/common/event_channel.c heeds it). */
#define GUEST_PORT_MAX 1023

static bool has_xenstore(const struct domain *d)
{
	return d->pv.text && streq(d->pv.text, "enabled");
}

static void check_port(struct diags *diags, const struct system *system,
		       const struct named_value *v)
{
	const struct domain *d = find_domain(system, v->key.text);
	struct diag *g;

	if (!d->is_dom0 && v->value.n > GUEST_PORT_MAX) {
		g = diag(diags, E0825, v->value.at,
			 "port %" PRIu64 " is too high: a guest has 1 to %d", v->value.n,
			 GUEST_PORT_MAX);
		diag_help(g, "use a lower port");
		return;
	}
	if (has_xenstore(d) && v->value.n == 1) {
		g = diag(diags, E0825, v->value.at,
			 "port 1 of %s is taken by xenstore (pv: "
			 "enabled)",
			 domain_title(diags->arena, d));
		diag_help(g, "use a higher port");
		return;
	}
	if (!d->is_dom0 && !d->pv.n) {
		g = diag(diags, W0822, v->key.at,
			 "%s cannot find its event channel: it is not told "
			 "that it runs on Xen",
			 domain_title(diags->arena, d));
		diag_help(g, "add pv: no-xenstore, or enabled");
	}
}

static void check_port_is_new(struct diags *diags, struct table *ports,
			      struct named_value *v)
{
	const struct named_value *other = table_add(ports, v->key.text, v->value.n, v);
	struct diag *g;

	if (other == v)
		return;
	g = diag(diags, E0825, v->value.at,
		 "port %" PRIu64 " of '%s' has a channel already", v->value.n,
		 v->key.text);
	diag_note(g, other->value.at, "it is used here first");
	diag_help(g, "use another port for one of the two channels");
}

static void check_channels(struct diags *diags, const struct system *system)
{
	struct table ports = { .arena = diags->arena };

	for (struct free_keys *c = system->channels; c; c = NEXT(c)) {
		for (size_t i = 0; i < c->values.n; i++) {
			check_port(diags, system, &c->values.v[i]);
			check_port_is_new(diags, &ports, &c->values.v[i]);
		}
	}
}

void check_sharing(struct job *j)
{
	check_all_shared(&j->diags, &j->host, j->system);
	check_channels(&j->diags, j->system);
}
