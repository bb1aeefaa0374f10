/* SPDX-License-Identifier: BSD-2-Clause */
/* What board and base tree say of memory becomes areas of the plan. */
#include "passes/areas.h"

#include <inttypes.h>

struct area *area_add(struct job *j, enum area_kind kind, struct range r,
			     const char *what, struct loc at)
{
	struct area *a = NEW(j->arena, struct area), **p = &j->plan.areas;

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

static void collect_banks(struct job *j)
{
	size_t n = 0;
	struct range *banks;

	for (struct object *o = &j->host.size->banks->o; o; o = o->next)
		n++;
	banks = arena_alloc(j->arena, n * sizeof(*banks));
	j->plan.banks = banks;
	for (struct object *o = &j->host.size->banks->o; o; o = o->next) {
		const struct bank *b = (const struct bank *)o;

		banks[j->plan.bank_count++] = range_at(b->start.n, b->size.n);
	}
}

static void reserve_for_board(struct job *j, const struct bank *b)
{
	for (; b; b = NEXT(b))
		area_add(j, AREA_BOARD, range_at(b->start.n, b->size.n), b->what.text,
			 b->start.at)->until_boot = b->life.n == LIFE_BOOT;
}

static void reserve_node(struct job *j, const struct dt_node *n)
{
	uint64_t start, size;

	for (size_t i = 0; dt_enabled(n) && dt_reg(n, i, &start, &size); i++)
		if (size)
			area_add(j, AREA_RESERVED, range_at(start, size),
				 dt_path(j->arena, n), j->host.tree_at);
}

/* Every node below /reserved-memory with a reg, whatever its depth, as Xen reads them
 * (xen/common/device-tree/bootinfo-fdt.c, process_reserved_memory()). */
static void reserve_for_tree(struct job *j)
{
	const struct dt_node *n = dt_find(j->host.base, "/reserved-memory");
	const struct dt_node *end = n ? dt_next_skipping(n) : NULL;

	for (const struct dt_reserve *r = j->host.base->reserves; r; r = r->next)
		area_add(j, AREA_RESERVED, r->range, "/memreserve/", j->host.tree_at);
	for (n = n ? dt_next(n) : NULL; n != end; n = dt_next(n))
		reserve_node(j, n);
}

bool area_in_ram(const struct job *j, struct range r)
{
	for (size_t i = 0; i < j->plan.bank_count; i++)
		if (range_inside(r, j->plan.banks[i]))
			return true;
	return false;
}

const char *area_show(struct job *j, struct range r)
{
	return arena_printf(j->arena, "[0x%08" PRIx64 ", 0x%08" PRIx64 ")", r.start,
			    r.end);
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

struct diag *area_report_overlap(struct job *j, const char *what, struct loc at,
				 struct range r, const struct area *other)
{
	struct diag *g = diag(&j->diags, E0401, at, "%s %s overlaps %s %s", what,
			      area_show(j, r), other->what, area_show(j, other->range));

	area_note(g, other);
	return g;
}

struct diag *area_report_outside(struct job *j, const char *what, struct loc at,
				 struct range r)
{
	struct diag *g =
		diag(&j->diags, E0402, at, "%s %s is not inside the RAM of this board",
		     what, area_show(j, r));

	for (size_t i = 0; i < j->plan.bank_count; i++)
		diag_help(g, "RAM with %s: %s", j->host.size->o.name,
			  area_show(j, j->plan.banks[i]));
	return g;
}

/* bootefi copies the tree to 127 MiB above the start of RAM, whatever is there, and leaves
 * 12 KiB behind it (U-Boot cmd/bootefi.c, copy_fdt(); before 2024.10 EFI does not know
 * what was loaded). */
#define EFI_TREE_OFFSET 0x7f00000
#define EFI_TREE_ROOM 0x3000

static void reserve_for_efi(struct job *j)
{
	uint64_t start = j->plan.banks[0].start + EFI_TREE_OFFSET;
	uint64_t size = round_up(j->plan.tree->span + EFI_TREE_ROOM, PAGE_SIZE_4K);

	area_add(j, AREA_SCRIPT, range_at(start, size), "bootefi's copy of the tree",
		 j->system->boot->command.at);
}

void areas_collect(struct job *j)
{
	collect_banks(j);
	reserve_for_board(j, j->host.board->reserved);
	reserve_for_board(j, j->host.size->reserved);
	if (j->host.base)
		reserve_for_tree(j);
	if (boot_command(j->system) == BOOT_BOOTEFI)
		reserve_for_efi(j);
}
