/* SPDX-License-Identifier: BSD-2-Clause */
/* What the base tree says of RAM becomes what Xen has to read there: the banks of the board,
 * and nothing that only looks like one. */
#include <inttypes.h>
#include <string.h>

#include "passes/passes.h"
#include "xen/partial.h"
#include "xen/regions.h"

/* First part: nodes called memory that are no RAM. Up to 4.19 Xen takes them for RAM at
 * any depth (xen/arch/arm/bootfdt.c, device_tree_node_matches()). */

/* Whether a partial tree names the node, or one below it, by its path on the host. */
static bool is_named_by_guest(const struct partial *partials, const struct dt_node *n)
{
	for (const struct partial *p = partials; p; p = p->next)
		for (const struct partial_device *v = p->devices; v; v = v->next)
			for (const struct dt_node *up = v->host; up; up = up->parent)
				if (up == n)
					return true;
	return false;
}

/* The new name of such a node: memory@3ed00000 becomes memory-region@3ed00000, with a
 * number if a sibling is called so. */
static const char *other_name(struct arena *a, const struct dt_node *n)
{
	const char *at = n->name + strcspn(n->name, "@");
	const char *name = arena_printf(a, "memory-region%s", at);

	for (unsigned i = 2; dt_child(n->parent, name); i++)
		name = arena_printf(a, "memory-region-%u%s", i, at);
	return name;
}

static void refuse_name(struct diags *diags, const struct host *h,
			const struct dt_node *n, const char *why)
{
	unsigned xen = h->xen->version;
	struct diag *g;

	g = diag(diags, E0505, host_origin(h, n, NULL),
		 "Xen %u.%u would take the node %s for RAM", VERSION_MAJOR(xen),
		 VERSION_MINOR(xen), dt_path(h->arena, n));
	diag_help(g, "%s", why);
}

static void rename_node(struct diags *diags, const struct host *h, struct plan *plan,
			const struct dt_node *n)
{
	const char *path = dt_path(h->arena, n), *name = other_name(h->arena, n);
	unsigned xen = h->xen->version;

	if (!diags->wishes->unchecked[W0590])
		edits_rename(&plan->repairs, path, name, host_origin(h, n, NULL));
	diag(diags, W0590, host_origin(h, n, NULL),
	     "%s becomes %s: Xen %u.%u would take a node of the old name for RAM", path, name,
	     VERSION_MAJOR(xen), VERSION_MINOR(xen));
}

/* Renames those below a node, the deepest first: an edit names a node by a path in which
 * the nodes above it have their old names. */
static void rename_below(struct diags *diags, const struct host *h,
			 const struct system *system, struct plan *plan,
			 const struct partial *partials, const struct dt_node *top)
{
	for (const struct dt_node *n = top->children; n; n = n->next) {
		rename_below(diags, h, system, plan, partials, n);
		if (!top->parent || !dt_is_named(n, "memory") ||
		    plan_leaves_out(plan, n))
			continue;
		if (system->device_tree && system->device_tree->from.n == FROM_FIRMWARE)
			refuse_name(diags, h, n,
				    "U-Boot's fdt command renames no node: let xendtc write "
				    "the tree, and leave 'from' out");
		else if (is_named_by_guest(partials, n))
			refuse_name(diags, h, n,
				    "a guest gets a device of that path: rename the node in "
				    "the base tree, and where the guest asks for it");
		else
			rename_node(diags, h, plan, n);
	}
}

/* Second part: RAM. */

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
	if (!j->host.base)
		return;
	check_memory_of_tree(&j->diags, &j->host, j->system, &j->plan);
	if (!xen_since(&j->host, VERSION(4, 20)))
		rename_below(&j->diags, &j->host, j->system, &j->plan, j->partials,
			     j->host.base->root);
}
