/* SPDX-License-Identifier: BSD-2-Clause */
/* A partial device tree as such: does Xen take it, and will the guest understand it? */
#include <inttypes.h>
#include <string.h>
#include <strings.h>

#include "devices/check_partial.h"
#include "xen/partial.h"

/* Whether Xen copies the part; labels and fix-ups, which dtc -@ writes, nobody misses. */
static bool is_read(const struct dt_node *n)
{
	return !strcasecmp(n->name, "gic") || !strcasecmp(n->name, "aliases") ||
	       !strcasecmp(n->name, "passthrough") || starts_with(n->name, "__");
}

static const struct dt_node *find_top(const struct partial *p, const char *name)
{
	const struct dt_node *n = p->tree->root->children;

	while (n && strcasecmp(n->name, name))
		n = n->next;
	return n;
}

/* Whether it is no partial tree at all, but an overlay, or the tree of a machine. */
static bool warn_of_other_tree(struct diags *diags, const struct partial *p)
{
	const struct dt_node *first = p->tree->root->children;
	struct diag *g;

	if (find_top(p, "passthrough"))
		return false;
	if (first && dt_child(first, "__overlay__")) {
		g = diag(diags, W0551, p->at, "%s is an overlay, and has no /passthrough: the guest "
			 "gets no device", p->name);
		diag_help(g, "an overlay changes the machine's tree: name it under 'overlays'");
		return true;
	}
	if (!dt_child(p->tree->root, "cpus"))
		return false;
	g = diag(diags, W0551, p->at, "%s is the tree of a whole machine, and has no /passthrough: the "
		 "guest gets no device", p->name);
	diag_help(g, "name the devices, as in passthrough: [ethernet0], and xendtc makes the guest's "
		  "tree");
	return true;
}

/* Warns of parts that Xen does not copy (xen/common/device-tree/dom0less-build.c,
 * domain_handle_dtb_boot_module()). */
static void warn_of_lost_nodes(struct diags *diags, const struct partial *p)
{
	struct diag *g;

	if (warn_of_other_tree(diags, p))
		return;
	for (const struct dt_node *n = p->tree->root->children; n; n = n->next) {
		if (is_read(n))
			continue;
		g = diag(diags, W0551, p->at,
			 "Xen takes /gic, /aliases and /passthrough of a partial tree: "
			 "/%s of %s is lost",
			 n->name, p->name);
		diag_help(g, "move it into /passthrough");
	}
	if (!find_top(p, "passthrough"))
		diag(diags, W0551, p->at,
		     "%s has no /passthrough: the guest gets no device", p->name);
}

/* Warns of a bus on which the guest's Linux finds no devices: it looks below the buses of
 * of_default_bus_match_table (drivers/of/platform.c). What has no cells is to Linux as
 * the root of the guest's tree, with 2 and 2, and to Xen with 2 and 1. */
static void warn_of_bus(struct diags *diags, const struct partial *p)
{
	const struct dt_node *n = find_top(p, "passthrough");
	const char *lacks = NULL;

	if (!n || !n->children)
		return;
	if (!dt_compatible(n, "simple-bus") && !dt_compatible(n, "simple-mfd"))
		lacks = "compatible = \"simple-bus\"";
	else if (!dt_prop(n, "ranges"))
		lacks = "ranges";
	else if (!dt_prop(n, "#address-cells"))
		lacks = "#address-cells";
	else if (!dt_prop(n, "#size-cells"))
		lacks = "#size-cells";
	if (lacks)
		diag(diags, W0552, p->at,
		     "/passthrough of %s lacks '%s': the guest will not find its devices",
		     p->name, lacks);
}

static uint32_t phandle_of(const struct dt_node *n)
{
	return n ? dt_cell(n, "phandle", 0, dt_cell(n, "linux,phandle", 0, 0)) : 0;
}

/* The phandle of the guest's interrupt controller: that of /gic, or Xen's own. */
static uint32_t gic_phandle(const struct partial *p)
{
	uint32_t own = phandle_of(find_top(p, "gic"));

	return own ? own : PARTIAL_GIC_PHANDLE;
}

/* Whether a phandle is one that Xen gives away: the guest's controller has that of /gic,
 * or 65000; since 4.22 Xen also takes the numbers from 65000 on, and the one behind the
 * largest. */
static bool is_taken(const struct host *h, const struct partial *p,
		     const struct dt_node *n)
{
	uint32_t phandle = phandle_of(n);

	if (xen_since(h, VERSION(4, 22)))
		return phandle >= PARTIAL_GIC_PHANDLE - 1;
	return phandle && n != find_top(p, "gic") && phandle == gic_phandle(p);
}

static bool check_phandles(struct diags *diags, const struct host *h,
			   const struct partial *p)
{
	struct diag *g;

	for (const struct dt_node *n = p->tree->root; n; n = dt_next(n)) {
		if (!is_taken(h, p, n))
			continue;
		g = diag(diags, E0548, p->at,
			 "%s of %s has the phandle %" PRIu32
			 ", which Xen needs for the guest's tree",
			 dt_path(h->arena, n), p->name, phandle_of(n));
		diag_help(g, "leave the numbers to dtc: write labels (&gic) instead");
		return false;
	}
	return true;
}

/* /gic needs a phandle: before 4.20 Xen writes 0 without one, and no guest finds its
 * interrupts (xen/arch/arm/dom0less-build.c, domain_handle_dtb_bootmodule()). */
static bool check_gic(struct diags *diags, const struct host *h, const struct partial *p)
{
	unsigned xen = h->xen->version;
	const struct dt_node *gic = find_top(p, "gic");
	struct diag *g;

	if (!gic || phandle_of(gic) || xen_since(h, VERSION(4, 20)))
		return true;
	g = diag(diags, E0550, p->at,
		 "/gic of %s has no phandle: Xen %u.%u gives the guest's interrupt "
		 "controller the number 0, and its timer does not find it",
		 p->name, VERSION_MAJOR(xen), VERSION_MINOR(xen));
	diag_help(g, "write phandle = <1> into it, or take /gic out");
	return false;
}

static const struct dt_node *by_phandle(const struct partial *p, uint32_t phandle)
{
	const struct dt_node *top = find_top(p, "passthrough"), *n = top;
	const struct dt_node *end = dt_next_skipping(top);

	while (n != end && phandle_of(n) != phandle)
		n = dt_next(n);
	return n == end ? NULL : n;
}

/* The phandle that the interrupts of a node lead to in the guest's tree; 0: nowhere. */
static uint32_t interrupt_parent(const struct dt_node *n)
{
	for (; n->parent; n = n->parent) {
		if (dt_prop(n, "interrupt-parent"))
			return dt_cell(n, "interrupt-parent", 0, 0);
		if (dt_prop(n->parent, "#interrupt-cells"))
			return phandle_of(n->parent);
	}
	return 0;
}

static void warn_of_nobody(struct diags *diags, const struct partial *p,
			   const struct dt_node *n, uint32_t phandle)
{
	struct diag *g;

	g = diag(diags, W0549, p->at,
		 phandle ? "the interrupt-parent of %s of %s is the phandle %" PRIu32
			   ", which the guest's tree does not have"
			 : "%s of %s has interrupts and no interrupt-parent",
		 dt_path(diags->arena, n), p->name, phandle);
	diag_help(g,
		  "write 'gic: gic { };' beside /passthrough, and interrupt-parent = "
		  "<&gic> into /passthrough");
}

/* Warns of an interrupt that never comes: one of the guest is the machine's with the same
 * number, if Xen gives the guest that one. */
static void warn_of_silent(const struct partial_check *c, const struct partial *p,
			   const struct dt_node *n)
{
	const struct dt_prop *prop = dt_prop(n, "interrupts");

	for (size_t i = 0; i + 3 <= prop->len / 4; i += 3) {
		uint32_t intid = dt_cell(n, "interrupts", i + 1, 0) + 32;

		if (dt_cell(n, "interrupts", i, 0) ||
		    table_find(&c->interrupts, "", partial_interrupt_key(p, intid)))
			continue;
		diag(c->diags, W0547, p->at,
		     "%s of %s waits for interrupt %" PRIu32 " (SPI %" PRIu32
		     "), which no xen,path of the tree gives to the guest",
		     dt_path(c->host->arena, n), p->name, intid, intid - 32);
	}
}

void warn_of_partial_interrupts(const struct partial_check *c, const struct partial *p)
{
	const struct dt_node *top = find_top(p, "passthrough");
	const struct dt_node *end = top ? dt_next_skipping(top) : NULL;

	for (const struct dt_node *n = top; n != end; n = dt_next(n)) {
		uint32_t parent = interrupt_parent(n);

		if (!dt_prop(n, "interrupts"))
			continue;
		if (parent == gic_phandle(p))
			warn_of_silent(c, p, n);
		else if (!parent || !by_phandle(p, parent))
			warn_of_nobody(c->diags, p, n, parent);
	}
}

bool check_partial_tree(struct diags *diags, const struct host *h,
			const struct partial *p)
{
	bool ok = check_phandles(diags, h, p) && check_gic(diags, h, p);

	warn_of_lost_nodes(diags, p);
	warn_of_bus(diags, p);
	return ok;
}
