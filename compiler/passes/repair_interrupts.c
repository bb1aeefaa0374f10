/* SPDX-License-Identifier: BSD-2-Clause */
/* Interrupts that Xen cannot follow, that its console has, or on whose trigger two nodes do not
 * agree. */
#include "base/text.h"
#include "passes/marks.h"
#include "passes/repair.h"
#include "xen/host.h"

static bool is_left_out(struct repair *r, const struct dt_node *n)
{
	return edits_find(&r->plan->repairs, EDIT_REMOVE, repair_path(r, n), NULL);
}

/* Adds an interrupt to the list if it ends at the GIC. NULL, or why Xen does not take it,
 * for a message. */
static const char *add_interrupt(struct repair *r, const struct interrupt *i)
{
	if (i->controller != r->host->gic_node || r->n == INTERRUPTS_MAX)
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

bool repair_interrupts(struct repair *r, const struct dt_node *n, bool pci)
{
	const char *why;

	r->n = 0;
	why = list_own(r, n);
	if (!why && pci)
		why = list_mapped(r, n);
	if (!why)
		return true;
	return repair_give_up(r, n, W0529, "follow its interrupts", why);
}

/* Keeps the interrupt of Xen's console free. Xen owns it, and maps those of all other
 * nodes to dom0, of disabled ones too; at a shared one it stops (xen/arch/arm/irq.c,
 * route_irq_to_guest()). false: the node is removed. */
static bool free_console(struct repair *r, const struct dt_node *n, uint32_t intid)
{
	const char *path = repair_path(r, n);
	struct diag *g;

	if (!dt_enabled(n)) {
		repair_leave_out(r, n, W0517);
		text_add(&r->beside, "%s%s", r->beside_count++ ? ", " : "", path);
		r->console_intid = intid;
		return false;
	}
	g = diag(r->diags, E0518, r->host->console_at,
		 "Xen's console %s shares interrupt %u (SPI %u) with "
		 "%s, which dom0 would get",
		 repair_path(r, r->host->console), intid, intid - 32, path);
	diag_help(g, "use another UART as Xen's console (dtuart=), or disable the other device "
		     "by an overlay");
	return true;
}

/* All of them are there because of one word, which chooses the console. */
void repair_warn_of_beside(struct repair *r)
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
	repair_leave_out(r, n, W0530);
	diag(r->diags, W0530, r->host->tree_at,
	     "%s is left out of the tree: it is disabled, but gives "
	     "interrupt %u (SPI %u) another trigger than %s, and Xen would not build "
	     "dom0",
	     repair_path(r, n), intid, intid - 32, repair_path(r, other));
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
	const char *path = repair_path(r, n);
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
	if (!repair_is_unchecked(r, W0530))
		set_trigger(r, other, at, i->trigger);
	g = diag(r->diags, W0530, r->host->tree_at,
		 "%s gets the trigger %u for interrupt %u (SPI %u), as %s below it: it says %u, "
		 "and Xen would not build dom0",
		 repair_path(r, other), i->trigger, i->intid, i->intid - 32, repair_path(r, n),
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
			 repair_path(r, other), repair_path(r, n), i->intid, i->intid - 32,
			 r->trigger[i->intid], trigger_name(r->trigger[i->intid]), i->trigger,
			 trigger_name(i->trigger));
		diag_help(g, "correct the tree (the third cell of one of the interrupts), or disable "
			     "the one that is not there");
			return true;
	}
	if (other && !is_left_out(r, other))
		leave_out_for_trigger(r, other, n, i->intid);
	r->owner[i->intid] = n;
	r->trigger[i->intid] = i->trigger;
	return true;
}

bool repair_shared_interrupts(struct repair *r, const struct dt_node *n)
{
	for (size_t i = 0; i < r->n; i++) {
		uint32_t intid = r->list[i].intid;

		if (r->host->console && r->owner[intid] == r->host->console &&
		    !is_marked(r->plan, n))
			return free_console(r, n, intid);
		if (!agree(r, n, &r->list[i]))
			return false;
	}
	return true;
}

void repair_add_console(struct repair *r)
{
	const struct dt_node *n = r->host->console;
	struct interrupt i;

	if (!n || interrupt_follow(r->host, n, 0, &i) ||
	    i.controller != r->host->gic_node || i.intid > SPI_LAST)
		return;
	r->owner[i.intid] = n;
	r->trigger[i.intid] = i.trigger;
}
