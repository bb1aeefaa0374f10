/* SPDX-License-Identifier: BSD-2-Clause */
/* A device tree made for Xen becomes a description: /chosen, dom0, what is around them. */
#include "import/from_tree.h"

#include <inttypes.h>
#include <string.h>

#include "base/number.h"
#include "import/tree_parts.h"
#include "import/xen_words.h"
#include "schema/schema.h"

/* Xen's own line: xen,xen-bootargs, or bootargs if dom0 has a line of its own
 * (xen/common/device-tree/bootinfo-fdt.c, boot_fdt_cmdline()). */
static const char *xen_line(const struct dt_node *chosen)
{
	const struct dt_node *kernel = find_module(chosen, MODULE_KERNEL);
	const char *line = dt_string(chosen, "xen,xen-bootargs");
	const char *of_dom0 = kernel ? dt_string(kernel, "bootargs") : NULL;

	if (line)
		return line;
	line = dt_string(chosen, "bootargs");
	if (!line || !(dt_prop(chosen, "xen,dom0-bootargs") || (of_dom0 && *of_dom0)))
		return "";
	return line;
}

/* xen/arch/arm/domain_build.c, write_properties() */
static const char *dom0_line(const struct dt_node *chosen, const struct dt_node *kernel)
{
	const char *line = dt_string(chosen, "xen,dom0-bootargs");

	if (!line)
		line = dt_string(kernel, "bootargs");
	if (!line)
		line = dt_string(chosen, "bootargs");
	return line ? line : "";
}

/* Words that xendtc makes of keys are taken out of the line: value, or NULL. */
static const char *take_word(struct arena *a, const char **line, const char *key)
{
	size_t len = strlen(key);
	const char *found = NULL;
	struct text rest = { .arena = a };

	text_bytes(&rest, "", 0);
	for (const char *w = *line; *w;) {
		size_t word = strcspn(w, " ");

		if (word > len && strncmp(w, key, len) == 0 && w[len] == '=')
			found = arena_copy(a, w + len + 1, word - len - 1);
		else if (word)
			text_add(&rest, "%s%.*s", rest.len ? " " : "", (int)word, w);
		w += word + (w[word] == ' ');
	}
	*line = rest.data;
	return found;
}

/* dom0_mem=SIZE[,min:SIZE][,max:SIZE], in KiB without a unit
 * (xen/arch/arm/domain_build.c, parse_dom0_mem()). */
static const char *dom0_memory(struct arena *a, const char *word)
{
	const char *size = arena_copy(a, word, strcspn(word, ","));
	uint64_t n;

	if (number_size(size, &n) == NUMBER_OK)
		return number_show(a, n);
	if (number_count(size, &n) == NUMBER_OK)
		return number_show(a, n * KiB);
	if (number_size(arena_printf(a, "%.*s%c", (int)strlen(size) - 1, size,
				     *size ? size[strlen(size) - 1] & ~0x20 : ' '), &n) ==
	    NUMBER_OK)
		return number_show(a, n);
	return size;
}

/* U-Boot tells of a ramdisk in /chosen itself, and Xen takes that before any module
 * (xen/common/device-tree/bootinfo-fdt.c, process_chosen_node()). */
static void write_ramdisk(struct tree_import *in, const struct dt_node *chosen)
{
	const struct dt_prop *start = dt_prop(chosen, "linux,initrd-start");
	uint64_t address = in->script ? in->script->ramdisk : 0;

	if (start && (start->len == 4 || start->len == 8))
		address = dt_number(start->data, (uint32_t)start->len / 4);
	if (address)
		write_file(in, "ramdisk", address, "dom0's ramdisk");
	else
		write_module(in, find_module(chosen, MODULE_RAMDISK), "ramdisk");
}

static void write_dom0(struct tree_import *in, const struct dt_node *chosen,
		       const char *memory, const char *vcpus, const char *colors)
{
	const struct dt_node *kernel = find_module(chosen, MODULE_KERNEL);
	struct yaml *y = in->yaml;

	if (!kernel)
		return;
	yaml_gap(y);
	yaml_open(y, "dom0", YAML_MAP);
	write_module(in, kernel, "kernel");
	write_ramdisk(in, chosen);
	yaml_scalar(y, "cmdline", dom0_line(chosen, kernel));
	if (!memory)
		yaml_comment(y, "Xen's line has no dom0_mem: this is what Xen gives then.");
	yaml_scalar(y, "memory", memory ? dom0_memory(in->arena, memory) : "512M");
	if (vcpus)
		yaml_scalar(y, "vcpus", vcpus);
	if (colors)
		yaml_scalar(y, "llc-colors", colors);
	yaml_close(y);
}

static void write_heap(struct tree_import *in, const struct dt_node *chosen)
{
	const struct dt_prop *p = dt_prop(chosen, "xen,static-heap");
	const struct dt_node *root = in->dt->root;

	if (p)
		write_extents(in, "static-heap", chosen, p, dt_address_cells(root),
			      dt_size_cells(root));
}

static void write_xen_image(struct tree_import *in)
{
	const struct boot_script *s = in->script;

	if (s && s->command && !streq(s->command, "bootm")) {
		write_file(in, "image", s->xen, "Xen");
		return;
	}
	yaml_scalar(in->yaml, "image", "xen");
	yaml_remark(in->yaml, s && s->command ? "xendtc makes bootm's uImage of it"
					      : "the tree does not name it");
}

static void write_xen(struct tree_import *in, const struct dt_node *chosen,
		      const char *line, const char *colors)
{
	struct yaml *y = in->yaml;

	yaml_gap(y);
	yaml_open(y, "xen", YAML_MAP);
	write_xen_image(in);
	yaml_scalar(y, "cmdline", line);
	write_fork_words(in->arena, y, line);
	write_module(in, find_module(chosen, MODULE_POLICY), "xsm-policy");
	write_heap(in, chosen);
	if (colors)
		yaml_scalar(y, "llc-colors", colors);
	write_raw(in, chosen);
	yaml_close(y);
}

static void write_guests(struct tree_import *in, const struct dt_node *chosen)
{
	yaml_gap(in->yaml);
	yaml_maybe(in->yaml, "guests", YAML_MAP);
	for (const struct dt_node *n = chosen->children; n; n = n->next)
		if (dt_compatible(n, "xen,domain"))
			write_guest(in, n);
	yaml_close(in->yaml);
}

/* With 32 bits Xen is started by bootz; what is described here has 64. */
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

/* Xen's loader for UEFI reads the names of files in modules (xen/arch/arm/efi/efi-boot.h,
 * efi_check_dt_boot()). */
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

/* What the script loads and nobody reads. */
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

/* Devices that dom0 leaves alone although the tree has no guest for them. */
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
	diag_help(in->diags, g,
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
	const char *line, *memory, *vcpus, *colors, *dom0_colors;

	if (!is_for_xen(chosen)) {
		diag(in->diags, E1050, in->at,
		     "nothing for Xen in it: /chosen has neither xen,xen-bootargs nor a "
		     "kernel for dom0 nor a domain");
		return false;
	}
	line = xen_line(chosen);
	memory = take_word(in->arena, &line, "dom0_mem");
	vcpus = take_word(in->arena, &line, "dom0_max_vcpus");
	colors = take_word(in->arena, &line, "xen-llc-colors");
	dom0_colors = take_word(in->arena, &line, "dom0-llc-colors");
	write_head(in);
	write_xen(in, chosen, line, colors);
	write_dom0(in, chosen, memory, vcpus, dom0_colors);
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
