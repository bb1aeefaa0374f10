/* SPDX-License-Identifier: BSD-2-Clause */
/* The model becomes edits of the base tree (Xen docs/misc/arm/device-tree/booting.txt). */
#include "passes/lower.h"

#include <inttypes.h>

#include "passes/passes.h"

static void add_parameter(struct text *line, const char *name, const char *value)
{
	text_add(line, "%s%s=%s", line->len ? " " : "", name, value);
}

/* Adds to Xen's line what keys say and Xen reads from there. Xen reads sizes with K, M
 * and G; K is exact for whole pages. */
static void add_parameters(const struct system *system, struct text *line)
{
	const struct domain *d = system->dom0;
	const struct xen *x = system->xen;

	if (x->llc_colors.text)
		add_parameter(line, "xen-llc-colors", x->llc_colors.text);
	if (!d)
		return;
	text_add(line, "%sdom0_mem=%" PRIu64 "%c", line->len ? " " : "",
		 d->memory.n % MiB ? d->memory.n / KiB : d->memory.n / MiB,
		 d->memory.n % MiB ? 'K' : 'M');
	if (d->vcpus.text)
		add_parameter(line, "dom0_max_vcpus", d->vcpus.text);
	if (d->llc_colors.text)
		add_parameter(line, "dom0-llc-colors", d->llc_colors.text);
}

static const char *xen_line(struct arena *a, const struct system *s)
{
	struct text line = { .arena = a };

	text_add(&line, "%s", s->xen->cmdline.text);
	add_parameters(s, &line);
	return line.data;
}

/* Whether /chosen needs #address-cells and #size-cells: for modules of dom0 and Xen, and
 * for static memory of guests. dtc warns of cells that nobody uses. */
static bool needs_cells(const struct system *system)
{
	if (system->dom0 || system->xen->xsm_policy)
		return true;
	for (struct domain *d = first_xen_guest(system); d; d = next_xen_guest(d))
		if (d->static_extents)
			return true;
	return false;
}

/* Writes the properties of /chosen. Both command lines are always there, so that Xen
 * never takes one for the other (xen/common/device-tree/bootinfo-fdt.c,
 * boot_fdt_cmdline()). */
static void lower_chosen(const struct host *h, const struct system *s, struct plan *plan)
{
	const struct domain *dom0 = s->dom0;
	struct edits *to = &plan->edits;

	if (needs_cells(s)) {
		lower_cell(plan, "/chosen", "#address-cells", CHOSEN_CELLS, s->o.at);
		lower_cell(plan, "/chosen", "#size-cells", CHOSEN_CELLS, s->o.at);
	}
	edits_set_text(to, "/chosen", "xen,xen-bootargs", xen_line(plan->arena, s),
		       s->xen->cmdline.at);
	if (dom0)
		edits_set_text(to, "/chosen", "xen,dom0-bootargs", dom0->cmdline.text,
			       dom0->cmdline.at);
	lower_static_heap(h, plan);
}

/* Makes the tree larger by plan->dom0_room, with properties of that size in /cpus. dom0
 * does not get that node, for Xen makes one of its own; and Xen's buffer for dom0's tree
 * is as large as the whole tree. There are several properties because U-Boot's fdt
 * command cannot set a long one. */
static void add_room(struct plan *plan, const struct domain *dom0)
{
	size_t left = plan->dom0_room, most = plan->edit_in_u_boot ? FDT_SET_MAX : left;

	for (unsigned i = 0; left; i++) {
		size_t len = left < most ? left : most;

		edits_set(&plan->edits, "/cpus",
			  i ? arena_printf(plan->arena, "xendtc,room-%u", i) : "xendtc,room",
			  arena_alloc(plan->arena, len), len, dom0->o.at);
		left -= len;
	}
}

void lower_edits(const struct host *h, const struct system *s, struct plan *plan)
{
	plan->edits = (struct edits){ .arena = plan->arena };
	lower_chosen(h, s, plan);
	lower_domains(h, s, plan);
	add_room(plan, s->dom0);
}

/* Bytes for a tree that comes from firmware: `fdt move` wants room for all of the old
 * tree, its free space included, and the tree may be larger than the file by which it was
 * described. */
#define FIRMWARE_ROOM (64 * KiB)

static uint64_t firmware_limit(const struct host *h, const struct plan *plan)
{
	uint64_t base = h->base->blob_size, size = plan->tree->size;

	return round_up((base > size ? base : size) + FIRMWARE_ROOM, PAGE_SIZE_4K);
}

/* The span of the tree is in whole pages, as Xen sees it. */
void measure_tree(const struct host *h, struct plan *plan)
{
	struct load *l = plan->tree;
	uint64_t room = h->board->boot->tree_room.n;

	if (!h->base) {
		l->size = 0;
		l->span = room + PAGE_SIZE_4K;
		return;
	}
	l->size = plan_tree_size(plan);
	plan->tree_limit = plan->edit_in_u_boot ? firmware_limit(h, plan) : l->size;
	l->span = round_up(plan->tree_limit + room, PAGE_SIZE_4K);
}

void lower(struct job *j)
{
	lower_edits(&j->host, j->system, &j->plan);
	measure_tree(&j->host, &j->plan);
}
