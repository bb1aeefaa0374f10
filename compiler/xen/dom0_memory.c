/* SPDX-License-Identifier: BSD-2-Clause */
/* Free memory becomes the banks that Xen finds for dom0. */
#include "xen/dom0_memory.h"

#define FIRST_LEAST (128 * MiB)
#define PIECE_LEAST (4 * MiB)
#define OWN_MOST (16 * MiB)	/* for some hundred domains and their CPUs */

/* The largest power of two that is not above n, at least a page. */
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

uint64_t dma_limit(const struct host *h)
{
	return (uint64_t)1 << (h->board->dma_bits.n < 32 ? h->board->dma_bits.n : 32);
}

struct dom0_banks allocate_dom0(const struct host *h, struct regions *all,
				       uint64_t wanted)
{
	uint64_t limit = dma_limit(h);
	uint64_t least = power_above(wanted < 128 * MiB ? wanted : 128 * MiB);
	struct dom0_banks b = { .missing = wanted };

	take_first(all, wanted, limit, &b);
	if (b.low)
		take_more(all, limit, least, &b);
	take_more(all, UINT64_MAX, 4 * MiB, &b);
	return b;
}

#define BLOCK_MAX (1 * GiB)	/* MAX_ORDER of 4K pages */

/* The largest block of Xen's allocator that begins there and is inside. */
static struct range block_at(uint64_t start, uint64_t end)
{
	uint64_t size = BLOCK_MAX;

	while (start % size || size > end - start)
		size /= 2;
	return range_at(start, size);
}

/* Memory between two powers of two is a zone. */
static unsigned zone_of(struct range r)
{
	return r.start ? 64 - (unsigned)__builtin_clzll(r.start) : 0;
}

/* Which of two blocks Xen may take: dom0's first memory is of the lowest zone that has it,
 * all else of the highest. Inside a zone it takes the smallest block, and which of them is
 * small enough depends on what Xen has taken for itself: the worst for dom0 is a first one
 * high up, and others low. */
static bool is_worse(struct range a, struct range b, bool first)
{
	unsigned za = zone_of(a), zb = zone_of(b);

	if (za != zb)
		return first ? za < zb : za > zb;
	return first ? a.start > b.start : a.start < b.start;
}

/* Of the block that it takes, Xen gives the upper end (xen/common/page_alloc.c,
 * get_free_buddy(), alloc_heap_pages()). */
static bool take_piece(struct regions *all, uint64_t size, uint64_t limit, bool first,
		       struct range *piece)
{
	struct range worst = { 0 }, b;

	for (size_t i = 0; i < all->n; i++)
		for (uint64_t at = all->r[i].start; at < all->r[i].end; at = b.end) {
			b = block_at(at, all->r[i].end);
			if (range_size(b) >= size && b.end <= limit &&
			    (!range_size(worst) || is_worse(b, worst, first)))
				worst = b;
		}
	if (!range_size(worst))
		return false;
	*piece = range_at(worst.end - size, size);
	take_region(all, *piece);
	return true;
}

static bool take_lowest(const struct host *h, struct regions *all, uint64_t wanted,
			struct range *piece)
{
	uint64_t least = power_above(wanted < FIRST_LEAST ? wanted : FIRST_LEAST);

	for (uint64_t size = power_below(wanted); size >= least; size /= 2)
		if (take_piece(all, size, dma_limit(h), true, piece))
			return true;
	return false;
}

/* A piece of less than 128 MiB below dom0's first memory is given back. */
static bool is_given_back(struct range piece, struct range first)
{
	return range_size(piece) < FIRST_LEAST && piece.end < first.start;
}

/* The smallest block of the highest zone that has any. */
static bool find_smallest(const struct regions *all, struct range *smallest)
{
	unsigned zone = 0;
	struct range b;

	for (size_t i = 0; i < all->n; i++)
		for (uint64_t at = all->r[i].start; at < all->r[i].end; at = b.end) {
			b = block_at(at, all->r[i].end);
			if (zone_of(b) > zone || (zone_of(b) == zone &&
						  range_size(b) < range_size(*smallest))) {
				zone = zone_of(b);
				*smallest = b;
			}
		}
	return zone > 0;
}

/* What Xen has used of its heap when it makes dom0 is more or less than this, and came
 * from the smallest blocks of the highest zone. */
static void take_own(struct regions *all)
{
	uint64_t left = OWN_MOST;
	struct range b;

	while (left && find_smallest(all, &b)) {
		if (range_size(b) > left)
			b.start = b.end - left;
		left -= range_size(b);
		take_region(all, b);
	}
}

uint64_t dom0_whole_below(uint64_t bytes)
{
	return bytes < FIRST_LEAST ? power_below(bytes) : round_down(bytes, FIRST_LEAST);
}

uint64_t dom0_whole_above(uint64_t bytes)
{
	return bytes < FIRST_LEAST ? power_above(bytes) : round_up(bytes, FIRST_LEAST);
}

bool dom0_is_certain(const struct host *h, const struct regions *free_memory,
		     uint64_t wanted)
{
	struct regions *all = NEW(h->arena, struct regions);
	uint64_t least = power_above(wanted < FIRST_LEAST ? wanted : FIRST_LEAST), size;
	uint64_t limit = dma_limit(h);
	struct range first, piece;	/* a larger piece below the first would be luck */

	*all = *free_memory;
	take_own(all);
	if (!take_lowest(h, all, wanted, &first))
		return true;
	wanted -= range_size(first);
	for (size = wanted ? power_below(wanted) : 0; wanted;) {
		bool found = take_piece(all, size, limit, false, &piece);

		if (found && !is_given_back(piece, first)) {
			wanted -= size;
			size = wanted ? power_below(wanted) : 0;
			continue;
		}
		if (found)
			give_region(all, piece);
		if (limit != UINT64_MAX && (found || size / 2 < least)) {
			limit = UINT64_MAX;
			size = power_below(wanted);
		} else if (found || size / 2 < PIECE_LEAST) {
			return false;
		} else {
			size /= 2;
		}
	}
	return true;
}
