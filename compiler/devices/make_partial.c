/* SPDX-License-Identifier: BSD-2-Clause */
/* The devices that a guest was given become its partial device tree
 * (Xen docs/misc/arm/passthrough.txt). */
#include "devices/make_partial.h"

#include <string.h>

#include "base/list.h"
#include "devices/devices.h"
#include "devices/partials.h"
#include "xen/partial.h"

/* The name of a copy, with the address that the guest sees. */
static const char *name_of(struct maker *m, const struct dt_node *host)
{
	struct range r;

	if (!dt_address_count(host) || !dt_reg_on_cpu(host, 0, &r, NULL))
		return host->name;
	return arena_printf(m->arena, "%.*s@%llx", (int)strcspn(host->name, "@"),
			    host->name, (unsigned long long)partial_address(m, r.start));
}

/* Whether `without` leaves the node below the device out by its name, "bluetooth". */
static bool is_unwanted(struct maker *m, const struct dt_node *host,
			const struct passed *by)
{
	const char *path;

	if (host == by->node || !by->without.n)
		return false;
	path = dt_path(m->arena, host) + strlen(dt_path(m->arena, by->node)) + 1;
	for (size_t i = 0; i < by->without.n; i++)
		if (streq(by->without.v[i].text, path))
			return true;
	return false;
}

static void copy_nodes(struct maker *m, struct dt_node *parent,
		       const struct dt_node *host, const struct passed *by)
{
	struct dt_node *guest;

	if (is_unwanted(m, host, by))
		return;
	guest = partial_node(m, parent, name_of(m, host));
	partial_twin(m, host, guest, by);
	for (const struct dt_node *c = host->children; c; c = c->next)
		copy_nodes(m, guest, c, by);
}

/* Copies the aliases of what is copied, for Linux names some devices by them; not a
 * UART's, which would take ttyAMA0 from the vpl011. */
static void copy_aliases(struct maker *m)
{
	const struct dt_node *aliases = dt_find(m->host->base, "/aliases");
	struct dt_node *to = NULL;

	for (const struct dt_prop *p = aliases ? aliases->props : NULL; p; p = p->next) {
		const char *path = dt_string(aliases, p->name);
		const struct dt_node *n = path ? dt_find(m->host->base, path) : NULL;
		struct twin *twin = n ? partial_find(m, n) : NULL;

		if (!twin || !twin->by || starts_with(p->name, "serial"))
			continue;
		if (!to)
			to = partial_node(m, m->out->root, "aliases");
		partial_set_text(m, to, p->name, dt_path(m->arena, twin->guest));
	}
}

/* Begins the tree, with the node /gic: Xen takes its phandle for the controller that it
 * makes. The rest of the node is for dtc. */
static void start_tree(struct maker *m)
{
	struct dt_node *gic;

	m->out->root = NEW(m->arena, struct dt_node);
	m->out->root->name = "";
	partial_set_cells(m, m->out->root, "#address-cells", PARTIAL_CELLS, 1);
	partial_set_cells(m, m->out->root, "#size-cells", PARTIAL_CELLS, 1);
	gic = partial_node(m, m->out->root, "gic");
	partial_set_cells(m, gic, "#interrupt-cells", 3, 1);
	partial_set_cells(m, gic, "#address-cells", 0, 1);
	dt_set(m->arena, gic, "interrupt-controller", "", 0);
	partial_twin(m, m->host->gic_node, gic, NULL)->bare = true;
	m->top = partial_node(m, m->out->root, "passthrough");
	partial_set_bus(m, m->top);
	partial_set_cells(m, m->top, "interrupt-parent",
			  partial_phandle(m, m->twins), 1);
}

static void make(struct maker *m)
{
	start_tree(m);
	partial_windows(m);
	for (const struct passed *p = m->d->passed; p; p = NEXT(p))
		copy_nodes(m, partial_home(m, p), p->node, p);
	for (struct twin *p = m->twins; p; p = p->next)
		if (!p->bare)
			partial_fill(m, p);
	for (const struct twin *p = m->twins; p; p = p->next)
		if (!p->bare)
			partial_check_unlisted(m, p);
	copy_aliases(m);
}

/* The word of the user for a copy; its path is in the messages anyway. */
static const char *word_for(const struct twin *t)
{
	const char *word = t->by->device.text;

	return t->host == t->by->node && *word != '/' ? word : t->host->name;
}

/* Lets messages about the tree name the device of the base tree, and the word for it. */
static void name_devices(struct maker *m, struct partial *partial)
{
	for (struct partial_device *v = partial->devices; v; v = v->next) {
		const struct twin *t = partial_find_guest(m, v->node);

		v->at = t->by->device.at;
		v->title = arena_printf(m->arena, "'%s'", word_for(t));
	}
}

/* Warns that dom0's Linux may switch off what the device needs: it does so with all that
 * no driver of its own uses (drivers/clk/clk.c, clk_disable_unused();
 * drivers/base/power/domain.c, genpd_power_off_unused()), and the providers are dom0's.
 */
static void warn_of_dom0(struct diags *diags, const struct system *system,
			 const struct passed *p, const char *prop, const char *word)
{
	const struct domain *dom0 = system->dom0;
	struct diag *g;

	if (!dom0 || last_word(&dom0->words, word))
		return;
	g = diag(diags, W0345, p->device.at,
		 "dom0 has what '%s' of %s leads to, and switches it off if nothing else "
		 "in dom0 uses it",
		 prop, dt_path(diags->arena, p->node));
	diag_help(g, "add %s to dom0's cmdline", word);
}

static void warn_of_providers(struct maker *m)
{
	for (const struct passed *p = m->d->passed; p; p = NEXT(p)) {
		const struct dt_node *copy = partial_find(m, p->node)->guest;

		if (p->clock_rates.n)
			warn_of_dom0(m->diags, m->system, p, "clocks",
				     "clk_ignore_unused");
		if (dt_prop(p->node, "power-domains") && !dt_prop(copy, "power-domains"))
			warn_of_dom0(m->diags, m->system, p, "power-domains",
				     "pd_ignore_unused");
	}
}

/* The tree of the guest becomes an image like others; NULL: a finding says why not. */
static struct partial *make_one(struct maker *m, struct plan *plan)
{
	struct text *blob = NEW(m->arena, struct text);
	const struct image *i = m->d->partial_image;
	struct partial *p;

	m->out = NEW(m->arena, struct devicetree);
	make(m);
	blob->arena = m->arena;
	dt_write(m->out, blob);
	m->d->partial_image->made = blob;
	if (m->failed)
		return NULL;
	warn_of_providers(m);
	p = partial_read(m->host, plan, m->d, m->out, i->file.at, i->file.text, blob->len);
	name_devices(m, p);
	return p;
}

void make_partials(struct job *j)
{
	struct domain *d;

	for (d = first_guest(j->system); d && j->host.base;
	     d = next_guest(j->system, d)) {
		struct maker m = { .arena = j->arena, .diags = &j->diags,
				   .host = &j->host, .system = j->system, .d = d };
		struct partial *p = d->passed ? make_one(&m, &j->plan) : NULL;

		if (!p)
			continue;
		d->partial = p;
		list_append_last(j->partials, j->last_partial, p);
	}
}
