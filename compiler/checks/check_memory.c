/* SPDX-License-Identifier: BSD-2-Clause */
/* RAM, what is taken from it, and what the domains want become a sum. */
#include <inttypes.h>

#include "checks/memory.h"
#include "checks/ram.h"
#include "passes/host.h"
#include "passes/placement.h"

void add_region(struct regions *all, uint64_t start, uint64_t end)
{
	if (end > start && all->n < REGIONS_MAX) {
		struct range r = { start, end };

		all->r[all->n++] = r;
	}
}

void take_region(struct regions *all, struct range taken)
{
	for (size_t i = 0; i < all->n; i++) {
		struct range r = all->r[i];

		if (!range_overlaps(r, taken))
			continue;
		all->r[i] = all->r[--all->n];
		i--;
		add_region(all, r.start, taken.start);
		add_region(all, taken.end, r.end);
	}
}

uint64_t regions_total(const struct regions *all)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < all->n; i++)
		sum += range_size(all->r[i]);
	return sum;
}

/* xen/common/page_alloc.c, alloc_boot_pages(). */
bool find_top(const struct regions *all, uint64_t size, uint64_t align, uint64_t *start)
{
	bool found = false;

	for (size_t i = 0; i < all->n; i++) {
		struct range r = all->r[i];
		uint64_t at = r.end >= size ? round_down(r.end - size, align) : 0;

		if (at < r.start || r.end - at < size || (found && at < *start))
			continue;
		*start = at;
		found = true;
	}
	return found;
}

#define LARGE (32 * MiB)	/* a contiguous block of Xen's page tables */

/* One struct page_info of 56 bytes for each page; false if Xen finds no room for so many.
 * It stops then with "Xen BUG" (xen/common/page_alloc.c, alloc_boot_pages()). */
static bool take_frames(struct regions *all, struct frames f, bool exact, uint64_t *size)
{
	uint64_t block, start = 0;

	*size = (f.last + 1 - f.first) * 56;
	block = *size < LARGE ? 2 * MiB : LARGE;
	*size = round_up(*size, exact ? PAGE_SIZE_4K : block);
	if (!find_top(all, *size, exact ? block : LARGE, &start))
		return false;
	take_region(all, range_at(start, *size));
	return true;
}

/* All pages between the lowest and the highest RAM address have an entry in one table
 * (xen/arch/arm/mmu/mm.c, setup_frametable_mappings()); since 4.22 there are as many as
 * there are stretches of whole GiB with RAM (init_frametable()). */
static bool take_frame_table(struct job *j, struct regions *all)
{
	bool exact = host_xen_since(j, VERSION(4, 22));
	struct frames whole = ram_frames(j), *runs = &whole;
	size_t n = 1;
	uint64_t size;

	if (exact)
		runs = ram_runs(j, &n);
	for (size_t i = 0; i < n; i++) {
		if (take_frames(all, runs[i], exact, &size))
			continue;
		diag(&j->diags, E0603, j->size->o.at,
		     "the RAM is too far apart: Xen keeps account of it in a table of "
		     "%" PRIu64 "M in one piece, and no such piece is free",
		     (size + MiB - 1) / MiB);
		return false;
	}
	return true;
}

static void add_heap(const struct extent *e, struct regions *all)
{
	for (; e; e = (const struct extent *)e->o.next)
		add_region(all, e->claim->start, e->claim->start + e->claim->size);
}

void add_ram(const struct job *j, struct regions *all)
{
	for (size_t i = 0; i < j->plan.bank_count; i++)
		add_region(all, j->plan.banks[i].start, j->plan.banks[i].end);
	for (const struct area *a = j->plan.areas; a; a = a->next) {
		struct range r = { round_down(a->range.start, PAGE_SIZE_4K),
				   round_up(a->range.end, PAGE_SIZE_4K) };

		if (a->kind == AREA_LOAD || a->kind == AREA_RESERVED ||
		    a->kind == AREA_CLAIM)
			take_region(all, r);
	}
}

#define PIECES_MAX 255	/* struct bootmem_region in a page, one of them for what is left
			 * above the frame table */

/* Before Xen has a heap, it lists what is free in one page, and stops when that is full
 * (xen/common/page_alloc.c, bootmem_region_add()). */
static bool check_piece_count(struct job *j, const struct regions *all)
{
	struct diag *g;

	if (all->n <= PIECES_MAX)
		return true;
	g = diag(&j->diags, E0852, j->system->memory.at,
		 "what is free of the RAM is in %zu pieces, and Xen can list %d", all->n,
		 PIECES_MAX);
	diag_help(&j->diags, g,
		  "reservations and files lie between them; let them adjoin each other");
	return false;
}

/* What Xen's heap begins with: its static heap, or else RAM without the files (kept until
 * all domains are built), reservations and static memory; without the frame table. */
static bool free_memory(struct job *j, struct regions *all)
{
	const struct extent *heap = j->system->xen->static_heap;
	struct range xen;

	all->n = 0;
	if (heap)
		add_heap(heap, all);
	else
		add_ram(j, all);
	if (!heap && colored_xen(j, &xen))
		move_xen(j, all, xen);
	return check_piece_count(j, all) && take_frame_table(j, all);
}

/* xen/common/device-tree/dom0less-build.c, domain_p2m_pages(). */
uint64_t p2m_pool(const struct domain *d)
{
	uint64_t pages = 256 * d->vcpus.n + d->memory.n / MiB + 128;

	if (d->p2m_memory.text)
		return d->p2m_memory.n;
	return round_up(pages * PAGE_SIZE_4K, MiB);
}

/* xen/common/device-tree/kernel.c, kernel_decompress(). */
uint64_t unpacked_block(const struct domain *d)
{
	const struct file *f = d->kernel->found;
	uint64_t block = PAGE_SIZE_4K;

	if (!f || !file_is_packed(f))
		return 0;
	while (block < f->unpacked_size)
		block *= 2;
	return block;
}

/* Shared memory for which Xen has to find a place. */
static uint64_t shared_memory(const struct job *j)
{
	uint64_t sum = 0;

	for (const struct shared *s = j->system->shared; s;
	     s = (const struct shared *)s->o.next)
		sum += s->claim ? 0 : s->size.n;
	return sum;
}

/* Xen's own heap: domain structures, consoles, event channels */
#define COMFORT (16 * MiB)

static bool check_sum(struct job *j, const struct regions *all)
{
	struct plan *p = &j->plan;
	uint64_t pools = shared_memory(j), fixed = 0, left = regions_total(all), wanted;
	struct diag *g;

	for (const struct domain *d = first_domain(j->system); d;
	     d = next_domain(j->system, d)) {
		if (d->is_dom0)
			p->dom0_memory = d->memory.n;
		else
			p->guest_memory += d->memory.n;
		if (d->static_extents && !domain_capability(d, "hardware"))
			fixed += d->memory.n;
		pools += unpacked_block(d) + (d->is_dom0 ? 0 : p2m_pool(d));
	}
	for (size_t i = 0; i < p->bank_count; i++)
		p->ram += range_size(p->banks[i]);
	wanted = p->dom0_memory + p->guest_memory - fixed + pools;
	p->overhead = p->ram - left - fixed + pools;
	if (wanted + COMFORT <= left)
		return true;
	g = diag(&j->diags, wanted > left ? E0805 : W0815, j->system->memory.at,
		 "the domains want %" PRIu64
		 "M with their page tables, and Xen has %" PRIu64 "M to "
		 "give%s",
		 (wanted + MiB - 1) / MiB, left / MiB,
		 wanted > left ? "" : ": hardly anything is left for Xen itself");
	diag_help(&j->diags, g,
		  "dom0 %" PRIu64 "M, guests %" PRIu64 "M, page tables, unpacked "
		  "kernels and shared memory %" PRIu64 "M; RAM %" PRIu64
		  "M; see `xendtc map`",
		  p->dom0_memory / MiB, p->guest_memory / MiB, pools / MiB, p->ram / MiB);
	return wanted <= left;
}

bool find_block(const struct regions *all, uint64_t size, uint64_t limit, bool low,
		uint64_t *start)
{
	bool found = false;

	for (size_t i = 0; i < all->n; i++) {
		uint64_t end = all->r[i].end < limit ? all->r[i].end : limit;
		uint64_t first = round_up(all->r[i].start, size);
		uint64_t at = low || end < size ? first : round_down(end - size, size);

		if (at < first || at > end || end - at < size)
			continue;
		if (found && (low ? at > *start : at < *start))
			continue;
		*start = at;
		found = true;
	}
	return found;
}

static uint64_t power_below(uint64_t n)
{
	uint64_t p = PAGE_SIZE_4K;

	while (p <= n / 2)
		p *= 2;
	return p;
}

static uint64_t power_above(uint64_t n)
{
	uint64_t p = power_below(n);

	return p < n ? p * 2 : p;
}

/* How Xen finds memory for a dom0 whose addresses are the machine's: first the largest
 * block that it can get, as low as possible, then more in blocks as large as possible
 * (xen/arch/arm/domain_build.c, allocate_memory_11()). */
struct dom0_banks {
	struct range first;	/* the largest block, and what adjoins it */
	bool low;		/* it is below the limit */
	uint64_t missing;	/* bytes that no block was found for */
};

static void grow(struct dom0_banks *b, struct range r)
{
	if (!range_size(b->first))
		b->first = r;
	else if (r.start == b->first.end)
		b->first.end = r.end;
	else if (r.end == b->first.start)
		b->first.start = r.start;
}

static void take_first(struct regions *all, uint64_t wanted, uint64_t limit,
		       struct dom0_banks *b)
{
	uint64_t least = power_above(wanted < 128 * MiB ? wanted : 128 * MiB), start;

	for (uint64_t size = power_below(wanted); size >= least; size /= 2) {
		if (!find_block(all, size, limit, true, &start))
			continue;
		b->first = range_at(start, size);
		b->low = true;
		b->missing -= size;
		take_region(all, b->first);
		return;
	}
}

static void take_more(struct regions *all, uint64_t limit, uint64_t least,
		      struct dom0_banks *b)
{
	uint64_t size = b->missing ? power_below(b->missing) : 0, start;

	while (b->missing) {
		if (!find_block(all, size, limit, false, &start)) {
			size /= 2;
			if (size < least)
				return;
			continue;
		}
		take_region(all, range_at(start, size));
		grow(b, range_at(start, size));
		b->missing -= size;
		if (b->missing && power_below(b->missing) < size)
			size = power_below(b->missing);
	}
}

static uint64_t dma_limit(const struct job *j)
{
	return (uint64_t)1 << (j->board->dma_bits.n < 32 ? j->board->dma_bits.n : 32);
}

static struct dom0_banks allocate_dom0(struct job *j, struct regions *all,
				       uint64_t wanted)
{
	uint64_t limit = dma_limit(j);
	uint64_t least = power_above(wanted < 128 * MiB ? wanted : 128 * MiB);
	struct dom0_banks b = { .missing = wanted };

	take_first(all, wanted, limit, &b);
	if (b.low)
		take_more(all, limit, least, &b);
	take_more(all, UINT64_MAX, 4 * MiB, &b);
	return b;
}

uint64_t dom0_tree_size(const struct job *j)
{
	return j->plan.tree->size + 2 * PAGE_SIZE_4K;
}

static bool report_missing(struct job *j, const struct domain *d, uint64_t missing)
{
	struct diag *g = diag(&j->diags, E0812, d->memory.at,
			      "%s of dom0's memory would not be "
			      "found: Xen gives it in aligned blocks of at least 4M",
			      number_show(j->arena, missing));

	diag_help(&j->diags, g, "%s would be found",
		  number_show(j->arena, d->memory.n - missing));
	return false;
}

static bool check_low_bank(struct job *j, const struct domain *d,
			   const struct dom0_banks *b)
{
	struct diag *g;

	if (b->low)
		return true;
	if (d->kernel->found && file_is_32bit(d->kernel->found)) {
		diag(&j->diags, E0812, d->memory.at,
		     "Xen finds no block for dom0's first memory below 0x%" PRIx64
		     ", and a 32-bit kernel has to have one",
		     dma_limit(j));
		return false;
	}
	g = diag(&j->diags, W0817, d->memory.at,
		 "Xen finds no block for dom0's first memory below 0x%" PRIx64
		 ", where the devices of %s reach it by DMA",
		 dma_limit(j), j->board->title.text);
	diag_help(&j->diags, g,
		  "it looks for a free aligned power of two, at least 128M or all of "
		  "'memory' if that is less; place files elsewhere, or change 'memory'");
	return true;
}

#define PIECE (128 * MiB)

/* Xen gives up on a piece of less than 128 MiB that it finds below the first one
 * (xen/arch/arm/domain_build.c, insert_11_bank()), and which block it finds differs from
 * boot to boot. Seen on 4.20: 500M fails in five boots of ten, 132M in two, 256M in none.
 */
static void check_pieces(struct job *j, const struct domain *d)
{
	struct diag *g;

	if (d->memory.n % PIECE == 0 || d->memory.n == power_below(d->memory.n))
		return;
	g = diag(&j->diags, W0851, d->memory.at,
		 "%s for dom0 come in pieces of less than 128M, and Xen "
		 "does not find a place for them at every boot",
		 number_show(j->arena, d->memory.n));
	diag_help(&j->diags, g, "use a power of two or a multiple of 128M, as %s",
		  number_show(j->arena, round_up(d->memory.n, PIECE)));
}

bool dom0_fits(struct job *j, const struct domain *d, struct range first)
{
	uint64_t needed;
	struct diag *g;

	if (placement_fits(d, j->system->xen->version, first, dom0_tree_size(j), &needed))
		return true;
	if (!placement_is_inside(j, d, first))
		return false;
	g = diag(&j->diags, E0806, d->memory.at,
		 "kernel, ramdisk and device tree of dom0 do not fit "
		 "into its first bank [0x%08" PRIx64 ", 0x%08" PRIx64 ")",
		 first.start, first.end);
	diag_help(&j->diags, g,
		  "a first bank of %s is enough for Xen; the system in it may need "
		  "more",
		  number_show(j->arena, needed));
	return false;
}

static bool check_dom0(struct job *j, struct regions *all)
{
	const struct domain *d = j->system->dom0;
	struct dom0_banks b = allocate_dom0(j, all, d->memory.n);

	if (b.missing)
		return report_missing(j, d, b.missing);
	if (!check_low_bank(j, d, &b))
		return false;
	check_pieces(j, d);
	return dom0_fits(j, d, b.first);
}

bool check_memory(struct job *j)
{
	struct regions *all = NEW(j->arena, struct regions);
	bool ok = free_memory(j, all) && check_sum(j, all);

	for (const struct domain *d = j->system->guests; d; d = next_domain(j->system, d))
		if (is_direct(d))
			ok &= check_placement(j, d);
	if (ok && coloring_is_on(j))
		return check_colored_domains(j, all);
	if (ok && j->system->dom0)
		return check_dom0(j, all);
	return ok;
}
