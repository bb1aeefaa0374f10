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

void check_partial_trees(struct job *j)
{
	const struct partial_check c = { &j->diags, &j->host, &j->plan, j->system,
					 j->partials };

	for (const struct partial *p = j->partials; p; p = p->next) {
		bool sound = true;

		for (const struct partial_device *v = p->devices; v; v = v->next)
			sound &= check_device(&c, v);
		check_partial_tree(&j->diags, &j->host, p);
		if (sound)
			warn_of_partial_interrupts(&j->diags, p);
	}
}
