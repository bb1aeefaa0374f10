/* SPDX-License-Identifier: BSD-2-Clause */
/* With `command: uefi` there is no U-Boot: what only a U-Boot script does is refused. */
#include "checks/checks.h"

static void refuse(struct diags *diags, struct loc at, const char *what)
{
	struct diag *g =
		diag(diags, E0944, at,
		     "%s has no effect: with 'command: uefi' Xen reads its files "
		     "itself, and no U-Boot runs",
		     what);

	diag_help(g, "leave it out");
}

static void check_image(struct diags *diags, const struct image *i)
{
	if (i->address.text)
		refuse(diags, i->address.at, "'address'");
	if (i->how)
		refuse(diags, i->how->o.at, "'load'");
	if (i->from.n == FROM_FIRMWARE)
		refuse(diags, i->from.key, "'from'");
}

void check_uefi(struct job *j)
{
	const struct system *s = j->system;
	struct image_walk w = { .system = s };
	const struct image *i;

	if (boot_command(j->system) != BOOT_UEFI)
		return;
	for (const struct attr *a = s->boot->o.attrs; a; a = a->next)
		if (!streq(a->field->key, "command"))
			refuse(&j->diags, a->value.key,
			       arena_printf(j->arena, "'%s'", a->field->key));
	while ((i = next_image(&w)))
		check_image(&j->diags, i);
}
