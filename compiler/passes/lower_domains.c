/* SPDX-License-Identifier: BSD-2-Clause */
/* Domains and what they share become nodes below /chosen
 * (Xen docs/misc/arm/device-tree/booting.txt, cpupools.txt and
 * docs/features/dom0less.pandoc). */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "passes/lower.h"
#include "xen/cpus.h"

static void set_cell(struct plan *plan, const char *path, const char *prop, uint64_t n,
		     struct loc why)
{
	edits_set_cells(&plan->edits, path, prop, n, 1, why);
}

/* Properties of the rows that say how they are written, in the order of the rows. */
static void lower_attrs(struct plan *plan, const char *path, const struct object *o)
{
	for (const struct attr *a = o->attrs; a; a = a->next) {
		const struct field *f = a->field;
		const struct value *v = &a->value;

		switch (f->as) {
		case DT_NONE:
			break;
		case DT_FLAG:
			if (v->n)
				edits_set(&plan->edits, path, f->prop, "", 0, v->at);
			break;
		case DT_U32:
			edits_set_cells(&plan->edits, path, f->prop, v->n, 1, v->at);
			break;
		case DT_KIB64:
			edits_set_cells(&plan->edits, path, f->prop, v->n / KiB, 2,
					v->at);
			break;
		case DT_MIB32:
			edits_set_cells(&plan->edits, path, f->prop, v->n / MiB, 1,
					v->at);
			break;
		case DT_STRING:
			/* Xen takes absence for "off", and unknown words too. */
			if (!f->preset || !streq(f->preset, v->text))
				edits_set_text(&plan->edits, path, f->prop, v->text,
					       v->at);
			break;
		}
	}
}

static void set_compatible(struct plan *plan, const char *path, const char *first,
			   const char *second, struct loc why)
{
	struct text t = { .arena = plan->arena };

	text_bytes(&t, first, strlen(first) + 1);
	if (second)
		text_bytes(&t, second, strlen(second) + 1);
	edits_set(&plan->edits, path, "compatible", t.data, t.len, why);
}

static const char *module_path(struct job *j, const char *parent, const char *type,
			       const struct image *i)
{
	/* Xen makes module@ADDRESS of it (xen/arch/arm/efi/efi-boot.h). */
	if (boot_command(j->system) == BOOT_UEFI)
		return arena_printf(j->arena, "%s/%s", parent, type);
	return arena_printf(j->arena, "%s/module@%" PRIx64, parent, i->load->start);
}

/* Where U-Boot puts the file, or what Xen itself loads, by its name on an EFI file system.
 */
static void set_place(struct plan *plan, const struct system *system, const char *path,
		      const struct image *i)
{
	char *name = arena_printf(plan->arena, "%s", i->load->name);
	struct text reg = { .arena = plan->arena };

	if (boot_command(system) == BOOT_UEFI) {
		for (char *c = name; *c; c++)
			*c = *c == '/' ? '\\' : *c;
		edits_set_text(&plan->edits, path, "xen,uefi-binary", name, i->file.at);
		return;
	}
	put_cells(&reg, i->load->start, CHOSEN_CELLS);
	put_cells(&reg, i->load->size, CHOSEN_CELLS);
	edits_set(&plan->edits, path, "reg", reg.data, reg.len, i->file.at);
}

/* A module node: compatible, reg with the exact size of the file, and for a kernel its
 * command line. */
static void lower_module(struct job *j, const char *parent, const char *type,
			 const struct image *i, const struct value *cmdline)
{
	const char *path = module_path(j, parent, type, i);
	const char *kind = arena_printf(j->arena, "multiboot,%s", type);

	set_compatible(&j->plan, path, kind, "multiboot,module", i->file.at);
	set_place(&j->plan, j->system, path, i);
	if (cmdline && *cmdline->text)
		edits_set_text(&j->plan.edits, path, "bootargs", cmdline->text, cmdline->at);
}

static void lower_modules(struct job *j, const char *parent, const struct domain *d)
{
	lower_module(j, parent, "kernel", d->kernel, &d->cmdline);
	if (d->ramdisk)
		lower_module(j, parent, "ramdisk", d->ramdisk, NULL);
	if (d->partial_image)
		lower_module(j, parent, "device-tree", d->partial_image, NULL);
}

static uint32_t highest_phandle(const struct devicetree *dt)
{
	uint32_t highest = 0;

	for (const struct dt_node *n = dt ? dt->root : NULL; n; n = dt_next(n)) {
		uint32_t phandle = dt_cell(n, "phandle", 0, 0);

		if (phandle > highest && phandle != UINT32_MAX)
			highest = phandle;
	}
	return highest;
}

/* The tree of the firmware may have more phandles than the base; they begin at 1. */
#define FIRST_AFTER_FIRMWARE 0x7fff0000

static uint32_t new_phandle(const struct host *h, struct plan *plan)
{
	if (!plan->last_phandle)
		plan->last_phandle = plan->edit_in_u_boot ? FIRST_AFTER_FIRMWARE
							  : highest_phandle(h->base);
	return ++plan->last_phandle;
}

static void lower_static_memory(struct plan *plan, const char *path,
				const struct extent *e)
{
	struct text t = { .arena = plan->arena };
	struct loc why = e ? e->claim->at : loc_none();

	if (!e)
		return;
	for (; e; e = NEXT(e)) {
		put_cells(&t, e->claim->start, CHOSEN_CELLS);
		put_cells(&t, e->claim->size, CHOSEN_CELLS);
	}
	edits_set(&plan->edits, path, "xen,static-mem", t.data, t.len, why);
}

void lower_static_heap(const struct host *h, struct plan *plan)
{
	const struct extent *e = h->xen->static_heap;
	struct text t = { .arena = h->arena };
	struct loc why = e ? e->o.at : loc_none();

	if (!e || !h->base)
		return;
	for (; e; e = NEXT(e)) {
		put_cells(&t, e->claim->start, dt_address_cells(h->base->root));
		put_cells(&t, e->claim->size, dt_size_cells(h->base->root));
	}
	edits_set(&plan->edits, "/chosen", "xen,static-heap", t.data, t.len, why);
}

/* Presence alone asks for the longest vectors there are. */
static void lower_sve(struct plan *plan, const char *path, const struct value *v)
{
	if (!v->text)
		return;
	if (streq(v->text, "max"))
		edits_set(&plan->edits, path, "sve", "", 0, v->at);
	else
		set_cell(plan, path, "sve", strtoull(v->text, NULL, 10), v->at);
}

static void lower_capabilities(struct plan *plan, const char *path,
			       const struct values *v)
{
	uint64_t bits = 0;

	for (size_t i = 0; i < v->n; i++)
		bits |= (uint64_t)1 << v->v[i].n;
	if (bits)
		set_cell(plan, path, "capabilities", bits, v->v[0].at);
}

static void lower_affinity(struct plan *plan, const char *parent,
			   const struct free_keys *f)
{
	for (size_t i = 0; f && i < f->values.n; i++) {
		const struct named_value *v = &f->values.v[i];
		const char *path =
			arena_printf(plan->arena, "%s/vcpu-%s", parent, v->key.text);

		set_compatible(plan, path, "xen,vcpu", NULL, v->key.at);
		set_cell(plan, path, "id", strtoull(v->key.text, NULL, 10), v->key.at);
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

/* Raw properties: "<1 0x2>" are cells, "[00 ff]" bytes, "true" nothing, the rest text. */
static void lower_raw(struct plan *plan, const char *path, const struct named_value *v)
{
	struct text t = { .arena = plan->arena };
	const char *s = v->value.text;
	char open = s[0], *end;

	text_bytes(&t, "", 0);
	if (open != '<' && open != '[') {
		if (!streq(s, "true"))
			text_bytes(&t, s, strlen(s) + 1);
		edits_set(&plan->edits, path, v->key.text, t.data, t.len, v->key.at);
		return;
	}
	for (s++;; s = end) {
		uint64_t n = strtoull(s, &end, open == '<' ? 0 : 16);
		unsigned char byte = (unsigned char)n;

		if (end == s)
			break;
		if (open == '<')
			put_cells(&t, n, 1);
		else
			text_bytes(&t, &byte, 1);
	}
	edits_set(&plan->edits, path, v->key.text, t.data, t.len, v->key.at);
}

static void lower_guest(struct job *j, const struct domain *d)
{
	const char *path = arena_printf(j->arena, "/chosen/%s", d->o.name);

	set_compatible(&j->plan, path, "xen,domain", NULL, d->o.at);
	set_cell(&j->plan, path, "#address-cells", CHOSEN_CELLS, d->o.at);
	set_cell(&j->plan, path, "#size-cells", CHOSEN_CELLS, d->o.at);
	lower_attrs(&j->plan, path, &d->o);
	lower_static_memory(&j->plan, path, d->static_extents);
	lower_sve(&j->plan, path, &d->sve);
	lower_capabilities(&j->plan, path, &d->capabilities);
	if (d->cpupool.text)
		set_cell(&j->plan, path, "domain-cpupool",
			 find_pool(j->system, d->cpupool.text)->phandle, d->cpupool.at);
	for (size_t i = 0; d->properties && i < d->properties->values.n; i++)
		lower_raw(&j->plan, path, &d->properties->values.v[i]);
	lower_modules(j, path, d);
	lower_affinity(&j->plan, path, d->affinity);
}

static const char *node_of(struct arena *a, const char *domain)
{
	return streq(domain, "dom0") ? "/chosen" : arena_printf(a, "/chosen/%s", domain);
}

/* A node below each domain that uses the memory. Without an address Xen takes it from its
 * heap (docs/misc/arm/device-tree/booting.txt, Static Shared Memory). */
static void lower_shared(struct plan *plan, const struct shared *s)
{
	for (size_t i = 0; i < s->at->values.n; i++) {
		const struct named_value *v = &s->at->values.v[i];
		const char *path =
			arena_printf(plan->arena, "%s/shared-memory-%s",
				     node_of(plan->arena, v->key.text), s->o.name);
		struct text t = { .arena = plan->arena };

		set_compatible(plan, path, "xen,domain-shared-memory-v1", NULL, s->o.at);
		edits_set_text(&plan->edits, path, "xen,shm-id", s->o.name, s->o.at);
		if (s->claim)
			put_cells(&t, s->claim->start, CHOSEN_CELLS);
		put_cells(&t, v->value.n, CHOSEN_CELLS);
		put_cells(&t, s->size.n, CHOSEN_CELLS);
		edits_set(&plan->edits, path, "xen,shared-mem", t.data, t.len,
			  v->value.at);
		if (s->owner.text)
			edits_set_text(&plan->edits, path, "role",
				       streq(s->owner.text, v->key.text) ? "owner"
									 : "borrower",
				       s->owner.at);
	}
}

/* Two nodes that point to each other. */
static void lower_channel(const struct host *h, struct plan *plan,
			  const struct free_keys *c)
{
	uint32_t phandles[2] = { new_phandle(h, plan), new_phandle(h, plan) };

	if (c->values.n != 2)	/* E0825 is switched off */
		return;
	for (size_t i = 0; i < 2; i++) {
		const struct named_value *v = &c->values.v[i];
		const char *path =
			arena_printf(h->arena, "%s/event-channel-%" PRIu64,
				     node_of(h->arena, v->key.text), v->value.n);
		struct text t = { .arena = h->arena };

		set_compatible(plan, path, "xen,evtchn-v1", NULL, v->key.at);
		put_cells(&t, v->value.n, 1);
		put_cells(&t, phandles[1 - i], 1);
		edits_set(&plan->edits, path, "xen,evtchn", t.data, t.len, v->value.at);
		set_cell(plan, path, "phandle", phandles[i], v->key.at);
	}
}

/* A CPU's node may have no phandle yet; then it gets one, once. */
static uint32_t cpu_phandle(const struct host *h, struct plan *plan, uint64_t index,
			    struct loc why)
{
	bool known = h->cpus && index < h->cpus->n;
	const struct dt_node *n = known ? h->cpus->cpu[index].n : NULL;
	uint32_t phandle = n ? dt_cell(n, "phandle", 0, 0) : 0;

	if (n && !phandle) {
		phandle = new_phandle(h, plan);
		set_cell(plan, dt_path(h->arena, n), "phandle", phandle, why);
	}
	return phandle;
}

static void lower_pool(const struct host *h, struct plan *plan, struct cpupool *p)
{
	const char *path = arena_printf(h->arena, "/chosen/cpupool-%s", p->o.name);
	struct text t = { .arena = h->arena };

	for (size_t i = 0; i < p->cpus.n; i++)
		put_cells(&t, cpu_phandle(h, plan, p->cpus.v[i].n, p->cpus.v[i].at), 1);
	p->phandle = new_phandle(h, plan);
	set_compatible(plan, path, "xen,cpupool", NULL, p->o.at);
	edits_set(&plan->edits, path, "cpupool-cpus", t.data, t.len, p->o.at);
	lower_attrs(plan, path, &p->o);
	set_cell(plan, path, "phandle", p->phandle, p->o.at);
}

/* The policy is a module of Xen itself. */
static void lower_policy(struct job *j)
{
	const struct image *i = j->system->xen->xsm_policy;
	const char *path;

	if (!i)
		return;
	path = module_path(j, "/chosen", "policy", i);
	set_compatible(&j->plan, path, "xen,xsm-policy", "multiboot,module", i->file.at);
	set_place(&j->plan, j->system, path, i);
}

void lower_domains(struct job *j)
{
	const struct system *s = j->system;

	const struct free_keys *raw = s->xen->properties;

	j->plan.last_phandle = 0;
	for (size_t i = 0; raw && i < raw->values.n; i++)
		lower_raw(&j->plan, "/chosen", &raw->values.v[i]);
	lower_policy(j);
	if (s->dom0)
		lower_modules(j, "/chosen", s->dom0);
	for (struct cpupool *p = s->cpupools; p; p = NEXT(p))
		lower_pool(&j->host, &j->plan, p);
	for (struct domain *d = first_xen_guest(s); d; d = next_xen_guest(d))
		lower_guest(j, d);
	for (struct shared *m = s->shared; m; m = NEXT(m))
		lower_shared(&j->plan, m);
	for (struct free_keys *c = s->channels; c; c = NEXT(c))
		lower_channel(&j->host, &j->plan, c);
}
