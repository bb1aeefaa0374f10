/* SPDX-License-Identifier: BSD-2-Clause */
/* Files that Xen starts, or hands over, become module nodes
 * (Xen docs/misc/arm/device-tree/booting.txt, and docs/misc/efi.pandoc for a boot by UEFI). */
#include <inttypes.h>

#include "passes/lower.h"

/* The path of a module node. If Xen is started by UEFI the node has the file's name, and
 * Xen itself makes module@ADDRESS of it (xen/arch/arm/efi/efi-boot.h). */
static const char *module_path(const struct system *s, struct arena *a, const char *parent,
			       const char *type, const struct image *i)
{
	if (boot_command(s) == BOOT_UEFI)
		return arena_printf(a, "%s/%s", parent, type);
	return arena_printf(a, "%s/module@%" PRIx64, parent, i->load->start);
}

/* Says in the node where U-Boot puts the file, or by which name Xen loads it from an EFI
 * file system. */
static void set_place(const struct system *s, struct plan *plan, const char *path,
		      const struct image *i)
{
	char *name = arena_printf(plan->arena, "%s", i->load->name);
	struct text reg = { .arena = plan->arena };

	if (boot_command(s) == BOOT_UEFI) {
		for (char *c = name; *c; c++)
			*c = *c == '/' ? '\\' : *c;
		edits_set_text(&plan->edits, path, "xen,uefi-binary", name, i->file.at);
		return;
	}
	put_cells(&reg, i->load->start, CHOSEN_CELLS);
	put_cells(&reg, i->load->size, CHOSEN_CELLS);
	edits_set(&plan->edits, path, "reg", reg.data, reg.len, i->file.at);
}

/* Makes a module node: compatible, reg with the exact size of the file, and for a kernel
 * its command line. */
static void lower_module(const struct system *s, struct plan *plan, const char *parent,
			 const char *type, const struct image *i,
			 const struct value *cmdline)
{
	const char *path = module_path(s, plan->arena, parent, type, i);
	const char *kind = arena_printf(plan->arena, "multiboot,%s", type);

	lower_compatible(plan, path, kind, "multiboot,module", i->file.at);
	set_place(s, plan, path, i);
	if (cmdline && *cmdline->text)
		edits_set_text(&plan->edits, path, "bootargs", cmdline->text, cmdline->at);
}

void lower_modules(const struct system *s, struct plan *plan, const char *parent,
		   const struct domain *d)
{
	lower_module(s, plan, parent, "kernel", d->kernel, &d->cmdline);
	if (d->ramdisk)
		lower_module(s, plan, parent, "ramdisk", d->ramdisk, NULL);
	if (d->partial_image)
		lower_module(s, plan, parent, "device-tree", d->partial_image, NULL);
}

/* The policy is a module of Xen itself, and stands in /chosen. */
void lower_policy(const struct system *s, struct plan *plan)
{
	const struct image *i = s->xen->xsm_policy;
	const char *path;

	if (!i)
		return;
	path = module_path(s, plan->arena, "/chosen", "policy", i);
	lower_compatible(plan, path, "xen,xsm-policy", "multiboot,module", i->file.at);
	set_place(s, plan, path, i);
}
