/* SPDX-License-Identifier: BSD-2-Clause */
/* Addresses that the user gave are held against everything that occupies memory. */
#include <inttypes.h>

#include "diag/fix.h"
#include "passes/layout.h"

static void help_with_place(const struct layout *y, struct diag *g, const struct load *l)
{
	uint64_t start;

	if (!find_nearest(y, l, &start)) {
		diag_help(g, "no gap is large enough for it; make something smaller");
		return;
	}
	diag_help(g, "leave 'address' out and xendtc finds room, or use 0x%" PRIx64,
		  start + l->lead);
	if (!g->edits)
		fix_value(g, l->fixed, arena_printf(g->arena, "0x%" PRIx64, start + l->lead));
}

static bool is_shared_gzip(const struct load *l, const struct area *other)
{
	return other->kind == AREA_LOAD && l->file && l->file == other->load->file &&
	       file_is_packed(l->file) && l->role == ROLE_KERNEL;
}

static void report_shared_gzip(struct diags *d, const struct load *l,
			       const struct area *other)
{
	struct diag *g = diag(d, E0802, l->fixed,
			      "%s and %s cannot share one copy of '%s': Xen "
			      "unpacks a gzip kernel in place, and the second domain finds "
			      "nothing",
			      l->what, other->what, l->name);

	area_note(g, other);
	diag_help(g,
		  "leave 'address' out and it is loaded twice, or use an "
		  "uncompressed kernel");
}

static void report_overlap(const struct layout *y, const struct load *l,
			   const struct area *other)
{
	if (is_shared_gzip(l, other))
		report_shared_gzip(y->diags, l, other);
	else
		help_with_place(y, area_report_overlap(y->diags, l->what, l->fixed,
						       load_range(l), other), l);
}

static bool check_in_ram(const struct layout *y, const struct load *l)
{
	struct range r = load_range(l);
	struct diag *g;

	if (!area_in_ram(y->plan, r)) {
		g = area_report_outside(y->diags, y->host, l->what, l->fixed, r);
	} else if (r.end > loadable_end(y->host)) {
		g = diag(y->diags, E0404, l->fixed,
			 "U-Boot on this board loads nothing above 0x%" PRIx64
			 ", and %s would end at 0x%" PRIx64,
			 loadable_end(y->host), l->what, r.end);
	} else {
		return true;
	}
	help_with_place(y, g, l);
	return false;
}

/* Checks the alignment that the reader of the file wants: booti moves Xen up to the next
 * boundary of 2 MiB, over whatever is there (U-Boot arch/arm/lib/image.c), and Xen
 * refuses a tree off a boundary of 8 bytes (xen/arch/arm/mmu/setup.c). Other modules may
 * stand anywhere. */
static void check_alignment(const struct layout *y, const struct load *l)
{
	uint64_t start = l->start + l->lead;
	struct diag *g;

	if (l->role == ROLE_XEN && start % l->align)
		g = diag(y->diags, E0403, l->fixed,
			 "Xen at 0x%" PRIx64 " is not on a 2 MiB "
			 "boundary; booti would move it to 0x%" PRIx64,
			 start, round_up(start, l->align));
	else if (l->role == ROLE_DEVICE_TREE && l->start % l->align)
		g = diag(y->diags, E0403, l->fixed,
			 "the device tree at 0x%" PRIx64 " is not on an "
			 "8-byte boundary; Xen would not start",
			 l->start);
	else if (l->lead && start > UINT32_MAX)
		g = diag(y->diags, E0910, l->fixed,
			 "Xen at 0x%" PRIx64 " is above 4 GiB, which the header of a "
			 "uImage cannot say", start);
	else if (!is_usable(l, l->start))
		g = diag(y->diags, E0420, l->fixed,
			 "the device tree cannot be at address 0: Xen takes that for "
			 "none");
	else
		return;
	help_with_place(y, g, l);
}

void place_load(struct plan *plan, const struct load *l)
{
	area_add(plan, AREA_LOAD, load_range(l), l->what, l->fixed)->load = l;
}

static void warn_over_script(const struct layout *y, const struct load *l,
			     const struct area *script)
{
	struct diag *g;

	if (!y->plan->place.tftp)
		return;
	g = diag(y->diags, W0408, l->fixed, "%s %s overwrites %s %s while that runs",
		 l->what, area_show(y->arena, load_range(l)), script->what,
		 area_show(y->arena, script->range));
	area_note(g, script);
	help_with_place(y, g, l);
}

/* Whether an overlap of the load with the area is to be reported at the load. One with a
 * claim is reported at the claim, and of two loads at the one that comes later in the script. */
static bool is_in_the_way(const struct load *l, const struct area *a)
{
	return range_overlaps(a->range, load_range(l)) && a->kind != AREA_CLAIM &&
	       !(a->load && a->load->number >= l->number);
}

/* Reports one overlap with reserved memory at most, and none for a load outside RAM: one
 * reason to move it is enough. */
void check_fixed(const struct layout *y, const struct load *l)
{
	bool said = !check_in_ram(y, l);
	unsigned overlaps = 0;

	for (const struct area *a = y->plan->areas; a && overlaps < OVERLAPS_MAX; a = a->next) {
		bool reserved = a->kind == AREA_BOARD || a->kind == AREA_RESERVED;

		if (!is_in_the_way(l, a) || (reserved && said))
			continue;
		overlaps++;
		if (a->copied) {
			warn_over_script(y, l, a);
			continue;
		}
		report_overlap(y, l, a);
		said |= reserved;
	}
	check_alignment(y, l);
}
