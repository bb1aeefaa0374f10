/* SPDX-License-Identifier: BSD-2-Clause */
/* Interrupts of a given device become those of its copy: the machine's numbers at the guest's
 * GIC, or what leads to another device that the guest gets. */
#include "devices/device_rules.h"
#include "devices/make_partial.h"
#include "xen/interrupts.h"

/* Writes all interrupts with the machine's numbers. false: one does not end at the GIC,
 * or there are none. */
static bool flat_interrupts(struct maker *m, const struct twin *p, struct text *t)
{
	size_t count = interrupt_count(m->host, p->host);
	struct interrupt i;

	for (size_t k = 0; k < count; k++) {
		if (interrupt_follow(m->host, p->host, k, &i) ||
		    i.controller != m->host->gic_node || i.intid < 32)
			return false;
		put_cells(t, 0, 1);
		put_cells(t, i.intid - 32, 1);
		put_cells(t, i.trigger, 1);
	}
	return count;
}

static void set_interrupts(struct maker *m, const struct twin *p, const struct text *t,
			   struct twin *controller)
{
	dt_set(m->arena, p->guest, "interrupts", t->data, t->len);
	partial_set_cells(m, p->guest, "interrupt-parent", partial_phandle(m, controller),
			  1);
}

/* Lets the interrupts lead to another device that the guest gets, as in the base tree. false:
 * it does not get that one, which is *missing. */
static bool cascaded(struct maker *m, const struct twin *p, const struct dt_prop *prop,
		     const struct dt_node **missing)
{
	const struct dt_node *parent = interrupt_controller(m->host, p->host);
	struct twin *controller = parent ? partial_find(m, parent) : NULL;
	const struct device_rule r = { .cells = "#interrupt-cells" };
	struct text t = { .arena = m->arena };

	if (streq(prop->name, "interrupts-extended")) {
		if (!partial_translate(m, p, prop, &r, 0, &t, missing))
			return false;
		dt_set(m->arena, p->guest, prop->name, t.data, t.len);
		return true;
	}
	*missing = parent;
	if (!controller)
		return false;
	text_bytes(&t, prop->data, prop->len);
	set_interrupts(m, p, &t, controller);
	return true;
}

void partial_interrupts(struct maker *m, const struct twin *p, const struct dt_prop *prop)
{
	struct text t = { .arena = m->arena };
	const struct dt_node *missing;

	if (streq(prop->name, "interrupts") && dt_prop(p->host, "interrupts-extended"))
		return;
	if (flat_interrupts(m, p, &t))
		set_interrupts(m, p, &t, partial_find(m, m->host->gic_node));
	else if (!cascaded(m, p, prop, &missing) && p->by && !partial_is_off(p) &&
		 !partial_is_for_xen(m->host, p->host))
		partial_warn_interrupts(m, p, prop, missing);
}
