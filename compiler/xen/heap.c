/* SPDX-License-Identifier: BSD-2-Clause */
/* RAM becomes the memory that Xen's heap begins with. */
#include "xen/heap.h"

#include "xen/color_memory.h"
#include "xen/memory.h"
#include "xen/ram.h"

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
bool take_frame_table(const struct host *h, struct regions *all, uint64_t *size)
{
	bool exact = xen_since(h, VERSION(4, 22));
	struct frames whole = ram_frames(h), *runs = &whole;
	size_t n = 1;

	if (exact)
		runs = ram_runs(h, &n);
	for (size_t i = 0; i < n; i++)
		if (!take_frames(all, runs[i], exact, size))
			return false;
	return true;
}

static void add_heap(const struct extent *e, struct regions *all)
{
	for (; e; e = NEXT(e))
		add_region(all, e->claim->start, e->claim->start + e->claim->size);
}

void free_memory(const struct host *h, const struct system *s, const struct plan *p,
		 struct regions *all)
{
	struct range xen;

	all->n = 0;
	if (h->xen->static_heap)
		add_heap(h->xen->static_heap, all);
	else
		add_ram(p, all);
	if (!h->xen->static_heap && colored_xen(h, s, p, &xen))
		move_xen(p, all, xen);
}

static void add_domain(struct memory_sum *m, const struct domain *d)
{
	if (d->is_dom0)
		m->dom0 = d->memory.n;
	else
		m->guests += d->memory.n;
	if (d->static_extents && !domain_capability(d, "hardware"))
		m->fixed += d->memory.n;
	m->pools += unpacked_block(d) + (d->is_dom0 ? 0 : p2m_pool(d));
}

struct memory_sum sum_of_memory(const struct system *s, const struct plan *p,
				const struct regions *all)
{
	struct memory_sum m = { .pools = shared_memory(s), .left = regions_total(all) };

	for (const struct domain *d = first_domain(s); d; d = next_domain(s, d))
		add_domain(&m, d);
	for (size_t i = 0; i < p->bank_count; i++)
		m.ram += range_size(p->banks[i]);
	return m;
}
