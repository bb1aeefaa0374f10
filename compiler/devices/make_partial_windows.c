/* SPDX-License-Identifier: BSD-2-Clause */
/* Registers of given devices become windows in the guest's addresses: where the machine
 * has them if nothing of the guest's is there. */
#include <inttypes.h>

#include "devices/assigned.h"
#include "devices/make_partial.h"
#include "xen/guest_space.h"

/* The first address at which no guest has anything: behind the redistributors, below the
 * windows for PCI (xen/include/public/arch-arm.h). */
#define HOLE_START 0x05000000
#define HOLE_END 0x10000000

/* Adds pages to the windows, which are in the order of their addresses; those that share
 * a page become one. */
static void add_window(struct maker *m, struct range pages, const struct passed *by)
{
	struct window **at = &m->windows, *w;

	while (*at && (*at)->host.end <= pages.start)
		at = &(*at)->next;
	while (*at && range_overlaps((*at)->host, pages)) {
		if ((*at)->host.start < pages.start)
			pages.start = (*at)->host.start;
		if ((*at)->host.end > pages.end)
			pages.end = (*at)->host.end;
		*at = (*at)->next;
	}
	w = NEW(m->arena, struct window);
	*w = (struct window){ pages, UINT64_MAX, by, *at };
	*at = w;
}

static const char *shared_there(const struct maker *m, struct range r)
{
	for (const struct shared *s = m->system->shared; s; s = NEXT(s))
		for (size_t i = 0; i < s->at->values.n; i++)
			if (streq(s->at->values.v[i].key.text, m->d->o.name) &&
			    range_overlaps(
				    r, range_at(s->at->values.v[i].value.n, s->size.n)))
				return "its shared memory is";
	return NULL;
}

static bool is_window(const struct maker *m, struct range r)
{
	for (const struct window *w = m->windows; w; w = w->next)
		if (w->guest != UINT64_MAX &&
		    range_overlaps(r, range_at(w->guest, range_size(w->host))))
			return true;
	return false;
}

static const char *what_is_there(const struct maker *m, struct range r)
{
	const char *what = guest_space_taken(m->host, m->d, r);

	if (!what)
		what = shared_there(m, r);
	return what ? what : is_window(m, r) ? "another device is" : NULL;
}

static void move(struct maker *m, struct window *w, const char *what)
{
	uint64_t size = range_size(w->host), to = HOLE_START;

	while (to + size <= HOLE_END && what_is_there(m, range_at(to, size)))
		to += PAGE_SIZE_4K;
	if (to + size > HOLE_END) {
		diag(m->diags, E0342, w->by->device.at,
		     "%s cannot be given to %s: its registers are where %s, "
		     "and there is no other place for %s",
		     dt_path(m->arena, w->by->node), domain_title(m->arena, m->d), what,
		     number_show(m->arena, size));
		m->failed = true;
		return;
	}
	w->guest = to;
	diag(m->diags, W0879, w->by->device.at,
	     "%s sees %s at 0x%" PRIx64 ", not at 0x%" PRIx64 ": there %s",
	     domain_title(m->arena, m->d), dt_path(m->arena, w->by->node), to,
	     w->host.start, what);
}

void partial_windows(struct maker *m)
{
	const struct passed *p;
	struct range pages;

	for (p = m->d->passed; p; p = NEXT(p))
		for (const struct dt_node *n = p->node; n; n = next_below(p->node, n))
			for (size_t i = 0; i < dt_address_count(n); i++)
				if (device_pages(n, i, &pages) && range_size(pages))
					add_window(m, pages, p);
	for (struct window *w = m->windows; w; w = w->next)
		if (!what_is_there(m, w->host))
			w->guest = w->host.start;
	for (struct window *w = m->windows; w; w = w->next)
		if (w->guest == UINT64_MAX)
			move(m, w, what_is_there(m, w->host));
}

uint64_t partial_address(const struct maker *m, uint64_t host)
{
	for (const struct window *w = m->windows; w; w = w->next)
		if (host >= w->host.start && host < w->host.end)
			return w->guest + (host - w->host.start);
	return host;
}
