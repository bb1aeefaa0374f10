/* SPDX-License-Identifier: BSD-2-Clause */
/* The base tree is held against what the board's file says of it. */
#include "checks/checks.h"
#include "xen/host.h"

static bool is_in_use(const struct dt_node *n)
{
	while (n && dt_enabled(n))
		n = n->parent;
	return !n;
}

/* Warns of a node for a device that the machine does not have. Xen maps it to dom0 like
 * any other, for it looks at no register of it; but Linux looks, and gets an abort
 * (drivers/amba/bus.c, amba_read_periphid()). */
static void warn_of_absent(struct diags *diags, const struct host *h, const struct absent *a)
{
	const struct dt_node *n = dt_find(h->base, a->path.text);
	struct diag *g;

	if (!n || !is_in_use(n) || dt_prop(n, "xen,passthrough"))
		return;
	g = diag(diags, W0592, host_origin(h, n, NULL),
		 "%s of the tree is not there when U-Boot starts Xen, because %s; Linux in dom0 "
		 "stops where it touches it",
		 dt_path(diags->arena, n), a->what.text);
	diag_help(g, "%s; or disable it by an overlay", a->help.text);
}

static bool is_overlay(const struct devicetree *dt)
{
	const struct dt_node *n = dt->root->children;

	while (n && !dt_child(n, "__overlay__"))
		n = n->next;
	return n;
}

static bool is_of_board(struct diags *diags, const struct host *h)
{
	const char *wanted = h->board->compatible.text, *found;
	struct diag *g;

	if (dt_compatible(h->base->root, wanted))
		return true;
	found = dt_string(h->base->root, "compatible");
	if (!found && (is_overlay(h->base) || dt_child(h->base->root, "passthrough"))) {
		g = diag(diags, E0511, h->tree_at, "this is %s, not the tree of %s",
			 is_overlay(h->base) ? "an overlay" : "the partial tree of a guest",
			 h->board->title.text);
		diag_help(g, "%s: here belongs the board's tree, a file that ends in .dtb",
			  is_overlay(h->base) ? "name it under 'overlays'"
					      : "name it at 'passthrough-dtb' of the guest");
		return false;
	}
	if (found)
		diag(diags, E0511, h->tree_at,
		     "this is the tree of '%s', not of %s (no '%s' in the root's compatible)", found,
		     h->board->title.text, wanted);
	else
		diag(diags, E0511, h->tree_at,
		     "the root of this tree has no compatible; that of %s has '%s'",
		     h->board->title.text, wanted);
	return false;
}

void check_board_tree(struct job *j)
{
	if (!j->host.base || !is_of_board(&j->diags, &j->host) || !j->system->dom0)
		return;
	for (const struct absent *a = j->host.board->absent; a; a = NEXT(a))
		warn_of_absent(&j->diags, &j->host, a);
}
