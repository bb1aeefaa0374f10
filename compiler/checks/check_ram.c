/* SPDX-License-Identifier: BSD-2-Clause */
/* The board's RAM is held against what Xen can keep account of. */
#include <inttypes.h>

#include "checks/config.h"
#include "checks/ram.h"
#include "passes/host.h"

#define BANKS_MAX 256		/* Xen's NR_MEM_BANKS */
#define PAGE_BITS 12
#define ORDER_MAX 18		/* bits of a page's number that Xen leaves in place */

static const struct bank *first_bank(const struct job *j)
{
	return j->size->banks;
}

static const struct bank *next_bank(const struct bank *b)
{
	return (const struct bank *)b->o.next;
}

/* All bits that change from the first page to the last, and those below. */
static uint64_t moving_bits(uint64_t first, uint64_t last)
{
	uint64_t bits = first ^ last;

	for (unsigned shift = 1; shift < 64; shift *= 2)
		bits |= bits >> shift;
	return bits;
}

/* Bits of a page's number that are the same for all of RAM, 0: the longest run of them
 * that has others above it is left out. */
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

/* The option was always on, then called so, then one of three. */
static bool leaves_holes_out(const struct job *j)
{
	return !j->system->xen->config_text || config_value(j, "HAS_PDX") ||
	       config_value(j, "PDX_COMPRESSION") || config_value(j, "PDX_MASK_COMPRESSION");
}

static struct hole find_hole(const struct job *j)
{
	uint64_t used = ((uint64_t)1 << ORDER_MAX) - 1;

	for (const struct bank *b = first_bank(j); b; b = next_bank(b)) {
		uint64_t first = b->start.n >> PAGE_BITS;

		used |= first | moving_bits(first, (b->start.n + b->size.n - 1) >>
							   PAGE_BITS);
	}
	return leaves_holes_out(j) ? longest_hole(used) : (struct hole) { 0, 0 };
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

struct frames ram_frames(const struct job *j)
{
	struct frames all = { UINT64_MAX, 0 };
	struct hole h = find_hole(j);

	for (const struct bank *b = first_bank(j); b; b = next_bank(b)) {
		struct frames f = bank_frames(b, h);

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

#define GROUP_PAGES (GiB / PAGE_SIZE_4K)

/* In order of their addresses. */
static struct frames *all_frames(struct job *j, size_t *n)
{
	struct hole h = find_hole(j);
	struct frames *f;

	*n = 0;
	for (const struct bank *b = first_bank(j); b; b = next_bank(b))
		(*n)++;
	f = arena_alloc(j->arena, *n * sizeof(*f));
	*n = 0;
	for (const struct bank *b = first_bank(j); b; b = next_bank(b))
		insert_run(f, (*n)++, bank_frames(b, h));
	return f;
}

struct frames *ram_runs(struct job *j, size_t *count)
{
	struct frames *runs = all_frames(j, count);
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

/* Address space for the frame table, 32 GiB, in entries of 56 bytes
 * (xen/arch/arm/include/asm/mmu/layout.h). The direct map has room for more. */
#define FRAMES_MAX (32 * GiB / 56)

/* Bits of the map of 1 GiB pieces that have RAM, in whole words (xen/common/pdx.c,
 * pdx_group_valid). Xen does not look at its end. */
#define GROUPS_MAX ((FRAMES_MAX / GROUP_PAGES / 64 + 1) * 64)

/* Since 4.22 the table begins with a whole piece (xen/arch/arm/mmu/mm.c,
 * init_frametable()). */
static bool check_span(struct job *j)
{
	struct frames f = ram_frames(j);
	uint64_t unit = host_xen_since(j, VERSION(4, 22)) ? GROUP_PAGES : 1;
	uint64_t count = f.last + 1 - round_down(f.first, unit);
	struct loc at = j->size->o.at;

	if (count > FRAMES_MAX && host_xen_since(j, VERSION(4, 18))) {
		diag(&j->diags, E0603, at,
		     "the RAM is too far apart: Xen has a frame table for %" PRIu64
		     "G, and would need one for %" PRIu64 "G",
		     FRAMES_MAX * PAGE_SIZE_4K / GiB,
		     (count * PAGE_SIZE_4K + GiB - 1) / GiB);
		return false;
	}
	if (f.last / GROUP_PAGES >= GROUPS_MAX)
		diag(&j->diags, W0604, at,
		     "the RAM is too far up: Xen notes in a list for %" PRIu64
		     "G which parts have some, and would write behind its end",
		     (uint64_t)GROUPS_MAX);
	return true;
}

/* xen/common/device-tree/bootinfo-fdt.c, device_tree_get_meminfo() */
static bool check_count(struct job *j)
{
	const struct dt_node *first = NULL;
	uint64_t start, size;
	size_t count = 0;

	for (const struct bank *b = first_bank(j); b; b = next_bank(b))
		count++;
	for (const struct dt_node *n = j->base->root->children; n; n = n->next) {
		if (first && host_is_ram_node(j, n))
			for (size_t i = 0; dt_reg(n, i, &start, &size); i++)
				count += size > 0;
		if (!first && dt_is_named(n, "memory"))
			first = n;	/* U-Boot's, with the board's banks */
	}
	if (count <= BANKS_MAX)
		return true;
	diag(&j->diags, E0602, j->size->o.at,
	     "the RAM has %zu banks with those of the tree; Xen keeps %d", count,
	     BANKS_MAX);
	return false;
}

static void warn_of_odd_banks(struct job *j)
{
	for (const struct bank *b = first_bank(j); b; b = next_bank(b))
		if (b->start.n % PAGE_SIZE_4K || b->size.n % PAGE_SIZE_4K)
			diag(&j->diags, W0605, b->start.at,
			     "a bank of RAM is not made of whole pages; what is over is "
			     "lost");
}

bool check_ram(struct job *j)
{
	bool ok = check_count(j);

	warn_of_odd_banks(j);
	return check_span(j) && ok;
}
