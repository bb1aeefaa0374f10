/* SPDX-License-Identifier: BSD-2-Clause */
/* The base tree becomes tables of its paths, registers and interrupts. */
#include "xen/holders.h"

#include <ctype.h>
#include <stdlib.h>

#include "xen/interrupts.h"

static const char *small_letters(struct arena *a, const char *path)
{
	char *copy = arena_printf(a, "%s", path);

	for (char *c = copy; *c; c++)
		*c = (char)tolower((unsigned char)*c);
	return copy;
}

static void add_pages(struct holders *all, const struct dt_node *n)
{
	struct range r;

	for (size_t i = 0; i < dt_address_count(n); i++)
		if (dt_reg_on_cpu(n, i, &r, NULL))
			spans_add(&all->pages, whole_pages(r), n);
}

static void add_holder(struct holders *all, const struct dt_node *n, uint32_t intid)
{
	struct holder *own = NEW(all->interrupts.arena, struct holder), *first;

	own->node = n;
	first = table_add(&all->interrupts, "", intid, own);
	if (first->last && first->last->node == n)
		return;
	if (first != own)
		first->last->next = own;
	first->last = own;
}

/* The interrupts of a node, and those that a bridge passes on by its interrupt-map, as PCI
 * bridges do. */
static void add_interrupts(struct holders *all, const struct host *h, const struct dt_node *n)
{
	size_t count = interrupt_count(h, n), at = 0;
	struct interrupt i;
	bool more = dt_prop(n, "interrupt-map");

	for (size_t k = 0; k < count; k++)
		if (!interrupt_follow(h, n, k, &i) && i.controller == h->gic_node)
			add_holder(all, n, i.intid);
	while (more && !interrupt_map_next(h, n, &at, &i, &more) && more)
		if (i.controller == h->gic_node)
			add_holder(all, n, i.intid);
}

const struct holders *holders_index(const struct host *h)
{
	struct holders *all = NEW(h->arena, struct holders);

	all->pages.arena = all->interrupts.arena = all->paths.arena = h->arena;
	for (struct dt_node *n = h->base->root; n; n = dt_next(n)) {
		add_pages(all, n);
		add_interrupts(all, h, n);
		table_add(&all->paths, small_letters(h->arena, dt_path(h->arena, n)), 0, n);
	}
	spans_sort(&all->pages);
	return all;
}

const struct holder *holders_of_interrupt(const struct host *h, uint32_t intid)
{
	return table_find(&h->holders->interrupts, "", intid);
}

const struct dt_node *holders_path(const struct host *h, const char *path)
{
	return table_find(&h->holders->paths, small_letters(h->arena, path), 0);
}

static int by_turn(const void *a, const void *b)
{
	const struct span *const *x = a, *const *y = b;

	return (*x)->turn < (*y)->turn ? -1 : (*x)->turn > (*y)->turn;
}

/* Puts the spans that overlap registers of the node into `found`, which may be NULL; returns
 * how many there are. */
static size_t list_beside(const struct host *h, const struct dt_node *n, const struct span **found)
{
	const struct span *e;
	struct range r;
	size_t count = 0;

	for (size_t i = 0; i < dt_address_count(n); i++)
		for (size_t left = SIZE_MAX; dt_reg_on_cpu(n, i, &r, NULL) &&
		     (e = spans_next(&h->holders->pages, whole_pages(r), &left)); count++)
			if (found)
				found[count] = e;
	return count;
}

const struct dt_node *const *holders_beside(const struct host *h, const struct dt_node *n)
{
	size_t count = list_beside(h, n, NULL), own = 0;
	const struct span **found = arena_alloc(h->arena, count * sizeof(*found));
	const struct dt_node **nodes = arena_alloc(h->arena, (count + 1) * sizeof(*nodes));

	list_beside(h, n, found);
	if (count)
		qsort(found, count, sizeof(*found), by_turn);
	for (size_t i = 0; i < count; i++)
		if (!own || nodes[own - 1] != found[i]->of)
			nodes[own++] = found[i]->of;
	return nodes;
}
