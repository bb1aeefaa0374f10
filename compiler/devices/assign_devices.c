/* SPDX-License-Identifier: BSD-2-Clause */
/* The devices that guests ask for become marked nodes of the base tree, together with
 * what cannot be had apart from them. */
#include "devices/assigned.h"

#include <string.h>

#include "devices/device_names.h"
#include "devices/devices.h"
#include "passes/marks.h"
#include "xen/holders.h"
#include "xen/interrupts.h"
#include "xen/iommu.h"

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

bool is_inside(const struct dt_node *n, const struct dt_node *top)
{
	while (n && n != top)
		n = n->parent;
	return n;
}

/* The first entry by which a guest gets the node, of those that were given so far; NULL: none
 * does. */
static const struct passed *passed_with(const struct system *s, const struct dt_node *n)
{
	const struct passed *first = NULL;

	for (; s->given && n; n = n->parent) {
		const struct passed *p = table_find(s->given, "", (uintptr_t)n);

		if (p && (!first || p->turn < first->turn))
			first = p;
	}
	return first;
}

static void note_given(struct arena *a, struct system *s, const struct domain *to,
		       struct passed *p)
{
	if (!s->given) {
		s->given = NEW(a, struct table);
		s->given->arena = a;
	}
	p->to = to;
	p->turn = s->given->count;
	table_add(s->given, "", (uintptr_t)p->node, p);
}

/* First part: names become nodes. */

static const struct dt_node *find(const struct host *h, const char *name)
{
	const struct dt_node *labels = dt_find(h->base, "/__symbols__");
	const char *path = *name == '/' ? name : dt_alias(h->base, name);

	if (!path && labels)
		path = dt_string(labels, name);
	return path ? dt_find(h->base, path) : NULL;
}

static bool unknown(struct diags *diags, const struct host *h, const struct value *v)
{
	help_with_device(diag(diags, E0340, v->at, "the base tree has no device '%s'", v->text),
			 h, v->text);
	return false;
}

/* Second part: nodes that cannot be given. */

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

/* Why Xen keeps the node to itself, for a message; NULL: it does not. */
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

/* Why Xen cannot give the node, with what is below it, to a guest, for a message; NULL:
 * it can. It gives registers, and interrupts of the GIC. */
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

/* Says that a device which is part of another one of the same guest need not be named. */
static void help_with_parts(struct diag *g, const struct passed *p,
			    const struct passed *other)
{
	bool outer = is_inside(other->node, p->node);
	const char *part = outer ? other->device.text : p->device.text;

	diag_help(g, "take %s out of the list: %s", part,
		  p->node == other->node ? "it is named twice" : "it is a part of the other");
}

static bool can_take_all(struct diags *diags, const struct host *h,
			 const struct system *s, const struct domain *d,
			 const struct passed *p)
{
	const struct dt_node *top = p->node;

	for (const struct dt_node *n = top; n; n = next_below(top, n)) {
		const struct passed *other = passed_with(s, n);
		struct diag *g;

		if (keeps(diags, h, p->device.at, n))
			return false;
		if (!other)
			continue;
		g = diag(diags, E0871, p->device.at, "%s is given away twice",
			 dt_path(h->arena, n));
		diag_note(g, other->device.at, "%s gets it here",
			  domain_title(h->arena, other->to));
		if (other->to == d)
			help_with_parts(g, p, other);
		return false;
	}
	return true;
}

bool is_mere_bus(const struct dt_node *n)
{
	return dt_compatible(n, "simple-bus") && !dt_compatible(n, "syscon") &&
	       dt_prop(n, "ranges") && n->children;
}

static bool shares_page(const struct dt_node *n, const struct dt_node *other)
{
	struct range a, b;

	for (size_t i = 0; device_pages(n, i, &a); i++)
		for (size_t k = 0; device_pages(other, k, &b); k++)
			if (range_overlaps(a, b))
				return true;
	return false;
}

static bool shares_interrupt(const struct host *h, const struct dt_node *n,
			     const struct dt_node *other)
{
	size_t own = interrupt_count(h, n), count = interrupt_count(h, other);
	struct interrupt a, b;

	for (size_t i = 0; i < own; i++)
		for (size_t k = 0; k < count; k++)
			if (!interrupt_follow(h, n, i, &a) &&
			    !interrupt_follow(h, other, k, &b) &&
			    a.controller == h->gic_node &&
			    b.controller == h->gic_node && a.intid == b.intid)
				return true;
	return false;
}

/* Whether a guest would get something of Xen's with the node (E0882, E0883). */
static bool is_beside_xens(const struct host *h, const struct dt_node *n)
{
	if (h->gic_node && shares_page(n, h->gic_node))
		return true;
	return h->console &&
	       (shares_page(n, h->console) || shares_interrupt(h, n, h->console));
}

bool can_be_added(const struct host *h, const struct system *s, const struct dt_node *n,
		  const struct passed *instead)
{
	if (!n->parent || cannot(h, n))
		return false;
	for (const struct dt_node *k = n; k; k = next_below(n, k)) {
		const struct passed *other = passed_with(s, k);

		if (kept(h, k) || is_beside_xens(h, k) || (other && other != instead))
			return false;
	}
	return true;
}

/* The node whose path below `top` is the first `len` characters of the text; NULL: none. */
static const struct dt_node *node_below(const struct dt_node *top, const char *path, size_t len)
{
	const struct dt_node *n = top;

	for (const char *at = path; n && at < path + len; at += strcspn(at, "/") + 1) {
		const struct dt_node *c = n->children;
		size_t own = strcspn(at, "/");

		while (c && (strlen(c->name) != own || strncmp(c->name, at, own)))
			c = c->next;
		n = c;
	}
	return n;
}

/* Whether there is what is to be left out: a property of the device or of a node below it, by
 * its name; a property of one node below, by the node's path and its name; or such a node. */
static bool has_word(const struct dt_node *top, const char *word)
{
	const char *slash = strrchr(word, '/');
	const struct dt_node *n = slash ? node_below(top, word, (size_t)(slash - word)) : top;

	if (node_below(top, word, strlen(word)))
		return true;
	if (slash)
		return n && dt_prop(n, slash + 1);
	while (n && !dt_prop(n, word))
		n = next_below(top, n);
	return n;
}

/* Checks `without` and its like: the properties and nodes that they name must be there.
 */
static bool check_words(struct diags *diags, const struct passed *p)
{
	const struct value *v = p->without.v;
	const char *prop = NULL, *path = dt_path(diags->arena, p->node);
	size_t i = 0;

	while (i < p->without.n && has_word(p->node, v[i].text))
		i++;
	if (i < p->without.n)
		diag(diags, E0344, v[i].at, "%s has no property '%s'%s", path, v[i].text,
		     p->node->children ? ", nor has a node below it, nor is there such a node"
				       : "");
	else if (p->clock_rates.n && !dt_prop(p->node, "clocks"))
		diag(diags, E0344, p->clock_rates.v[0].at, "%s has no property '%s'", path,
		     prop = "clocks");
	return i == p->without.n && !prop;
}

static bool assign_one(struct diags *diags, const struct host *h, struct system *s,
		       const struct domain *d, struct passed *p)
{
	const char *why;
	bool ok;

	p->node = find(h, p->device.text);
	if (!p->node || !p->node->parent)
		return unknown(diags, h, &p->device);
	why = cannot(h, p->node);
	ok = !why && check_words(diags, p) && can_take_all(diags, h, s, d, p);
	if (why && !keeps(diags, h, p->device.at, p->node))
		diag(diags, E0342, p->device.at, "%s cannot be given to a guest: %s",
		     dt_path(h->arena, p->node), why);
	note_given(h->arena, s, d, p);
	return ok;
}

/* Third part: what cannot be had apart from a device. */

/* Takes from dom0 what shares a page with the device, for Xen maps whole pages, whatever
 * else is in them (xen/common/device-tree/dom0less-build.c, handle_passthrough_prop()).
 * What is Xen's or another guest's is refused later. Returns the paths that dom0 goes
 * without, with commas between. */
static const char *take_page(const struct host *h, const struct system *s,
			     struct plan *plan, const struct passed *p,
			     const struct dt_node *n, const char *lost)
{
	for (const struct dt_node *const *at = holders_beside(h, n); *at; at++) {
		const struct dt_node *o = *at;
		const char *path;

		if (passed_with(s, o) || is_inside(n, o) || kept(h, o) || is_marked(plan, o) ||
		    is_mere_bus(o))
			continue;
		mark_passthrough(plan, o, p->device.at);
		path = dt_path(h->arena, o);
		if (dt_enabled(o) && s->dom0)
			lost = lost ? arena_printf(h->arena, "%s, %s", lost, path) : path;
	}
	return lost;
}

static void take_pages(struct diags *diags, const struct host *h, const struct system *s,
		       struct plan *plan, const struct domain *d, const struct passed *p)
{
	const char *lost = NULL;

	for (const struct dt_node *n = p->node; n; n = next_below(p->node, n))
		lost = take_page(h, s, plan, p, n, lost);
	if (lost)
		diag(diags, W0877, p->device.at,
		     "dom0 does not get %s: in one page with %s, which %s gets", lost,
		     dt_path(h->arena, p->node), domain_title(h->arena, d));
}

/* Gives the guest the image of the tree that we make for it, which is like that of a
 * user's file. false: the user brings one as well, and that was reported. */
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

/* Marks the nodes under `passthrough` of a guest with a partial tree of the user's own:
 * dom0 is not to have them, and the tree need not say with xen,path which nodes they are.
 * A console with the mark Xen does not use (xen/common/device.c, device_init()), so that
 * is refused. */
static bool mark_paths(struct diags *diags, const struct host *h, struct plan *plan,
		       const struct domain *d)
{
	bool ok = true;

	for (size_t i = 0; i < d->passthrough_paths.n && h->base; i++) {
		const struct value *v = &d->passthrough_paths.v[i];
		const struct dt_node *n = find(h, v->text);

		if (!n || !n->parent)
			ok = unknown(diags, h, v);
		else if (n == h->console && keeps(diags, h, v->at, n))
			ok = false;
		else
			mark_passthrough(plan, n, v->at);
	}
	return ok;
}

bool assign_devices(struct job *j)
{
	struct domain *d;
	bool ok = true;

	for (d = first_guest(j->system); d; d = next_guest(j->system, d)) {
		d->partial_image = d->passthrough_dtb;
		if (d->passed)
			ok &= make_image(&j->diags, d);
		for (struct passed *p = d->passed; p && j->host.base; p = NEXT(p))
			ok &= assign_one(&j->diags, &j->host, j->system, d, p);
		ok &= mark_paths(&j->diags, &j->host, &j->plan, d);
	}
	for (d = first_guest(j->system); ok && d; d = next_guest(j->system, d))
		for (const struct passed *p = d->passed; p && j->host.base; p = NEXT(p))
			take_pages(&j->diags, &j->host, j->system, &j->plan, d, p);
	return ok;
}
