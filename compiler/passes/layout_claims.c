/* SPDX-License-Identifier: BSD-2-Clause */
/* Claims, memory that Xen keeps for one purpose, get their places. */
#include <inttypes.h>

#include "diag/fix.h"
#include "passes/layout.h"

static struct range claim_range(const struct claim *c)
{
	return range_at(c->start, c->size);
}

static void place_claim(struct plan *plan, const struct claim *c)
{
	area_add(plan, AREA_CLAIM, claim_range(c), c->what, c->fixed)->claim = c;
}

/* Whether an area is still there when Xen uses the memory: U-Boot and its scripts are gone
 * by then. */
static bool stays(const struct area *a)
{
	return !a->until_boot && a->kind != AREA_SCRIPT;
}

/* Where the claim is now is no hindrance. */
static bool is_no_hindrance(const struct area *a, const void *claim)
{
	return a->claim == claim || !stays(a);
}

static struct gaps gaps_for(const struct plan *plan, const struct claim *c, size_t bank)
{
	return (struct gaps){ plan->areas, plan->banks[bank], is_no_hindrance, c };
}

/* What the claim must not touch, and so far as `unsure` is false, RAM that may not be there; NULL:
 * neither is in the range. */
static const struct range *find_forbidden(const struct plan *plan, const struct claim *c,
					  struct range r, bool unsure)
{
	if (range_overlaps(c->avoid, r))
		return &c->avoid;
	for (size_t i = 0; !unsure && i < plan->unsure_count; i++)
		if (range_overlaps(plan->unsure[i], r))
			return &plan->unsure[i];
	return NULL;
}

/* The highest place for the claim in a gap. false: there is none. */
static bool highest_in(const struct plan *plan, const struct claim *c, struct range gap,
		       bool unsure, uint64_t *start)
{
	uint64_t end = gap.end < c->limit ? gap.end : c->limit;
	const struct range *other;

	for (;; end = other->start) {
		if (end < c->size)
			return false;
		*start = round_down(end - c->size, c->align);
		if (*start < gap.start)
			return false;
		other = find_forbidden(plan, c, range_at(*start, c->size), unsure);
		if (!other)
			return true;
	}
}

/* The lowest one. Whether RAM is there, the user knows, who gave the address. */
static bool lowest_in(const struct claim *c, struct range gap, uint64_t *start)
{
	uint64_t end = gap.end < c->limit ? gap.end : c->limit;

	*start = round_up(gap.start, c->align);
	if (range_overlaps(c->avoid, range_at(*start, c->size)))
		*start = round_up(c->avoid.end, c->align);
	return *start >= gap.start && *start <= end && end - *start >= c->size;
}

static uint64_t distance(uint64_t a, uint64_t b)
{
	return a > b ? a - b : b - a;
}

/* Makes `start` the best place if it is nearer than the best so far to the address that the
 * claim has now. */
static void consider(const struct claim *c, uint64_t start, uint64_t *best, bool *found)
{
	if (*found && distance(start, c->start) > distance(*best, c->start))
		return;
	*best = start;
	*found = true;
}

static bool find_nearest_gap(const struct plan *plan, const struct claim *c, uint64_t *best)
{
	struct range gap;
	bool found = false;
	uint64_t start;

	for (size_t i = 0; i < plan->bank_count; i++)
		for (struct gaps g = gaps_for(plan, c, i); area_next_gap(&g, &gap);) {
			if (lowest_in(c, gap, &start))
				consider(c, start, best, &found);
			if (highest_in(plan, c, gap, true, &start))
				consider(c, start, best, &found);
		}
	return found;
}

static void help_with_gap(const struct layout *y, struct diag *g, const struct claim *c)
{
	const char *place;
	uint64_t start = 0;

	if (!find_nearest_gap(y->plan, c, &start)) {
		diag_help(g, "nowhere are %s free in one piece; make it smaller, or something else",
			  number_show(g->arena, c->size));
		return;
	}
	place = arena_printf(g->arena, "0x%" PRIx64, start);
	diag_help(g, "use %s: that is the nearest place where %s are free%s%s", place,
		  number_show(g->arena, c->size),
		  c->automatic ? "; xendtc finds one by itself with " : "",
		  c->automatic ? c->automatic : "");
	fix_value(g, c->fixed, place);
}

/* Checks a claim with an address. If two claims overlap, that is reported at the later
 * one. */
static void check_claim(const struct layout *y, const struct claim *c)
{
	struct range r = claim_range(c);
	bool outside = !area_in_ram(y->plan, r);
	unsigned said = 0;

	if (outside)
		help_with_gap(y, area_report_outside(y->diags, y->host, c->what, c->fixed, r),
			      c);
	for (const struct area *a = y->plan->areas; a && said < OVERLAPS_MAX; a = a->next) {
		if (!stays(a) || !range_overlaps(a->range, r) ||
		    (a->claim && a->claim->number >= c->number) ||
		    (outside && !area_in_ram(y->plan, a->range)))
			continue;
		help_with_gap(y, area_report_overlap(y->diags, c->what, c->fixed, r, a), c);
		said++;
	}
}

/* Looks for the highest place: low memory is what devices reach by DMA. */
static bool find_claim_place(const struct plan *plan, struct claim *c, bool unsure)
{
	struct range gap;
	bool found = false;
	uint64_t start;

	for (size_t i = 0; i < plan->bank_count; i++)
		for (struct gaps g = gaps_for(plan, c, i); area_next_gap(&g, &gap);)
			if (highest_in(plan, c, gap, unsure, &start) &&
			    (!found || start > c->start)) {
				c->start = start;
				found = true;
			}
	return found;
}

/* RAM that the tree does not name may not be there (W0606): it is the last choice. */
static void place_claim_automatic(struct diags *diags, struct plan *plan, struct claim *c)
{
	struct diag *g;

	if (find_claim_place(plan, c, false) || find_claim_place(plan, c, true)) {
		place_claim(plan, c);
		return;
	}
	g = diag(diags, E0405, c->at, "no room for %s (%s in one piece%s)", c->what,
		 number_show(diags->arena, c->size),
		 c->limit == UINT64_MAX ? "" : ", where devices reach it");
	diag_help(g,
		  "`xendtc map` shows what takes the memory; give a list of smaller "
		  "ranges instead");
}

void place_fixed_claims(struct plan *plan)
{
	unsigned number = 0;

	for (struct claim *c = plan->claims; c; c = c->next) {
		c->number = number++;
		if (c->fixed.src)
			place_claim(plan, c);
	}
}

void place_claims(const struct layout *y)
{
	for (const struct claim *c = y->plan->claims; c; c = c->next)
		if (c->fixed.src)
			check_claim(y, c);
	for (struct claim *c = y->plan->claims; c && !layout_failed(y); c = c->next)
		if (!c->fixed.src)
			place_claim_automatic(y->diags, y->plan, c);
}
