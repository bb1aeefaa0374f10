/* SPDX-License-Identifier: BSD-2-Clause */
/* Partial trees, and the devices in them, are held against what Xen does with them. */
#include "devices/check_partial.h"

#include "devices/devices.h"
#include "xen/partial.h"

static bool check_device(const struct partial_check *c, const struct partial_device *v)
{
	return check_partial_device(c->diags, c->plan, v) &&
	       check_partial_interrupts(c, v) && check_partial_ranges(c, v) &&
	       check_partial_dma(c->diags, c->host, v);
}

static void note_device(struct partial_check *c, struct partial_device *v)
{
	for (size_t i = 0; i < v->interrupt_count; i++) {
		uint32_t intid = v->interrupts[i].intid;

		table_add(&c->interrupts, "", partial_interrupt_key(NULL, intid), v);
		table_add(&c->interrupts, "", partial_interrupt_key(v->partial, intid), v);
	}
	for (size_t i = 0; i < v->range_count; i++)
		spans_add(&c->ranges, range_at(v->ranges[i].host, v->ranges[i].size), v);
}

void check_partial_trees(struct job *j)
{
	struct table dom0s = { j->arena };
	struct partial_check c = { &j->diags, &j->host, &j->plan, j->system,
				   { j->arena }, { j->arena }, &dom0s };
	size_t count = 0;

	for (struct partial *p = j->partials; p; p = p->next) {
		p->number = count++;
		for (struct partial_device *v = p->devices; v; v = v->next)
			note_device(&c, v);
	}
	spans_sort(&c.ranges);
	for (const struct partial *p = j->partials; p; p = p->next) {
		bool sound = true;

		for (const struct partial_device *v = p->devices; v; v = v->next)
			sound &= check_device(&c, v);
		check_partial_tree(&j->diags, &j->host, p);
		if (sound)
			warn_of_partial_interrupts(&c, p);
	}
}
