/* SPDX-License-Identifier: BSD-2-Clause */
/* Domains and CPU pools become nodes below /chosen (Xen docs/features/dom0less.pandoc and
 * docs/misc/arm/device-tree/cpupools.txt). */
#include <stdlib.h>

#include "passes/lower.h"
#include "xen/cpus.h"

/* Without a number the property asks for the longest vectors there are. */
static void lower_sve(struct plan *plan, const char *path, const struct value *v)
{
	if (!v->text)
		return;
	if (streq(v->text, "max"))
		edits_set(&plan->edits, path, "sve", "", 0, v->at);
	else
		lower_cell(plan, path, "sve", strtoull(v->text, NULL, 10), v->at);
}

static void lower_capabilities(struct plan *plan, const char *path,
			       const struct values *v)
{
	uint64_t bits = 0;

	for (size_t i = 0; i < v->n; i++)
		bits |= (uint64_t)1 << v->v[i].n;
	if (bits)
		lower_cell(plan, path, "capabilities", bits, v->v[0].at);
}

static void lower_affinity(struct plan *plan, const char *parent,
			   const struct free_keys *f)
{
	for (size_t i = 0; f && i < f->values.n; i++) {
		const struct named_value *v = &f->values.v[i];
		const char *path =
			arena_printf(plan->arena, "%s/vcpu-%s", parent, v->key.text);

		lower_compatible(plan, path, "xen,vcpu", NULL, v->key.at);
		lower_cell(plan, path, "id", strtoull(v->key.text, NULL, 10), v->key.at);
		edits_set_text(&plan->edits, path, "hard-affinity", v->value.text,
			       v->value.at);
	}
}

static const struct cpupool *find_pool(const struct system *system, const char *name)
{
	const struct cpupool *p = system->cpupools;

	while (p && !streq(p->o.name, name))
		p = NEXT(p);
	return p;
}

static void lower_guest(const struct system *s, struct plan *plan, const struct domain *d)
{
	const char *path = arena_printf(plan->arena, "/chosen/%s", d->o.name);

	lower_compatible(plan, path, "xen,domain", NULL, d->o.at);
	lower_cell(plan, path, "#address-cells", CHOSEN_CELLS, d->o.at);
	lower_cell(plan, path, "#size-cells", CHOSEN_CELLS, d->o.at);
	lower_attrs(plan, path, &d->o);
	lower_static_memory(plan, path, d->static_extents);
	lower_sve(plan, path, &d->sve);
	lower_capabilities(plan, path, &d->capabilities);
	if (d->cpupool.text)
		lower_cell(plan, path, "domain-cpupool",
			 find_pool(s, d->cpupool.text)->phandle, d->cpupool.at);
	for (size_t i = 0; d->properties && i < d->properties->values.n; i++)
		lower_raw(plan, path, &d->properties->values.v[i]);
	lower_modules(s, plan, path, d);
	lower_affinity(plan, path, d->affinity);
}

/* The phandle of a CPU's node; one that has none gets one, once. */
static uint32_t cpu_phandle(const struct host *h, struct plan *plan, uint64_t index,
			    struct loc why)
{
	bool known = h->cpus && index < h->cpus->n;
	const struct dt_node *n = known ? h->cpus->cpu[index].n : NULL;
	uint32_t phandle = n ? dt_cell(n, "phandle", 0, 0) : 0;

	if (n && !phandle) {
		phandle = lower_phandle(h, plan);
		lower_cell(plan, dt_path(h->arena, n), "phandle", phandle, why);
	}
	return phandle;
}

static void lower_pool(const struct host *h, struct plan *plan, struct cpupool *p)
{
	const char *path = arena_printf(h->arena, "/chosen/cpupool-%s", p->o.name);
	struct text t = { .arena = h->arena };

	for (size_t i = 0; i < p->cpus.n; i++)
		put_cells(&t, cpu_phandle(h, plan, p->cpus.v[i].n, p->cpus.v[i].at), 1);
	p->phandle = lower_phandle(h, plan);
	lower_compatible(plan, path, "xen,cpupool", NULL, p->o.at);
	edits_set(&plan->edits, path, "cpupool-cpus", t.data, t.len, p->o.at);
	lower_attrs(plan, path, &p->o);
	lower_cell(plan, path, "phandle", p->phandle, p->o.at);
}

void lower_domains(const struct host *h, const struct system *s, struct plan *plan)
{
	const struct free_keys *raw = s->xen->properties;

	plan->last_phandle = 0;
	for (size_t i = 0; raw && i < raw->values.n; i++)
		lower_raw(plan, "/chosen", &raw->values.v[i]);
	lower_policy(s, plan);
	if (s->dom0)
		lower_modules(s, plan, "/chosen", s->dom0);
	for (struct cpupool *p = s->cpupools; p; p = NEXT(p))
		lower_pool(h, plan, p);
	for (const struct domain *d = first_xen_guest(s); d; d = next_xen_guest(d))
		lower_guest(s, plan, d);
	lower_sharing(h, s, plan);
}
