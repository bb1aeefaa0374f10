/* SPDX-License-Identifier: BSD-2-Clause */
/* Memory that is not enough becomes a finding at the domain that wants most of it. */
#include "checks/memory_sum.h"

#include <inttypes.h>
#include <stdlib.h>

#include "xen/colors.h"
#include "xen/dom0_memory.h"
#include "xen/grants.h"

#define TAKERS_SHOWN 5

struct taker {			/* who takes memory */
	const char *title;
	const char *why;	/* " with its page tables": what it takes it for, or "" */
	struct loc at;		/* the word that says how much */
	uint64_t bytes;		/* all that it takes */
	uint64_t part;		/* what that word stands for of it */
	bool whole;		/* it should come in no small pieces: dom0's memory */
	const char *help;	/* what else the word could say; NULL: a smaller size */
};

/* What a domain takes, with the largest of its parts and the word that says it. */
static struct taker domain_taker(struct arena *a, const struct host *h,
				 const struct domain *d)
{
	struct domain_wants w = domain_wants(h, d);
	struct frame_limit mapped = maptrack_limit(h, d), granted = grant_limit(h, d);
	bool maps = maptrack_memory(mapped) > grant_memory(granted);
	struct taker t = { domain_title(a, d),
			   w.grants ? " with tables of pages and grants"
				    : w.tables ? " with its page tables" : "",
			   d->memory.at, wants_sum(&w), w.memory,
			   d->is_dom0 && !coloring_is_on(h), NULL };

	if (w.tables > t.part && d->p2m_memory.text)
		t = (struct taker){ t.title, ", most of it for page tables",
				    d->p2m_memory.at, t.bytes, w.tables, false, NULL };
	if (w.unpacked > t.part)
		t = (struct taker){ t.title, ", most of it to unpack its kernel",
				    d->kernel->file.at, t.bytes, w.unpacked, false,
				    "unpack the kernel (gunzip): it needs no more than its memory then" };
	if (w.grants > t.part)
		t = (struct taker){ t.title, ", most of it for its grants",
				    maps ? mapped.at : granted.at, t.bytes, w.grants, false,
				    "write fewer frames: they need less" };
	return t;
}

static struct taker shared_taker(struct arena *a, const struct shared *s)
{
	return (struct taker){ arena_printf(a, "shared memory '%s'", s->o.name), "",
			       s->size.at, s->size.n, s->size.n, false, NULL };
}

/* Those that want most come first, and of equal ones those that were written first. */
static int by_bytes(const void *x, const void *y)
{
	const struct taker *a = x, *b = y;

	if (a->bytes != b->bytes)
		return a->bytes < b->bytes ? 1 : -1;
	return a->at.at < b->at.at ? -1 : a->at.at > b->at.at;
}

static struct taker *find_takers(struct arena *a, const struct host *h,
				 const struct system *s, size_t *n)
{
	struct taker *all;
	size_t count = 0;

	for (const struct domain *d = first_domain(s); d; d = next_domain(s, d))
		count++;
	for (const struct shared *m = s->shared; m; m = NEXT(m))
		count++;
	all = arena_alloc(a, count * sizeof(*all));
	*n = 0;
	for (const struct domain *d = first_domain(s); d; d = next_domain(s, d))
		all[(*n)++] = domain_taker(a, h, d);
	for (const struct shared *m = s->shared; m; m = NEXT(m))
		if (!m->claim)
			all[(*n)++] = shared_taker(a, m);
	qsort(all, *n, sizeof(*all), by_bytes);
	return all;
}

/* A number of bytes for messages, rounded up to whole MiB, or KiB if it is less than one.
 */
static const char *show(struct arena *a, uint64_t bytes)
{
	return number_show(a, round_up(bytes, bytes < MiB ? KiB : MiB));
}

static void note_others(struct diag *g, const struct taker *all, size_t n)
{
	for (size_t i = 1; i < n && i < TAKERS_SHOWN; i++)
		diag_note(g, all[i].at, "%s wants %s%s", all[i].title,
			  show(g->arena, all[i].bytes), all[i].why);
}

/* Adds a note where it is said how much memory Xen has. */
static void note_source(struct diag *g, const struct system *s, const struct memory_sum *m)
{
	const struct extent *heap = s->xen->static_heap;

	if (heap)
		diag_note(g, heap->address.at, "of its static heap Xen has %" PRIu64 "M to give",
			  m->left / MiB);
	else
		diag_note(g, s->memory.at, "of %s of RAM Xen has %" PRIu64 "M to give",
			  number_show(g->arena, m->ram), m->left / MiB);
}

/* A size of the largest part with which Xen would have enough; 0: there is none. */
static uint64_t smaller_size(const struct taker *t, const struct memory_sum *m)
{
	uint64_t own = m->own > COMFORT ? m->own : COMFORT;
	uint64_t over = m->wanted + own - m->left;

	if (t->part <= over + MiB)
		return 0;
	return t->whole ? dom0_whole_below(t->part - over) : round_down(t->part - over, MiB);
}

static void help_out(struct diag *g, const struct taker *t, const struct memory_sum *m)
{
	uint64_t size = smaller_size(t, m);

	if (t->help)
		diag_help(g, "%s; see `xendtc map`", t->help);
	else if (size)
		diag_help(g, "with %s instead all would fit; see `xendtc map`",
			  number_show(g->arena, size));
	else
		diag_help(g, "`xendtc map` shows where the memory goes");
}

void report_sum(struct diags *diags, const struct host *h, const struct system *s,
		const struct memory_sum *m)
{
	struct arena *a = diags->arena;
	bool fails = m->wanted + m->own > m->left;
	uint64_t over = fails ? m->wanted + m->own - m->left : 0;
	size_t n;
	const struct taker *all = find_takers(a, h, s, &n);
	struct diag *g;

	if (fails)
		g = diag(diags, E0805, all->at,
			 "%s wants %s%s: all domains and Xen itself together want %s too much",
			 all->title, show(a, all->bytes), all->why, show(a, over));
	else
		g = diag(diags, W0815, all->at,
			 "%s wants %s%s: all domains together leave %s for Xen itself, which "
			 "may be too little",
			 all->title, show(a, all->bytes), all->why,
			 show(a, m->left - m->wanted));
	note_others(g, all, n);
	note_source(g, s, m);
	help_out(g, all, m);
}
