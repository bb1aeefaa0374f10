/* SPDX-License-Identifier: BSD-2-Clause */
/* What the base tree says of RAM becomes what Xen has to read there: the banks of the board. */
#include <inttypes.h>
#include <string.h>

#include "passes/passes.h"
#include "xen/partial.h"
#include "xen/regions.h"

static struct regions *board_ram(const struct host *h)
{
	struct regions *all = NEW(h->arena, struct regions);

	for (const struct bank *b = h->size->banks; b; b = NEXT(b))
		add_region(all, b->start.n, b->start.n + b->size.n);
	return all;
}

static struct regions *tree_ram(const struct host *h)
{
	struct regions *all = NEW(h->arena, struct regions);
	uint64_t start, size;

	for (const struct dt_node *n = h->base->root->children; n; n = n->next)
		for (size_t i = 0; host_is_ram_node(h, n) && dt_reg(n, i, &start, &size); i++)
			add_region(all, start, start + size);
	return all;
}

/* The board's banks as bytes of reg, in the cells of the root; whether these are wide
 * enough is asked by E0527. */
static struct text banks_in_cells(const struct host *h, unsigned address, unsigned size)
{
	struct text t = { .arena = h->arena };

	for (const struct bank *b = h->size->banks; b; b = NEXT(b)) {
		put_cells(&t, b->start.n, address);
		put_cells(&t, b->size.n, size);
	}
	return t;
}

/* All banks go into one node, the first child of the root called memory; the others that
 * Xen would read as well are removed. */
static void write_banks(const struct host *h, struct edits *out)
{
	uint32_t address = dt_address_cells(h->base->root);
	uint32_t size = dt_size_cells(h->base->root);
	const struct dt_node *first = host_first_memory(h);
	const char *path = first ? dt_path(h->arena, first) : "/memory";
	struct loc why = h->size->o.at;
	struct text reg;

	if (address > 2 || size > 2)
		return;		/* E0527 is switched off */
	reg = banks_in_cells(h, address, size);
	edits_set_text(out, path, "device_type", "memory", why);
	edits_set(out, path, "reg", reg.data, reg.len, why);
	if (first && !dt_enabled(first))
		edits_set_text(out, path, "status", "okay", why);
	for (const struct dt_node *n = h->base->root->children; n; n = n->next)
		if (n != first && host_is_ram_node(h, n))
			edits_remove(out, dt_path(h->arena, n), why);
}

/* The pieces of RAM that are in `from` and not in `all`. */
static struct regions *lacking(struct arena *a, const struct regions *from,
			       const struct regions *all)
{
	struct regions *rest = NEW(a, struct regions);

	*rest = *from;
	for (size_t i = 0; i < all->n; i++)
		take_region(rest, all->r[i]);
	return rest;
}

/* The lowest piece; false: there is none. */
static bool lowest(const struct regions *rest, struct range *piece)
{
	for (size_t i = 0; i < rest->n; i++)
		if (!i || rest->r[i].start < piece->start)
			*piece = rest->r[i];
	return rest->n;
}

static void warn_of_less(struct diags *diags, const struct host *h,
			 const struct system *system, struct range piece, bool written)
{
	struct diag *g;

	g = diag(diags, W0606, h->tree_at,
		 "the tree names no RAM from 0x%" PRIx64 " to 0x%" PRIx64 ", where %s with "
		 "'memory: %s' has some%s",
		 piece.start, piece.end, h->board->title.text, system->memory.text,
		 written ? "; xendtc writes it into the tree" : "");
	diag_help(g, "if that is the tree of this very machine, correct 'memory': there would be "
		     "nothing at these addresses");
}

static void warn_of_more(struct diags *diags, const struct host *h,
			 const struct system *system, struct range piece)
{
	diag(diags, W0606, h->tree_at,
	     "the tree names RAM from 0x%" PRIx64 " to 0x%" PRIx64 ", where %s with "
	     "'memory: %s' has none; xendtc takes it out of the tree",
	     piece.start, piece.end, h->board->title.text, system->memory.text);
}

static void check_memory_of_tree(struct diags *diags, const struct host *h,
				 const struct system *system, struct plan *plan)
{
	const struct regions *board = board_ram(h), *tree = tree_ram(h);
	bool fills = h->board->boot->fills_memory.n, said = tree->n;
	const struct regions *missing = lacking(h->arena, board, tree);
	struct range less = { 0 }, more = { 0 };
	bool lacks = lowest(missing, &less);
	bool exceeds = lowest(lacking(h->arena, tree, board), &more);

	if (lacks && said)
		warn_of_less(diags, h, system, less, !fills);
	if (lacks && said && fills) {
		plan->unsure = missing->r;
		plan->unsure_count = missing->n;
	}
	if (fills || !(lacks || exceeds))
		return;
	if (exceeds)
		warn_of_more(diags, h, system, more);
	if (!diags->wishes->unchecked[W0606])
		write_banks(h, &plan->repairs);
}

void repair_memory(struct job *j)
{
	if (j->host.base)
		check_memory_of_tree(&j->diags, &j->host, j->system, &j->plan);
}
