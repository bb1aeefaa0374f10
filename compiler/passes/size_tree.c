/* SPDX-License-Identifier: BSD-2-Clause */
/* The model becomes the size of the tree that will be written, before anything has an
 * address. Loads without one get an address of 16 digits, the longest there are, so the
 * names of their nodes, and with them the final tree, are never longer than here. */
#include "passes/lower.h"
#include "passes/passes.h"
#include "xen/dom0_tree.h"

/* The most that Xen maps for the tree (xen/arch/arm/include/asm/setup.h, MAX_FDT_SIZE).
 */
#define TREE_MAX_SIZE (2 * MiB)

static void check_size(struct diags *d, const struct load *tree, struct loc at)
{
	if (tree->span <= TREE_MAX_SIZE)
		return;
	diag(d, E0502, at,
	     "with Xen's nodes and room for U-Boot's fix-ups the tree "
	     "takes %s; Xen takes at most 2M",
	     number_show(d->arena, tree->span));
}

/* Sets plan.dom0_room to what the tree of dom0 needs more than Xen's buffer for it has;
 * lower_edits() makes the tree larger by that. */
static void find_room_for_dom0(struct job *j)
{
	j->plan.dom0_room = 0;
	lower_edits(&j->host, j->system, &j->plan);
	j->plan.dom0_room =
		(size_t)round_up(dom0_tree_lacks(&j->host, j->system, &j->plan), 64);
}

/* Sets the size of the tree without edits, for when these cannot be made because of a
 * mistake elsewhere. */
void guess_tree(struct job *j)
{
	j->plan.edits = (struct edits){ .arena = j->arena };
	measure_tree(&j->host, &j->plan);
}

void size_tree(struct job *j)
{
	find_room_for_dom0(j);
	lower_edits(&j->host, j->system, &j->plan);
	measure_tree(&j->host, &j->plan);
	check_size(&j->diags, j->plan.tree, j->host.tree_at);
}
