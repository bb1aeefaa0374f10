/* SPDX-License-Identifier: BSD-2-Clause */
/* The board's banks of RAM become the numbers that Xen gives their pages. */
#include "xen/ram.h"

#include "xen/config.h"

#define PAGE_BITS 12
#define ORDER_MAX 18		/* low bits of a page's number that Xen never leaves out */

static const struct bank *first_bank(const struct host *h)
{
	return h->size->banks;
}

static const struct bank *next_bank(const struct bank *b)
{
	return NEXT(b);
}

/* The highest bit that differs between two page numbers, and all bits below it. */
static uint64_t moving_bits(uint64_t first, uint64_t last)
{
	uint64_t bits = first ^ last;

	for (unsigned shift = 1; shift < 64; shift *= 2)
		bits |= bits >> shift;
	return bits;
}

/* A run of bits that are 0 in the page numbers of all RAM. Xen leaves the longest run
 * that has other bits above it out of the numbers. */
struct hole {
	unsigned at, bits;
};

static struct hole longest_hole(uint64_t used)
{
	struct hole best = { 0, 0 }, now = { ORDER_MAX, 0 };

	for (unsigned i = ORDER_MAX; i < 64; i++) {
		if (!(used >> i & 1)) {
			now.bits++;
			continue;
		}
		if (now.bits > best.bits)
			best = now;
		now = (struct hole) { i + 1, 0 };
	}
	return best;
}

/* Whether Xen does that: early releases always did, later ones if built with HAS_PDX, and
 * newer ones with the mask form of PDX compression. */
static bool leaves_holes_out(const struct host *h)
{
	return !config_is_known(h) || config_value(h, "HAS_PDX") ||
	       config_value(h, "PDX_COMPRESSION") ||
	       config_value(h, "PDX_MASK_COMPRESSION");
}

static struct hole find_hole(const struct host *h)
{
	uint64_t used = ((uint64_t)1 << ORDER_MAX) - 1;

	for (const struct bank *b = first_bank(h); b; b = next_bank(b)) {
		uint64_t first = b->start.n >> PAGE_BITS;

		used |= first | moving_bits(first, (b->start.n + b->size.n - 1) >>
							   PAGE_BITS);
	}
	return leaves_holes_out(h) ? longest_hole(used) : (struct hole) { 0, 0 };
}

static uint64_t frame_number(uint64_t page, struct hole h)
{
	uint64_t low = ((uint64_t)1 << h.at) - 1;

	return (page & low) | (page >> h.bits & ~low);
}

static struct frames bank_frames(const struct bank *b, struct hole h)
{
	struct frames f = {
		frame_number(b->start.n >> PAGE_BITS, h),
		frame_number((b->start.n + b->size.n - 1) >> PAGE_BITS, h),
	};

	return f;
}

struct frames ram_frames(const struct host *h)
{
	struct frames all = { UINT64_MAX, 0 };
	struct hole hole = find_hole(h);

	for (const struct bank *b = first_bank(h); b; b = next_bank(b)) {
		struct frames f = bank_frames(b, hole);

		if (f.first < all.first)
			all.first = f.first;
		if (f.last > all.last)
			all.last = f.last;
	}
	return all;
}

static void insert_run(struct frames *runs, size_t n, struct frames f)
{
	for (; n && runs[n - 1].first > f.first; n--)
		runs[n] = runs[n - 1];
	runs[n] = f;
}

/* The runs of all banks, in the order of their addresses; *n is how many there are. */
static struct frames *all_frames(const struct host *h, size_t *n)
{
	struct hole hole = find_hole(h);
	struct frames *f;

	*n = 0;
	for (const struct bank *b = first_bank(h); b; b = next_bank(b))
		(*n)++;
	f = arena_alloc(h->arena, *n * sizeof(*f));
	*n = 0;
	for (const struct bank *b = first_bank(h); b; b = next_bank(b))
		insert_run(f, (*n)++, bank_frames(b, hole));
	return f;
}

struct frames *ram_runs(const struct host *h, size_t *count)
{
	struct frames *runs = all_frames(h, count);
	size_t n = *count, last = 0;

	for (size_t i = 0; i < n; i++) {
		struct frames f = { round_down(runs[i].first, GROUP_PAGES),
				    runs[i].last };

		if (i && f.first <= round_up(runs[last].last + 1, GROUP_PAGES))
			f.first = runs[last].first;
		else if (i)
			last++;
		runs[last] = f;
	}
	for (size_t i = 0; i < last; i++)
		runs[i].last = round_up(runs[i].last + 1, GROUP_PAGES) - 1;
	*count = n ? last + 1 : 0;
	return runs;
}
