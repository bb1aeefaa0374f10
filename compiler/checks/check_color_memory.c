/* SPDX-License-Identifier: BSD-2-Clause */
/* Memory where the last-level cache has colours: Xen moves, and keeps some of it without
 * colours for itself; each domain has the pages of its own colours. */
#include <inttypes.h>
#include <stdlib.h>

#include "checks/colors.h"
#include "checks/memory.h"
#include "passes/host.h"
#include "passes/placement.h"

#define COLORS_MAX 1024 /* Xen xen/common/Kconfig, LLC_COLORS_ORDER */

static void see_last(const struct value *v, uint64_t *colors)
{
	uint64_t last = 0;

	if (v->text)
		count_colors(v, &last);
	while (*colors <= last && *colors < COLORS_MAX)
		*colors *= 2;
}

/* The least power of two that has all the colours which are named. */
static uint64_t least_colors(const struct job *j)
{
	uint64_t colors = 2;

	see_last(&j->system->xen->llc_colors, &colors);
	for (const struct domain *d = first_domain(j->system); d;
	     d = next_domain(j->system, d))
		see_last(&d->llc_colors, &colors);
	return colors;
}

/* How many colours there are, or must be at least if Xen asks the CPU. */
static uint64_t color_count(struct job *j)
{
	struct coloring c = read_coloring(j);

	return c.colors ? c.colors : least_colors(j);
}

static const char *at_least(struct job *j)
{
	return read_coloring(j).colors ? "" : "at least ";
}

#define XEN_ALIGN (2 * MiB) /* Xen xen/arch/arm/include/asm/config.h, XEN_PADDR_ALIGN */

/* Coloured, Xen is as many times as long as the cache has colours. */
static uint64_t xen_needs(struct job *j)
{
	if (!read_coloring(j).on || !j->plan.xen->size)
		return 0;
	return round_up(j->plan.xen->span * color_count(j), XEN_ALIGN);
}

/* It looks for a piece of RAM that holds it, and takes itself to be as long already where
 * it was loaded (xen/arch/arm/llc-coloring.c, arch_llc_coloring_init()). */
static void add_places(struct job *j, struct regions *all)
{
	all->n = 0;
	add_ram(j, all);
	take_region(all, range_at(j->plan.xen->start, xen_needs(j)));
}

bool colored_xen(struct job *j, struct range *where)
{
	struct regions *all = NEW(j->arena, struct regions);
	uint64_t size = xen_needs(j), start;

	if (!size)
		return false;
	add_places(j, all);
	if (!find_top(all, size, XEN_ALIGN, &start))
		return false;
	*where = range_at(start, size);
	return true;
}

/* What adjoins it is one piece with it. */
static void give_back(struct regions *all, struct range r)
{
	for (size_t i = 0; i < all->n; i++) {
		if (all->r[i].end != r.start && all->r[i].start != r.end)
			continue;
		if (all->r[i].end == r.start)
			r.start = all->r[i].start;
		else
			r.end = all->r[i].end;
		all->r[i--] = all->r[--all->n];
	}
	add_region(all, r.start, r.end);
}

void move_xen(const struct job *j, struct regions *all, struct range where)
{
	const struct load *xen = j->plan.xen;
	struct range old = { round_down(xen->start, PAGE_SIZE_4K),
			     round_up(xen->start + xen->span, PAGE_SIZE_4K) };

	give_back(all, old);
	take_region(all, where);
}

static uint64_t largest_place(struct job *j)
{
	struct regions *all = NEW(j->arena, struct regions);
	uint64_t largest = 0;

	add_places(j, all);
	for (size_t i = 0; i < all->n; i++) {
		uint64_t start = round_up(all->r[i].start, XEN_ALIGN);
		uint64_t end = round_down(all->r[i].end, XEN_ALIGN);

		if (end > start && end - start > largest)
			largest = end - start;
	}
	return largest;
}

bool check_colored_xen(struct job *j)
{
	struct range where;

	if (!xen_needs(j) || colored_xen(j, &where))
		return true;
	diag(&j->diags, E0737, j->system->xen->cmdline.at,
	     "with %s%" PRIu64 " colours Xen takes %s in one piece, which must not be "
	     "within %s from its file on; the largest that is free has %s",
	     at_least(j), color_count(j), number_show(j->arena, xen_needs(j)),
	     number_show(j->arena, xen_needs(j)),
	     number_show(j->arena, largest_place(j)));
	return false;
}

struct shares {			/* of memory, bytes */
	uint64_t colors;
	uint64_t first;		/* where what has colours begins */
	uint64_t left[COLORS_MAX];	/* of each colour */
};

static bool has_color(const struct value *v, uint64_t color)
{
	return !v->text || number_in_ranges(v->text, color);
}

static uint64_t sum_above(const struct shares *s, const struct value *v, uint64_t level)
{
	uint64_t sum = 0;

	for (uint64_t i = 0; i < s->colors; i++)
		if (has_color(v, i) && s->left[i] > level)
			sum += s->left[i] - level;
	return sum;
}

/* Xen takes each page of the colour that has most (xen/common/page_alloc.c,
 * alloc_color_heap_page()), which brings the colours to one level. */
static void take_share(struct shares *s, const struct value *v, uint64_t wanted)
{
	uint64_t low = 0, high = s->left[0];

	for (uint64_t i = 1; i < s->colors; i++)
		high = s->left[i] > high ? s->left[i] : high;
	while (high - low > PAGE_SIZE_4K) {
		uint64_t level = low + (high - low) / 2;

		if (sum_above(s, v, level) >= wanted)
			low = level;
		else
			high = level;
	}
	for (uint64_t i = 0; i < s->colors; i++)
		if (has_color(v, i) && s->left[i] > low)
			s->left[i] = low;
}

/* The colours of a domain, which on 4.20 may be those of a guest before it. */
static const struct value *colors_of(const struct job *j, const struct domain *d,
				     const struct value *before)
{
	unsigned xen = j->system->xen->version;
	bool inherits = xen >= VERSION(4, 20) && xen < VERSION(4, 21) && !d->is_dom0;

	return inherits && before && !d->llc_colors.text ? before : &d->llc_colors;
}

/* Memory, and its page tables, which are of the same colours. dom0 has as many as it
 * needs (xen/arch/arm/mmu/p2m.c, p2m_alloc_page()). */
static uint64_t domain_needs(const struct domain *d)
{
	return d->memory.n + (d->is_dom0 ? d->memory.n / 512 : p2m_pool(d));
}

static bool check_share(struct job *j, struct shares *s, const struct domain *d,
			const struct value *v)
{
	uint64_t last, left = sum_above(s, v, 0), needs = domain_needs(d);
	struct diag *g;

	if (needs <= left) {
		if (d->is_dom0 && needs + MiB > left)
			diag(&j->diags, W0815, d->memory.at,
			     "hardly any memory of dom0's colours is left for the page "
			     "tables of its devices");
		take_share(s, v, needs);
		return true;
	}
	g = diag(&j->diags, E0805, d->memory.at,
		 "%s wants %s and %s for page tables; %" PRIu64 " of %s%" PRIu64
		 " colours have %" PRIu64 "M for it",
		 domain_title(j->arena, d), number_show(j->arena, d->memory.n),
		 number_show(j->arena, round_up(needs - d->memory.n, MiB)),
		 v->text ? count_colors(v, &last) : s->colors, at_least(j), s->colors,
		 left / MiB);
	if (v->text)
		diag_note(&j->diags, g, v->at, "its colours are these");
	diag_help(
		&j->diags, g,
		"each colour has an equal part of RAM, for all domains that have it; the "
		"lowest free piece, up to 0x%" PRIx64 ", has none",
		s->first);
	return false;
}

#define BUDDY_SIZE (64 * MiB) /* Xen xen/common/Kconfig, BUDDY_ALLOCATOR_SIZE */

static int by_start(const void *a, const void *b)
{
	uint64_t x = ((const struct range *)a)->start,
		 y = ((const struct range *)b)->start;

	return x < y ? -1 : x > y;
}

/* Xen's own heap has no colours: it is the lowest piece of RAM, and so much of the
 * others, from the highest down. Returns what is left for colours
 * (xen/common/page_alloc.c, end_boot_allocator(), init_color_heap_pages()). */
static uint64_t split_heap(struct job *j, const struct regions *all, struct regions *own)
{
	struct regions *sorted = NEW(j->arena, struct regions);
	struct word w;
	bool said = last_word(j->arena, &j->system->xen->cmdline, "buddy-alloc-size", &w);
	uint64_t kept = said ? round_down(xen_size(w.value), PAGE_SIZE_4K) : BUDDY_SIZE;
	uint64_t left = 0;

	*sorted = *all;
	qsort(sorted->r, sorted->n, sizeof(*sorted->r), by_start);
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

/* Pages have the colours in turn, so that each colour has an equal part. dom0 comes
 * first.
 */
static bool check_shares(struct job *j, uint64_t left, uint64_t first)
{
	struct shares *s = NEW(j->arena, struct shares);
	const struct value *before = NULL;
	bool ok = true;

	s->first = first;
	s->colors = color_count(j);
	for (uint64_t i = 0; i < s->colors; i++)
		s->left[i] = left / s->colors;
	for (const struct domain *d = first_domain(j->system); d;
	     d = next_domain(j->system, d)) {
		ok &= check_share(j, s, d, colors_of(j, d, before));
		if (!d->is_dom0 && d->llc_colors.text)
			before = &d->llc_colors;
	}
	return ok;
}

/* Xen unpacks into one block of its own heap (xen/common/device-tree/kernel.c,
 * kernel_decompress()). */
static bool check_unpacked(struct job *j, struct regions *own)
{
	bool ok = true;

	for (const struct domain *d = first_domain(j->system); d;
	     d = next_domain(j->system, d)) {
		uint64_t size = unpacked_block(d), start;
		struct diag *g;

		if (!size)
			continue;
		if (find_block(own, size, UINT64_MAX, false, &start)) {
			take_region(own, range_at(start, size));
			continue;
		}
		g = diag(&j->diags, E0897, d->kernel->file.at,
			 "the kernel of %s is unpacked into an aligned block of %s, and "
			 "none is in the memory that Xen keeps without colours",
			 domain_title(j->arena, d), number_show(j->arena, size));
		diag_help(&j->diags, g,
			  "give it unpacked, or Xen a larger buddy-alloc-size, as %s",
			  number_show(j->arena, 2 * size + BUDDY_SIZE));
		ok = false;
	}
	return ok;
}

/* What dom0 sees as RAM, in whole 2 MiB: the machine's RAM but for reservations and a
 * place for grant tables, which is that of Xen's code. */
static void find_views(struct job *j, struct regions *views)
{
	struct regions *all = NEW(j->arena, struct regions);
	const struct extent *heap = j->system->xen->static_heap;
	struct range xen;

	for (size_t i = 0; i < j->plan.bank_count; i++)
		add_region(all, j->plan.banks[i].start, j->plan.banks[i].end);
	for (const struct area *a = j->plan.areas; a; a = a->next)
		if (a->kind == AREA_RESERVED)
			take_region(all, a->range);
	for (; heap; heap = (const struct extent *)heap->o.next)
		take_region(all, range_at(heap->claim->start, heap->claim->size));
	if (colored_xen(j, &xen))
		take_region(all, range_at(xen.start, XEN_ALIGN));
	for (size_t i = 0; i < all->n; i++)
		add_region(views, round_up(all->r[i].start, XEN_ALIGN),
			   round_down(all->r[i].end, XEN_ALIGN));
}

static int by_size(const void *a, const void *b)
{
	uint64_t x = range_size(*(const struct range *)a);
	uint64_t y = range_size(*(const struct range *)b);

	return x != y ? x < y ? 1 : -1 : by_start(a, b);
}

#define FIRST_LEAST (128 * MiB)

/* Whether Xen passes over this piece and looks for a first one further up. */
static bool is_passed(struct job *j, struct range r, uint64_t wanted)
{
	const struct domain *d = j->system->dom0;
	uint64_t size = range_size(r) < wanted ? range_size(r) : wanted, needed;

	return size < (wanted < FIRST_LEAST ? wanted : FIRST_LEAST) ||
	       !placement_fits(d, j->system->xen->version, range_at(r.start, size),
			       dom0_tree_size(j), &needed);
}

/* dom0 gets the largest pieces first; since 4.22 the lowest, from the first one that has
 * room for its kernel (xen/common/device-tree/domain-build.c, allocate_hwdom_memory()).
 */
static bool check_colored_dom0(struct job *j)
{
	const struct domain *d = j->system->dom0;
	struct regions *views = NEW(j->arena, struct regions);
	bool low = host_xen_since(j, VERSION(4, 22));
	uint64_t wanted = d->memory.n, sum = 0;
	size_t first = 0;

	find_views(j, views);
	qsort(views->r, views->n, sizeof(*views->r), low ? by_start : by_size);
	while (low && first < views->n && is_passed(j, views->r[first], wanted))
		first++;
	for (size_t i = first; i < views->n; i++)
		sum += range_size(views->r[i]);
	if (first == views->n && views->n) {
		qsort(views->r, views->n, sizeof(*views->r), by_size);
		first = 0;
	} else if (sum < wanted) {
		diag(&j->diags, E0812, d->memory.at,
		     "%s of dom0's memory would not be found: it is at addresses of RAM, "
		     "of "
		     "which %s are not reserved",
		     number_show(j->arena, wanted - sum), number_show(j->arena, sum));
		return false;
	}
	sum = range_size(views->r[first]);
	return dom0_fits(j, d,
			 range_at(views->r[first].start, sum < wanted ? sum : wanted));
}

bool check_colored_domains(struct job *j, const struct regions *all)
{
	struct regions *own = NEW(j->arena, struct regions);
	uint64_t left = split_heap(j, all, own);
	bool ok = check_shares(j, left, own->n ? own->r[own->n - 1].end : 0);

	ok &= check_unpacked(j, own);
	return ok && j->system->dom0 ? check_colored_dom0(j) : ok;
}
