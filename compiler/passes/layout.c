/* SPDX-License-Identifier: BSD-2-Clause */
/* Sizes become addresses: what is fixed is checked, what is not is placed around it. */
#include <assert.h>
#include <inttypes.h>
#include <stdlib.h>

#include "job.h"

static struct area *add_area(struct job *j, enum area_kind kind, struct range r,
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

	for (struct object *o = &j->size->banks->o; o; o = o->next)
		n++;
	banks = arena_alloc(j->arena, n * sizeof(*banks));
	j->plan.banks = banks;
	for (struct object *o = &j->size->banks->o; o; o = o->next) {
		const struct bank *b = (const struct bank *)o;

		banks[j->plan.bank_count++] = range_at(b->start.n, b->size.n);
	}
}

static void reserve_for_board(struct job *j, const struct bank *b)
{
	for (; b; b = (const struct bank *)b->o.next)
		add_area(j, AREA_BOARD, range_at(b->start.n, b->size.n), b->what.text,
			 b->start.at)->until_boot = b->life.n == LIFE_BOOT;
}

static void reserve_node(struct job *j, const struct dt_node *n)
{
	uint64_t start, size;

	for (size_t i = 0; dt_enabled(n) && dt_reg(n, i, &start, &size); i++)
		if (size)
			add_area(j, AREA_RESERVED, range_at(start, size),
				 dt_path(j->arena, n), j->tree_at);
}

/* Every node below /reserved-memory with a reg, whatever its depth, as Xen reads them
 * (xen/common/device-tree/bootinfo-fdt.c, process_reserved_memory()). */
static void reserve_for_tree(struct job *j)
{
	const struct dt_node *n = dt_find(j->base, "/reserved-memory");
	const struct dt_node *end = n ? dt_next_skipping(n) : NULL;

	for (const struct dt_reserve *r = j->base->reserves; r; r = r->next)
		add_area(j, AREA_RESERVED, r->range, "/memreserve/", j->tree_at);
	for (n = n ? dt_next(n) : NULL; n != end; n = dt_next(n))
		reserve_node(j, n);
}

static void reserve_script(struct job *j)
{
	const struct boot *b = j->system->boot;
	struct loc at = b && b->script_address.text ? b->script_address.at : loc_none();

	add_area(j, AREA_SCRIPT, range_at(j->plan.script_address, j->plan.script_room),
		 "boot2.scr", at);
}

static struct range load_range(const struct load *l)
{
	return range_at(l->start, l->span ? l->span : 1);
}

static uint64_t loadable_end(const struct job *j)
{
	return j->size->loadable_end.text ? j->size->loadable_end.n
					  : j->board->boot->loadable_end.n;
}

static bool is_free(const struct job *j, struct range r)
{
	for (const struct area *a = j->plan.areas; a; a = a->next)
		if (range_overlaps(a->range, r))
			return false;
	return r.end <= loadable_end(j);
}

/* The lowest free place in a window. Only the window's start and the ends of areas can
 * begin a gap. */
static bool place_in_window(const struct job *j, const struct load *l, struct range window,
			    uint64_t *best)
{
	uint64_t start = round_up(window.start, l->align);
	const struct area *a = j->plan.areas;
	bool found = false;

	for (;;) {
		struct range r = range_at(start, l->span ? l->span : 1);

		if (r.end <= window.end && start >= window.start && is_free(j, r) &&
		    (!found || start < *best)) {
			*best = start;
			found = true;
		}
		if (!a)
			return found;
		start = round_up(a->range.end > window.start ? a->range.end : window.start,
				 l->align);
		a = a->next;
	}
}

/* Where a load could go, by the order of the board's windows; *window says in which. */
static bool find_place(const struct job *j, const struct load *l, uint64_t *start,
		       const struct bank **window)
{
	const struct bank *w = j->board->windows;

	for (; w; w = (const struct bank *)w->o.next) {
		*window = w;
		if (place_in_window(j, l, range_at(w->start.n, w->size.n), start))
			return true;
	}
	return false;
}

static uint64_t distance(uint64_t a, uint64_t b)
{
	return a > b ? a - b : b - a;
}

static void consider(const struct job *j, const struct load *l, uint64_t start,
		     uint64_t *best, bool *found)
{
	const struct bank *w = j->board->windows;
	struct range r = range_at(start, l->span ? l->span : 1);

	while (w && !range_inside(r, range_at(w->start.n, w->size.n)))
		w = (const struct bank *)w->o.next;
	if (!w || !is_free(j, r) ||
	    (*found && distance(start, l->start) >= distance(*best, l->start)))
		return;
	*best = start;
	*found = true;
}

/* The free place that is nearest to the one that was asked for. A gap begins at the end of
 * an area or at the start of a window, and ends likewise. */
static bool find_nearest(const struct job *j, const struct load *l, uint64_t *best)
{
	bool found = false;

	consider(j, l, round_up(l->start, l->align), best, &found);
	for (const struct bank *w = j->board->windows; w; w = (const struct bank *)w->o.next) {
		uint64_t end = w->start.n + w->size.n;

		consider(j, l, round_up(w->start.n, l->align), best, &found);
		consider(j, l, round_down(end - l->span, l->align), best, &found);
	}
	for (const struct area *a = j->plan.areas; a; a = a->next) {
		consider(j, l, round_up(a->range.end, l->align), best, &found);
		consider(j, l, round_down(a->range.start - l->span, l->align), best, &found);
	}
	return found;
}

static void help_with_place(struct job *j, struct diag *g, const struct load *l)
{
	uint64_t start;

	if (find_nearest(j, l, &start))
		diag_help(&j->diags, g, "leave 'address' out and xendtc finds room, or use 0x%"
			  PRIx64, start);
	else
		diag_help(&j->diags, g, "no gap is large enough for it; make something smaller");
}

static const char *show_range(struct job *j, struct range r)
{
	return arena_printf(j->arena, "[0x%08" PRIx64 ", 0x%08" PRIx64 ")", r.start, r.end);
}

static void note_other(struct job *j, struct diag *g, const struct area *other)
{
	static const char *const origins[] = {
		[AREA_LOAD] = "is placed here", [AREA_SCRIPT] = "is loaded here",
		[AREA_CLAIM] = "is placed here",
		[AREA_BOARD] = "is the board's", [AREA_RESERVED] = "is reserved by this tree",
	};

	if (other->at.src)
		diag_note(&j->diags, g, other->at, "%s %s", other->what, origins[other->kind]);
}

static bool is_shared_gzip(const struct load *l, const struct area *other)
{
	return other->kind == AREA_LOAD && l->file && l->file == other->load->file &&
	       file_is_packed(l->file) && l->role == ROLE_KERNEL;
}

static struct diag *overlap(struct job *j, const char *what, struct loc at, struct range r,
			    const struct area *other)
{
	struct diag *g = diag(&j->diags, E0401, at, "%s %s overlaps %s %s", what,
			      show_range(j, r), other->what, show_range(j, other->range));

	note_other(j, g, other);
	return g;
}

static bool report_overlap(struct job *j, const struct load *l, const struct area *other)
{
	struct diag *g;

	if (is_shared_gzip(l, other)) {
		g = diag(&j->diags, E0802, l->fixed, "%s and %s cannot share one copy of '%s': Xen "
			 "unpacks a gzip kernel in place, and the second domain finds nothing",
			 l->what, other->what, l->name);
		note_other(j, g, other);
		diag_help(&j->diags, g, "leave 'address' out and it is loaded twice, or use an "
			  "uncompressed kernel");
		return false;
	}
	g = overlap(j, l->what, l->fixed, load_range(l), other);
	help_with_place(j, g, l);
	return false;
}

static bool in_ram(const struct job *j, struct range r)
{
	for (size_t i = 0; i < j->plan.bank_count; i++)
		if (range_inside(r, j->plan.banks[i]))
			return true;
	return false;
}

static struct diag *outside(struct job *j, const char *what, struct loc at, struct range r)
{
	struct diag *g = diag(&j->diags, E0402, at, "%s %s is not inside the RAM of this board",
			      what, show_range(j, r));

	for (size_t i = 0; i < j->plan.bank_count; i++)
		diag_help(&j->diags, g, "RAM with %s: %s", j->size->o.name,
			  show_range(j, j->plan.banks[i]));
	return g;
}

static bool check_in_ram(struct job *j, const struct load *l)
{
	struct range r = load_range(l);
	struct diag *g;

	if (!in_ram(j, r)) {
		g = outside(j, l->what, l->fixed, r);
	} else if (r.end > loadable_end(j)) {
		g = diag(&j->diags, E0404, l->fixed, "U-Boot on this board loads nothing above 0x%"
			 PRIx64 ", and %s would end at 0x%" PRIx64, loadable_end(j), l->what,
			 r.end);
	} else {
		return true;
	}
	help_with_place(j, g, l);
	return false;
}

/* What reads the bytes: booti moves Xen up to the next 2 MiB boundary over whatever is
 * there (U-Boot arch/arm/lib/image.c), and Xen refuses a tree that is not aligned to
 * 8 bytes (xen/arch/arm/mmu/setup.c). Other modules may stand anywhere. */
static bool check_alignment(struct job *j, const struct load *l)
{
	struct diag *g;

	if (l->role == ROLE_XEN && l->start % l->align)
		g = diag(&j->diags, E0403, l->fixed, "Xen at 0x%" PRIx64 " is not on a 2 MiB "
			 "boundary; booti would move it to 0x%" PRIx64, l->start,
			 round_up(l->start, l->align));
	else if (l->role == ROLE_DEVICE_TREE && l->start % l->align)
		g = diag(&j->diags, E0403, l->fixed, "the device tree at 0x%" PRIx64 " is not on an "
			 "8-byte boundary; Xen would not start", l->start);
	else
		return true;
	help_with_place(j, g, l);
	return false;
}

static void place(struct job *j, const struct load *l)
{
	add_area(j, AREA_LOAD, load_range(l), l->what, l->fixed)->load = l;
}

/* Of two loads, the one that comes later in the script is the one to move. */
static bool comes_before(const struct load *a, const struct load *b)
{
	for (; a; a = a->next)
		if (a == b)
			return true;
	return false;
}

/* One reservation is reason enough to move, and none is needed outside RAM. */
static bool check_fixed(struct job *j, const struct load *l)
{
	bool ok = check_in_ram(j, l), said = !ok;

	for (const struct area *a = j->plan.areas; a; a = a->next) {
		bool reserved = a->kind == AREA_BOARD || a->kind == AREA_RESERVED;

		if (!range_overlaps(a->range, load_range(l)) || a->kind == AREA_CLAIM ||
		    (a->load && comes_before(l, a->load)) || (reserved && said))
			continue;
		ok = report_overlap(j, l, a);
		said |= reserved;
	}
	return check_alignment(j, l) && ok;
}

static bool place_automatic(struct job *j, struct load *l)
{
	const struct bank *w;
	struct diag *g;

	if (!find_place(j, l, &l->start, &w)) {
		g = diag(&j->diags, E0405, l->at, "no room for %s (%s)", l->what,
			 number_show(j->arena, l->span));
		diag_help(&j->diags, g, "`xendtc map` shows what takes the memory; compress "
			  "ramdisks and kernels, or share files between domains");
		return false;
	}
	if (w->remark.text)
		diag(&j->diags, W0406, l->at, "%s had to be placed at 0x%" PRIx64 ": %s", l->what,
		     l->start, w->remark.text);
	place(j, l);
	return true;
}

static bool check_script(struct job *j)
{
	const struct boot *b = j->system->boot;
	struct range r = range_at(j->plan.script_address, j->plan.script_room);
	bool ok = true;
	struct diag *g;

	if (!b || !b->script_address.text)
		return true;
	if (!in_ram(j, r) || r.end > loadable_end(j)) {
		diag(&j->diags, E0402, b->script_address.at, "boot2.scr %s is not in RAM where "
		     "U-Boot can load it", show_range(j, r));
		ok = false;
	}
	for (const struct area *a = j->plan.areas; a; a = a->next) {
		if (a->kind == AREA_SCRIPT || !range_overlaps(a->range, r))
			continue;
		g = overlap(j, "boot2.scr", b->script_address.at, r, a);
		diag_help(&j->diags, g, "leave 'script-address' out: the board's is 0x%" PRIx64,
			  j->board->boot->script_address.n);
		ok = false;
	}
	return ok;
}

static struct range claim_range(const struct claim *c)
{
	return range_at(c->start, c->size);
}

static void place_claim(struct job *j, const struct claim *c)
{
	add_area(j, AREA_CLAIM, claim_range(c), c->what, c->fixed)->claim = c;
}

/* Xen uses its memory when U-Boot is gone. */
static bool disturbs(const struct area *a, struct range r)
{
	return !a->until_boot && a->kind != AREA_SCRIPT && range_overlaps(a->range, r);
}

static bool claim_comes_before(const struct claim *a, const struct claim *b)
{
	for (; a; a = a->next)
		if (a == b)
			return true;
	return false;
}

static bool check_claim(struct job *j, const struct claim *c)
{
	bool ok = in_ram(j, claim_range(c));

	if (!ok)
		outside(j, c->what, c->fixed, claim_range(c));
	for (const struct area *a = j->plan.areas; a; a = a->next) {
		if (!disturbs(a, claim_range(c)) ||
		    (a->claim && claim_comes_before(c, a->claim)))
			continue;
		overlap(j, c->what, c->fixed, claim_range(c), a);
		ok = false;
	}
	return ok;
}

static bool claim_fits(const struct job *j, const struct claim *c, uint64_t start)
{
	struct range r = range_at(start, c->size);

	for (const struct area *a = j->plan.areas; a; a = a->next)
		if (disturbs(a, r))
			return false;
	return r.end <= c->limit && in_ram(j, r);
}

/* As high as possible: low memory is what devices reach by DMA. A gap ends at the end of a
 * bank, at the start of an area, or at the limit. */
static bool try_below(const struct job *j, struct claim *c, uint64_t end, bool found)
{
	uint64_t start = end >= c->size ? round_down(end - c->size, c->align) : UINT64_MAX;

	if (start == UINT64_MAX || !claim_fits(j, c, start) || (found && start < c->start))
		return found;
	c->start = start;
	return true;
}

static bool place_claim_automatic(struct job *j, struct claim *c)
{
	bool found = try_below(j, c, c->limit, false);
	struct diag *g;

	for (size_t i = 0; i < j->plan.bank_count; i++)
		found = try_below(j, c, j->plan.banks[i].end, found);
	for (const struct area *a = j->plan.areas; a; a = a->next)
		found = try_below(j, c, a->range.start, found);
	if (found) {
		place_claim(j, c);
		return true;
	}
	g = diag(&j->diags, E0405, c->at, "no room for %s (%s in one piece%s)", c->what,
		 number_show(j->arena, c->size),
		 c->limit == UINT64_MAX ? "" : ", where devices reach it");
	diag_help(&j->diags, g, "`xendtc map` shows what takes the memory; give a list of smaller "
		  "ranges instead");
	return false;
}

static bool place_claims(struct job *j)
{
	bool ok = true;

	for (const struct claim *c = j->plan.claims; c; c = c->next)
		if (c->fixed.src)
			ok &= check_claim(j, c);
	for (struct claim *c = j->plan.claims; c && !j->diags.errors; c = c->next)
		if (!c->fixed.src)
			ok &= place_claim_automatic(j, c);
	return ok;
}

/* The largest file that TFTP's 16-bit block numbers count with U-Boot's blocks of 1468
 * bytes (U-Boot net/tftp.c); beyond that the server has to let them roll over. */
#define TFTP_MAX ((uint64_t)65535 * 1468)

static void check_tftp(struct job *j, const struct load *l)
{
	if (j->plan.tftp && l->size > TFTP_MAX)
		diag(&j->diags, W0407, l->at, "'%s' is larger than %" PRIu64 " bytes: the TFTP server "
		     "must let block numbers roll over (tftpd-hpa does)", l->name, TFTP_MAX);
}

bool layout(struct job *j)
{
	bool ok;

	collect_banks(j);
	reserve_for_board(j, j->board->reserved);
	reserve_for_board(j, j->size->reserved);
	if (j->base)
		reserve_for_tree(j);
	ok = check_script(j);
	reserve_script(j);
	for (struct load *l = j->plan.loads; l; l = l->next) {
		check_tftp(j, l);
		if (l->fixed.src)
			place(j, l);
	}
	for (const struct claim *c = j->plan.claims; c; c = c->next)
		if (c->fixed.src)
			place_claim(j, c);
	for (const struct load *l = j->plan.loads; l; l = l->next)
		if (l->fixed.src)
			ok &= check_fixed(j, l);
	for (struct load *l = j->plan.loads; l && !j->diags.errors; l = l->next)
		if (!l->fixed.src)
			ok &= place_automatic(j, l);
	return place_claims(j) && ok;
}
