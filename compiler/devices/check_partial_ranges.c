/* SPDX-License-Identifier: BSD-2-Clause */
/* Memory of a guest's device, entries of xen,reg: whose is it, and what does the guest
 * have at its address? Xen looks at none of this. */
#include <inttypes.h>

#include "devices/assigned.h"
#include "devices/check_partial.h"
#include "passes/marks.h"
#include "xen/guest_space.h"
#include "xen/holders.h"
#include "xen/partial.h"

/* Whether the node has registers in these pages. */
static bool is_in(const struct dt_node *n, struct range r)
{
	struct range own;

	for (size_t i = 0; n && i < dt_address_count(n); i++)
		if (dt_reg_on_cpu(n, i, &own, NULL) && range_overlaps(whole_pages(own), r))
			return true;
	return false;
}

static bool is_reserved(const struct host *h, struct range r)
{
	const struct dt_node *all = dt_find(h->base, "/reserved-memory");
	struct range own;

	for (const struct dt_node *n = all ? all->children : NULL; n; n = n->next)
		for (size_t i = 0; dt_reg_on_cpu(n, i, &own, NULL); i++)
			if (range_inside(r, whole_pages(own)))
				return true;
	return false;
}

static bool check_no_ram(struct diags *diags, const struct host *h,
			 const struct partial_device *v, struct range r)
{
	const struct bank *b = h->size->banks;
	struct diag *g;

	while (b && !range_overlaps(r, range_at(b->start.n, b->size.n)))
		b = NEXT(b);
	if (!b || is_reserved(h, r))
		return true;
	g = diag(diags, E0545, v->at,
		 "xen,reg of %s maps the machine's RAM at 0x%" PRIx64
		 ", where other domains may have theirs",
		 v->title, r.start);
	diag_help(g, "reserve it below /reserved-memory of the base tree, or correct xen,reg");
	return false;
}

static bool check_xen(struct diags *diags, const struct host *h,
		      const struct partial_device *v, struct range r)
{
	bool gic = is_in(h->gic_node, r) || v->host == h->gic_node;
	const struct dt_node *n = gic ? h->gic_node : h->console;
	struct diag *g;

	if (!gic && (!n || (v->host != n && !is_in(n, r))))
		return true;
	g = diag(diags, E0883, v->at,
		 v->host == n ? "%s (%s) is Xen's %s, and no guest can have it"
			      : "%s (%s) lies in the same page as Xen's %s, which the "
				"guest would get",
		 v->title, v->path ? v->path : "xen,reg",
		 gic ? "interrupt controller" : "console");
	if (gic && v->partial->guest->passed)
		diag_help(g, "remove it from this list: whole pages would go to the guest");
	if (gic)
		return false;
	diag_note(g, h->console_at, "Xen's console is chosen here");
	diag_help(g, "use another UART as Xen's console");
	return false;
}

static bool check_other_guests(const struct partial_check *c,
			       const struct partial_device *v,
			       struct range r)
{
	const struct span *first = spans_first(&c->ranges, r);
	const struct partial_device *w = first ? first->of : v;
	struct diag *g;

	if (w->partial->number >= v->partial->number)
		return true;
	g = diag(c->diags, E0884, v->at,
		 "%s: %s and %s would both have pages of [0x%" PRIx64 ", 0x%" PRIx64 ")",
		 v->title, domain_title(c->host->arena, w->partial->guest),
		 domain_title(c->host->arena, v->partial->guest), r.start, r.end);
	diag_note(g, w->at, "%s maps them too", w->title);
	diag_help(g, "give both devices to one guest, or leave one of them out: a page has one owner");
	return false;
}

/* Whether dom0 uses the node, and the device, with what is below it, is another one. */
static bool is_dom0s(const struct partial_check *c, const struct partial_device *v,
		     const struct dt_node *n)
{
	return dt_enabled(n) && !is_mere_bus(n) && !is_marked(c->plan, n) &&
	       !is_inside(v->host, n) && !plan_leaves_out(c->plan, n) && n->parent &&
	       host_gives(c->host, n);
}

/* The first node of dom0's with registers in these pages; NULL: there is none. */
static const struct dt_node *find_in_dom0(const struct partial_check *c,
					  const struct partial_device *v, struct range r)
{
	const struct span *first = NULL, *e;

	for (size_t left = SIZE_MAX; (e = spans_next(&c->host->holders->pages, r, &left));)
		if ((!first || e->turn < first->turn) && is_dom0s(c, v, e->of))
			first = e;
	return first ? first->of : NULL;
}

/* Warns of a device of dom0's in the same pages; one that is disabled in the tree lies
 * there unused. */
static bool warn_of_dom0(const struct partial_check *c, const struct partial_device *v,
			 struct range r)
{
	const struct dt_node *n = c->system->dom0 ? find_in_dom0(c, v, r) : NULL;
	struct diag *g;

	if (!n)
		return false;
	g = diag(c->diags, W0885, v->at,
		 "%s also maps %s, which dom0 has: whole pages go to the guest", v->title,
		 dt_path(c->host->arena, n));
	if (v->path)
		help_with_dom0s(g, c->host, c->system, v, n);
	else
		diag_help(g, "name it with xen,path, and dom0 does not get it");
	return true;
}

static void warn_of_strangers(struct diags *diags, const struct partial_device *v,
			      struct range r)
{
	const struct span *own = spans_first(&v->partial->pages, range_at(r.start, 1));
	uint64_t at = own ? own->r.end : r.start;
	struct diag *g;

	if (at >= r.end)
		return;
	g = diag(diags, W0546, v->at,
		 "xen,reg of %s maps 0x%" PRIx64 " to 0x%" PRIx64 ", and 0x%" PRIx64
		 " is no part of %s",
		 v->title, r.start, r.end, at, dt_path(diags->arena, v->host));
	diag_help(g,
		  "correct xen,reg, or give that memory by a node of its own with "
		  "xen,force-assign-without-iommu in place of xen,path");
}

static bool check_guest_side(struct diags *diags, const struct host *h,
			     const struct partial_device *v,
			     const struct partial_range *r)
{
	struct range own = range_at(r->guest, r->size);
	const struct domain *d = v->partial->guest;
	const char *other = guest_space_taken(h, d, own);
	struct diag *g;

	if (own.end <= DOMAIN_ADDRESS_END && !other)
		return true;
	if (own.end > DOMAIN_ADDRESS_END) {
		diag(diags, E0886, v->at,
		     "%s is to be seen at 0x%" PRIx64 " of %s, above 2^48", v->title,
		     r->guest, domain_title(h->arena, d));
		return false;
	}
	g = diag(diags, E0886, v->at,
		 "%s would see %s at [0x%08" PRIx64 ", 0x%08" PRIx64 "), where %s",
		 domain_title(h->arena, d), v->title, own.start, own.end, other);
	diag_help(g, "choose another address of the guest: it is the last number of xen,reg");
	return false;
}

bool check_partial_ranges(const struct partial_check *c, const struct partial_device *v)
{
	bool ok = true;

	for (size_t i = 0; i < v->range_count && ok; i++) {
		struct range r = range_at(v->ranges[i].host, v->ranges[i].size);

		ok = check_no_ram(c->diags, c->host, v, r) &&
		     check_guest_side(c->diags, c->host, v, &v->ranges[i]) &&
		     check_xen(c->diags, c->host, v, r) && check_other_guests(c, v, r);
		if (ok && !warn_of_dom0(c, v, r) && v->host)
			warn_of_strangers(c->diags, v, r);
	}
	return ok;
}
