/* SPDX-License-Identifier: BSD-2-Clause */
/* What boots the system becomes files on the card. */
#include "passes/card_files.h"

#include <stdlib.h>
#include <string.h>

#define UEFI_FOLDER "EFI/BOOT/"

static bool has_partition(const struct plan *plan, unsigned long number)
{
	const struct card_partition *p = plan->card->partitions;

	while (p && p->number != number)
		p = p->next;
	return p;
}

/* The device that is the card: what boot.load names, or else the first that a file
 * names. */
static const char *card_device(const struct plan *plan)
{
	const struct load *l = plan->loads;

	if (plan->place.device)
		return plan->place.device;
	while (l && !l->place.device)
		l = l->next;
	return l ? l->place.device : NULL;
}

/* Of "mmc 0:1" what is before the colon. */
static bool same_device(const char *a, const char *b)
{
	size_t len = strcspn(a, ":");

	return len == strcspn(b, ":") && strncmp(a, b, len) == 0;
}

/* Whether the file is loaded from the first partition of the card, as far as that can be
 * told: a command of one's own may read from anywhere. *ok is false if it cannot be. */
static bool is_on_first(struct diags *d, const struct system *s, const struct plan *plan,
			const struct load *l, bool *ok)
{
	const char *device = l->place.device;
	const char *colon = device ? strchr(device, ':') : NULL;
	unsigned long number = colon ? strtoul(colon + 1, NULL, 10) : 1;
	struct diag *g;

	if (!device)
		return !l->place.tftp;
	if (!same_device(device, card_device(plan)))
		return false;
	if (number == 1 || has_partition(plan, number))
		return number == 1;
	g = diag(d, E0320,
		 device == plan->place.device ? s->boot->load->device.at : l->at,
		 "the card has no partition %lu", number);
	diag_help(g,
		  "with '%.*s:1' files are loaded from the first one, where "
		  "xendtc puts them",
		  (int)(colon - device), device);
	*ok = false;
	return false;
}

static bool add_load(struct diags *d, struct plan *plan, const struct load *l,
		     const char *folder, const char *name)
{
	struct card_file f = { .name = arena_printf(d->arena, "%s%s", folder, name),
			       .what = l->what,
			       .size = l->size,
			       .at = l->at };

	if (l->made || l == plan->tree || (l == plan->xen && plan->wrap_xen))
		f.output = l->name;
	else if (!l->file)
		return true; /* --no-files */
	if (!f.output) {
		f.path = l->file->path;
		f.written = l->file->written;
	}
	return card_add_file(d, plan, f);
}

static bool is_from_firmware(const struct plan *plan, const struct load *l)
{
	return l == plan->tree && plan->edit_in_u_boot;
}

static bool add_loads(struct diags *d, const struct system *s, struct plan *plan)
{
	bool ok = true;

	for (const struct load *l = plan->loads; l; l = l->next)
		if (!is_from_firmware(plan, l) && is_on_first(d, s, plan, l, &ok))
			ok &= add_load(d, plan, l, l->place.prefix, l->name);
	return ok;
}

/* Firmware starts this file of a medium that it was told nothing of (UEFI Specification
 * 2.10, section 3.5.1.1). Xen looks for a configuration of its own name, and for all files
 * in its own folder (Xen common/efi/boot.c). */
static bool add_for_uefi(struct diags *d, struct plan *plan)
{
	bool ok = card_add_output(d, plan, UEFI_FOLDER "BOOTAA64.CFG", "xen.cfg");

	for (const struct load *l = plan->loads; l; l = l->next)
		ok &= add_load(d, plan, l, UEFI_FOLDER,
			       l == plan->xen ? "BOOTAA64.EFI" : l->name);
	return ok;
}

static bool add_fit(struct diags *d, const struct system *s, struct plan *plan)
{
	const struct fit_plan *f = plan->fit;
	const struct load blob = { .place = plan->place, .at = f->at };
	const char *name = arena_printf(d->arena, "%s%s", plan->place.prefix, f->name);
	bool ok = true;
	struct card_file file = { .name = name, .output = f->name, .what = "the FIT",
				  .at = f->at, .size = f->room };

	if (is_on_first(d, s, plan, &blob, &ok))
		ok &= card_add_file(d, plan, file);
	return ok;
}

/* The script that U-Boot looks for is the one that loads all, or the one that fetches it.
 */
static bool add_for_uboot(struct diags *d, const struct system *s, struct plan *plan)
{
	bool first = plan->place.tftp || plan->fit;
	bool ok = card_add_output(d, plan, "boot.scr",
			     first ? "boot.scr" : "boot2.scr");

	if (plan->firmware_lines)
		ok &= card_add_output(d, plan, "config.txt", "config.txt");
	return (plan->fit ? add_fit(d, s, plan) : add_loads(d, s, plan)) && ok;
}

bool card_add_boot(struct diags *d, const struct system *s, struct plan *plan)
{
	return plan->uefi ? add_for_uefi(d, plan) : add_for_uboot(d, s, plan);
}
