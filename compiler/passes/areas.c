/* SPDX-License-Identifier: BSD-2-Clause */
/* What board and base tree say of memory becomes areas of the plan. */
#include "passes/areas.h"

#include <inttypes.h>

struct area *area_add(struct plan *plan, enum area_kind kind, struct range r,
		      const char *what, struct loc at)
{
	struct area *a = NEW(plan->arena, struct area), **p = &plan->areas;

	a->kind = kind;
	a->range = r;
	a->what = what;
	a->at = at;
	while (*p && (*p)->range.start <= r.start)
		p = &(*p)->next;
	a->next = *p;
	*p = a;
	return a;
}

static void collect_banks(const struct host *h, struct plan *plan)
{
	size_t n = 0;
	struct range *banks;

	for (struct object *o = &h->size->banks->o; o; o = o->next)
		n++;
	banks = arena_alloc(h->arena, n * sizeof(*banks));
	plan->banks = banks;
	for (struct object *o = &h->size->banks->o; o; o = o->next) {
		const struct bank *b = (const struct bank *)o;

		banks[plan->bank_count++] = range_at(b->start.n, b->size.n);
	}
}

static void reserve_for_board(struct plan *plan, const struct bank *b)
{
	for (; b; b = NEXT(b))
		area_add(plan, AREA_BOARD, range_at(b->start.n, b->size.n), b->what.text,
			 b->start.at)
			->until_boot = b->life.n == LIFE_BOOT;
}

static void reserve_node(const struct host *h, struct plan *plan, const struct dt_node *n)
{
	uint64_t start, size;

	for (size_t i = 0; dt_enabled(n) && dt_reg(n, i, &start, &size); i++)
		if (size)
			area_add(plan, AREA_RESERVED, range_at(start, size),
				 dt_path(h->arena, n), h->tree_at);
}

/* Makes areas of what every node below /reserved-memory has in its reg, at any depth, as
 * Xen reads them (xen/common/device-tree/bootinfo-fdt.c, process_reserved_memory()). */
static void reserve_for_tree(const struct host *h, struct plan *plan)
{
	const struct dt_node *n = dt_find(h->base, "/reserved-memory");
	const struct dt_node *end = n ? dt_next_skipping(n) : NULL;

	for (const struct dt_reserve *r = h->base->reserves; r; r = r->next)
		area_add(plan, AREA_RESERVED, r->range, "/memreserve/", h->tree_at);
	for (n = n ? dt_next(n) : NULL; n != end; n = dt_next(n))
		reserve_node(h, plan, n);
}

bool area_in_ram(const struct plan *plan, struct range r)
{
	for (size_t i = 0; i < plan->bank_count; i++)
		if (range_inside(r, plan->banks[i]))
			return true;
	return false;
}

bool area_next_gap(struct gaps *g, struct range *gap)
{
	while (g->rest.start < g->rest.end) {
		const struct area *a = g->next;

		*gap = g->rest;
		if (a && a->range.start < gap->end) {
			g->next = a->next;
			if (g->is_free && g->is_free(a, g->who))
				continue;
			gap->end = a->range.start;
			if (g->rest.start < a->range.end)
				g->rest.start = a->range.end;
		} else {
			g->rest.start = g->rest.end;
		}
		if (gap->start < gap->end)
			return true;
	}
	return false;
}

const char *area_show(struct arena *a, struct range r)
{
	return arena_printf(a, "[0x%08" PRIx64 ", 0x%08" PRIx64 ")", r.start, r.end);
}

void area_note(struct diag *g, const struct area *other)
{
	static const char *const origins[] = {
		[AREA_LOAD] = "is placed here",
		[AREA_SCRIPT] = "is loaded here",
		[AREA_CLAIM] = "is placed here",
		[AREA_BOARD] = "is the board's",
		[AREA_RESERVED] = "is reserved by this tree",
	};

	if (other->at.src)
		diag_note(g, other->at, "%s %s", other->what, origins[other->kind]);
}

struct diag *area_report_overlap(struct diags *diags, const char *what, struct loc at,
				 struct range r, const struct area *other)
{
	struct diag *g = diag(diags, E0401, at, "%s %s overlaps %s %s", what,
			      area_show(diags->arena, r), other->what,
			      area_show(diags->arena, other->range));

	area_note(g, other);
	return g;
}

struct diag *area_report_outside(struct diags *diags, const struct host *h,
				 const char *what, struct loc at, struct range r)
{
	struct diag *g =
		diag(diags, E0402, at, "%s %s is not inside the RAM of this board", what,
		     area_show(h->arena, r));

	struct text banks = { .arena = h->arena };

	for (const struct bank *b = h->size->banks; b; b = NEXT(b))
		text_add(&banks, "%s%s", banks.len ? ", " : "",
			 area_show(h->arena, range_at(b->start.n, b->size.n)));
	diag_help(g, "RAM with %s: %s", h->size->o.name, banks.data);
	return g;
}

/* Where bootefi puts its copy of the tree: 127 MiB above the start of RAM, whatever is
 * there, with 12 KiB behind it (U-Boot cmd/bootefi.c, copy_fdt(); before 2024.10 EFI does
 * not know what was loaded). */
#define EFI_TREE_OFFSET 0x7f00000
#define EFI_TREE_ROOM 0x3000

static void reserve_for_efi(struct plan *plan, const struct system *system)
{
	uint64_t start = plan->banks[0].start + EFI_TREE_OFFSET;
	uint64_t size = round_up(plan->tree->span + EFI_TREE_ROOM, PAGE_SIZE_4K);

	area_add(plan, AREA_SCRIPT, range_at(start, size), "bootefi's copy of the tree",
		 system->boot->command.at);
}

void areas_collect(const struct layout *y)
{
	collect_banks(y->host, y->plan);
	reserve_for_board(y->plan, y->host->board->reserved);
	reserve_for_board(y->plan, y->host->size->reserved);
	if (y->host->base)
		reserve_for_tree(y->host, y->plan);
	if (boot_command(y->system) == BOOT_BOOTEFI)
		reserve_for_efi(y->plan, y->system);
}
