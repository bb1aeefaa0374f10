/* SPDX-License-Identifier: BSD-2-Clause */
/* Areas become the gaps between them, in which a load may have room. */
#include "passes/layout.h"

struct range load_range(const struct load *l)
{
	return range_at(l->start, l->span ? l->span : 1);
}

uint64_t loadable_end(const struct host *h)
{
	return h->size->loadable_end.text ? h->size->loadable_end.n
					  : h->board->boot->loadable_end.n;
}

/* Xen takes address 0 for no tree (xen/arch/arm/mmu/setup.c, early_fdt_map()). */
bool is_usable(const struct load *l, uint64_t start)
{
	return start || l->role != ROLE_DEVICE_TREE;
}

bool is_free(const struct layout *y, struct range r)
{
	for (const struct area *a = y->plan->areas; a; a = a->next)
		if (range_overlaps(a->range, r))
			return false;
	return r.end <= loadable_end(y->host);
}

/* The first address from `start` on that suits the load: what runs is aligned, not the
 * header before it. */
static uint64_t aligned_up(const struct load *l, uint64_t start)
{
	uint64_t at = round_up(start + l->lead, l->align) - l->lead;

	return is_usable(l, at) ? at : l->align;
}

static uint64_t aligned_down(const struct load *l, uint64_t start)
{
	return round_down(start + l->lead, l->align) - l->lead;
}

/* The lowest free place in a window. Only the window's start and the ends of areas can
 * begin a gap. */
static bool place_in_window(const struct layout *y, const struct load *l,
			    struct range window, uint64_t *best)
{
	uint64_t start = aligned_up(l, window.start);
	const struct area *a = y->plan->areas;
	bool found = false;

	for (;;) {
		struct range r = range_at(start, l->span ? l->span : 1);

		if (r.end <= window.end && start >= window.start && is_free(y, r) &&
		    (!found || start < *best)) {
			*best = start;
			found = true;
		}
		if (!a)
			return found;
		start = aligned_up(l, a->range.end > window.start ? a->range.end
								  : window.start);
		a = a->next;
	}
}

bool find_place(const struct layout *y, const struct load *l, uint64_t *start,
		       const struct bank **window)
{
	const struct bank *w = y->host->board->windows;

	for (; w; w = NEXT(w)) {
		*window = w;
		if (place_in_window(y, l, range_at(w->start.n, w->size.n), start))
			return true;
	}
	return false;
}

static uint64_t distance(uint64_t a, uint64_t b)
{
	return a > b ? a - b : b - a;
}

/* Makes `start` the best place, if the load has room there and it is nearer than the best
 * so far. */
static void consider(const struct layout *y, const struct load *l, uint64_t start,
		     uint64_t *best, bool *found)
{
	const struct bank *w = y->host->board->windows;
	struct range r = range_at(start, l->span ? l->span : 1);

	while (w && !range_inside(r, range_at(w->start.n, w->size.n)))
		w = NEXT(w);
	if (!w || !is_free(y, r) || !is_usable(l, start) ||
	    (*found && distance(start, l->start) >= distance(*best, l->start)))
		return;
	*best = start;
	*found = true;
}

/* All places at which a gap can begin or end are tried: ends and starts of areas and
 * windows. */
bool find_nearest(const struct layout *y, const struct load *l, uint64_t *best)
{
	bool found = false;

	consider(y, l, aligned_up(l, l->start), best, &found);
	for (const struct bank *w = y->host->board->windows; w; w = NEXT(w)) {
		uint64_t end = w->start.n + w->size.n;

		consider(y, l, aligned_up(l, w->start.n), best, &found);
		consider(y, l, aligned_down(l, end - l->span), best, &found);
	}
	for (const struct area *a = y->plan->areas; a; a = a->next) {
		consider(y, l, aligned_up(l, a->range.end), best, &found);
		consider(y, l, aligned_down(l, a->range.start - l->span), best, &found);
	}
	return found;
}
