/* SPDX-License-Identifier: BSD-2-Clause */
/* What the domains want of the memory is held against what Xen has to give. */
#include <inttypes.h>

#include "checks/checks.h"
#include "checks/color_memory.h"
#include "checks/memory_sum.h"
#include "checks/placement.h"
#include "xen/colors.h"
#include "xen/dom0_memory.h"
#include "xen/heap.h"
#include "xen/line.h"
#include "xen/memory.h"
#include "xen/placement.h"

#define PIECES_MAX 255	/* struct bootmem_region in a page, one of them for what is left
			 * above the frame table */

/* Before Xen has a heap, it lists what is free in one page, and stops when that is full
 * (xen/common/page_alloc.c, bootmem_region_add()). */
static bool check_piece_count(struct diags *diags, const struct system *system,
			      const struct regions *all)
{
	struct diag *g;

	if (all->n <= PIECES_MAX)
		return true;
	g = diag(diags, E0852, system->memory.at,
		 "the free RAM is in %zu pieces, and Xen can list %d", all->n,
		 PIECES_MAX);
	diag_help(g,
		  "move reservations and files next to each other: they cut RAM into pieces");
	return false;
}

static bool check_frame_table(struct diags *diags, const struct host *h,
			      struct regions *all)
{
	uint64_t size;

	if (take_frame_table(h, all, &size))
		return true;
	diag(diags, E0603, h->size->o.at,
	     "the RAM is too far apart: Xen keeps account of it in a table of "
	     "%" PRIu64 "M in one piece, and no such piece is free",
	     (size + MiB - 1) / MiB);
	return false;
}

static bool check_sum(struct diags *diags, const struct host *h,
		      const struct system *system, const struct plan *plan,
		      const struct regions *all)
{
	struct memory_sum m = sum_of_memory(h, system, plan, all);

	if (m.wanted + COMFORT <= m.left)
		return true;
	report_sum(diags, h, system, &m);
	return m.wanted + m.own <= m.left;
}

/* `before` is what was free when dom0 had nothing yet. */
static void report_missing(struct diags *diags, const struct host *h, const struct domain *d,
			   const struct regions *before, uint64_t missing)
{
	struct regions *all = NEW(diags->arena, struct regions);
	uint64_t size = dom0_whole_below(d->memory.n - missing);
	struct diag *g = diag(diags, E0812, d->memory.at,
			      "%s of dom0's memory would not be "
			      "found: Xen gives it in aligned blocks of at least 4M",
			      number_show(diags->arena, missing));

	*all = *before;
	if (allocate_dom0(h, all, size).missing)
		size = d->memory.n - missing;
	if (size)
		diag_help(g, "write memory: %s, which would be found",
			  number_show(diags->arena, size));
	else
		diag_help(g, "`xendtc map` shows where the memory goes");
}

static bool has_memory_above(const struct plan *plan, uint64_t limit)
{
	for (size_t i = 0; i < plan->bank_count; i++)
		if (plan->banks[i].end > limit)
			return true;
	return false;
}

static bool check_low_bank(struct diags *diags, const struct host *h,
			   const struct plan *plan, const struct domain *d,
			   const struct dom0_banks *b)
{
	struct diag *g;

	if (b->low)
		return true;
	if (d->kernel->found && file_is_32bit(d->kernel->found)) {
		diag(diags, E0812, d->memory.at,
		     "Xen finds no block for dom0's first memory below 0x%" PRIx64
		     ", and a 32-bit kernel has to have one",
		     dma_limit(h));
		return false;
	}
	if (!has_memory_above(plan, dma_limit(h)))
		return true;	/* devices reach whatever it finds instead */
	g = diag(diags, W0817, d->memory.at,
		 "Xen finds no block for dom0's first memory below 0x%" PRIx64
		 ", where the devices of %s reach it by DMA",
		 dma_limit(h), h->board->title.text);
	diag_help(g,
		  "place files elsewhere, or change 'memory': Xen looks for a free "
		  "aligned power of two, at least 128M or all of 'memory' if that is less");
	return true;
}

static bool scrubs_at_boot(const struct host *h)
{
	const struct word *w = xen_word(h, "bootscrub");

	if (xen_word(h, "no-bootscrub"))
		return false;
	return !w || !(streq(w->value, "0") || streq(w->value, "off") ||
		       streq(w->value, "no") || streq(w->value, "false") ||
		       streq(w->value, "disable"));
}

/* Xen gives up on a piece of less than 128 MiB that it finds below dom0's first one
 * (xen/arch/arm/domain_build.c, allocate_memory_11(), insert_11_bank()). Which block it
 * takes differs from boot to boot: it prefers those that its idle CPUs have cleared by then,
 * and they begin at the bottom (xen/common/page_alloc.c, get_free_buddy(),
 * scrub_free_pages()). Seen on QEMU's raspi4b: 500M fails in four boots of eight, and with
 * bootscrub=0 in none of twelve. */
static void check_pieces(struct diags *diags, const struct host *h, const struct domain *d,
			 const struct regions *all, bool low, uint64_t better)
{
	struct diag *g;

	if (d->memory.n == dom0_whole_below(d->memory.n) ||
	    (low && !scrubs_at_boot(h) && dom0_is_certain(h, all, d->memory.n)))
		return;
	g = diag(diags, W0851, d->memory.at,
		 "%s for dom0 come in pieces of less than 128M, and Xen "
		 "does not find a place for them at every boot",
		 number_show(diags->arena, d->memory.n));
	diag_help(g, "use a power of two or a multiple of 128M, as %s",
		  number_show(diags->arena, better));
}

/* Whether its files have room if all pieces of dom0's memory adjoin each other, wherever
 * they are: the places of the files go by units of 2 MiB. */
static bool may_fit(const struct host *h, const struct plan *plan, const struct domain *d,
		    uint64_t start)
{
	uint64_t needed, end = start + 2 * MiB;

	for (; start < end; start += PAGE_SIZE_4K)
		if (placement_fits(d, h, range_at(start, d->memory.n), dom0_tree_size(plan),
				   &needed))
			return true;
	return false;
}

/* The size nearest to dom0's that comes in no small pieces, the next one if Xen keeps enough. */
static uint64_t better_size(const struct domain *d, const struct memory_sum *m)
{
	uint64_t taken = m->wanted + COMFORT, above = dom0_whole_above(d->memory.n);
	uint64_t over = taken > m->left ? taken - m->left : 0;

	if (taken + above - d->memory.n <= m->left)
		return above;
	return dom0_whole_below(d->memory.n - over);
}

/* Less than 128 MiB that are no power of two are found in pieces, of which none is the
 * first for sure: which of them adjoin each other depends on what Xen took before. */
static void check_dom0(struct diags *diags, const struct host *h,
		       const struct system *system, const struct plan *plan,
		       struct regions *all)
{
	const struct domain *d = system->dom0;
	struct regions *before = NEW(diags->arena, struct regions);
	struct memory_sum m = sum_of_memory(h, system, plan, all);
	struct dom0_banks b;

	*before = *all;
	b = allocate_dom0(h, all, d->memory.n);
	if (b.missing) {
		report_missing(diags, h, d, before, b.missing);
	} else if (check_low_bank(diags, h, plan, d, &b)) {
		check_pieces(diags, h, d, before, b.low, better_size(d, &m));
		if (b.low || !may_fit(h, plan, d, b.first.start))
			dom0_fits(diags, h, plan, d, b.first);
	}
}

void check_memory(struct job *j)
{
	struct regions *all = NEW(j->arena, struct regions);
	bool ok;

	free_memory(&j->host, j->system, &j->plan, all);
	ok = check_piece_count(&j->diags, j->system, all) &&
	     check_frame_table(&j->diags, &j->host, all);
	if (ok) {
		take_buffers(&j->host, all);
		ok = check_sum(&j->diags, &j->host, j->system, &j->plan, all);
	}
	for (const struct domain *d = first_xen_guest(j->system); d;
	     d = next_xen_guest(d))
		if (is_direct(d))
			ok &= check_placement(&j->diags, &j->host, d);
	if (ok && coloring_is_on(&j->host))
		check_colored_domains(&j->diags, &j->host, j->system, &j->plan, all);
	else if (ok && j->system->dom0)
		check_dom0(&j->diags, &j->host, j->system, &j->plan, all);
}
