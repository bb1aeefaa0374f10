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

/* Whether an area is still there when Xen uses the range: U-Boot and its scripts are gone
 * by then. */
static bool disturbs(const struct area *a, struct range r)
{
	return !a->until_boot && a->kind != AREA_SCRIPT && range_overlaps(a->range, r);
}

static bool claim_comes_before(const struct claim *a, const struct claim *b)
{
	for (; a; a = a->next)
		if (a == b)
			return true;
	return false;
}

/* Whether the claim can be at `start`. Where it is now is no hindrance. */
static bool claim_fits(const struct plan *plan, const struct claim *c, uint64_t start)
{
	struct range r = range_at(start, c->size);

	if (range_overlaps(c->avoid, r))
		return false;
	for (const struct area *a = plan->areas; a; a = a->next)
		if (a->claim != c && disturbs(a, r))
			return false;
	return r.end <= c->limit && area_in_ram(plan, r);
}

static uint64_t distance(uint64_t a, uint64_t b)
{
	return a > b ? a - b : b - a;
}

/* Makes `start` the best place if the claim has room there, and it is nearer than the best so
 * far to the address that the claim has now. */
static void consider(const struct plan *plan, const struct claim *c, uint64_t start,
		     uint64_t *best, bool *found)
{
	if (!claim_fits(plan, c, start) ||
	    (*found && distance(start, c->start) >= distance(*best, c->start)))
		return;
	*best = start;
	*found = true;
}

/* A gap is before or behind something. */
static void consider_around(const struct plan *plan, const struct claim *c, struct range r,
			    uint64_t *best, bool *found)
{
	consider(plan, c, round_up(r.end, c->align), best, found);
	if (r.start >= c->size)
		consider(plan, c, round_down(r.start - c->size, c->align), best, found);
}

static bool find_nearest_gap(const struct plan *plan, const struct claim *c, uint64_t *best)
{
	bool found = false;

	for (size_t i = 0; i < plan->bank_count; i++) {
		struct range bank = plan->banks[i];

		consider_around(plan, c, (struct range){ bank.end, bank.start }, best, &found);
	}
	for (const struct area *a = plan->areas; a; a = a->next)
		consider_around(plan, c, a->range, best, &found);
	return found;
}

static void help_with_gap(const struct layout *y, struct diag *g, const struct claim *c)
{
	const char *place;
	uint64_t start;

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

	if (!area_in_ram(y->plan, r))
		help_with_gap(y, area_report_outside(y->diags, y->host, c->what, c->fixed, r),
			      c);
	for (const struct area *a = y->plan->areas; a; a = a->next)
		if (disturbs(a, r) && !(a->claim && claim_comes_before(c, a->claim)))
			help_with_gap(y, area_report_overlap(y->diags, c->what, c->fixed, r, a),
				      c);
}

static bool is_unsure(const struct plan *plan, struct range r)
{
	for (size_t i = 0; i < plan->unsure_count; i++)
		if (range_overlaps(plan->unsure[i], r))
			return true;
	return false;
}

/* Tries to place a claim below `end`, and takes the place if it is higher than what was
 * found: low memory is what devices reach by DMA. A gap ends at the end of a bank, at the
 * start of an area, or at the claim's limit. */
static bool try_below(const struct plan *plan, struct claim *c, uint64_t end, bool unsure,
		      bool found)
{
	uint64_t start =
		end >= c->size ? round_down(end - c->size, c->align) : UINT64_MAX;

	if (start == UINT64_MAX || !claim_fits(plan, c, start) ||
	    (!unsure && is_unsure(plan, range_at(start, c->size))) ||
	    (found && start < c->start))
		return found;
	c->start = start;
	return true;
}

static bool find_claim_place(const struct plan *plan, struct claim *c, bool unsure)
{
	bool found = try_below(plan, c, c->limit, unsure, false);

	found = try_below(plan, c, c->avoid.start, unsure, found);
	for (size_t i = 0; i < plan->bank_count; i++)
		found = try_below(plan, c, plan->banks[i].end, unsure, found);
	for (size_t i = 0; i < plan->unsure_count; i++)
		found = try_below(plan, c, plan->unsure[i].start, unsure, found);
	for (const struct area *a = plan->areas; a; a = a->next)
		found = try_below(plan, c, a->range.start, unsure, found);
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
	for (const struct claim *c = plan->claims; c; c = c->next)
		if (c->fixed.src)
			place_claim(plan, c);
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
