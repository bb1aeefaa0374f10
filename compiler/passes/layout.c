/* SPDX-License-Identifier: BSD-2-Clause */
/* Sizes become addresses: what is fixed is checked, what is not is placed around it. */
#include <inttypes.h>

#include "passes/areas.h"
#include "passes/passes.h"

/* U-Boot runs a copy of a script (common/cli.c, run_command_list()). */
static void reserve_script(struct plan *plan, const struct system *system)
{
	const struct boot *b = system->boot;
	struct loc at = b->script_address.text ? b->script_address.at : loc_none();

	area_add(plan, AREA_SCRIPT, range_at(plan->script_address, plan->script_room),
		 "boot2.scr", at)
		->copied = true;
}

static struct range load_range(const struct load *l)
{
	return range_at(l->start, l->span ? l->span : 1);
}

static uint64_t loadable_end(const struct job *j)
{
	return j->host.size->loadable_end.text ? j->host.size->loadable_end.n
					  : j->host.board->boot->loadable_end.n;
}

/* Xen takes address 0 for no tree (xen/arch/arm/mmu/setup.c, early_fdt_map()). */
static bool is_usable(const struct load *l, uint64_t start)
{
	return start || l->role != ROLE_DEVICE_TREE;
}

static bool is_free(const struct job *j, struct range r)
{
	for (const struct area *a = j->plan.areas; a; a = a->next)
		if (range_overlaps(a->range, r))
			return false;
	return r.end <= loadable_end(j);
}

/* The next place for the load; what runs is aligned, not the header before it. */
static uint64_t aligned_up(const struct load *l, uint64_t start)
{
	uint64_t at = round_up(start + l->lead, l->align) - l->lead;

	return is_usable(l, at) ? at : l->align;
}

static uint64_t aligned_down(const struct load *l, uint64_t start)
{
	return round_down(start + l->lead, l->align) - l->lead;
}

/* The lowest free place in a window. Only the window's start and the ends of areas can
 * begin a gap. */
static bool place_in_window(const struct job *j, const struct load *l,
			    struct range window, uint64_t *best)
{
	uint64_t start = aligned_up(l, window.start);
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
		start = aligned_up(l, a->range.end > window.start ? a->range.end
								  : window.start);
		a = a->next;
	}
}

/* Where a load could go, by the order of the board's windows; *window says in which. */
static bool find_place(const struct job *j, const struct load *l, uint64_t *start,
		       const struct bank **window)
{
	const struct bank *w = j->host.board->windows;

	for (; w; w = NEXT(w)) {
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
	const struct bank *w = j->host.board->windows;
	struct range r = range_at(start, l->span ? l->span : 1);

	while (w && !range_inside(r, range_at(w->start.n, w->size.n)))
		w = NEXT(w);
	if (!w || !is_free(j, r) || !is_usable(l, start) ||
	    (*found && distance(start, l->start) >= distance(*best, l->start)))
		return;
	*best = start;
	*found = true;
}

/* The free place that is nearest to the one that was asked for. A gap begins at the end
 * of an area or at the start of a window, and ends likewise. */
static bool find_nearest(const struct job *j, const struct load *l, uint64_t *best)
{
	bool found = false;

	consider(j, l, aligned_up(l, l->start), best, &found);
	for (const struct bank *w = j->host.board->windows; w; w = NEXT(w)) {
		uint64_t end = w->start.n + w->size.n;

		consider(j, l, aligned_up(l, w->start.n), best, &found);
		consider(j, l, aligned_down(l, end - l->span), best, &found);
	}
	for (const struct area *a = j->plan.areas; a; a = a->next) {
		consider(j, l, aligned_up(l, a->range.end), best, &found);
		consider(j, l, aligned_down(l, a->range.start - l->span), best, &found);
	}
	return found;
}

static void help_with_place(struct job *j, struct diag *g, const struct load *l)
{
	uint64_t start;

	if (find_nearest(j, l, &start))
		diag_help(g,
			  "leave 'address' out and xendtc finds room, or use 0x%" PRIx64,
			  start + l->lead);
	else
		diag_help(g,
			  "no gap is large enough for it; make something smaller");
}

static bool is_shared_gzip(const struct load *l, const struct area *other)
{
	return other->kind == AREA_LOAD && l->file && l->file == other->load->file &&
	       file_is_packed(l->file) && l->role == ROLE_KERNEL;
}

static bool report_overlap(struct job *j, const struct load *l, const struct area *other)
{
	struct diag *g;

	if (is_shared_gzip(l, other)) {
		g = diag(&j->diags, E0802, l->fixed,
			 "%s and %s cannot share one copy of '%s': Xen "
			 "unpacks a gzip kernel in place, and the second domain finds "
			 "nothing",
			 l->what, other->what, l->name);
		area_note(g, other);
		diag_help(g,
			  "leave 'address' out and it is loaded twice, or use an "
			  "uncompressed kernel");
		return false;
	}
	g = area_report_overlap(&j->diags, l->what, l->fixed, load_range(l), other);
	help_with_place(j, g, l);
	return false;
}

static bool check_in_ram(struct job *j, const struct load *l)
{
	struct range r = load_range(l);
	struct diag *g;

	if (!area_in_ram(&j->plan, r)) {
		g = area_report_outside(&j->diags, &j->host, l->what, l->fixed, r);
	} else if (r.end > loadable_end(j)) {
		g = diag(&j->diags, E0404, l->fixed,
			 "U-Boot on this board loads nothing above 0x%" PRIx64
			 ", and %s would end at 0x%" PRIx64,
			 loadable_end(j), l->what, r.end);
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
	uint64_t start = l->start + l->lead;
	struct diag *g;

	if (l->role == ROLE_XEN && start % l->align)
		g = diag(&j->diags, E0403, l->fixed,
			 "Xen at 0x%" PRIx64 " is not on a 2 MiB "
			 "boundary; booti would move it to 0x%" PRIx64,
			 start, round_up(start, l->align));
	else if (l->role == ROLE_DEVICE_TREE && l->start % l->align)
		g = diag(&j->diags, E0403, l->fixed,
			 "the device tree at 0x%" PRIx64 " is not on an "
			 "8-byte boundary; Xen would not start",
			 l->start);
	else if (l->lead && start > UINT32_MAX)
		g = diag(&j->diags, E0910, l->fixed,
			 "Xen at 0x%" PRIx64 " is above 4 GiB, which the header of a "
			 "uImage cannot say", start);
	else if (!is_usable(l, l->start))
		g = diag(&j->diags, E0420, l->fixed,
			 "the device tree cannot be at address 0: Xen takes that for "
			 "none");
	else
		return true;
	help_with_place(j, g, l);
	return false;
}

static void place(struct job *j, const struct load *l)
{
	area_add(&j->plan, AREA_LOAD, load_range(l), l->what, l->fixed)->load = l;
}

/* Of two loads, the one that comes later in the script is the one to move. */
static bool comes_before(const struct load *a, const struct load *b)
{
	for (; a; a = a->next)
		if (a == b)
			return true;
	return false;
}

static void warn_over_script(struct job *j, const struct load *l, const struct area *script)
{
	struct diag *g;

	if (!j->plan.place.tftp)
		return;
	g = diag(&j->diags, W0408, l->fixed, "%s %s overwrites %s %s while that runs",
		 l->what, area_show(j->arena, load_range(l)), script->what,
		 area_show(j->arena, script->range));
	area_note(g, script);
	help_with_place(j, g, l);
}

/* Reports one overlap with reserved memory at most, and none for a load outside RAM: one
 * reason to move it is enough. */
static bool check_fixed(struct job *j, const struct load *l)
{
	bool ok = check_in_ram(j, l), said = !ok;

	for (const struct area *a = j->plan.areas; a; a = a->next) {
		bool reserved = a->kind == AREA_BOARD || a->kind == AREA_RESERVED;

		if (!range_overlaps(a->range, load_range(l)) || a->kind == AREA_CLAIM ||
		    (a->load && comes_before(l, a->load)) || (reserved && said))
			continue;
		if (a->copied) {
			warn_over_script(j, l, a);
			continue;
		}
		ok = report_overlap(j, l, a);
		said |= reserved;
	}
	return check_alignment(j, l) && ok;
}

static void place_automatic(struct job *j, struct load *l)
{
	const struct bank *w;
	struct diag *g;

	if (!find_place(j, l, &l->start, &w)) {
		g = diag(&j->diags, E0405, l->at, "no room for %s (%s)", l->what,
			 number_show(j->arena, l->span));
		diag_help(g,
			  "`xendtc map` shows what takes the memory; compress "
			  "ramdisks and kernels, or share files between domains");
		return;
	}
	if (w->remark.text)
		diag(&j->diags, W0406, l->at, "%s had to be placed at 0x%" PRIx64 ": %s",
		     l->what, l->start, w->remark.text);
	place(j, l);
}

static void check_script(struct job *j)
{
	const struct boot *b = j->system->boot;
	struct range r = range_at(j->plan.script_address, j->plan.script_room);
	struct diag *g;

	if (!b->script_address.text || j->plan.fit)
		return;
	if (!area_in_ram(&j->plan, r) || r.end > loadable_end(j)) {
		diag(&j->diags, E0402, b->script_address.at,
		     "boot2.scr %s is not in RAM where "
		     "U-Boot can load it",
		     area_show(j->arena, r));
	}
	for (const struct area *a = j->plan.areas; a; a = a->next) {
		if (a->kind == AREA_SCRIPT || !range_overlaps(a->range, r))
			continue;
		g = area_report_overlap(&j->diags, "boot2.scr", b->script_address.at, r,
					a);
		diag_help(g,
			  "leave 'script-address' out: the board's is 0x%" PRIx64,
			  j->host.board->boot->script_address.n);
	}
}

#define SCRATCH_SIZE 8

/* Where the script keeps a checksum must not be in a file: to check one file would damage the
 * other. The board has a place for it, which fixed addresses may take. */
static void place_scratch(struct job *j)
{
	const struct load word = { .span = SCRATCH_SIZE, .align = SCRATCH_SIZE };
	const struct bank *window;
	uint64_t start;

	if (!is_free(j, range_at(j->plan.scratch, SCRATCH_SIZE)) &&
	    find_place(j, &word, &start, &window))
		j->plan.scratch = start;
}

/* How large boot2.scr may be, bytes. It runs as a copy that U-Boot makes of it, so that beyond
 * its room it may lie where other files are loaded later; but U-Boot must be able to load it. */
static uint64_t script_limit(const struct job *j)
{
	uint64_t start = j->plan.script_address, end = start;

	if (!j->plan.place.tftp)
		return UINT64_MAX;
	for (size_t i = 0; i < j->plan.bank_count; i++)
		if (j->plan.banks[i].start <= start && start < j->plan.banks[i].end)
			end = j->plan.banks[i].end;
	if (end > loadable_end(j))
		end = loadable_end(j);
	for (const struct area *a = j->plan.areas; a; a = a->next)
		if ((a->kind == AREA_BOARD || a->kind == AREA_RESERVED) &&
		    a->range.end > start && a->range.start < end)
			end = a->range.start;
	return end > start + j->plan.script_room ? end - start : j->plan.script_room;
}

static void limit_script(struct job *j)
{
	const struct boot *b = j->system->boot;

	j->plan.script_limit = script_limit(j);
	j->plan.script_at = b->script_address.text ? b->script_address.at
							: j->system->o.at;
}

/* The largest file that TFTP's 16-bit block numbers count with U-Boot's blocks of 1468
 * bytes (U-Boot net/tftp.c); beyond that the server has to let them roll over. */
#define TFTP_MAX ((uint64_t)65535 * 1468)

static void check_tftp(struct diags *diags, const struct load *l)
{
	if (l->place.tftp && l->size > TFTP_MAX)
		diag(diags, W0407, l->at,
		     "'%s' is larger than %" PRIu64 " bytes: the TFTP server "
		     "must let block numbers roll over (tftpd-hpa does)",
		     l->name, TFTP_MAX);
}

/* Addresses at which Xen can switch its MMU on since 4.18
 * (xen/arch/arm/arm64/mmu/mm.c, prepare_boot_identity_mapping()). */
static void check_xen(struct job *j)
{
	uint64_t end = xen_since(&j->host, VERSION(4, 19)) ? 10 * TiB : 2 * TiB;
	const struct load *l = j->plan.xen;

	if (!xen_since(&j->host, VERSION(4, 18)) || l->start < end)
		return;
	diag(&j->diags, E0421, l->fixed.src ? l->fixed : l->at,
	     "Xen at 0x%" PRIx64 " would be above %" PRIu64 "T, from where it cannot start",
	     l->start, end / TiB);
}

/* The FIT lies beside what is copied out of it (U-Boot boot/image-fit.c refuses to copy
 * over it), until Xen starts. */
static void place_fit(struct job *j)
{
	struct fit_plan *f = j->plan.fit;
	struct load blob = { .name = f->name, .what = f->name, .at = f->at,
			     .size = f->room, .span = f->room, .align = PAGE_SIZE_4K,
			     .place = j->plan.place };
	const struct bank *w;
	struct diag *g;

	check_tftp(&j->diags, &blob);
	if (!find_place(j, &blob, &f->start, &w)) {
		g = diag(&j->diags, E0405, f->at, "no room for %s (%s) beside what is in it",
			 f->name, number_show(j->arena, f->room));
		diag_help(g, "leave 'fit' out, or compress ramdisks and kernels");
		return;
	}
	area_add(&j->plan, AREA_SCRIPT, range_at(f->start, f->room), f->name, f->at);
}

void layout(struct job *j)
{
	areas_collect(j);
	check_script(j);
	if (boot_command(j->system) != BOOT_UEFI && !j->plan.fit) {
		limit_script(j);
		reserve_script(&j->plan, j->system);
	}
	for (struct load *l = j->plan.loads; l; l = l->next) {
		check_tftp(&j->diags, l);
		if (l->fixed.src)
			place(j, l);
	}
	place_fixed_claims(&j->plan);
	for (const struct load *l = j->plan.loads; l; l = l->next)
		if (l->fixed.src)
			check_fixed(j, l);
	for (struct load *l = j->plan.loads; l && !j->diags.errors; l = l->next)
		if (!l->fixed.src)
			place_automatic(j, l);
	place_scratch(j);
	if (!j->diags.errors)
		check_xen(j);
	if (j->plan.fit && !j->diags.errors)
		place_fit(j);
	place_claims(j);
}
