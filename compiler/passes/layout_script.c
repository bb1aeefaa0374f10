/* SPDX-License-Identifier: BSD-2-Clause */
/* boot2.scr gets its place, and a limit to its size. */
#include <inttypes.h>

#include "passes/layout.h"

void check_script(const struct layout *y)
{
	const struct boot *b = y->system->boot;
	struct range r = range_at(y->plan->script_address, y->plan->script_room);
	struct diag *g;

	if (!b->script_address.text || y->plan->fit)
		return;
	if (!area_in_ram(y->plan, r) || r.end > loadable_end(y->host)) {
		diag(y->diags, E0402, b->script_address.at,
		     "boot2.scr %s is not in RAM where "
		     "U-Boot can load it",
		     area_show(y->arena, r));
	}
	for (const struct area *a = y->plan->areas; a; a = a->next) {
		if (a->kind == AREA_SCRIPT || !range_overlaps(a->range, r))
			continue;
		g = area_report_overlap(y->diags, "boot2.scr", b->script_address.at, r,
					a);
		diag_help(g,
			  "leave 'script-address' out: the board's is 0x%" PRIx64,
			  y->host->board->boot->script_address.n);
	}
}

/* The most bytes that boot2.scr may take. U-Boot runs a copy of it (common/cli.c,
 * run_command_list()), so that beyond its room it may lie where other files are loaded
 * later; but U-Boot must be able to load it. */
static uint64_t script_limit(const struct layout *y)
{
	uint64_t start = y->plan->script_address, end = start;

	if (!y->plan->place.tftp)
		return UINT64_MAX;
	for (size_t i = 0; i < y->plan->bank_count; i++)
		if (y->plan->banks[i].start <= start && start < y->plan->banks[i].end)
			end = y->plan->banks[i].end;
	if (end > loadable_end(y->host))
		end = loadable_end(y->host);
	for (const struct area *a = y->plan->areas; a; a = a->next)
		if ((a->kind == AREA_BOARD || a->kind == AREA_RESERVED) &&
		    a->range.end > start && a->range.start < end)
			end = a->range.start;
	return end > start + y->plan->script_room ? end - start : y->plan->script_room;
}

void place_script(const struct layout *y)
{
	const struct value *given = &y->system->boot->script_address;
	struct plan *p = y->plan;
	struct range room = range_at(p->script_address, p->script_room);

	p->script_limit = script_limit(y);
	p->script_at = given->text ? given->at : y->system->o.at;
	area_add(p, AREA_SCRIPT, room, "boot2.scr", given->text ? given->at : loc_none())
		->copied = true;
}
