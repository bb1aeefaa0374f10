/* SPDX-License-Identifier: BSD-2-Clause */
/* Claims, memory that Xen keeps for one purpose, get their places. */
#include <inttypes.h>

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

/* Checks a claim with an address. If two claims overlap, that is reported at the later
 * one. */
static void check_claim(const struct layout *y, const struct claim *c)
{
	struct range r = claim_range(c);

	if (!area_in_ram(y->plan, r))
		area_report_outside(y->diags, y->host, c->what, c->fixed, r);
	for (const struct area *a = y->plan->areas; a; a = a->next)
		if (disturbs(a, r) && !(a->claim && claim_comes_before(c, a->claim)))
			area_report_overlap(y->diags, c->what, c->fixed, r, a);
}

static bool claim_fits(const struct plan *plan, const struct claim *c, uint64_t start)
{
	struct range r = range_at(start, c->size);

	if (range_overlaps(c->avoid, r))
		return false;
	for (const struct area *a = plan->areas; a; a = a->next)
		if (disturbs(a, r))
			return false;
	return r.end <= c->limit && area_in_ram(plan, r);
}

/* Tries to place a claim below `end`, and takes the place if it is higher than what was
 * found: low memory is what devices reach by DMA. A gap ends at the end of a bank, at the
 * start of an area, or at the claim's limit. */
static bool try_below(const struct plan *plan, struct claim *c, uint64_t end, bool found)
{
	uint64_t start =
		end >= c->size ? round_down(end - c->size, c->align) : UINT64_MAX;

	if (start == UINT64_MAX || !claim_fits(plan, c, start) ||
	    (found && start < c->start))
		return found;
	c->start = start;
	return true;
}

static void place_claim_automatic(struct diags *diags, struct plan *plan, struct claim *c)
{
	bool found = try_below(plan, c, c->limit, false);
	struct diag *g;

	found = try_below(plan, c, c->avoid.start, found);
	for (size_t i = 0; i < plan->bank_count; i++)
		found = try_below(plan, c, plan->banks[i].end, found);
	for (const struct area *a = plan->areas; a; a = a->next)
		found = try_below(plan, c, a->range.start, found);
	if (found) {
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
