/* SPDX-License-Identifier: BSD-2-Clause */
/* Sizes become addresses: those that the user gave are checked, all other loads are
 * placed around them. */
#include <inttypes.h>

#include "passes/layout.h"
#include "passes/passes.h"

static void place_automatic(const struct layout *y, struct load *l)
{
	const struct bank *w;
	struct diag *g;

	if (!find_place(y, l, &l->start, &w)) {
		g = diag(y->diags, E0405, l->at, "no room for %s (%s)", l->what,
			 number_show(y->arena, l->span));
		diag_help(g,
			  "`xendtc map` shows what takes the memory; compress "
			  "ramdisks and kernels, or share files between domains");
		return;
	}
	if (w->remark.text)
		diag(y->diags, W0406, l->at, "%s had to be placed at 0x%" PRIx64 ": %s",
		     l->what, l->start, w->remark.text);
	place_load(y->plan, l);
}

#define SCRATCH_SIZE 8

/* Gives the script a place to keep a checksum in. That must not be in a file, or to check
 * one file would damage another. The board names a place; if a file with a fixed address
 * has taken it, any free place does. */
static void place_scratch(const struct layout *y)
{
	const struct load word = { .span = SCRATCH_SIZE, .align = SCRATCH_SIZE };
	const struct bank *window;
	uint64_t start;

	if (!is_free(y, range_at(y->plan->scratch, SCRATCH_SIZE)) &&
	    find_place(y, &word, &start, &window))
		y->plan->scratch = start;
}

/* Bytes of the largest file that TFTP counts, with block numbers of 16 bits and U-Boot's
 * blocks of 1468 bytes (U-Boot net/tftp.c). For more the server has to let the numbers
 * begin again. */
#define TFTP_MAX ((uint64_t)65535 * 1468)

static void check_tftp(struct diags *diags, const struct load *l)
{
	if (l->place.tftp && l->size > TFTP_MAX)
		diag(diags, W0407, l->at,
		     "'%s' is larger than %" PRIu64 " bytes: the TFTP server "
		     "must let block numbers roll over (tftpd-hpa does)",
		     l->name, TFTP_MAX);
}

/* Whether Xen can switch its MMU on at its address, since 4.18
 * (xen/arch/arm/arm64/mmu/mm.c, prepare_boot_identity_mapping()). */
static void check_xen(const struct layout *y)
{
	uint64_t end = xen_since(y->host, VERSION(4, 19)) ? 10 * TiB : 2 * TiB;
	const struct load *l = y->plan->xen;

	if (!xen_since(y->host, VERSION(4, 18)) || l->start < end)
		return;
	diag(y->diags, E0421, l->fixed.src ? l->fixed : l->at,
	     "Xen at 0x%" PRIx64 " would be above %" PRIu64 "T, from where it cannot start",
	     l->start, end / TiB);
}

/* Finds a place for the FIT, beside what is copied out of it, until Xen starts: U-Boot
 * refuses to copy over it (boot/image-fit.c). */
static void place_fit(const struct layout *y)
{
	struct fit_plan *f = y->plan->fit;
	struct load blob = { .name = f->name, .what = f->name, .at = f->at,
			     .size = f->room, .span = f->room, .align = PAGE_SIZE_4K,
			     .place = y->plan->place };
	const struct bank *w;
	struct diag *g;

	check_tftp(y->diags, &blob);
	if (!find_place(y, &blob, &f->start, &w)) {
		g = diag(y->diags, E0405, f->at, "no room for %s (%s) beside what is in it",
			 f->name, number_show(y->arena, f->room));
		diag_help(g, "leave 'fit' out, or compress ramdisks and kernels");
		return;
	}
	area_add(y->plan, AREA_SCRIPT, range_at(f->start, f->room), f->name, f->at);
}

static void place_loads(const struct layout *y)
{
	struct load *loads = y->plan->loads;
	unsigned number = 0;

	for (struct load *l = loads; l; l = l->next) {
		l->number = number++;
		check_tftp(y->diags, l);
		if (l->fixed.src)
			place_load(y->plan, l);
	}
	place_fixed_claims(y->plan);
	for (const struct load *l = loads; l; l = l->next)
		if (l->fixed.src)
			check_fixed(y, l);
	for (struct load *l = loads; l && !layout_failed(y); l = l->next)
		if (!l->fixed.src)
			place_automatic(y, l);
}

void layout(struct job *j)
{
	const struct layout y = { .arena = j->arena, .diags = &j->diags, .host = &j->host,
				  .system = j->system, .plan = &j->plan,
				  .errors_before = j->diags.errors };

	areas_collect(&y);
	check_script(&y);
	if (boot_command(j->system) != BOOT_UEFI && !j->plan.fit)
		place_script(&y);
	place_loads(&y);
	place_scratch(&y);
	if (!layout_failed(&y))
		check_xen(&y);
	if (j->plan.fit && !layout_failed(&y))
		place_fit(&y);
	place_claims(&y);
}
