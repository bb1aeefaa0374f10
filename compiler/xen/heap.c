/* SPDX-License-Identifier: BSD-2-Clause */
/* RAM becomes the memory that Xen's heap begins with. */
#include "xen/heap.h"

#include "xen/color_memory.h"
#include "xen/colors.h"
#include "xen/cpus.h"
#include "xen/grants.h"
#include "xen/line.h"
#include "xen/memory.h"
#include "xen/ram.h"

#define LARGE (32 * MiB)	/* what one contiguous block of Xen's page tables maps */

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

/* Takes a block of that size, or else one of half of it and so on: Xen makes do with what
 * there is. Where the cache has colours nothing is taken, for the block comes from Xen's
 * own part of the memory. */
static void take_block(const struct host *h, struct regions *all, uint64_t size)
{
	uint64_t start;

	for (; size > PAGE_SIZE_4K && !coloring_is_on(h); size /= 2)
		if (find_block(all, size, UINT64_MAX, false, &start)) {
			take_region(all, range_at(start, size));
			return;
		}
}

/* The console's ring is made before domains are (xen/drivers/char/console.c,
 * console_init_ring()). Two others do not count: the UART's buffer (serial_tx_buffer) is
 * made by one driver alone (xen/drivers/char/ns16550.c), and trace buffers (tbuf_size)
 * after the domains, of what is left (xen/common/trace.c, alloc_trace_bufs()). */
void take_buffers(const struct host *h, struct regions *all)
{
	const struct word *w = xen_word(h, "conring_size");
	uint64_t size = w ? xen_size(w->value) : 0, block = PAGE_SIZE_4K;

	while (block < size)
		block *= 2;
	take_block(h, all, block);
}

struct domain_wants domain_wants(const struct host *h, const struct domain *d)
{
	bool fixed = d->static_extents && !domain_capability(d, "hardware");

	return (struct domain_wants){
		.memory = fixed ? 0 : d->memory.n,
		.tables = d->is_dom0 ? 0 : p2m_pool(d),
		.unpacked = unpacked_block(d),
		.grants = more_for_grants(h, d),
	};
}

/* What Xen itself takes of its heap until the last domain has its memory, besides what is
 * counted: the tree, stacks, structures of domains and CPUs, dom0's page tables. Measured
 * in boots of 4.17 and 4.20 with QEMU's trees: 272K for one domain with one CPU; 1.0M and
 * 1.2M for three domains with 24 CPUs; 1.9M for dom0 and a guest with one CPU each; 2.8M
 * and 2.9M for a dom0 with 1G and three domains with 24 CPUs. OWN_LEAST and a STACK for
 * each CPU (xen/arch/arm/domain.c, arch_vcpu_create()) are less than any of these, so
 * that no system which boots is refused. */
#define OWN_LEAST (128 * KiB)
#define STACK (32 * KiB)

struct memory_sum sum_of_memory(const struct host *h, const struct system *s,
				const struct plan *p, const struct regions *all)
{
	struct memory_sum m = { .wanted = shared_memory(s), .left = regions_total(all),
				.own = OWN_LEAST };
	struct loc at;

	for (const struct domain *d = first_domain(s); d; d = next_domain(s, d)) {
		struct domain_wants w = domain_wants(h, d);

		*(d->is_dom0 ? &m.dom0 : &m.guests) += d->memory.n;
		m.wanted += wants_sum(&w);
		m.own += vcpus_of(h, s, d, &at) * STACK;
	}
	for (size_t i = 0; i < p->bank_count; i++)
		m.ram += range_size(p->banks[i]);
	return m;
}
