/* SPDX-License-Identifier: BSD-2-Clause */
/* Nodes that would stop Xen become small edits of the tree, each with a warning. */
#include "base/list.h"
#include "base/text.h"
#include "passes/marks.h"
#include "passes/passes.h"
#include "xen/host.h"
#include "xen/interrupts.h"

#define SPI_LAST 1019	/* the last interrupt of a GIC */
#define LIST_MAX 2048	/* our limit for the interrupts of one node */

/* The end of the addresses that a domain can have: Xen's page tables for domains have 48
 * bits at most. */
#define ADDRESS_END (UINT64_C(1) << 48)

struct repair {				/* one walk over the tree */
	struct diags *diags;
	const struct host *host;
	struct plan *plan;
	bool has_devices;			/* some guest gets devices */
	struct interrupt list[LIST_MAX];	/* of the node that is looked at */
	size_t n;
	const struct dt_node *owner[SPI_LAST + 1];	/* who set the trigger of each */
	uint32_t trigger[SPI_LAST + 1];
	bool agreed[SPI_LAST + 1];	/* another one says the same */
	struct text beside;			/* disabled nodes with the console's interrupt */
	size_t beside_count;
	uint32_t console_intid;			/* which that is */
	bool failed;
};

static const char *path_of(struct repair *r, const struct dt_node *n)
{
	return dt_path(r->diags->arena, n);
}

/* Whether the tree stays as it is, because of --unchecked CODE: a proof can show then
 * what Xen does with it. */
static bool is_unchecked(struct diags *diags, enum diag_code code)
{
	return diags->wishes->unchecked[code];
}

static void leave_out(struct repair *r, const struct dt_node *n, enum diag_code code)
{
	if (!is_unchecked(r->diags, code))
		edits_remove(&r->plan->repairs, path_of(r, n), r->host->tree_at);
}

static bool is_left_out(struct repair *r, const struct dt_node *n)
{
	return edits_find(&r->plan->repairs, EDIT_REMOVE, path_of(r, n), NULL);
}

/* Whether dom0 gets the node. One that is marked xen,passthrough is for a guest; Xen
 * looks at it all the same. */
static bool is_for_dom0(const struct plan *plan, const struct dt_node *n)
{
	return !is_marked(plan, n);
}

static bool has_type(const struct dt_node *n, const char *wanted)
{
	const char *type = dt_string(n, "device_type");

	return type && streq(type, wanted);
}

/* Gives a PCI bridge the device_type by which Xen knows it, since 4.15 also by its name;
 * otherwise Xen takes it for an ordinary bus (xen/common/device_tree.c,
 * dt_bus_pci_match()). Returns whether it has the type in the end. */
static bool repair_bridge(struct repair *r, const struct dt_node *n)
{
	unsigned xen = r->host->xen->version;
	const char *path = path_of(r, n);

	if (xen_since(r->host, VERSION(4, 15)) || dt_prop(n, "device_type") || !n->children ||
	    !(dt_is_named(n, "pci") || dt_is_named(n, "pcie")))
		return has_type(n, "pci");
	if (!is_unchecked(r->diags, W0513))
		edits_set_text(&r->plan->repairs, path, "device_type", "pci",
			       r->host->tree_at);
	diag(r->diags, W0513, r->host->tree_at,
	     "%s gets device_type \"pci\": without it Xen %u.%u cannot "
	     "translate the addresses below it",
	     path, VERSION_MAJOR(xen), VERSION_MINOR(xen));
	return true;
}

/* Why Xen cannot map the addresses of a node, for a message; NULL: it can. Xen maps every
 * address of every node that dom0 gets, and stops where it cannot translate one; of a PCI
 * bridge it maps the windows in its ranges (xen/arch/arm/device.c, handle_device(),
 * map_device_children()). */
static const char *address_trouble(const struct plan *plan, const struct dt_node *n,
				   bool pci)
{
	size_t count = dt_address_count(n);
	const char *why;
	struct range r;

	for (size_t i = 0; i < count; i++) {
		if (!dt_reg_on_cpu(n, i, &r, &why))
			return why;
		if (r.end > ADDRESS_END && is_for_dom0(plan, n))
			return "it is above 2^48";
	}
	return pci && !dt_prop(n, "ranges") ? "it is a PCI bridge without 'ranges'"
					    : NULL;
}

static bool repair_address(struct repair *r, const struct dt_node *n, bool pci)
{
	const char *why = address_trouble(r->plan, n, pci);

	if (!why)
		return true;
	leave_out(r, n, W0533);
	diag(r->diags, W0533, r->host->tree_at,
	     "%s is left out of the tree: Xen cannot translate its "
	     "address (%s) and would not build dom0",
	     path_of(r, n), why);
	return false;
}

/* Adds an interrupt to the list if it ends at the GIC. NULL, or why Xen does not take it,
 * for a message. */
static const char *add_interrupt(struct repair *r, const struct interrupt *i)
{
	if (i->controller != r->host->gic_node || r->n == LIST_MAX)
		return NULL;
	if (i->intid > SPI_LAST)
		return arena_printf(r->diags->arena,
				    "interrupt %u is beyond %u, the GIC's last", i->intid,
				    SPI_LAST);
	r->list[r->n++] = *i;
	return NULL;
}

static const char *list_own(struct repair *r, const struct dt_node *n)
{
	size_t count = interrupt_count(r->host, n);
	const char *why = NULL;
	struct interrupt i;

	for (size_t k = 0; k < count && !why; k++) {
		why = interrupt_follow(r->host, n, k, &i);
		if (!why)
			why = add_interrupt(r, &i);
	}
	return why;
}

/* Adds all interrupts that a PCI bridge passes on: Xen maps them, too
 * (xen/arch/arm/device.c, map_dt_irq_to_domain()). */
static const char *list_mapped(struct repair *r, const struct dt_node *n)
{
	const char *why = NULL;
	struct interrupt i;
	bool more = true;

	for (size_t at = 0; !why;) {
		why = interrupt_map_next(r->host, n, &at, &i, &more);
		if (why || !more)
			return why;
		if (i.controller == r->host->gic_node && i.intid < 32)
			return "its interrupt-map leads to an interrupt that is no SPI";
		why = add_interrupt(r, &i);
	}
	return why;
}

static bool repair_interrupts(struct repair *r, const struct dt_node *n, bool pci)
{
	const char *why;

	r->n = 0;
	why = list_own(r, n);
	if (!why && pci)
		why = list_mapped(r, n);
	if (!why)
		return true;
	leave_out(r, n, W0529);
	diag(r->diags, W0529, r->host->tree_at,
	     "%s is left out of the tree: Xen cannot follow its "
	     "interrupts (%s) and would not build dom0",
	     path_of(r, n), why);
	return false;
}

/* Keeps the interrupt of Xen's console free. Xen owns it, and maps those of all other
 * nodes to dom0, of disabled ones too; at a shared one it stops (xen/arch/arm/irq.c,
 * route_irq_to_guest()). false: the node is removed. */
static bool free_console(struct repair *r, const struct dt_node *n, uint32_t intid)
{
	const char *path = path_of(r, n);
	struct diag *g;

	if (!dt_enabled(n)) {
		leave_out(r, n, W0517);
		text_add(&r->beside, "%s%s", r->beside_count++ ? ", " : "", path);
		r->console_intid = intid;
		return false;
	}
	g = diag(r->diags, E0518, r->host->console_at,
		 "Xen's console %s shares interrupt %u (SPI %u) with "
		 "%s, which dom0 would get",
		 path_of(r, r->host->console), intid, intid - 32, path);
	diag_help(g, "use another UART as Xen's console (dtuart=), or disable the other device "
		     "by an overlay");
	r->failed = true;
	return true;
}

/* All of them are there because of one word, which chooses the console. */
static void warn_of_beside(struct repair *r)
{
	struct loc at = r->host->console_at.src ? r->host->console_at : r->host->tree_at;

	if (r->beside_count)
		diag(r->diags, W0517, at,
		     "%s %s left out of the tree: disabled, but sharing interrupt %u (SPI %u) with "
		     "Xen's console, and Xen would not build dom0",
		     r->beside.data, r->beside_count == 1 ? "is" : "are", r->console_intid,
		     r->console_intid - 32);
}

static void leave_out_for_trigger(struct repair *r, const struct dt_node *n,
				  const struct dt_node *other, uint32_t intid)
{
	leave_out(r, n, W0530);
	diag(r->diags, W0530, r->host->tree_at,
	     "%s is left out of the tree: it is disabled, but gives "
	     "interrupt %u (SPI %u) another trigger than %s, and Xen would not build "
	     "dom0",
	     path_of(r, n), intid, intid - 32, path_of(r, other));
}

static bool is_above(const struct dt_node *n, const struct dt_node *child)
{
	while (child && child != n)
		child = child->parent;
	return child;
}

/* Where in "interrupts" of n the trigger of an interrupt of the GIC stands, in bytes;
 * false: it is not said there. */
static bool find_trigger(struct repair *r, const struct dt_node *n, uint32_t intid, size_t *at)
{
	uint32_t cells = dt_cell(r->host->gic_node, "#interrupt-cells", 0, 3);
	size_t count = interrupt_count(r->host, n);
	struct interrupt i;

	if (dt_prop(n, "interrupts-extended") ||
	    interrupt_controller(r->host, n) != r->host->gic_node)
		return false;
	for (size_t k = 0; k < count; k++)
		if (!interrupt_follow(r->host, n, k, &i) && i.intid == intid) {
			*at = (k * cells + 2) * sizeof(uint32_t);
			return true;
		}
	return false;
}

static void set_trigger(struct repair *r, const struct dt_node *n, size_t at, uint32_t trigger)
{
	const char *path = path_of(r, n);
	const struct dt_prop *own = dt_prop(n, "interrupts");
	const unsigned char *now = own->data;
	struct text data = { .arena = r->diags->arena };

	for (const struct edit *e = r->plan->repairs.first; e; e = e->next)
		if (e->kind == EDIT_SET && streq(e->path, path) && streq(e->prop, "interrupts"))
			now = e->data;
	text_bytes(&data, now, at);
	put_cells(&data, trigger, 1);
	text_bytes(&data, now + data.len, own->len - data.len);
	edits_set(&r->plan->repairs, path, "interrupts", data.data, data.len, r->host->tree_at);
}

/* A PCI bridge and the controller for INTA to INTD below it name the same interrupt, in many
 * trees of Rockchip's with two triggers. Linux uses it by the controller and never by the
 * bridge (Linux drivers/pci/controller/dwc/pcie-dw-rockchip.c), so the bridge may say the
 * same. */
static bool repair_trigger(struct repair *r, const struct dt_node *other,
			   const struct dt_node *n, const struct interrupt *i)
{
	struct diag *g;
	size_t at;

	if (r->agreed[i->intid] || !is_above(other, n) || other == n ||
	    !dt_prop(n, "interrupt-controller") || !find_trigger(r, other, i->intid, &at))
		return false;
	if (!is_unchecked(r->diags, W0530))
		set_trigger(r, other, at, i->trigger);
	g = diag(r->diags, W0530, r->host->tree_at,
		 "%s gets the trigger %u for interrupt %u (SPI %u), as %s below it: it says %u, "
		 "and Xen would not build dom0",
		 path_of(r, other), i->trigger, i->intid, i->intid - 32, path_of(r, n),
		 r->trigger[i->intid]);
	diag_help(g, "nothing has to be done: Linux takes the interrupt from the controller");
	r->trigger[i->intid] = i->trigger;
	return true;
}

/* What the third cell of an interrupt says. */
static const char *trigger_name(unsigned trigger)
{
	switch (trigger) {
	case 1:
		return "rising edge";
	case 2:
		return "falling edge";
	case 4:
		return "high level";
	case 8:
		return "low level";
	}
	return "none that there is";
}

/* Whether the node says of the interrupt what others said: the first one to name it says
 * whether it is edge or level triggered, and Xen stops at another opinion
 * (xen/arch/arm/irq.c, irq_set_spi_type()). false: the node is removed. */
static bool agree(struct repair *r, const struct dt_node *n, const struct interrupt *i)
{
	const struct dt_node *other = r->owner[i->intid];
	struct diag *g;

	if (other && r->trigger[i->intid] == i->trigger) {
		r->agreed[i->intid] = true;
		return true;
	}
	if (other && !dt_enabled(n)) {
		leave_out_for_trigger(r, n, other, i->intid);
		return false;
	}
	if (other && repair_trigger(r, other, n, i))
		return true;
	if (other && !is_left_out(r, other) && (dt_enabled(other) || other == n)) {
		g = diag(r->diags, E0531, r->host->tree_at,
			 "%s and %s give interrupt %u (SPI %u) different "
			 "triggers, %u (%s) and %u (%s); Xen would not build dom0",
			 path_of(r, other), path_of(r, n), i->intid, i->intid - 32,
			 r->trigger[i->intid], trigger_name(r->trigger[i->intid]), i->trigger,
			 trigger_name(i->trigger));
		diag_help(g, "correct the tree (the third cell of one of the interrupts), or disable "
			     "the one that is not there");
		r->failed = true;
		return true;
	}
	if (other && !is_left_out(r, other))
		leave_out_for_trigger(r, other, n, i->intid);
	r->owner[i->intid] = n;
	r->trigger[i->intid] = i->trigger;
	return true;
}

static bool share_interrupts(struct repair *r, const struct dt_node *n)
{
	for (size_t i = 0; i < r->n; i++) {
		uint32_t intid = r->list[i].intid;

		if (r->host->console && r->owner[intid] == r->host->console &&
		    is_for_dom0(r->plan, n))
			return free_console(r, n, intid);
		if (!agree(r, n, &r->list[i]))
			return false;
	}
	return true;
}

static void add_console(struct repair *r)
{
	const struct dt_node *n = r->host->console;
	struct interrupt i;

	if (!n || interrupt_follow(r->host, n, 0, &i) ||
	    i.controller != r->host->gic_node || i.intid > SPI_LAST)
		return;
	r->owner[i.intid] = n;
	r->trigger[i.intid] = i.trigger;
}

static void warn_about_passthrough(struct repair *r, const struct dt_node *n)
{
	if (r->has_devices)
		return;
	diag(r->diags, W0532, r->host->tree_at,
	     "%s is marked xen,passthrough in the tree, and no guest gets "
	     "devices: dom0 will not have it either",
	     path_of(r, n));
}

/* Warns of a node with the path of one that Xen makes for dom0; those of the host Xen
 * knows by what is in them, and leaves them out (xen/arch/arm/domain_build.c,
 * handle_node()). */
static void warn_of_own_path(struct diags *diags, const struct host *h,
			     const struct dt_node *n)
{
	static const char *const paths[] = { "/psci", "/hypervisor", "/memory" };

	for (size_t i = 0; i < countof(paths); i++)
		if (!n->parent->parent && streq(n->name, paths[i] + 1))
			diag(diags, W0567, h->tree_at,
			     "Xen makes a node %s for dom0, which will have that "
			     "of the base tree as well",
			     paths[i]);
}

/* Looks at one node. false: it is removed, and what is below it with it. */
static bool repair_node(struct repair *r, const struct dt_node *n)
{
	bool pci = repair_bridge(r, n);

	if (!n->parent)
		return true;
	if (!repair_address(r, n, pci) || !repair_interrupts(r, n, pci) ||
	    !share_interrupts(r, n))
		return false;
	warn_of_own_path(r->diags, r->host, n);
	if (!is_for_dom0(r->plan, n))
		warn_about_passthrough(r, n);
	return true;
}

static bool any_has_devices(const struct system *s)
{
	for (const struct domain *d = first_guest(s); d; d = next_guest(s, d))
		if (d->partial_image)
			return true;
	return false;
}

void repair(struct job *j)
{
	const struct dt_node *n;
	struct repair *r;

	if (!j->host.base || !j->system->dom0)
		return;
	r = NEW(j->arena, struct repair);
	r->diags = &j->diags;
	r->host = &j->host;
	r->plan = &j->plan;
	r->beside.arena = j->arena;
	r->has_devices = j->partials || any_has_devices(j->system);
	add_console(r);
	for (n = j->host.base->root; n;)
		n = repair_node(r, n) ? host_next(&j->host, n)
				      : host_next_skipping(&j->host, n);
	warn_of_beside(r);
}
