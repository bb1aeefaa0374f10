/* SPDX-License-Identifier: BSD-2-Clause */
/* The devices that a guest was given become its partial device tree
 * (Xen docs/misc/arm/passthrough.txt). */
#include "devices/make_partial.h"

#include <string.h>

#include "base/list.h"
#include "devices/devices.h"
#include "devices/dma.h"
#include "devices/partials.h"
#include "xen/partial.h"

static void set_bus(struct maker *m, struct dt_node *n)
{
	partial_set_text(m, n, "compatible", "simple-bus");
	partial_set_cells(m, n, "#address-cells", PARTIAL_CELLS, 1);
	partial_set_cells(m, n, "#size-cells", PARTIAL_CELLS, 1);
	dt_set(m->arena, n, "ranges", "", 0);
}

/* First part: buses on which DMA has other addresses. */

/* The bus above a device that gives DMA other addresses than the CPU's; NULL: there is
 * none. */
static const struct dt_node *dma_bus(const struct dt_node *n)
{
	for (n = n->parent; n; n = n->parent) {
		const struct dt_prop *p = dt_prop(n, "dma-ranges");

		if (p && p->len)
			return n;
	}
	return NULL;
}

static uint64_t take(const struct dt_node *n, size_t *at, uint32_t cells)
{
	uint64_t v = 0;

	for (; cells; cells--)
		v = v << 32 | dt_cell(n, "dma-ranges", (*at)++, 0);
	return v;
}

static void set_dma_ranges(struct maker *m, struct dt_node *to, const struct dt_node *bus)
{
	uint32_t own = dt_address_cells(bus), size = dt_size_cells(bus);
	uint32_t above = bus->parent ? dt_address_cells(bus->parent) : own;
	uint64_t entry = (uint64_t)own + above + size;
	size_t cells = dt_prop(bus, "dma-ranges")->len / 4;
	struct text t = { .arena = m->arena };

	for (size_t at = 0; entry && at + entry <= cells;) {
		put_cells(&t, take(bus, &at, own), PARTIAL_CELLS);
		put_cells(&t, take(bus, &at, above), PARTIAL_CELLS);
		put_cells(&t, take(bus, &at, size), PARTIAL_CELLS);
	}
	if (t.len)
		dt_set(m->arena, to, "dma-ranges", t.data, t.len);
}

/* The node that the copy goes below: a bus of its own if DMA has other addresses there.
 */
static struct dt_node *home_of(struct maker *m, const struct passed *p)
{
	const struct dt_node *bus = may_do_dma(p->node) ? dma_bus(p->node) : NULL;
	struct twin *twin = bus ? partial_find(m, bus) : NULL;
	int len;

	if (!bus)
		return m->top;
	if (twin)
		return twin->guest;
	if (dma_bus(bus)) {
		diag(m->diags, E0342, p->device.at,
		     "%s cannot be given to a guest: two buses above it change the "
		     "addresses of DMA",
		     dt_path(m->arena, p->node));
		m->failed = true;
		return m->top;
	}
	len = (int)strcspn(bus->name, "@");
	twin = partial_twin(
		m, bus,
		partial_node(m, m->top, arena_printf(m->arena, "%.*s", len, bus->name)),
		NULL);
	twin->bare = true;
	set_bus(m, twin->guest);
	set_dma_ranges(m, twin->guest, bus);
	return twin->guest;
}

/* Second part: names and addresses of all copies. What is in them comes afterwards. */

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
	set_bus(m, m->top);
	partial_set_cells(m, m->top, "interrupt-parent",
			  partial_phandle(m, m->twins), 1);
}

static void make(struct maker *m)
{
	start_tree(m);
	partial_windows(m);
	for (const struct passed *p = m->d->passed; p; p = NEXT(p))
		copy_nodes(m, home_of(m, p), p->node, p);
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
