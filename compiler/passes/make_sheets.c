/* SPDX-License-Identifier: BSD-2-Clause */
/* The model, with all addresses, becomes a sheet for each domain: what it has, in the words of
 * the map. */
#include <inttypes.h>
#include <string.h>

#include "base/number.h"
#include "passes/passes.h"
#include "xen/guest_space.h"
#include "xen/partial.h"

struct sheets {
	struct job *j;
	struct sheet *sheet;		/* of this domain */
	const struct domain *d;
};

static struct sheet_line *add_line(struct arena *a, struct sheet_line **list, const char *text,
				   struct loc at)
{
	struct sheet_line *line = NEW(a, struct sheet_line);

	while (*list)
		list = &(*list)->next;
	line->text = text;
	line->at = at;
	return *list = line;
}

/* By address, so that they can be drawn one after the other. */
static struct sheet_range *add_range(struct sheets *s, struct range r, const char *what,
				     struct loc at)
{
	struct sheet_range **p = &s->sheet->space, *new = NEW(s->j->arena, struct sheet_range);

	*new = (struct sheet_range){ .range = r, .what = what, .at = at };
	while (*p && (*p)->range.start <= r.start)
		p = &(*p)->next;
	new->next = *p;
	return *p = new;
}

static void set_host(struct sheet_range *r, uint64_t host)
{
	r->has_host = true;
	r->host = host;
}

static void add_file(struct sheets *s, const char *role, const struct image *i)
{
	if (!i || !i->file.text)
		return;
	add_line(s->j->arena, &s->sheet->files,
		 arena_printf(s->j->arena, "%s %s", role, i->file.text), i->file.at);
	if (i->load && s->sheet->load_count < SHEET_LOADS)
		s->sheet->loads[s->sheet->load_count++] = i->load;
}

/* Trees that we make have no file, but a load. */
static void add_files(struct sheets *s)
{
	const struct image *partial = s->d->partial_image;

	add_file(s, "kernel", s->d->kernel);
	add_file(s, "ramdisk", s->d->ramdisk);
	if (partial && partial->load && s->sheet->load_count < SHEET_LOADS)
		s->sheet->loads[s->sheet->load_count++] = partial->load;
}

static const struct cpupool *pool_of(const struct system *system, const struct domain *d)
{
	const struct cpupool *p = system->cpupools;

	while (p && !(d->cpupool.text && streq(p->o.name, d->cpupool.text)))
		p = NEXT(p);
	return p;
}

static const char *pool_text(struct arena *a, const struct cpupool *p)
{
	struct text t = { .arena = a };

	text_add(&t, "pool %s (CPU ", p->o.name);
	for (size_t i = 0; i < p->cpus.n; i++)
		text_add(&t, "%s%" PRIu64, i ? ", " : "", p->cpus.v[i].n);
	text_add(&t, "%s%s)", p->scheduler.text ? "; " : "",
		 p->scheduler.text ? p->scheduler.text : "");
	return t.data;
}

static void add_cpus(struct sheets *s)
{
	struct arena *a = s->j->arena;
	const struct cpupool *pool = pool_of(s->j->system, s->d);
	const struct free_keys *pins = s->d->affinity;
	struct text t = { .arena = a };

	if (s->d->vcpus.text)
		text_add(&t, "%" PRIu64, s->d->vcpus.n);
	else
		text_add(&t, "as many as the board has");
	if (pool)
		text_add(&t, ", in %s", pool_text(a, pool));
	for (size_t i = 0; pins && i < pins->values.n; i++)
		text_add(&t, ", CPU %s on %s", pins->values.v[i].key.text,
			 pins->values.v[i].value.text);
	if (s->d->llc_colors.text)
		text_add(&t, ", cache colours %s", s->d->llc_colors.text);
	add_line(a, &s->sheet->cpus, t.data, s->d->vcpus.at);
}

static void add_device(struct sheets *s, const struct partial_device *v)
{
	struct arena *a = s->j->arena;
	struct text t = { .arena = a };

	text_add(&t, "%s", v->path ? v->path : v->title);
	for (size_t i = 0; i < v->interrupt_count; i++)
		text_add(&t, "%s%u", i ? ", " : v->interrupt_count > 1 ? ", interrupts "
						: ", interrupt ", v->interrupts[i].intid);
	if (v->does_dma)
		text_add(&t, ", DMA");
	add_line(a, &s->sheet->devices, t.data, v->at);
	for (size_t i = 0; i < v->range_count; i++)
		set_host(add_range(s, range_at(v->ranges[i].guest, v->ranges[i].size),
				   v->path ? v->path : v->title, v->at), v->ranges[i].host);
}

static void add_devices(struct sheets *s)
{
	const struct partial *p = s->d->partial;

	for (const struct partial_device *v = p ? p->devices : NULL; v; v = v->next)
		add_device(s, v);
}

static void add_shared(struct sheets *s, const struct shared *m)
{
	struct arena *a = s->j->arena;
	const char *name = s->d->is_dom0 ? "dom0" : s->d->o.name;
	struct sheet_range *r;

	for (size_t i = 0; i < m->at->values.n; i++) {
		const struct named_value *v = &m->at->values.v[i];

		if (!streq(v->key.text, name))
			continue;
		add_line(a, &s->sheet->shared,
			 arena_printf(a, "%s, %s at 0x%" PRIx64 ", owned by %s", m->o.name,
				      number_show(a, m->size.n), v->value.n,
				      m->owner.text ? m->owner.text : "Xen"), v->value.at);
		r = add_range(s, range_at(v->value.n, m->size.n),
			      arena_printf(a, "shared memory '%s'", m->o.name), v->value.at);
		if (m->claim)
			set_host(r, m->claim->start);
	}
	if (m->claim && m->owner.text && streq(m->owner.text, name) &&
	    s->sheet->claim_count < SHEET_CLAIMS)
		s->sheet->claims[s->sheet->claim_count++] = m->claim;
}

static void add_channel(struct sheets *s, const struct free_keys *c)
{
	const char *name = s->d->is_dom0 ? "dom0" : s->d->o.name;

	for (size_t i = 0; i < c->values.n && c->values.n == 2; i++) {
		const struct named_value *own = &c->values.v[i], *other = &c->values.v[1 - i];

		if (streq(own->key.text, name))
			add_line(s->j->arena, &s->sheet->channels,
				 arena_printf(s->j->arena, "port %" PRIu64 " to port %" PRIu64
					      " of %s", own->value.n, other->value.n,
					      other->key.text), own->value.at);
	}
}

static void add_sharing(struct sheets *s)
{
	for (const struct shared *m = s->j->system->shared; m; m = NEXT(m))
		add_shared(s, m);
	for (const struct free_keys *c = s->j->system->channels; c; c = NEXT(c))
		add_channel(s, c);
}

static void add_static_memory(struct sheets *s)
{
	for (const struct extent *e = s->d->static_extents; e; e = NEXT(e))
		if (e->claim && s->sheet->claim_count < SHEET_CLAIMS)
			s->sheet->claims[s->sheet->claim_count++] = e->claim;
}

/* Where a stretch of the guest's RAM is in the machine: its own place where it is mapped
 * directly, else the only piece of static memory that it has, if that is all of it. */
static void find_memory(const struct sheets *s, struct sheet_range *r)
{
	const struct extent *all = s->d->static_extents;

	for (const struct extent *e = all; e; e = NEXT(e))
		if (e->claim && e->claim->size == range_size(r->range) &&
		    (is_direct(s->d) ? e->claim->start == r->range.start : !all->o.next))
			set_host(r, e->claim->start);
}

static void take_space(void *what, struct range r, const char *name)
{
	struct sheets *s = what;

	if (r.start < r.end)
		find_memory(s, add_range(s, r, name, s->d->memory.at));
}

/* dom0 sees the machine as it is; where its memory is, Xen decides when it boots. */
static void add_space(struct sheets *s)
{
	if (!s->d->is_dom0)
		guest_space_list(&s->j->host, s->d, take_space, s);
}

static struct sheet *make_sheet(struct job *j, const struct domain *d)
{
	struct sheet *sheet = NEW(j->arena, struct sheet);
	struct sheets s = { j, sheet, d };

	sheet->name = d->is_dom0 ? "dom0" : d->o.name;
	sheet->at = d->o.at;
	sheet->memory = d->memory.n;
	sheet->memory_at = d->memory.at;
	sheet->is_dom0 = d->is_dom0;
	sheet->deferred = !d->is_dom0 && !d->boot.n;
	add_files(&s);
	add_cpus(&s);
	add_static_memory(&s);
	add_devices(&s);
	add_sharing(&s);
	add_space(&s);
	return sheet;
}

void make_sheets(struct job *j)
{
	struct sheet **tail = &j->plan.sheets;

	if (j->system->dom0) {
		*tail = make_sheet(j, j->system->dom0);
		tail = &(*tail)->next;
	}
	for (const struct domain *d = first_guest(j->system); d; d = next_guest(j->system, d)) {
		*tail = make_sheet(j, d);
		tail = &(*tail)->next;
	}
}
