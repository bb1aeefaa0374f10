/* SPDX-License-Identifier: BSD-2-Clause */
/* Which nodes of the base tree a guest can have: what a device is, what Xen keeps, and what
 * another guest has already. */
#include "devices/assigned.h"

#include "base/table.h"
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

const struct passed *passed_with(const struct system *s, const struct dt_node *n)
{
	const struct passed *first = NULL;

	for (; s->given && n; n = n->parent) {
		const struct passed *p = table_find(s->given, "", (uintptr_t)n);

		if (p && (!first || p->turn < first->turn))
			first = p;
	}
	return first;
}

void note_given(struct arena *a, struct system *s, const struct domain *to, struct passed *p)
{
	if (!s->given) {
		s->given = NEW(a, struct table);
		s->given->arena = a;
	}
	p->to = to;
	p->turn = s->given->count;
	table_add(s->given, "", (uintptr_t)p->node, p);
}

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

const char *why_kept(const struct host *h, const struct dt_node *n)
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

bool report_kept(struct diags *diags, const struct host *h, struct loc at,
		 const struct dt_node *n)
{
	const char *why = why_kept(h, n);

	if (why)
		diag(diags, E0870, at, "%s cannot be given to a guest: %s",
		     dt_path(h->arena, n), why);
	return why;
}

const char *why_not_given(const struct host *h, const struct dt_node *top)
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

bool can_take_all(struct diags *diags, const struct host *h, const struct system *s,
		  const struct domain *d, const struct passed *p)
{
	const struct dt_node *top = p->node;

	for (const struct dt_node *n = top; n; n = next_below(top, n)) {
		const struct passed *other = passed_with(s, n);
		struct diag *g;

		if (report_kept(diags, h, p->device.at, n))
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
	if (!n->parent || why_not_given(h, n))
		return false;
	for (const struct dt_node *k = n; k; k = next_below(n, k)) {
		const struct passed *other = passed_with(s, k);

		if (why_kept(h, k) || is_beside_xens(h, k) || (other && other != instead))
			return false;
	}
	return true;
}
