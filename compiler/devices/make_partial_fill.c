/* SPDX-License-Identifier: BSD-2-Clause */
/* The properties of a given device become those of its copy: one rule a property. */
#include <inttypes.h>
#include <string.h>

#include "devices/device_rules.h"
#include "devices/dma.h"
#include "devices/assigned.h"
#include "devices/make_partial.h"
#include "xen/interrupts.h"
#include "xen/iommu.h"

#define DEPTH_MAX 8 /* of providers that need providers */

static bool translate_phandles(struct maker *m, const struct twin *p,
			       const struct dt_prop *prop, const struct device_rule *r,
			       unsigned depth, struct text *out,
			       const struct dt_node **missing);

static bool names(const struct values *list, const char *name)
{
	for (size_t i = 0; i < list->n; i++)
		if (streq(list->v[i].text, name))
			return true;
	return false;
}

/* What the user said about this very node, not about those below it. */
static const struct passed *passed_entry(const struct twin *p)
{
	return p->by && p->by->node == p->host ? p->by : NULL;
}

static void copy(struct maker *m, const struct twin *p, const struct dt_prop *prop)
{
	dt_set(m->arena, p->guest, prop->name, prop->data, prop->len);
}

static void leave_out(struct dt_node *n, const char *name)
{
	struct dt_prop **link = &n->props;

	while (*link && !streq((*link)->name, name))
		link = &(*link)->next;
	if (*link)
		*link = (*link)->next;
}

/* Phandles. */

/* A node without registers that needs nothing which the guest lacks. */
static bool is_provider(struct maker *m, const struct dt_node *n, unsigned depth)
{
	const struct device_word *w = device_providers;
	struct twin as = { .host = n };
	const struct dt_node *missing;

	while (w->compatible && !dt_compatible(n, w->compatible))
		w++;
	if (!w->compatible || dt_prop(n, "reg") || depth == DEPTH_MAX)
		return false;
	for (const struct dt_prop *p = n->props; p; p = p->next) {
		const struct device_rule *r = device_rule(p->name);
		struct text scratch = { .arena = m->arena };

		if (r->action == DEVICE_REFUSE ||
		    (r->action == DEVICE_NEED &&
		     !translate_phandles(m, &as, p, r, depth + 1, &scratch, &missing)))
			return false;
	}
	return true;
}

static struct twin *add_provider(struct maker *m, const struct dt_node *n)
{
	return partial_twin(m, n, partial_node(m, m->top, n->name), NULL);
}

/* The clock that the user describes; 0: none is. */
static uint32_t described_clock(struct maker *m, const struct twin *p, const char *prop,
				size_t index)
{
	const struct passed *said = passed_entry(p);
	struct twin *clock;
	const char *name;
	uint64_t rate;

	if (!said || !streq(prop, "clocks") || index >= said->clock_rates.n)
		return 0;
	rate = said->clock_rates.v[index].n;
	name = arena_printf(m->arena, "clock-%" PRIu64, rate);
	for (clock = m->twins; clock; clock = clock->next)
		if (!clock->host && streq(clock->guest->name, name))
			return partial_phandle(m, clock);
	clock = partial_twin(m, NULL, partial_node(m, m->top, name), NULL);
	clock->bare = true;
	partial_set_text(m, clock->guest, "compatible", "fixed-clock");
	partial_set_cells(m, clock->guest, "#clock-cells", 0, 1);
	partial_set_cells(m, clock->guest, "clock-frequency", rate, 1);
	return partial_phandle(m, clock);
}

/* The phandle of the guest's copy of `to`, which is made if need be; 0 if it cannot be.
 * With depth > 0 nothing is made, and UINT32_MAX says that it could be. */
static uint32_t new_phandle(struct maker *m, const struct twin *p, const char *prop,
			    size_t index, const struct dt_node *to, unsigned depth,
			    bool *told)
{
	struct twin *twin = to ? partial_find(m, to) : NULL;
	uint32_t clock = twin ? 0 : described_clock(m, p, prop, index);

	*told = clock;
	if (clock)
		return clock;
	if (!twin && to && is_provider(m, to, depth))
		twin = depth ? NULL : add_provider(m, to);
	else if (!twin)
		return 0;
	return depth ? UINT32_MAX : partial_phandle(m, twin);
}

static bool translate_phandles(struct maker *m, const struct twin *p,
			       const struct dt_prop *prop, const struct device_rule *r,
			       unsigned depth, struct text *out,
			       const struct dt_node **missing)
{
	size_t at = 0, len = prop->len / 4, index = 0;

	for (; at < len; index++) {
		uint32_t old = dt_cell(p->host, prop->name, at++, 0), new;
		const struct dt_node *to =
			old ? phandle_node(m->host->phandles, old) : NULL;
		uint32_t cells = to && *r->cells ? dt_cell(to, r->cells, 0, 0) : 0;
		bool told;

		*missing = to;
		if (cells > len - at)
			return false;
		new = old ? new_phandle(m, p, prop->name, index, to, depth, &told) : 0;
		if (old && !new)
			return false;
		put_cells(out, new, 1);
		for (; cells; cells--, at++)
			if (!told)
				put_cells(out, dt_cell(p->host, prop->name, at, 0),
					       1);
	}
	return true;
}

static void refuse(struct maker *m, const struct twin *p, const struct dt_prop *prop,
		   const struct device_rule *r, const struct dt_node *missing)
{
	struct arena *a = m->arena;
	struct loc at = p->by->device.at;
	struct diag *g;

	m->failed = true;
	g = missing ? diag(m->diags, E0343, at,
			   "'%s' of %s leads to %s, which %s does not get: %s",
			   prop->name, dt_path(a, p->host), dt_path(a, missing),
			   domain_title(a, m->d), r->doc)
		    : diag(m->diags, E0343, at, "'%s' of %s cannot be kept: %s",
			   prop->name, dt_path(a, p->host), r->doc);
	if (streq(prop->name, "clocks"))
		diag_help(g,
			  "say what its clocks run at: {device: %s, clock-rates: [HZ]}",
			  p->by->device.text);
	else if (missing)
		diag_help(g, "add %s to the list", dt_path(a, missing));
	if (passed_entry(p))
		diag_help(g, "or try without it: {device: %s, without: [%s]}",
			  p->by->device.text, prop->name);
}

static void follow(struct maker *m, const struct twin *p, const struct dt_prop *prop,
		   const struct device_rule *r)
{
	struct text t = { .arena = m->arena };
	const struct dt_node *missing = NULL;

	if (translate_phandles(m, p, prop, r, 0, &t, &missing)) {
		dt_set(m->arena, p->guest, prop->name, t.data, t.len);
		return;
	}
	if (r->action == DEVICE_NEED && p->by)
		refuse(m, p, prop, r, missing);
}

/* Interrupts. */

/* All of them with the machine's numbers, if they all end at the GIC. */
static bool flat_interrupts(struct maker *m, const struct twin *p, struct text *t)
{
	size_t count = interrupt_count(m->host, p->host);
	struct interrupt i;

	for (size_t k = 0; k < count; k++) {
		if (interrupt_follow(m->host, p->host, k, &i) ||
		    i.controller != m->host->gic_node || i.intid < 32)
			return false;
		put_cells(t, 0, 1);
		put_cells(t, i.intid - 32, 1);
		put_cells(t, i.trigger, 1);
	}
	return count;
}

static void set_interrupts(struct maker *m, const struct twin *p, const struct text *t,
			   struct twin *controller)
{
	dt_set(m->arena, p->guest, "interrupts", t->data, t->len);
	partial_set_cells(m, p->guest, "interrupt-parent", partial_phandle(m, controller),
			  1);
}

/* Through another device that the guest gets, as in the base tree. */
static void cascaded(struct maker *m, const struct twin *p, const struct dt_prop *prop)
{
	const struct dt_node *parent = interrupt_controller(m->host, p->host), *missing;
	struct twin *controller = parent ? partial_find(m, parent) : NULL;
	const struct device_rule r = { .cells = "#interrupt-cells" };
	struct text t = { .arena = m->arena };

	if (streq(prop->name, "interrupts")) {
		if (!controller)
			return;
		text_bytes(&t, prop->data, prop->len);
		set_interrupts(m, p, &t, controller);
		return;
	}
	if (!translate_phandles(m, p, prop, &r, 0, &t, &missing))
		return;
	dt_set(m->arena, p->guest, prop->name, t.data, t.len);
}

static void interrupts(struct maker *m, const struct twin *p, const struct dt_prop *prop)
{
	struct text t = { .arena = m->arena };

	if (streq(prop->name, "interrupts") && dt_prop(p->host, "interrupts-extended"))
		return;
	if (flat_interrupts(m, p, &t)) {
		set_interrupts(m, p, &t, partial_find(m, m->host->gic_node));
		return;
	}
	cascaded(m, p, prop); /* else it goes without, and a check says so */
}

/* Registers. */

static void set_reg(struct maker *m, const struct twin *p)
{
	struct text t = { .arena = m->arena };
	struct range r;

	for (size_t i = 0; dt_reg_on_cpu(p->host, i, &r, NULL); i++) {
		put_cells(&t, partial_address(m, r.start), PARTIAL_CELLS);
		put_cells(&t, range_size(r), PARTIAL_CELLS);
	}
	dt_set(m->arena, p->guest, "reg", t.data, t.len);
}

/* The index-th range of pages that no register before it is in. */
static bool own_pages(const struct dt_node *n, size_t index, struct range *pages)
{
	struct range before;

	if (!device_pages(n, index, pages))
		return false;
	for (size_t i = 0; i < index; i++)
		if (device_pages(n, i, &before) && range_overlaps(before, *pages)) {
			if (before.start <= pages->start)
				pages->start = before.end;
			if (before.end >= pages->end)
				pages->end = before.start > pages->start ? before.start
									 : pages->start;
		}
	return true;
}

static bool has_gic_interrupt(const struct host *h, const struct dt_node *n)
{
	size_t count = interrupt_count(h, n);
	struct interrupt i;

	for (size_t k = 0; k < count; k++)
		if (!interrupt_follow(h, n, k, &i) && i.controller == h->gic_node)
			return true;
	return false;
}

/* What Xen reads and does not copy (xen/common/device-tree/dom0less-build.c,
 * handle_prop_pfdt()). It routes the interrupts of the path, and wants xen,reg with it,
 * if need be an empty one. A device that is behind no IOMMU must be forced. */
static void set_xen(struct maker *m, const struct twin *p)
{
	struct text t = { .arena = m->arena };
	struct range r;
	bool iommu = dt_prop(p->host, "iommus") && has_iommu(m->host) &&
		     !iommu_is_off(m->host);

	if (!dt_address_count(p->host) && !has_gic_interrupt(m->host, p->host))
		return;
	text_bytes(&t, "", 0);
	for (size_t i = 0; i < dt_address_count(p->host) && own_pages(p->host, i, &r);
	     i++) {
		if (!range_size(r))
			continue;
		put_cells(&t, r.start, PARTIAL_CELLS);
		put_cells(&t, range_size(r), PARTIAL_CELLS);
		put_cells(&t, partial_address(m, r.start), PARTIAL_CELLS);
	}
	dt_set(m->arena, p->guest, "xen,reg", t.data, t.len);
	partial_set_text(m, p->guest, "xen,path", dt_path(m->arena, p->host));
	if (!iommu)
		dt_set(m->arena, p->guest, "xen,force-assign-without-iommu", "", 0);
}

static void made(struct maker *m, const struct twin *p, const struct dt_prop *prop)
{
	if (streq(prop->name, "reg")) {
		if (dt_address_count(p->host))
			set_reg(m, p);
		else
			copy(m, p, prop);
	} else if (starts_with(prop->name, "interrupts")) {
		interrupts(m, p, prop);
	} else if (streq(prop->name, "ranges")) {
		if (is_memory_bus(p->host))
			dt_set(m->arena, p->guest, "ranges", "", 0);
	} else if (streq(prop->name, "status") && !passed_entry(p)) {
		copy(m, p, prop);
	}
}

static void fill_one(struct maker *m, const struct twin *p, const struct dt_prop *prop,
		     const struct device_rule *r)
{
	switch (r->action) {
	case DEVICE_COPY:
		copy(m, p, prop);
		break;
	case DEVICE_MADE:
		made(m, p, prop);
		break;
	case DEVICE_LEAVE:
	case DEVICE_NEED:
		follow(m, p, prop, r);
		break;
	case DEVICE_REFUSE:
		refuse(m, p, prop, r, NULL);
		break;
	case DEVICE_DROP:
		break;
	}
}

static bool is_coherent(const struct dt_node *n)
{
	while (n && !dt_prop(n, "dma-coherent"))
		n = n->parent;
	return n;
}

void partial_fill(struct maker *m, struct twin *p)
{
	const struct passed *said = passed_entry(p);
	const struct dt_prop *prop;

	for (prop = p->host->props; prop; prop = prop->next)
		if (!said || !names(&said->without, prop->name))
			fill_one(m, p, prop, device_rule(prop->name));
	for (prop = p->host->props; prop; prop = prop->next) {
		const struct device_rule *r = device_rule(prop->name);

		if (*r->companion && !dt_prop(p->guest, prop->name))
			leave_out(p->guest, r->companion);
	}
	if (is_memory_bus(p->host)) {
		partial_set_cells(m, p->guest, "#address-cells", PARTIAL_CELLS, 1);
		partial_set_cells(m, p->guest, "#size-cells", PARTIAL_CELLS, 1);
	}
	if (!p->by)
		return;
	if (is_device(m->host, p->host) && may_do_dma(p->by->node) &&
	    is_coherent(p->host))
		dt_set(m->arena, p->guest, "dma-coherent", "", 0);
	set_xen(m, p);
}
