/* SPDX-License-Identifier: BSD-2-Clause */
/* dom0's devices are held against what guests get: pins, clocks, mailboxes and the like that
 * they need, and that dom0 then sees disabled. */
#include "base/table.h"
#include "devices/device_rules.h"
#include "devices/devices.h"
#include "passes/marks.h"
#include "xen/interrupts.h"

#define SHOWN_MAX 4		/* devices that a message names */

struct lost {			/* a node of the base tree that dom0 does not get */
	const struct dt_node *node;
	struct text users;		/* dom0's devices that need it, the first of them */
	const struct dt_node *last;	/* the last one of these */
	unsigned count;
	struct lost *next;
};

struct all_lost {
	struct lost *first;
	struct table nodes;		/* -> the entry of each */
};

static struct all_lost list_lost(const struct host *h, const struct plan *plan)
{
	struct all_lost all = { NULL, { h->arena } };
	struct lost **end = &all.first;

	for (const struct dt_node *n = h->base->root; n; n = dt_next(n)) {
		if (!is_marked(plan, n))
			continue;
		*end = NEW(h->arena, struct lost);
		(*end)->node = n;
		(*end)->users.arena = h->arena;
		table_add(&all.nodes, "", (uintptr_t)n, *end);
		end = &(*end)->next;
	}
	return all;
}

/* The entry of the node, or of one that it is in; NULL: dom0 has it. */
static struct lost *find_lost(const struct all_lost *all, const struct dt_node *n)
{
	struct lost *l = NULL;

	for (; n && !l; n = n->parent)
		l = table_find(&all->nodes, "", (uintptr_t)n);
	return l;
}

/* The device that a node is part of: the nearest node upwards with `compatible`, for
 * lamps and keys have none of their own. NULL: it is part of none. */
static const struct dt_node *device_of(const struct dt_node *n)
{
	while (n->parent && !dt_prop(n, "compatible"))
		n = n->parent;
	return n->parent ? n : NULL;
}

static bool is_enabled(const struct dt_node *n)
{
	while (n && dt_enabled(n))
		n = n->parent;
	return !n;
}

static void add_user(struct lost *l, const struct dt_node *device, const char *prop)
{
	if (l->last == device)
		return;
	l->last = device;
	if (l->count++ < SHOWN_MAX)
		text_add(&l->users, "%s%s (%s)", l->count > 1 ? ", " : "",
			 dt_path(l->users.arena, device), prop);
}

/* Whether the property names nodes by phandles, by its row in device_rules.def. */
static bool has_phandles(const struct dt_prop *p, const struct device_rule *r)
{
	return (r->action == DEVICE_LEAVE || r->action == DEVICE_NEED) && p->len % 4 == 0;
}

/* Looks which nodes a property leads to, and notes the device at those that dom0 lacks.
 */
static void follow(const struct host *h, const struct all_lost *all, const struct dt_node *device,
		   const struct dt_node *n, const struct dt_prop *p)
{
	const struct device_rule *r = device_rule(n, p->name);
	size_t count = has_phandles(p, r) ? p->len / 4 : 0, before = device_cells_before(r);

	for (size_t i = before; i < count; i += before + 1) {
		uint32_t phandle = dt_cell(n, p->name, i, 0);
		const struct dt_node *to = phandle_node(h->phandles, phandle);
		struct lost *l = to ? find_lost(all, to) : NULL;

		if (l)
			add_user(l, device, p->name);
		i += device_cells_after(r, to, count - i - 1);
	}
}

static void look_at(const struct host *h, const struct all_lost *all, const struct dt_node *n)
{
	const struct dt_node *device = device_of(n), *controller;
	struct lost *l;

	if (!device || !is_enabled(n) || find_lost(all, n))
		return;
	for (const struct dt_prop *p = n->props; p; p = p->next)
		follow(h, all, device, n, p);
	controller = dt_prop(n, "interrupts") ? interrupt_controller(h, n) : NULL;
	l = controller ? find_lost(all, controller) : NULL;
	if (l)
		add_user(l, device, "interrupts");
}

/* The word by which a guest got the node, or else what marked it. */
static struct loc given_at(const struct host *h, const struct plan *plan,
			   const struct dt_node *n)
{
	const struct edit *e = edits_find(&plan->marks, EDIT_SET, dt_path(h->arena, n),
					  "xen,passthrough");

	return e ? e->why : host_origin(h, n, "xen,passthrough");
}

static void warn(struct diags *diags, const struct host *h, const struct plan *plan,
		 const struct lost *l)
{
	const char *more = l->count <= SHOWN_MAX ? "" :
		arena_printf(h->arena, ", and %u more", l->count - SHOWN_MAX);
	struct diag *g;

	g = diag(diags, W0591, given_at(h, plan, l->node),
		 "dom0 does not get %s, which its own devices need: %s%s",
		 dt_path(h->arena, l->node), l->users.data, more);
	diag_help(g, "Linux does not start them without it: leave it to dom0, disable them by an "
		     "overlay, or delete the properties that name it: fdtput -d FILE NODE PROPERTY");
}

void check_suppliers(struct job *j)
{
	struct all_lost all;

	if (!j->host.base || !j->system->dom0 || j->system->dom0->linux_guess == LINUX_NO)
		return;
	all = list_lost(&j->host, &j->plan);
	for (const struct dt_node *n = j->host.base->root; all.first && n;
	     n = host_next(&j->host, n))
		look_at(&j->host, &all, n);
	for (const struct lost *l = all.first; l; l = l->next)
		if (l->count)
			warn(&j->diags, &j->host, &j->plan, l);
}
