/* SPDX-License-Identifier: BSD-2-Clause */
/* The model becomes answers to what several passes ask of it. */
#include "model.h"

#include <stdio.h>

#include "base/text.h"

/* From `d` on, the first guest that Xen starts, or that is deferred. */
static struct domain *skip_to(struct domain *d, bool deferred)
{
	while (d && !d->boot.n != deferred)
		d = NEXT(d);
	return d;
}

struct domain *first_xen_guest(const struct system *s)
{
	return skip_to(s->guests, false);
}

struct domain *next_xen_guest(const struct domain *d)
{
	return skip_to((struct domain *)d->o.next, false);
}

struct domain *first_deferred(const struct system *s)
{
	return skip_to(s->guests, true);
}

struct domain *next_deferred(const struct domain *d)
{
	return skip_to((struct domain *)d->o.next, true);
}

struct domain *first_guest(const struct system *s)
{
	struct domain *d = first_xen_guest(s);

	return d ? d : first_deferred(s);
}

struct domain *next_guest(const struct system *s, const struct domain *d)
{
	struct domain *next;

	if (!d->boot.n)
		return next_deferred(d);
	next = next_xen_guest(d);
	return next ? next : first_deferred(s);
}

struct domain *first_domain(const struct system *s)
{
	return s->dom0 ? s->dom0 : first_xen_guest(s);
}

struct domain *next_domain(const struct system *s, const struct domain *d)
{
	return d->is_dom0 ? first_xen_guest(s) : next_xen_guest(d);
}

uint64_t ram_total(const struct memory_size *size)
{
	uint64_t sum = 0;

	for (const struct bank *b = size->banks; b; b = NEXT(b))
		sum += b->size.n;
	return sum;
}

#define FILES_EACH 3		/* of the system, and of a domain */

static const struct image *image_of(const struct image_walk *w, unsigned step)
{
	const struct system *s = w->system;
	const struct domain *d = w->domain;

	if (!d)
		return step == 0 ? s->device_tree : step == 1 ? s->xen->image : s->xen->xsm_policy;
	return step == 0 ? d->kernel : step == 1 ? d->ramdisk : d->partial_image;
}

static void go_to_next_domain(struct image_walk *w)
{
	w->domain = w->domain ? next_domain(w->system, w->domain) : first_domain(w->system);
	w->done = !w->domain;
	w->step = 0;
}

const struct image *next_image(struct image_walk *w)
{
	const struct image *i = NULL;

	while (!i && !w->done) {
		if (w->step == FILES_EACH)
			go_to_next_domain(w);
		else
			i = image_of(w, w->step++);
	}
	return i;
}

const struct value *next_prefix(struct prefix_walk *w)
{
	const struct boot *b = w->images.system->boot;

	w->step++;
	if (w->step == 1)
		return &b->prefix;
	if (w->step == 2 && b->load)
		return &b->load->prefix;
	do
		w->image = next_image(&w->images);
	while (w->image && !w->image->how);
	return w->image ? &w->image->how->prefix : NULL;
}

const char *domain_title(struct arena *a, const struct domain *d)
{
	return d->is_dom0 ? "dom0" : arena_printf(a, "guest '%s'", d->o.name);
}

const struct domain *find_domain(const struct system *s, const char *name)
{
	if (s->dom0 && streq(name, "dom0"))
		return s->dom0;
	for (const struct domain *d = first_xen_guest(s); d; d = next_xen_guest(d))
		if (streq(d->o.name, name))
			return d;
	return NULL;
}

const struct value *domain_capability(const struct domain *d, const char *word)
{
	for (size_t i = 0; i < d->capabilities.n; i++)
		if (streq(d->capabilities.v[i].text, word))
			return &d->capabilities.v[i];
	return NULL;
}

const struct attr *domain_attr(const struct domain *d, const char *key)
{
	const struct attr *a = d->o.attrs;

	while (a && !streq(a->field->key, key))
		a = a->next;
	return a;
}

unsigned version_read(const char *text)
{
	unsigned major = 0, minor = 0;

	sscanf(text, "%u.%u", &major, &minor);
	return VERSION(major, minor);
}
