/* SPDX-License-Identifier: BSD-2-Clause */
/* What domains share becomes nodes below theirs (Xen docs/misc/arm/device-tree/booting.txt,
 * "Static Shared Memory" and "Static Event Channel"). */
#include <inttypes.h>

#include "passes/lower.h"

static const char *node_of(struct arena *a, const char *domain)
{
	return streq(domain, "dom0") ? "/chosen" : arena_printf(a, "/chosen/%s", domain);
}

/* Makes the node of one domain that uses the memory. If that has no address, Xen finds
 * memory for it in its heap. */
static void lower_user(struct plan *plan, const struct shared *s,
		       const struct named_value *v)
{
	const char *path = arena_printf(plan->arena, "%s/shared-memory-%s",
					node_of(plan->arena, v->key.text), s->o.name);
	struct edits *to = &plan->edits;
	struct text t = { .arena = plan->arena };

	lower_compatible(plan, path, "xen,domain-shared-memory-v1", NULL, s->o.at);
	edits_set_text(to, path, "xen,shm-id", s->o.name, s->o.at);
	if (s->claim)
		put_cells(&t, s->claim->start, CHOSEN_CELLS);
	put_cells(&t, v->value.n, CHOSEN_CELLS);
	put_cells(&t, s->size.n, CHOSEN_CELLS);
	edits_set(to, path, "xen,shared-mem", t.data, t.len, v->value.at);
	if (s->owner.text)
		edits_set_text(to, path, "role",
			       streq(s->owner.text, v->key.text) ? "owner" : "borrower",
			       s->owner.at);
}

/* Makes the two nodes of an event channel, each with the phandle of the other. */
static void lower_channel(const struct host *h, struct plan *plan,
			  const struct free_keys *c)
{
	uint32_t phandles[2] = { lower_phandle(h, plan), lower_phandle(h, plan) };

	if (c->values.n != 2)	/* E0825 is switched off */
		return;
	for (size_t i = 0; i < 2; i++) {
		const struct named_value *v = &c->values.v[i];
		const char *path =
			arena_printf(h->arena, "%s/event-channel-%" PRIu64,
				     node_of(h->arena, v->key.text), v->value.n);
		struct text t = { .arena = h->arena };

		lower_compatible(plan, path, "xen,evtchn-v1", NULL, v->key.at);
		put_cells(&t, v->value.n, 1);
		put_cells(&t, phandles[1 - i], 1);
		edits_set(&plan->edits, path, "xen,evtchn", t.data, t.len, v->value.at);
		lower_cell(plan, path, "phandle", phandles[i], v->key.at);
	}
}

void lower_sharing(const struct host *h, const struct system *s, struct plan *plan)
{
	for (const struct shared *m = s->shared; m; m = NEXT(m))
		for (size_t i = 0; i < m->at->values.n; i++)
			lower_user(plan, m, &m->at->values.v[i]);
	for (const struct free_keys *c = s->channels; c; c = NEXT(c))
		lower_channel(h, plan, c);
}
