/* SPDX-License-Identifier: BSD-2-Clause */
/* The base tree is held against what only a boot loader or another tool writes for Xen: its
 * nodes would be read beside ours. */
#include <string.h>

#include "checks/checks.h"
#include "xen/host.h"

/* The deepest level at which Xen looks for modules and shared memory; the root is level 0
 * (xen/common/device-tree/bootinfo-fdt.c, early_scan_node(); in 4.17
 * xen/arch/arm/bootfdt.c). */
#define SCAN_DEPTH 3

/* Bytes of the buffer for a module's path: a node with a longer path is no module for Xen
 * (process_multiboot_node(), path[]). */
#define MODULE_PATH_MAX 92

static unsigned depth_of(const struct dt_node *n)
{
	unsigned depth = 0;

	for (; n->parent; n = n->parent)
		depth++;
	return depth;
}

/* Whether Xen would take the node for a kernel, a ramdisk or the like: it does so with
 * anything below a node whose path begins with the letters "/chosen". */
static bool is_module(struct arena *a, const struct dt_node *n)
{
	static const char *const words[] = { "multiboot,module", "xen,multiboot-module",
					     NULL };
	const char *path;

	if (!dt_compatible_with_any(n, words) || depth_of(n) > SCAN_DEPTH)
		return false;
	path = dt_path(a, n);
	return starts_with(path, "/chosen") && strlen(path) < MODULE_PATH_MAX;
}

/* Whether Xen would read the node as if it were one of ours. It reads the static memory
 * of domains at the second level, wherever they are (process_domain_node()), and all else
 * of domains and CPU pools in /chosen itself (xen/common/device-tree/dom0less-build.c,
 * create_domUs(); xen/common/sched/boot-cpupool.c, btcpupools_dtb_parse()). */
static bool is_made_for_xen(struct arena *a, const struct dt_node *n)
{
	bool in_chosen = depth_of(n) == 2 && streq(n->parent->name, "chosen");

	if (dt_compatible(n, "xen,domain-shared-memory-v1"))
		return depth_of(n) <= SCAN_DEPTH;
	if (dt_compatible(n, "xen,domain"))
		return in_chosen || (depth_of(n) == 2 && dt_prop(n, "xen,static-mem"));
	if (dt_compatible(n, "xen,evtchn-v1") || dt_compatible(n, "xen,cpupool"))
		return in_chosen;
	return is_module(a, n);
}

/* The name of a node for messages: below /chosen without that, "module@1000000", else the
 * whole path. */
static const char *shown_name(struct arena *a, const struct dt_node *n)
{
	const char *path = dt_path(a, n);

	return starts_with(path, "/chosen/") ? path + strlen("/chosen/") : path;
}

static bool is_overlaid(const struct host *h, struct loc at)
{
	return at.src != h->tree_at.src || at.at != h->tree_at.at;
}

static void refuse(struct diags *diags, const struct host *h, const struct dt_node *n,
		   const char *prop)
{
	struct loc at = host_origin(h, n, prop ? prop : "compatible");
	const char *name = prop ? prop : shown_name(h->arena, n);
	const char *where = *name == '/' ? "the tree" : "/chosen";
	struct diag *g;

	if (is_overlaid(h, at)) {
		g = diag(diags, E0520, at, "this overlay brings '%s' into %s", name, where);
		diag_help(g, "take it out of the overlay: what Xen loads and starts comes from "
			     "'dom0' and 'guests'");
		return;
	}
	g = diag(diags, E0520, at, "%sthe base tree already has '%s'",
		 *name == '/' ? "" : "/chosen of ", name);
	if (prop && streq(prop, "linux,initrd-start"))
		diag_help(g,
			  "remove it, for Xen would take it for dom0's ramdisk: fdtput -d FILE "
			  "/chosen linux,initrd-start linux,initrd-end");
	else
		diag_help(g, "use the board's own tree as the build of Linux makes it, before a "
			     "tool or a boot loader writes into it");
}

/* Refuses properties of /chosen that Xen would read: a boot loader's linux,initrd-start
 * comes before dom0's ramdisk (bootinfo-fdt.c, process_chosen_node()). false: reported.
 */
static bool check_properties_of(struct diags *diags, const struct host *h,
				const struct dt_node *chosen)
{
	static const char *const props[] = { "linux,initrd-start", "xen,static-heap" };

	for (size_t i = 0; i < 2; i++)
		if (dt_prop(chosen, props[i])) {
			refuse(diags, h, chosen, props[i]);
			return false;
		}
	return true;
}

static void check_nodes(struct diags *diags, const struct host *h)
{
	for (const struct dt_node *n = h->base->root; n; n = dt_next(n))
		if (is_made_for_xen(diags->arena, n)) {
			refuse(diags, h, n, NULL);
			return;
		}
}

/* A guest cannot have the name of a node that is in /chosen already: lower would write
 * its properties into that node. */
static void check_guest_names(struct diags *diags, const struct system *s,
			      const struct dt_node *chosen)
{
	for (const struct domain *d = first_xen_guest(s); d; d = next_xen_guest(d)) {
		struct diag *g;

		if (!dt_child(chosen, d->o.name))
			continue;
		g = diag(diags, E0525, d->o.at,
			 "/chosen of the base tree already has a node '%s'", d->o.name);
		diag_help(g, "choose another name for the guest");
	}
}

void check_chosen(struct job *j)
{
	const struct host *h = &j->host;
	const struct dt_node *chosen = h->base ? dt_find(h->base, "/chosen") : NULL;

	if (h->base && (!chosen || check_properties_of(&j->diags, h, chosen)))
		check_nodes(&j->diags, h);
	if (chosen)
		check_guest_names(&j->diags, j->system, chosen);
}
