/* SPDX-License-Identifier: BSD-2-Clause */
/* The devices that guests ask for become marked nodes of the base tree, together with
 * what cannot be had apart from them. */
#include "devices/assigned.h"

#include <inttypes.h>
#include <string.h>

#include "devices/devices.h"
#include "passes/marks.h"
#include "xen/host.h"
#include "xen/interrupts.h"
#include "xen/iommu.h"

struct assigned {		/* a node that was asked for, or one below it */
	const struct dt_node *node;
	const struct domain *to;
	const struct passed *by;
	struct assigned *next;
};

/* One call of assign_devices(). */
struct assignment {
	struct job *j;
	struct assigned *assigned;	/* so far */
};

/* What is known about a node, or NULL if no guest gets it. */
static const struct assigned *assigned_to(const struct assignment *a, const struct dt_node *n)
{
	const struct assigned *g = a->assigned;

	while (g && g->node != n)
		g = g->next;
	return g;
}

bool is_device(const struct host *h, const struct dt_node *n)
{
	return dt_address_count(n) > 0 || interrupt_count(h, n) > 0;
}

bool device_pages(const struct dt_node *n, size_t index, struct range *pages)
{
	if (!dt_reg_on_cpu(n, index, pages, NULL))
		return false;
	pages->start = round_down(pages->start, PAGE_SIZE_4K);
	pages->end = round_up(pages->end, PAGE_SIZE_4K);
	return true;
}

static void add(struct assignment *a, const struct dt_node *n, const struct domain *to,
		const struct passed *by)
{
	struct assigned *g = NEW(a->j->arena, struct assigned);

	*g = (struct assigned){ n, to, by, a->assigned };
	a->assigned = g;
}

/* Names. */

static const struct dt_node *find(const struct host *h, const char *name)
{
	const struct dt_node *labels = dt_find(h->base, "/__symbols__");
	const char *path = *name == '/' ? name : dt_alias(h->base, name);

	if (!path && labels)
		path = dt_string(labels, name);
	return path ? dt_find(h->base, path) : NULL;
}

#define NAMES_MAX 1024

static size_t list_names(const struct dt_node *n, const char **names, size_t count)
{
	for (const struct dt_prop *p = n ? n->props : NULL; p && count < NAMES_MAX;
	     p = p->next)
		names[count++] = p->name;
	return count;
}

static bool unknown(struct diags *diags, const struct host *h, const struct value *v)
{
	const struct dt_node *labels = dt_find(h->base, "/__symbols__");
	const char *names[NAMES_MAX];
	size_t n = list_names(dt_find(h->base, "/aliases"), names, 0);
	struct diag *g =
		diag(diags, E0340, v->at, "the base tree has no device '%s'", v->text);
	const char *near;

	n = list_names(labels, names, n);
	near = nearest_word(v->text, names, n);
	if (near)
		diag_help(g, "did you mean '%s'?", near);
	else if (*v->text != '/' && !labels)
		diag_help(g,
			  "it has aliases but no labels: it was not compiled with "
			  "dtc -@; a full path always works");
	return false;
}

/* What cannot be given. */

static bool is_memory(const struct host *h, const struct dt_node *n)
{
	const struct bank *b = h->size->banks;
	struct range pages;

	for (size_t i = 0; device_pages(n, i, &pages); i++)
		for (const struct bank *k = b; k; k = NEXT(k))
			if (range_overlaps(pages, range_at(k->start.n, k->size.n)))
				return true;
	return false;
}

static bool is_inside(const struct dt_node *n, const struct dt_node *top)
{
	while (n && n != top)
		n = n->parent;
	return n;
}

/* Why Xen keeps the node, or NULL. */
static const char *kept(const struct host *h, const struct dt_node *n)
{
	const struct dt_node *reserved = dt_find(h->base, "/reserved-memory");

	if (n == h->console)
		return "it is Xen's console";
	if (h->gic_node && is_inside(n, h->gic_node))
		return "it belongs to the interrupt controller, which Xen drives";
	if (dt_compatible(n, "arm,armv8-timer") || dt_compatible(n, "arm,armv7-timer") ||
	    dt_compatible(n, "arm,armv7-timer-mem"))
		return "it is the timer, which Xen and all domains have";
	if (is_memory(h, n) || (reserved && is_inside(n, reserved)))
		return "it is memory";
	if (host_skips(h, n))
		return "Xen keeps it, or gives it to nobody";
	return is_iommu(h, n) ? "Xen drives it" : NULL;
}

static bool keeps(struct diags *diags, const struct host *h, struct loc at,
		  const struct dt_node *n)
{
	const char *why = kept(h, n);

	if (why)
		diag(diags, E0870, at, "%s cannot be given to a guest: %s",
		     dt_path(h->arena, n), why);
	return why;
}

/* Xen gives a guest what it can map: registers, and interrupts of the GIC. */
static const char *cannot(const struct host *h, const struct dt_node *top)
{
	bool any = false;

	for (const struct dt_node *n = top; n; n = next_below(top, n)) {
		const char *why = NULL, *type = dt_string(n, "device_type");

		if (type && streq(type, "pci"))
			return "Xen does not route the interrupts behind a PCI bridge";
		for (size_t i = 0; i < dt_address_count(n); i++) {
			struct range r;

			if (!dt_reg_on_cpu(n, i, &r, &why))
				return why;
		}
		any |= is_device(h, n);
	}
	return any ? NULL : "it has neither registers nor interrupts";
}

static bool takes_all(struct assignment *a, const struct domain *d, struct passed *p)
{
	const struct dt_node *top = p->node;
	struct job *j = a->j;

	for (const struct dt_node *n = top; n; n = next_below(top, n)) {
		const struct assigned *other = assigned_to(a, n);
		struct diag *g;

		if (keeps(&j->diags, &j->host, p->device.at, n))
			return false;
		if (other) {
			g = diag(&j->diags, E0871, p->device.at, "%s is given away twice",
				 dt_path(j->arena, n));
			diag_note(g, other->by->device.at, "%s gets it here",
				  domain_title(j->arena, other->to));
			return false;
		}
	}
	for (const struct dt_node *n = top; n; n = next_below(top, n))
		add(a, n, d, p);
	return true;
}

/* What the user says about properties is about properties that are there. */
static bool check_words(struct diags *diags, const struct passed *p)
{
	const struct value *v = p->without.v;
	const char *prop = NULL;
	struct loc at;

	for (size_t i = 0; i < p->without.n && !prop; i++)
		if (!dt_prop(p->node, v[i].text)) {
			prop = v[i].text;
			at = v[i].at;
		}
	if (!prop && p->clock_rates.n && !dt_prop(p->node, "clocks")) {
		prop = "clocks";
		at = p->clock_rates.v[0].at;
	}
	if (prop)
		diag(diags, E0344, at, "%s has no property '%s'",
		     dt_path(diags->arena, p->node), prop);
	return !prop;
}

static bool assign_one(struct assignment *a, const struct domain *d, struct passed *p)
{
	struct job *j = a->j;
	const char *why;

	p->node = find(&j->host, p->device.text);
	if (!p->node || !p->node->parent)
		return unknown(&j->diags, &j->host, &p->device);
	why = cannot(&j->host, p->node);
	if (!why)
		return check_words(&j->diags, p) && takes_all(a, d, p);
	if (keeps(&j->diags, &j->host, p->device.at, p->node))
		return false;
	diag(&j->diags, E0342, p->device.at, "%s cannot be given to a guest: %s",
	     dt_path(j->arena, p->node), why);
	return false;
}

/* What cannot be had apart. */

static bool shares_page(const struct dt_node *n, const struct dt_node *other)
{
	struct range a, b;

	for (size_t i = 0; device_pages(n, i, &a); i++)
		for (size_t k = 0; device_pages(other, k, &b); k++)
			if (range_overlaps(a, b))
				return true;
	return false;
}

/* Xen maps whole pages without a word about what else is in them
 * (xen/common/device-tree/dom0less-build.c, handle_passthrough_prop()). What is Xen's or
 * another guest's is refused later; dom0 goes without the rest. */
static void take_page(struct assignment *a, const struct passed *p,
		      const struct dt_node *n, const char **lost)
{
	struct job *j = a->j;

	for (const struct dt_node *o = j->host.base->root; o; o = dt_next(o)) {
		const char *path;

		if (assigned_to(a, o) || is_inside(n, o) || !shares_page(n, o) ||
		    kept(&j->host, o) || is_marked(&j->plan, o))
			continue;
		mark_passthrough(&j->plan, o, p->device.at);
		path = dt_path(j->arena, o);
		if (dt_enabled(o) && j->system->dom0)
			*lost = *lost ? arena_printf(j->arena, "%s, %s", *lost, path)
				      : path;
	}
}

static void take_pages(struct assignment *a, const struct domain *d,
		       const struct passed *p)
{
	const char *lost = NULL;
	struct job *j = a->j;

	for (const struct dt_node *n = p->node; n; n = next_below(p->node, n))
		take_page(a, p, n, &lost);
	if (lost)
		diag(&j->diags, W0877, p->device.at,
		     "dom0 does not get %s: in one page with %s, which %s gets", lost,
		     dt_path(j->arena, p->node), domain_title(j->arena, d));
}

/* The file that we make is like one that was named. */
static bool make_image(struct diags *diags, struct domain *d)
{
	struct image *i = NEW(diags->arena, struct image);
	struct diag *g;

	if (d->passthrough_dtb) {
		g = diag(diags, E0341, d->passed->device.at,
			 "%s has passthrough and passthrough-dtb",
			 domain_title(diags->arena, d));
		diag_note(g, d->passthrough_dtb->file.at,
			  "this tree would be the guest's");
		diag_help(g, "Xen takes one partial tree: leave one key out");
		return false;
	}
	i->o = d->passed->o;
	i->file.text = arena_printf(diags->arena, "%s-passthrough.dtb", d->o.name);
	i->file.at = d->passed->device.at;
	d->partial_image = i;
	return true;
}

/* Nodes that dom0 leaves alone, by name alone: the user's partial tree may not say with
 * xen,path which they are. A console with that mark Xen does not use
 * (xen/common/device.c, device_init()); it is as well to mark what dom0 does not get. */
static bool mark_paths(struct job *j, const struct domain *d)
{
	bool ok = true;

	for (size_t i = 0; i < d->passthrough_paths.n && j->host.base; i++) {
		const struct value *v = &d->passthrough_paths.v[i];
		const struct dt_node *n = find(&j->host, v->text);

		if (!n || !n->parent)
			ok = unknown(&j->diags, &j->host, v);
		else if (n == j->host.console && keeps(&j->diags, &j->host, v->at, n))
			ok = false;
		else
			mark_passthrough(&j->plan, n, v->at);
	}
	return ok;
}

bool assign_devices(struct job *j)
{
	struct assignment a = { .j = j };
	struct domain *d;
	bool ok = true;

	for (d = first_guest(j->system); d; d = next_guest(j->system, d)) {
		d->partial_image = d->passthrough_dtb;
		if (d->passed)
			ok &= make_image(&j->diags, d);
		for (struct passed *p = d->passed; p && j->host.base; p = NEXT(p))
			ok &= assign_one(&a, d, p);
		ok &= mark_paths(j, d);
	}
	for (d = first_guest(j->system); ok && d; d = next_guest(j->system, d))
		for (const struct passed *p = d->passed; p && j->host.base; p = NEXT(p))
			take_pages(&a, d, p);
	return ok;
}
