/* SPDX-License-Identifier: BSD-2-Clause */
/* Registers of given devices become windows in the guest's addresses: where the machine
 * has them if nothing of the guest's is there. */
#include <inttypes.h>

#include "base/list.h"
#include "devices/assigned.h"
#include "devices/make_partial.h"
#include "xen/guest_space.h"

/* The first address at which no guest has anything: behind the redistributors, below the
 * windows for PCI (xen/include/public/arch-arm.h). */
#define HOLE_START 0x05000000
#define HOLE_END 0x10000000

/* Makes windows of the pages, in the order of their addresses; those that share a page become
 * one, of the device that was named last. */
static void make_windows(struct maker *m, const struct spans *pages)
{
	struct window *last = NULL;
	size_t turn = 0;

	for (size_t i = 0; i < pages->n; i++) {
		const struct span *e = &pages->list[i];
		struct window *w = last;

		if (!last || e->r.start >= last->host.end) {
			w = NEW(m->arena, struct window);
			*w = (struct window){ e->r, UINT64_MAX, e->of, NULL };
			*(last ? &last->next : &m->windows) = w;
			last = w;
			turn = e->turn;
		}
		if (e->r.end > w->host.end)
			w->host.end = e->r.end;
		if (e->turn > turn)
			w->by = e->of;
		if (e->turn > turn)
			turn = e->turn;
	}
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

/* What the guest has there besides its devices. */
static const char *what_is_there(const struct maker *m, struct range r)
{
	const char *what = guest_space_taken(m->host, m->d, r);

	return what ? what : shared_there(m, r);
}

/* The pages between HOLE_START and HOLE_END while windows are moved there. */
enum page { UNKNOWN, FREE, TAKEN };

struct hole {
	unsigned char pages[(HOLE_END - HOLE_START) / PAGE_SIZE_4K];	/* enum page */
	size_t from;		/* no room was found below for windows of `least` pages */
	uint64_t least;
};

static void take(struct hole *h, struct range r)
{
	uint64_t at = r.start > HOLE_START ? r.start : HOLE_START;

	for (; at < r.end && at < HOLE_END; at += PAGE_SIZE_4K)
		h->pages[(at - HOLE_START) / PAGE_SIZE_4K] = TAKEN;
}

static bool is_free(const struct maker *m, struct hole *h, size_t page)
{
	struct range r = range_at(HOLE_START + page * PAGE_SIZE_4K, PAGE_SIZE_4K);

	if (h->pages[page] == UNKNOWN)
		h->pages[page] = what_is_there(m, r) ? TAKEN : FREE;
	return h->pages[page] == FREE;
}

/* The first address with room for so many pages; UINT64_MAX: there is none. */
static uint64_t find_room(const struct maker *m, struct hole *h, uint64_t count)
{
	size_t first = count < h->least ? 0 : h->from, page = first;

	while (page < countof(h->pages) && page - first < count)
		if (!is_free(m, h, page++))
			first = page;
	h->least = count;
	h->from = first;
	if (page - first < count)
		return UINT64_MAX;
	for (size_t i = first; i < page; i++)
		h->pages[i] = TAKEN;
	h->from = page;
	return HOLE_START + first * PAGE_SIZE_4K;
}

static void move(struct maker *m, struct hole *h, struct window *w)
{
	const char *what = what_is_there(m, w->host);
	uint64_t size = range_size(w->host), to = find_room(m, h, size / PAGE_SIZE_4K);

	if (to == UINT64_MAX) {
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

static void list_pages(struct maker *m, struct spans *pages)
{
	struct range r;

	for (const struct passed *p = m->d->passed; p; p = NEXT(p))
		for (const struct dt_node *n = p->node; n; n = next_below(p->node, n))
			for (size_t i = 0; i < dt_address_count(n); i++)
				if (device_pages(n, i, &r) && range_size(r))
					spans_add(pages, r, p);
	spans_sort(pages);
}

/* First all that can stay where the machine has it, then the others. */
void partial_windows(struct maker *m)
{
	struct spans pages = { .arena = m->arena };
	struct hole *hole = NULL;

	list_pages(m, &pages);
	make_windows(m, &pages);
	m->seen.arena = m->arena;
	for (struct window *w = m->windows; w; w = w->next) {
		spans_add(&m->seen, w->host, w);
		if (!what_is_there(m, w->host))
			w->guest = w->host.start;
		else if (!hole)
			hole = NEW(m->arena, struct hole);
	}
	spans_sort(&m->seen);
	for (struct window *w = m->windows; w && hole; w = w->next)
		if (w->guest != UINT64_MAX)
			take(hole, w->host);
	for (struct window *w = m->windows; w; w = w->next)
		if (w->guest == UINT64_MAX)
			move(m, hole, w);
}

uint64_t partial_address(const struct maker *m, uint64_t host)
{
	const struct span *e = spans_first(&m->seen, range_at(host, 1));
	const struct window *w = e ? e->of : NULL;

	return w ? w->guest + (host - w->host.start) : host;
}
