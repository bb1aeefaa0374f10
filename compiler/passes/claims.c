/* SPDX-License-Identifier: BSD-2-Clause */
/* Static memory, static heap and shared memory become claims on the machine's memory. */
#include "base/list.h"
#include "passes/passes.h"
#include "xen/colors.h"
#include "xen/guest_space.h"
#include "xen/partial.h"

static struct claim *add_claim(struct plan *plan, const char *what, uint64_t size,
			       struct loc at)
{
	struct claim *c = NEW(plan->arena, struct claim);

	c->what = what;
	c->at = at;
	c->size = size;
	c->align = 2 * MiB;	/* a block of Xen's page tables for the guest */
	c->limit = UINT64_MAX;
	list_append_last(plan->claims, plan->last_claim, c);
	return c;
}

static struct claim *claim_at(struct plan *plan, const char *what,
			      const struct value *address, uint64_t size)
{
	struct claim *c = add_claim(plan, what, size, address->at);

	c->fixed = address->at;
	c->start = address->n;
	return c;
}

static void claim_extents(struct plan *plan, const char *what, struct extent *e)
{
	for (; e; e = NEXT(e))
		e->claim = claim_at(plan, what, &e->address, e->size.n);
}

/* A guest whose addresses are the machine's probably has devices, which must reach it. */
static void claim_automatic(const struct host *h, struct plan *plan, const char *what,
			    struct domain *d)
{
	struct extent *e = NEW(h->arena, struct extent);

	d->static_extents = e;
	e->claim = add_claim(plan, what, d->memory.n, d->static_auto.at);
	if (d->direct_map.n && h->board->dma_bits.n < 64)
		e->claim->limit = (uint64_t)1 << h->board->dma_bits.n;
	if (d->direct_map.n && partial_reach(d) < e->claim->limit)
		e->claim->limit = partial_reach(d);
	if (d->direct_map.n && d->pv.n)
		e->claim->avoid = GRANT_WINDOW;
}

/* A user that sees the machine's own addresses decides where the memory is. */
static const struct value *direct_user(const struct system *system,
				       const struct shared *s)
{
	for (size_t i = 0; i < s->at->values.n; i++) {
		const struct named_value *v = &s->at->values.v[i];

		if (is_direct(find_domain(system, v->key.text)))
			return &v->value;
	}
	return NULL;
}

static void claim_shared(struct plan *plan, const struct system *system, struct shared *s)
{
	const char *what = arena_printf(plan->arena, "shared memory '%s'", s->o.name);
	const struct value *direct;

	if (!s->address.text)
		return;
	direct = direct_user(system, s);
	if (streq(s->address.text, "auto")) {
		s->claim = direct ? claim_at(plan, what, direct, s->size.n)
				  : add_claim(plan, what, s->size.n, s->address.at);
		return;
	}
	s->claim = claim_at(plan, what, &s->address, s->size.n);
	s->claim->automatic = direct ? NULL : "address: auto";
}

void make_claims(struct job *j)
{
	if (j->system->dom0)
		j->system->dom0->is_colored = coloring_is_on(&j->host);
	for (struct domain *d = first_xen_guest(j->system); d; d = next_xen_guest(d)) {
		const char *what = arena_printf(j->arena, "%s static memory",
						domain_title(j->arena, d));

		d->static_extents = d->static_memory;
		claim_extents(&j->plan, what, d->static_memory);
		if (d->static_memory && !NEXT(d->static_memory))
			d->static_memory->claim->automatic = "static-memory: auto";
		if (d->static_auto.text)
			claim_automatic(&j->host, &j->plan, what, d);
	}
	claim_extents(&j->plan, "Xen's static heap", j->system->xen->static_heap);
	for (struct shared *s = j->system->shared; s; s = NEXT(s))
		claim_shared(&j->plan, j->system, s);
}
