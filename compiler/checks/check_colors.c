/* SPDX-License-Identifier: BSD-2-Clause */
/* Colours of the last-level cache are held against each other, and against Xen's line. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "checks/checks.h"
#include "xen/colors.h"
#include "xen/cpus.h"
#include "xen/iommu.h"
#include "xen/line.h"

/* Xen refuses a range that goes down. Otherwise the order of a domain's colours does not
 * matter. Xen's own must go up: it looks for its pages in that order, with one round
 * through all colours for each list, and would otherwise find the last ones behind the
 * memory that it has counted (xen/common/llc-coloring.c, parse_color_config(),
 * xen_colored_mfn()). */
static bool check_color_list(struct diags *diags, const struct value *v, bool own)
{
	const char *s = v->text;
	uint64_t least = 0, first, last;

	while (number_next_range(&s, &first, &last)) {
		if (last < first || (own && first < least)) {
			diag(diags, E0828, v->at, "%s must go up%s: '%s'",
			     own ? "Xen's colours" : "a range of colours",
			     own ? ", each once" : "", v->text);
			return false;
		}
		least = last + 1;
	}
	return true;
}

static void warn_of_half(struct diags *diags, const struct coloring *c)
{
	if (c->possible && !c->size != !c->ways)
		diag(diags, W0862, c->size ? c->size->at : c->ways->at,
		     "llc-size and llc-nr-ways belong together; Xen heeds neither alone");
}

/* Whether size and ways give a number of colours that Xen takes. If not, Xen stops before
 * it can print a word (xen/common/llc-coloring.c, llc_coloring_init()). */
static bool check_cache(struct diags *diags, const struct coloring *c)
{
	uint64_t way, ways;
	struct diag *g;

	ways = c->on && c->size && c->ways ? strtoull(c->ways->value, NULL, 0) : 0;
	if (!ways)
		return true;
	way = xen_size(c->size->value) / ways;
	if (way % PAGE_SIZE_4K == 0 && c->cache_colors >= 2 &&
	    !(c->cache_colors & (c->cache_colors - 1)))
		return true;
	g = diag(diags, E0828, c->size->at,
		 "a cache of %s with %" PRIu64 " ways has no number of "
		 "colours that Xen takes",
		 number_show(diags->arena, xen_size(c->size->value)), ways);
	diag_help(g,
		  "write an llc-size which, divided by the ways and by 4K, is 2, 4, 8 or another "
		  "power of two");
	return false;
}

/* Whether colours are good: `own` are Xen's own, others a domain's. */
static bool check_color_set(struct diags *diags, const struct coloring *c,
			    const struct value *v, bool own)
{
	uint64_t last, count;
	struct diag *g;

	if (!v->text || !c->possible)
		return true;
	if (!check_color_list(diags, v, own))
		return false;
	if (!c->on) {
		g = diag(diags, E0828, v->at,
			 "colours are given, but Xen's command line does not "
			 "switch colouring on");
		diag_help(g,
			  "add llc-coloring=on to xen.cmdline, or llc-size and "
			  "llc-nr-ways");
		return false;
	}
	count = count_colors(v, &last);
	if (!c->colors || (last < c->colors && count <= c->colors))
		return true;
	if (last < c->colors)
		diag(diags, E0828, v->at,
		     "these are %" PRIu64
		     " colours, some of them twice; there are %" PRIu64,
		     count, c->colors);
	else
		diag(diags, E0828, v->at,
		     "there is no colour %" PRIu64 ": there are %" PRIu64
		     ", counted from 0",
		     last, c->colors);
	return false;
}

/* Colours that stand on Xen's line itself. They count unless a key has some, too: xendtc
 * writes those behind them, and Xen goes by the last. */
static bool check_line_colors(struct diags *diags, const struct host *h,
			      const struct coloring *c, const char *name,
			      const struct value *key)
{
	const struct word *w = xen_word(h, name);
	struct value v;

	if (!c->possible || !w)
		return true;
	v = (struct value){ .text = decimal_ranges(diags->arena, w->value), .at = w->at };
	if (!v.text && *w->value) {
		diag(diags, W0710, w->at, "Xen does not take '%s' for '%s'", w->value, name);
		return false;
	}
	if (!key->text)
		return check_color_set(diags, c, &v, key == &h->xen->llc_colors);
	diag_note(diag(diags, W0711, w->at, "'%s' is given again by a key; Xen goes by that", name),
		  key->at, "here");
	return true;
}

/* Xen 4.20 gives a guest without colours those of the guest before it
 * (xen/arch/arm/dom0less-build.c, create_domUs()). */
static void warn_of_heirs(struct diags *diags, const struct host *h,
			  const struct system *system)
{
	const struct value *before = NULL;

	if (!xen_since(h, VERSION(4, 20)) || xen_since(h, VERSION(4, 21)))
		return;
	for (const struct domain *d = first_xen_guest(system); d; d = next_xen_guest(d)) {
		if (!d->llc_colors.text && before)
			diag_note(diag(diags, W0848, d->o.at,
				       "Xen 4.20 gives %s the "
				       "colours of a guest before it",
				       domain_title(h->arena, d)),
				  before->at, "they are these");
		if (d->llc_colors.text)
			before = &d->llc_colors;
	}
}

/* Warns if Xen has to ask the CPU for the size of its cache, unless it is a core that
 * xendtc knows: those tell it (CLIDR_EL1, CCSIDR_EL1). Xen stops at one that does not
 * (xen/arch/arm/llc-coloring.c, get_llc_way_size()). */
static void warn_of_cache(struct diags *diags, const struct host *h,
			  const struct coloring *c)
{
	struct cpu_limits limits;
	struct diag *g;

	if (c->cache_colors > c->colors)
		diag(diags, W0735, c->size->at,
		     "the cache has %" PRIu64 " colours, and this Xen keeps %" PRIu64,
		     c->cache_colors, c->colors);
	if ((c->size && c->ways) || !h->cpus || cpu_limits(h, &limits))
		return;
	g = diag(diags, W0734, h->xen->cmdline.at,
		 "Xen asks the CPU (%s) for the size of its cache, and stops if it does "
		 "not tell",
		 cpu_kinds(h));
	diag_help(g, "add llc-size=SIZE and llc-nr-ways=NUMBER to xen.cmdline");
}

struct owner {			/* who has colours, for messages */
	const char *title;
	struct value colors;
};

static bool share_color(const struct coloring *c, const struct owner *a,
			const struct owner *b, uint64_t *color)
{
	for (*color = 0; *color < (c->colors ? c->colors : 1024); ++*color)
		if (number_in_ranges(a->colors.text, *color) &&
		    number_in_ranges(b->colors.text, *color))
			return true;
	return false;
}

/* Reports the first of the owners before the n-th that shares a colour with it. */
static void warn_of_shared(struct diags *diags, const struct coloring *c,
			   const struct owner *owners, size_t n)
{
	uint64_t color;
	struct diag *g;

	for (size_t i = 0; i < n; i++) {
		if (!share_color(c, &owners[i], &owners[n], &color))
			continue;
		g = diag(diags, W0736, owners[n].colors.at,
			 "%s and %s share colour %" PRIu64, owners[i].title,
			 owners[n].title, color);
		diag_note(g, owners[i].colors.at, "the other has it here");
		return;
	}
}

static void warn_of_sharing(struct diags *diags, const struct host *h,
			    const struct system *system, const struct coloring *c)
{
	struct value own = xen_colors(h);
	struct owner *owners;
	size_t n = 0, count = 1;

	for (const struct domain *d = first_domain(system); d; d = next_domain(system, d))
		count++;
	owners = arena_alloc(diags->arena, count * sizeof(*owners));
	if (own.text)
		owners[n++] = (struct owner){ "Xen", own };
	for (const struct domain *d = first_domain(system); d;
	     d = next_domain(system, d)) {
		struct value v = domain_colors(h, d);

		if (!v.text)
			continue;
		owners[n] = (struct owner){ domain_title(diags->arena, d), v };
		warn_of_shared(diags, c, owners, n++);
	}
}

/* Whether Xen's heap can hold what it takes first, a copy of the tree. The heap has the
 * lowest piece of RAM, and buddy-alloc-size of the others (xen/common/page_alloc.c,
 * end_boot_allocator()). */
static void warn_of_heap(struct diags *diags, const struct host *h,
			 const struct plan *plan)
{
	const struct word *w = xen_word(h, "buddy-alloc-size");
	struct diag *g;

	if (!w || xen_size(w->value) >= plan->tree->size)
		return;
	g = diag(diags, W0738, w->at,
		 "buddy-alloc-size=%s does not hold a copy of the device tree, which Xen "
		 "makes first: it stops unless the lowest piece of RAM does",
		 w->value);
	diag_help(g, "leave it out: Xen takes 64M then");
}

static void warn_of_colors(struct diags *diags, const struct host *h,
			   const struct system *system, const struct plan *plan,
			   const struct coloring *c)
{
	struct diag *g;

	if (!c->on)
		return;
	warn_of_heirs(diags, h, system);
	warn_of_cache(diags, h, c);
	warn_of_heap(diags, h, plan);
	if (!h->xen->llc_colors.text && !xen_word(h, "xen-llc-colors")) {
		g = diag(diags, W0847, h->xen->cmdline.at,
			 "colouring is on and Xen has no "
			 "colours of its own: it takes the first, as domains may");
		diag_help(g, "add llc-colors under xen");
	}
	if (system->dom0 && !has_iommu(h))
		diag(diags, W0849, system->dom0->o.at,
		     "with colouring dom0 is not at the machine's "
		     "addresses, and without an IOMMU its devices reach the wrong memory "
		     "by DMA");
}

/* Xen has no static memory with colours (xen/common/device-tree/static-memory.c). */
static bool check_colored_memory(struct diags *diags, const struct coloring *c,
				 const struct domain *d)
{
	if (!d->static_extents || !c->on)
		return true;
	diag_help(diag(diags, E0828, d->static_extents->claim->at,
		       "static memory and cache colouring exclude each other in Xen"),
		  "leave `static-memory` out, or switch colouring off in xen.cmdline");
	return false;
}

void check_colors(struct job *j)
{
	struct coloring c = read_coloring(&j->host);
	bool ok = check_cache(&j->diags, &c);

	warn_of_half(&j->diags, &c);
	warn_of_colors(&j->diags, &j->host, j->system, &j->plan, &c);
	ok &= check_color_set(&j->diags, &c, &j->system->xen->llc_colors, true);
	ok &= check_line_colors(&j->diags, &j->host, &c, "xen-llc-colors",
				&j->system->xen->llc_colors);
	if (j->system->dom0)
		ok &= check_line_colors(&j->diags, &j->host, &c, "dom0-llc-colors",
					&j->system->dom0->llc_colors);
	for (const struct domain *d = first_domain(j->system); d;
	     d = next_domain(j->system, d)) {
		ok &= check_color_set(&j->diags, &c, &d->llc_colors, false);
		ok &= check_colored_memory(&j->diags, &c, d);
	}
	if (ok && c.on)
		warn_of_sharing(&j->diags, &j->host, j->system, &c);
}
