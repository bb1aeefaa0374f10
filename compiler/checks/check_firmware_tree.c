/* SPDX-License-Identifier: BSD-2-Clause */
/* Edits are held against what U-Boot's fdt command can do to the tree of the firmware. */
#include "checks/checks.h"

static bool refuse(struct diags *diags, const struct system *system, struct loc at,
		   const char *what, const char *help)
{
	struct diag *g = diag(diags, E0411, at, "%s", what);

	diag_note(g, system->device_tree->from.at, "the tree comes from firmware");
	diag_help(g, "%s", help);
	return false;
}

/* Refuses keys that need the tree itself: overlays need its labels, pools the phandles of
 * its CPUs, and the tree is the firmware's. */
static bool check_keys(struct diags *diags, const struct system *sys)
{
	const struct system *s = sys;
	bool ok = true;

	if (s->overlays.n)
		ok = refuse(
			diags, sys, s->overlays.v[0].at,
			"overlays cannot be applied to a tree that is not here",
			"let the firmware apply them, and give as 'file' the tree with "
			"them (Linux shows it as /sys/firmware/fdt)");
	if (s->cpupools)
		ok = refuse(
			diags, sys, s->cpupools->o.at,
			"CPU pools point to CPUs by numbers (phandles) that the tree of "
			"the firmware may give to other nodes",
			"let xendtc write the tree: leave 'from' out");
	if (s->device_tree->how)
		ok = refuse(diags, sys, s->device_tree->how->o.at,
			    "'load' is for a file, and no file is loaded",
			    "leave 'load' or 'from' out");
	return ok;
}

static void check_edit(struct diags *diags, const struct system *system,
		       const struct edit *e)
{
	if (!plan_is_plain(e->path) || (e->prop && !plan_is_plain(e->prop)))
		refuse(diags, system, e->why,
		       arena_printf(diags->arena, "'%s%s%s' cannot stand in a script",
				    e->path, e->prop ? ": " : "", e->prop ? e->prop : ""),
		       "rename it, or leave 'from' out");
	else if (e->len > FDT_SET_MAX)
		diag(diags, E0412, e->why,
		     "'%s' of '%s' has %zu bytes; U-Boot's `fdt set` has room for %d",
		     e->prop, e->path, e->len, FDT_SET_MAX);
}

static void check_edits(struct diags *diags, const struct system *system,
			const struct edits *list)
{
	for (const struct edit *e = list->first; e; e = e->next)
		check_edit(diags, system, e);
}

void check_firmware_tree(struct job *j)
{
	if (!j->plan.edit_in_u_boot)
		return;
	check_keys(&j->diags, j->system);
	check_edits(&j->diags, j->system, &j->plan.marks);
	check_edits(&j->diags, j->system, &j->plan.repairs);
	check_edits(&j->diags, j->system, &j->plan.edits);
}
