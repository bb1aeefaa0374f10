/* SPDX-License-Identifier: BSD-2-Clause */
/* With `command: uefi` there is no U-Boot: what only a U-Boot script does is refused. */
#include "checks/checks.h"

static void refuse(struct job *j, struct loc at, const char *what)
{
	struct diag *g = diag(&j->diags, E0944, at,
			      "%s has no effect: with 'command: uefi' Xen reads its files "
			      "itself, and no U-Boot runs", what);

	diag_help(&j->diags, g, "leave it out");
}

static void check_image(struct job *j, const struct image *i)
{
	if (i && i->address.text)
		refuse(j, i->address.at, "'address'");
	if (i && i->how)
		refuse(j, i->how->o.at, "'load'");
	if (i && i->from.n == FROM_FIRMWARE)
		refuse(j, i->from.key, "'from'");
}

void check_uefi(struct job *j)
{
	const struct system *s = j->system;

	if (boot_command(j->system) != BOOT_UEFI)
		return;
	for (const struct attr *a = s->boot->o.attrs; a; a = a->next)
		if (!streq(a->field->key, "command"))
			refuse(j, a->value.key,
			       arena_printf(j->arena, "'%s'", a->field->key));
	check_image(j, s->device_tree);
	check_image(j, s->xen->image);
	check_image(j, s->xen->xsm_policy);
	for (const struct domain *d = first_domain(j->system); d;
	     d = next_domain(j->system, d)) {
		check_image(j, d->kernel);
		check_image(j, d->ramdisk);
		check_image(j, d->partial_image);
	}
}
