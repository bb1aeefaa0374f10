/* SPDX-License-Identifier: BSD-2-Clause */
/* Memory where the last-level cache has colours: Xen moves, and keeps some of it without
 * colours for itself; each domain has the pages of its own colours. */
#include <inttypes.h>
#include <stdlib.h>

#include "checks/checks.h"
#include "checks/color_memory.h"
#include "checks/placement.h"
#include "xen/color_memory.h"
#include "xen/limits.h"
#include "xen/colors.h"
#include "xen/host.h"
#include "xen/memory.h"
#include "xen/placement.h"

static const char *at_least(const struct host *h)
{
	return read_coloring(h).colors ? "" : "at least ";
}

void check_colored_xen(struct job *j)
{
	struct range where;

	if (!colored_xen_size(&j->host, j->system, &j->plan) ||
	    colored_xen(&j->host, j->system, &j->plan, &where))
		return;
	diag(&j->diags, E0737, j->system->xen->cmdline.at,
	     "with %s%" PRIu64 " colours Xen takes %s in one piece, which must not be "
	     "within %s from its file on; the largest that is free has %s",
	     at_least(&j->host), color_count(&j->host, j->system),
	     number_show(j->arena, colored_xen_size(&j->host, j->system, &j->plan)),
	     number_show(j->arena, colored_xen_size(&j->host, j->system, &j->plan)),
	     number_show(j->arena, largest_place(&j->host, j->system, &j->plan)));
}

struct shares {			/* bytes of memory by colour */
	uint64_t colors;
	uint64_t first;		/* address where the memory with colours begins */
	uint64_t left[COLORS_MAX];	/* what is still free of each colour */
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

/* The colours of a domain. A guest without colours of its own has those of a guest before
 * it on Xen 4.20 (see warn_of_heirs() of check_colors.c). */
static struct value colors_of(const struct host *h, const struct domain *d,
			      const struct value *before)
{
	bool inherits = xen_since(h, VERSION(4, 20)) && !xen_since(h, VERSION(4, 21)) &&
			!d->is_dom0;

	return inherits && before && !d->llc_colors.text ? *before : domain_colors(h, d);
}

/* Bytes that a domain takes: its memory, and page tables of the same colours. dom0 has as
 * many page tables as it needs, a guest those that are set aside (xen/arch/arm/mmu/p2m.c,
 * p2m_alloc_page()). */
static uint64_t domain_needs(const struct domain *d)
{
	return d->memory.n + (d->is_dom0 ? d->memory.n / 512 : p2m_pool(d));
}

/* How many pages of a colour are free when Xen makes a domain is not known to the page: what
 * Xen took before differs by some. */
static void report_tight(struct diags *diags, const struct host *h, const struct domain *d)
{
	const char *who = domain_title(h->arena, d);
	uint64_t better = d->memory.n > 4 * MiB ? round_down(d->memory.n - 2 * MiB, MiB) : 0;
	struct diag *g;

	g = diag(diags, W0815, d->memory.at,
		 d->is_dom0 ? "hardly any memory of %s's colours is left for the page tables of "
			      "its devices"
			    : "hardly any memory of the colours of %s is left: it may not be "
			      "enough",
		 who);
	if (better)
		diag_help(g, "give it %s, or more colours", number_show(h->arena, better));
	else
		diag_help(g, "give it more colours");
}

static bool check_share(struct diags *diags, const struct host *h, struct shares *s,
			const struct domain *d, const struct value *v)
{
	uint64_t last, left = sum_above(s, v, 0), needs = domain_needs(d);
	struct diag *g;

	if (needs <= left) {
		if (needs + MiB > left)
			report_tight(diags, h, d);
		take_share(s, v, needs);
		return true;
	}
	g = diag(diags, E0805, d->memory.at,
		 "%s wants %s and %s for page tables; %" PRIu64 " of %s%" PRIu64
		 " colours have %" PRIu64 "M for it",
		 domain_title(h->arena, d), number_show(h->arena, d->memory.n),
		 number_show(h->arena, round_up(needs - d->memory.n, MiB)),
		 v->text ? count_colors(v, &last) : s->colors, at_least(h), s->colors,
		 left / MiB);
	if (v->text)
		diag_note(g, v->at, "its colours are these");
	diag_help(g,
		"write more llc-colors, or less memory: each colour has an equal part of RAM, "
		"for all domains that have it; the "
		"lowest free piece, up to 0x%" PRIx64 ", has none",
		s->first);
	return false;
}

/* Whether all domains find memory. Pages have the colours in turn, so each colour has an
 * equal part of `left`; Xen makes dom0 first, and the domains in the order of the list.
 */
static bool check_shares(struct diags *diags, const struct host *h,
			 const struct system *system, uint64_t left, uint64_t first)
{
	struct shares *s = NEW(h->arena, struct shares);
	const struct value *before = NULL;
	bool ok = true;

	s->first = first;
	s->colors = color_count(h, system);
	for (uint64_t i = 0; i < s->colors; i++)
		s->left[i] = left / s->colors;
	for (const struct domain *d = first_domain(system); d;
	     d = next_domain(system, d)) {
		struct value v = colors_of(h, d, before);

		ok &= check_share(diags, h, s, d, &v);
		if (!d->is_dom0 && d->llc_colors.text)
			before = &d->llc_colors;
	}
	return ok;
}

/* Whether Xen's heap has a block into which each gzip kernel can be unpacked: it must be
 * in one piece, aligned to its size (xen/common/device-tree/kernel.c,
 * kernel_decompress()). */
static bool check_unpacked(struct diags *diags, const struct system *system,
			   struct regions *own)
{
	bool ok = true;

	for (const struct domain *d = first_domain(system); d;
	     d = next_domain(system, d)) {
		uint64_t size = unpacked_block(d), start;
		struct diag *g;

		if (!size)
			continue;
		if (find_block(own, size, UINT64_MAX, false, &start)) {
			take_region(own, range_at(start, size));
			continue;
		}
		g = diag(diags, E0897, d->kernel->file.at,
			 "the kernel of %s is unpacked into an aligned block of %s, and "
			 "none is in the memory that Xen keeps without colours",
			 domain_title(diags->arena, d), number_show(diags->arena, size));
		diag_help(g, "use an unpacked kernel, or add buddy-alloc-size=%s to xen.cmdline",
			  number_show(diags->arena, 2 * size + BUDDY_SIZE));
		ok = false;
	}
	return ok;
}

static int by_size(const void *a, const void *b)
{
	uint64_t x = range_size(*(const struct range *)a);
	uint64_t y = range_size(*(const struct range *)b);

	return x != y ? x < y ? 1 : -1 : range_by_start(a, b);
}

#define FIRST_LEAST (128 * MiB)

/* Whether Xen does not begin dom0's memory with this piece, and looks for one further up.
 */
static bool is_passed(const struct host *h, const struct system *system,
		      const struct plan *plan, struct range r, uint64_t wanted)
{
	const struct domain *d = system->dom0;
	uint64_t size = range_size(r) < wanted ? range_size(r) : wanted, needed;

	return size < (wanted < FIRST_LEAST ? wanted : FIRST_LEAST) ||
	       !placement_fits(d, h, range_at(r.start, size),
			       dom0_tree_size(plan), &needed);
}

/* Whether dom0's memory is found, and its files fit the first bank. dom0 gets the largest
 * pieces first; since 4.22 the lowest, from the first one that has room for its kernel
 * (xen/common/device-tree/domain-build.c, allocate_hwdom_memory()). */
static bool check_colored_dom0(struct diags *diags, const struct host *h,
			       const struct system *system, const struct plan *plan)
{
	const struct domain *d = system->dom0;
	struct regions *views = NEW(h->arena, struct regions);
	bool low = xen_since(h, VERSION(4, 22));
	uint64_t wanted = d->memory.n, sum = 0;
	size_t first = 0;

	find_views(h, system, plan, views);
	qsort(views->r, views->n, sizeof(*views->r), low ? range_by_start : by_size);
	while (low && first < views->n &&
	       is_passed(h, system, plan, views->r[first], wanted))
		first++;
	for (size_t i = first; i < views->n; i++)
		sum += range_size(views->r[i]);
	if (first == views->n && views->n) {
		qsort(views->r, views->n, sizeof(*views->r), by_size);
		first = 0;
	} else if (sum < wanted) {
		diag(diags, E0812, d->memory.at,
		     "%s of dom0's memory would not be found: it is at addresses of RAM, "
		     "of "
		     "which %s are not reserved",
		     number_show(h->arena, wanted - sum), number_show(h->arena, sum));
		return false;
	}
	sum = range_size(views->r[first]);
	return dom0_fits(diags, h, plan, d,
			 range_at(views->r[first].start, sum < wanted ? sum : wanted));
}

bool check_colored_domains(struct diags *diags, const struct host *h,
			   const struct system *system, const struct plan *plan,
			   const struct regions *all)
{
	struct regions *own = NEW(h->arena, struct regions);
	uint64_t left = split_heap(h, all, own);
	bool ok = check_shares(diags, h, system, left,
			       own->n ? own->r[own->n - 1].end : 0);

	ok &= check_unpacked(diags, system, own);
	return ok && system->dom0 ? check_colored_dom0(diags, h, system, plan) : ok;
}
