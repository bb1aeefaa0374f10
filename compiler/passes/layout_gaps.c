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

/* The lowest place for the load in a gap: what runs is aligned, not the header before it. false:
 * there is none. */
static bool lowest_in(const struct load *l, struct range gap, uint64_t *start)
{
	*start = round_up(gap.start + l->lead, l->align) - l->lead;
	if (!is_usable(l, *start))
		*start = l->align;
	return *start >= gap.start && *start <= gap.end &&
	       gap.end - *start >= range_size(load_range(l));
}

static bool highest_in(const struct load *l, struct range gap, uint64_t *start)
{
	uint64_t size = range_size(load_range(l));

	if (range_size(gap) < size)
		return false;
	*start = round_down(gap.end - size + l->lead, l->align) - l->lead;
	return *start >= gap.start && *start <= gap.end - size && is_usable(l, *start);
}

static struct gaps gaps_in(const struct layout *y, const struct bank *window)
{
	struct range r = range_at(window->start.n, window->size.n);

	if (r.end > loadable_end(y->host))
		r.end = loadable_end(y->host);
	return (struct gaps){ .next = y->plan->areas, .rest = r };
}

static bool place_in_window(const struct layout *y, const struct load *l,
			    const struct bank *window, uint64_t *start)
{
	struct gaps g = gaps_in(y, window);
	struct range gap;

	while (area_next_gap(&g, &gap))
		if (lowest_in(l, gap, start))
			return true;
	return false;
}

bool find_place(const struct layout *y, const struct load *l, uint64_t *start,
		       const struct bank **window)
{
	const struct bank *w = y->host->board->windows;

	for (; w; w = NEXT(w)) {
		*window = w;
		if (place_in_window(y, l, w, start))
			return true;
	}
	return false;
}

static uint64_t distance(uint64_t a, uint64_t b)
{
	return a > b ? a - b : b - a;
}

/* Makes `start` the best place, if it is nearer than the best so far. */
static void consider(const struct load *l, uint64_t start, uint64_t *best, bool *found)
{
	if (*found && distance(start, l->start) > distance(*best, l->start))
		return;
	*best = start;
	*found = true;
}

/* The place nearest to the load's own that a gap has for it, above or below or there. */
static void consider_gap(const struct load *l, struct range gap, uint64_t *best, bool *found)
{
	struct range above = { l->start, gap.end };
	uint64_t start;

	if (l->start > gap.start && lowest_in(l, above, &start))
		consider(l, start, best, found);
	if (lowest_in(l, gap, &start))
		consider(l, start, best, found);
	if (highest_in(l, gap, &start))
		consider(l, start, best, found);
}

bool find_nearest(const struct layout *y, const struct load *l, uint64_t *best)
{
	struct range gap;
	bool found = false;

	for (const struct bank *w = y->host->board->windows; w; w = NEXT(w))
		for (struct gaps g = gaps_in(y, w); area_next_gap(&g, &gap);)
			consider_gap(l, gap, best, &found);
	return found;
}
