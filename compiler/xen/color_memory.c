/* SPDX-License-Identifier: BSD-2-Clause */
/* Free memory becomes what Xen has of it where the last-level cache has colours. */
#include "xen/color_memory.h"

#include <stdlib.h>

#include "xen/colors.h"
#include "xen/limits.h"
#include "xen/line.h"
#include "xen/memory.h"

static void see_last(struct value v, uint64_t *colors)
{
	uint64_t last = 0;

	if (v.text)
		count_colors(&v, &last);
	while (*colors <= last && *colors < COLORS_MAX)
		*colors *= 2;
}

/* The least power of two that has every colour the system names. */
static uint64_t least_colors(const struct host *h, const struct system *s)
{
	uint64_t colors = 2;

	see_last(xen_colors(h), &colors);
	for (const struct domain *d = first_domain(s); d;
	     d = next_domain(s, d))
		see_last(domain_colors(h, d), &colors);
	return colors;
}

uint64_t color_count(const struct host *h, const struct system *s)
{
	struct coloring c = read_coloring(h);

	return c.colors ? c.colors : least_colors(h, s);
}

/* Xen makes room for as many times its own length as the cache has colours, whatever its
 * share of them is (xen/arch/arm/llc-coloring.c, xen_colored_map_size()). */
uint64_t colored_xen_size(const struct host *h, const struct system *s,
			  const struct plan *p)
{
	if (!read_coloring(h).on || !p->xen->size)
		return 0;
	return round_up(p->xen->span * color_count(h, s), XEN_ALIGN);
}

/* Xen looks for a free piece of that length, and takes the memory from its load address
 * on for occupied over the same length, although its image is shorter
 * (xen/arch/arm/llc-coloring.c, arch_llc_coloring_init()). */
static void add_places(const struct host *h, const struct system *s, const struct plan *p,
		       struct regions *all)
{
	all->n = 0;
	add_ram(p, all);
	take_region(all, range_at(p->xen->start, colored_xen_size(h, s, p)));
}

bool colored_xen(const struct host *h, const struct system *s, const struct plan *p,
		 struct range *where)
{
	struct regions *all = NEW(h->arena, struct regions);
	uint64_t size = colored_xen_size(h, s, p), start;

	if (!size)
		return false;
	add_places(h, s, p, all);
	if (!find_top(all, size, XEN_ALIGN, &start))
		return false;
	*where = range_at(start, size);
	return true;
}

void move_xen(const struct plan *p, struct regions *all, struct range where)
{
	const struct load *xen = p->xen;
	struct range old = { round_down(xen->start, PAGE_SIZE_4K),
			     round_up(xen->start + xen->span, PAGE_SIZE_4K) };

	give_region(all, old);
	take_region(all, where);
}

uint64_t largest_place(const struct host *h, const struct system *s,
		       const struct plan *p)
{
	struct regions *all = NEW(h->arena, struct regions);
	uint64_t largest = 0;

	add_places(h, s, p, all);
	for (size_t i = 0; i < all->n; i++) {
		uint64_t start = round_up(all->r[i].start, XEN_ALIGN);
		uint64_t end = round_down(all->r[i].end, XEN_ALIGN);

		if (end > start && end - start > largest)
			largest = end - start;
	}
	return largest;
}

/* Xen's heap without colours gets the lowest piece of free memory whole, and
 * buddy-alloc-size of the others, from the highest piece down (xen/common/page_alloc.c,
 * end_boot_allocator(), init_color_heap_pages()). */
uint64_t split_heap(const struct host *h, const struct regions *all, struct regions *own)
{
	struct regions *sorted = NEW(h->arena, struct regions);
	const struct word *w = xen_word(h, "buddy-alloc-size");
	uint64_t kept = w ? round_down(xen_size(w->value), PAGE_SIZE_4K) : BUDDY_SIZE;
	uint64_t left = 0;

	*sorted = *all;
	qsort(sorted->r, sorted->n, sizeof(*sorted->r), range_by_start);
	own->n = 0;
	for (size_t i = sorted->n; i-- > 1;) {
		uint64_t size = range_size(sorted->r[i]),
			 part = size < kept ? size : kept;

		add_region(own, sorted->r[i].start, sorted->r[i].start + part);
		kept -= part;
		left += size - part;
	}
	if (sorted->n)
		add_region(own, sorted->r[0].start, sorted->r[0].end);
	return left;
}

/* dom0 sees its memory in units of 2 MiB, at addresses of the machine's RAM, but for what
 * is reserved and for the window of its grant tables, which is where Xen's code lies. */
void find_views(const struct host *h, const struct system *s, const struct plan *p,
		struct regions *views)
{
	struct regions *all = NEW(h->arena, struct regions);
	const struct extent *heap = h->xen->static_heap;
	struct range xen;

	for (size_t i = 0; i < p->bank_count; i++)
		add_region(all, p->banks[i].start, p->banks[i].end);
	for (const struct area *a = p->areas; a; a = a->next)
		if (a->kind == AREA_RESERVED)
			take_region(all, a->range);
	for (; heap; heap = NEXT(heap))
		take_region(all, range_at(heap->claim->start, heap->claim->size));
	if (colored_xen(h, s, p, &xen))
		take_region(all, range_at(xen.start, XEN_ALIGN));
	for (size_t i = 0; i < all->n; i++)
		add_region(views, round_up(all->r[i].start, XEN_ALIGN),
			   round_down(all->r[i].end, XEN_ALIGN));
}
