/* SPDX-License-Identifier: BSD-2-Clause */
/* The devices that guests ask for become marked nodes of the base tree, together with
 * what cannot be had apart from them. */
#include "devices/assigned.h"

#include <string.h>

#include "devices/device_names.h"
#include "devices/devices.h"
#include "passes/marks.h"
#include "xen/holders.h"

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
	why = why_not_given(h, p->node);
	ok = !why && check_words(diags, p) && can_take_all(diags, h, s, d, p);
	if (why && !report_kept(diags, h, p->device.at, p->node))
		help_with_whole(diag(diags, E0342, p->device.at,
				     "%s cannot be given to a guest: %s",
				     dt_path(h->arena, p->node), why), h, p->node);
	note_given(h->arena, s, d, p);
	return ok;
}

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

		if (passed_with(s, o) || is_inside(n, o) || why_kept(h, o) || is_marked(plan, o) ||
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
		else if (n == h->console && report_kept(diags, h, v->at, n))
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
