/* SPDX-License-Identifier: BSD-2-Clause */
/* Properties of the base tree that name nodes by phandle become those of the copy, which
 * name the guest's copies of these nodes. Most phandles stay the machine's: see twins.c. */
#include <ctype.h>
#include <inttypes.h>
#include <string.h>

#include "devices/assigned.h"
#include "devices/device_rules.h"
#include "devices/make_partial.h"
#include "xen/interrupts.h"

#define DEPTH_MAX 8 /* of providers that need providers */

/* Whether the node is one that can be copied for a device: without registers, and with no
 * need of what the guest lacks. */
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
		const struct device_rule *r = device_rule(n, p->name);
		struct text scratch = { .arena = m->arena };

		if (r->action == DEVICE_REFUSE ||
		    (r->action == DEVICE_NEED &&
		     !partial_translate(m, &as, p, r, depth + 1, &scratch, &missing)))
			return false;
	}
	return true;
}

/* Copies a provider, with what is below it: a regulator has its states there. */
static struct twin *add_provider(struct maker *m, struct dt_node *parent,
				 const struct dt_node *n)
{
	struct twin *p = partial_twin(m, n, partial_node(m, parent, n->name), NULL);

	for (const struct dt_node *c = n->children; c; c = c->next)
		add_provider(m, p->guest, c);
	return p;
}

/* The phandle of a clock that is made for `clock-rates` of the user; 0: there is none for
 * it. */
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
	clock = partial_find_guest(m, dt_child(m->top, name));
	if (clock && !clock->host)
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
	uint32_t clock = twin || depth ? 0 : described_clock(m, p, prop, index);

	*told = clock;
	if (clock)
		return clock;
	if (twin)
		return partial_phandle(m, twin);
	if (!to || !is_provider(m, to, depth))
		return 0;
	return depth ? UINT32_MAX : partial_phandle(m, add_provider(m, m->top, to));
}

static void put_some(struct text *out, const struct twin *p, const char *prop, size_t at,
		     size_t count)
{
	for (; count; count--)
		put_cells(out, dt_cell(p->host, prop, at++, 0), 1);
}

bool partial_translate(struct maker *m, const struct twin *p, const struct dt_prop *prop,
		       const struct device_rule *r, unsigned depth, struct text *out,
		       const struct dt_node **missing)
{
	size_t at = 0, len = prop->len / 4, index = 0, before = device_cells_before(r);

	for (; at + before < len; index++) {
		uint32_t old = dt_cell(p->host, prop->name, at + before, 0), new;
		const struct dt_node *to =
			old ? phandle_node(m->host->phandles, old) : NULL;
		bool told = false;
		size_t cells;

		put_some(out, p, prop->name, at, before);
		at += before + 1;
		cells = device_cells_after(r, to, len - at);
		*missing = to;
		if (cells > len - at)
			return false;
		new = old ? new_phandle(m, p, prop->name, index, to, depth, &told) : 0;
		if (old && !new)
			return false;
		put_cells(out, new, 1);
		put_some(out, p, prop->name, at, told ? 0 : cells);
		at += cells;
	}
	put_some(out, p, prop->name, at, len - at);
	return true;
}

bool partial_is_off(const struct twin *p)
{
	const struct dt_node *n = p->host;

	while (p->by && n != p->by->node && dt_enabled(n))
		n = n->parent;
	return p->by && n != p->by->node;
}

bool partial_follow(struct maker *m, const struct twin *p, const struct dt_prop *prop,
		    const struct device_rule *r, const struct dt_node **missing)
{
	struct text t = { .arena = m->arena };
	bool off = partial_is_off(p);

	*missing = NULL;
	if (r->action != DEVICE_REFUSE &&
	    partial_translate(m, p, prop, r, off ? DEPTH_MAX : 0, &t, missing)) {
		dt_set(m->arena, p->guest, prop->name, t.data, t.len);
		return true;
	}
	return off;
}

/* Whether a property is text, as dtc tells it from cells: printable, and ended by NUL. */
static bool is_text(const struct dt_prop *p)
{
	const char *c = p->data;

	for (size_t i = 0; i < p->len; i++)
		if (c[i] ? !isprint((unsigned char)c[i]) : !i || !c[i - 1])
			return false;
	return p->len && !c[p->len - 1];
}

/* The node that one of the property's cells may name, and that the guest lacks; NULL:
 * there is none. */
static const struct dt_node *may_name(struct maker *m, const struct twin *t,
				      const struct dt_prop *p)
{
	for (size_t i = 0; i < p->len / 4; i++) {
		uint32_t old = dt_cell(t->host, p->name, i, 0);
		const struct dt_node *to =
			old ? phandle_node(m->host->phandles, old) : NULL;
		struct twin *copy = to ? partial_find(m, to) : NULL;

		if (to && (!copy || partial_phandle(m, copy) != old))
			return to;
	}
	return NULL;
}

const struct dt_node *partial_unlisted(struct maker *m, const struct twin *t,
				       const struct dt_prop *p)
{
	if (!t->by || p->len % 4 || is_text(p) || !dt_prop(t->guest, p->name) ||
	    device_rule(t->host, p->name)->property || device_is_number(p->name) ||
	    partial_is_off(t))
		return NULL;
	return may_name(m, t, p);
}
