/* SPDX-License-Identifier: BSD-2-Clause */
/* Free memory becomes the banks that Xen finds for dom0. */
#include "xen/dom0_memory.h"

uint64_t power_below(uint64_t n)
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
