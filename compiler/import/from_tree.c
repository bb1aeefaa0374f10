/* SPDX-License-Identifier: BSD-2-Clause */
/* A device tree made for Xen becomes a description: /chosen, dom0, what is around them. */
#include "import/from_tree.h"

#include <inttypes.h>
#include <string.h>

#include "import/tree_parts.h"
#include "schema/schema.h"

static void write_guests(struct tree_import *in, const struct dt_node *chosen)
{
	yaml_gap(in->yaml);
	yaml_maybe(in->yaml, "guests", YAML_MAP);
	for (const struct dt_node *n = chosen->children; n; n = n->next)
		if (dt_compatible(n, "xen,domain"))
			write_guest(in, n);
	yaml_close(in->yaml);
}

/* Writes boot.command. bootz starts a Xen with 32 bits, and what is described here has
 * 64. */
static void write_command(struct tree_import *in, const struct boot_script *s)
{
	bool is_bootz = s->command && streq(s->command, "bootz");

	if (is_bootz)
		diag(in->diags, W1053, s->command_at,
		     "bootz starts a Xen of 32 bits; xendtc is for 64 bits, and booti is written");
	yaml_scalar(in->yaml, "command", is_bootz     ? "booti"
					 : s->command ? s->command
						      : "none");
}

static void write_script(struct tree_import *in, const struct boot_script *s)
{
	struct yaml *y = in->yaml;

	if (s->loads && !streq(s->loads->device, "tftp"))
		write_device(in, s->loads);
	if (*s->prefix)
		yaml_scalar(y, "prefix", s->prefix);
	if (s->server && form_accepts(in->patterns, FORM_IPV4, s->server))
		yaml_scalar(y, "server", s->server);
	if (s->client && form_accepts(in->patterns, FORM_IPV4_DHCP, s->client))
		yaml_scalar(y, "client", s->client);
	write_command(in, s);
	if (s->verify)
		yaml_scalar(y, "verify", s->verify);
	yaml_maybe(y, "commands", YAML_LIST);
	for (const struct script_text *c = s->commands; c; c = c->next)
		yaml_scalar(y, NULL, c->text);
	yaml_close(y);
}

/* Whether the tree is for a boot by UEFI: modules have names of files, which Xen's loader
 * for UEFI reads (xen/arch/arm/efi/efi-boot.h, efi_check_dt_boot()). */
static bool is_for_uefi(const struct devicetree *dt)
{
	for (const struct dt_node *n = dt->root; n; n = dt_next(n))
		if (dt_prop(n, "xen,uefi-binary"))
			return true;
	return false;
}

static void write_boot(struct tree_import *in)
{
	const struct boot_script *s = in->script;

	yaml_gap(in->yaml);
	yaml_maybe(in->yaml, "boot", YAML_MAP);
	if (s)
		write_script(in, s);
	else if (is_for_uefi(in->dt))
		yaml_scalar(in->yaml, "command", "uefi");
	yaml_close(in->yaml);
}

/* Reports what the script loads and nobody reads. */
static void report_unused(const struct tree_import *in)
{
	for (const struct script_load *l = in->script ? in->script->loads : NULL; l;
	     l = l->next) {
		if (l->used || l->address == in->script->tree ||
		    l->address == in->script->xen)
			continue;
		diag(in->diags, W1052, l->at,
		     "'%s' is loaded%s, and nothing in the tree is there", l->name,
		     boot_script_is_known(l->address)
			     ? arena_printf(in->arena, " to 0x%" PRIx64, l->address)
			     : "");
	}
}

static void report_ignored_nodes(const struct tree_import *in,
				 const struct dt_node *chosen)
{
	bool has_base = in->script && in->script->edits && !in->script->is_sketch;

	for (const struct dt_node *n = chosen->children; n && !has_base; n = n->next)
		if (!is_known_child(n))
			diag(in->diags, W1052, in->at,
			     "the node %s is nothing that Xen looks for: it is left out",
			     dt_path(in->arena, n));
}

/* Reports devices that are marked for guests, although no guest of the tree has them. */
static void report_marks(const struct tree_import *in)
{
	struct text t = { .arena = in->arena };
	struct diag *g;

	for (const struct dt_node *n = in->dt->root; n; n = dt_next(n))
		if (dt_prop(n, "xen,passthrough"))
			text_add(&t, "%s%s", t.len ? ", " : "", dt_path(in->arena, n));
	if (!t.len)
		return;
	g = diag(in->diags, W1057, in->at,
		 "marked xen,passthrough, and the tree has no guest: %s", t.data);
	diag_help(g,
		  "describe the guest that dom0 starts with 'boot: false', and 'passthrough: "
		  "[%s]'", t.data);
}

static bool has_guests(const struct dt_node *chosen)
{
	for (const struct dt_node *n = chosen->children; n; n = n->next)
		if (dt_compatible(n, "xen,domain"))
			return true;
	return false;
}

static void write_head(struct tree_import *in)
{
	const struct boot_script *s = in->script;
	bool placed = in->keep_addresses && s && s->tree && boot_script_is_known(s->tree);
	struct yaml *y = in->yaml;

	yaml_scalar(y, "board", in->board);
	yaml_scalar(y, "memory", in->memory);
	yaml_comment(y, "The board's own tree: what was added for Xen stands below.");
	if (!placed && !(s && s->firmware_tree)) {
		yaml_scalar(y, "device-tree", in->base_tree);
	} else {
		yaml_open(y, "device-tree", YAML_FLOW_MAP);
		yaml_scalar(y, "file", in->base_tree);
		if (placed)
			yaml_scalarf(y, "address", "0x%" PRIx64, s->tree);
		if (s->firmware_tree)
			yaml_scalar(y, "from", "firmware");
		yaml_close(y);
	}
	yaml_maybe(y, "overlays", YAML_LIST);
	for (const struct script_text *o = s ? s->overlays : NULL; o; o = o->next)
		yaml_scalar(y, NULL, o->text);
	yaml_close(y);
}

static bool is_for_xen(const struct dt_node *chosen)
{
	if (!chosen)
		return false;
	return has_guests(chosen) || dt_prop(chosen, "xen,xen-bootargs") || find_module(chosen, MODULE_KERNEL);
}

bool import_tree(struct tree_import *in)
{
	const struct dt_node *chosen = dt_find(in->dt, "/chosen");
	if (!is_for_xen(chosen)) {
		diag(in->diags, E1050, in->at,
		     "there is nothing for Xen in it: /chosen has neither xen,xen-bootargs nor a "
		     "kernel for dom0 nor a domain");
		return false;
	}
	write_head(in);
	write_xen_and_dom0(in, chosen);
	write_guests(in, chosen);
	write_pools(in, chosen);
	write_shared(in, chosen);
	write_channels(in, chosen);
	write_boot(in);
	if (!has_guests(chosen))
		report_marks(in);
	report_ignored_nodes(in, chosen);
	report_unused(in);
	return true;
}
