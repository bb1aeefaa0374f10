/* SPDX-License-Identifier: BSD-2-Clause */
/* Modules of /chosen become files of system.yaml. */
#include "import/tree_parts.h"

#include <inttypes.h>
#include <string.h>

#include "schema/schema.h"

#define PUT_NAME "put the file's name here"

static const char *const module_words[MODULE_COUNT][2] = {
	[MODULE_KERNEL] = { "multiboot,kernel", "xen,linux-zimage" },
	[MODULE_RAMDISK] = { "multiboot,ramdisk", "xen,linux-initrd" },
	[MODULE_TREE] = { "multiboot,device-tree", "multiboot,device-tree" },
	[MODULE_POLICY] = { "xen,xsm-policy", "xen,xsm-policy" },
};

static bool is_module(const struct dt_node *n)
{
	return dt_compatible(n, "multiboot,module") ||
	       dt_compatible(n, "xen,multiboot-module");
}

static bool is_of_kind(const struct dt_node *n, enum module kind)
{
	return dt_compatible(n, module_words[kind][0]) ||
	       dt_compatible(n, module_words[kind][1]);
}

static bool has_kind(const struct dt_node *n)
{
	for (int kind = 0; kind < MODULE_COUNT; kind++)
		if (is_of_kind(n, (enum module)kind))
			return true;
	return false;
}

/* The next module of a domain, or of Xen and dom0 if that is /chosen, after n, which is the
 * parent at first. Xen looks no deeper than two nodes below /chosen
 * (xen/common/device-tree/bootinfo-fdt.c, early_scan_node()). */
static const struct dt_node *next_module(const struct dt_node *parent,
					 const struct dt_node *n)
{
	const struct dt_node *end = dt_next_skipping(parent);
	bool is_domain = dt_compatible(parent, "xen,domain");

	for (;;) {
		bool inside = n != parent && (n->parent != parent || is_domain ||
					      dt_compatible(n, "xen,domain"));

		n = inside ? dt_next_skipping(n) : dt_next(n);
		if (!n || n == end)
			return NULL;
		if (is_module(n))
			return n;
	}
}

const struct dt_node *find_module(const struct dt_node *parent, enum module kind)
{
	int unnamed = MODULE_KERNEL;

	for (const struct dt_node *n = next_module(parent, parent); n;
	     n = next_module(parent, n))
		if (has_kind(n) ? is_of_kind(n, kind) : (enum module)unnamed++ == kind)
			return n;
	return NULL;
}

/* Whether modules are below a node that has no meaning of its own. */
static bool has_modules(const struct dt_node *n)
{
	for (n = n->children; n; n = n->next)
		if (is_module(n))
			return true;
	return false;
}

bool is_known_child(const struct dt_node *n)
{
	static const char *const words[] = {
		"xen,domain", "xen,cpupool", "xen,domain-shared-memory-v1", "xen,evtchn-v1",
		NULL
	};

	for (const char *const *w = words; *w; w++)
		if (dt_compatible(n, *w))
			return true;
	return is_module(n) || has_modules(n);
}

void write_device(struct tree_import *in, const struct script_load *l)
{
	const char *command = arena_printf(in->arena, "load %s", l->device);

	if (form_accepts(in->patterns, FORM_DEVICE, l->device)) {
		yaml_scalar(in->yaml, "load", l->device);
	} else if (form_accepts(in->patterns, FORM_COMMAND, command)) {
		yaml_open(in->yaml, "load", YAML_FLOW_MAP);
		yaml_scalar(in->yaml, "command", command);
		yaml_close(in->yaml);
	} else {
		diag(in->diags, W1055, l->at,
		     "the script loads from '%s', which only the board knows; 'mmc 0:1' is a "
		     "guess", l->device);
		yaml_scalar(in->yaml, "load", "mmc 0:1");
	}
}

/* Writes a file; one whose name is not known gets a name that says where it lies. */
void write_file(struct tree_import *in, const char *key, uint64_t address, const char *what)
{
	struct script_load *l = boot_script_find(in->script, address);
	bool is_known = boot_script_is_known(address);
	const char *place = is_known ? arena_printf(in->arena, "0x%" PRIx64, address)
				     : "an address that only the board knows";
	const char *name = l	      ? l->name
			   : is_known ? arena_printf(in->arena, "file-at-%s", place)
				      : "file";
	bool placed = in->keep_addresses && is_known, elsewhere;

	if (l)
		l->used = true;
	else
		diag(in->diags, W1051, in->at, "the file of %s is not known: %s at %s", what,
		     in->script ? "the script loads none"
				: "without a script nothing tells what U-Boot puts",
		     place);
	elsewhere = l && !streq(l->device, in->script->loads->device);
	if (!placed && !elsewhere) {
		yaml_scalar(in->yaml, key, name);
	} else {
		yaml_open(in->yaml, key, YAML_FLOW_MAP);
		yaml_scalar(in->yaml, "file", name);
		if (placed)
			yaml_scalar(in->yaml, "address", place);
		if (elsewhere)
			write_device(in, l);
		yaml_close(in->yaml);
	}
	if (!l)
		yaml_remark(in->yaml, PUT_NAME);
}

void write_line(struct tree_import *in, const char *line, const char *whose)
{
	char *plain = arena_copy(in->arena, line, strlen(line));

	for (char *c = plain; *c; c++)
		if (*c < ' ' || *c > '~')
			*c = '?';
	if (!streq(plain, line))
		diag(in->diags, W1053, in->at,
		     "the command line of %s has characters other than ASCII: '?' is written",
		     whose);
	yaml_scalar(in->yaml, "cmdline", plain);
}

void write_module(struct tree_import *in, const struct dt_node *module, const char *key)
{
	const char *path = module ? dt_path(in->arena, module) : NULL;
	const char *name = module ? dt_string(module, "xen,uefi-binary") : NULL;
	uint64_t address, size;

	if (!module)
		return;
	if (name && !in->script && form_accepts(in->patterns, FORM_FILE, name)) {
		yaml_scalar(in->yaml, key, name);
		return;
	}
	if (!dt_reg(module, 0, &address, &size)) {
		diag(in->diags, W1053, in->at, "%s has no reg that fits the cells of %s", path,
		     dt_path(in->arena, module->parent));
		yaml_scalar(in->yaml, key, "file");
		yaml_remark(in->yaml, PUT_NAME);
		return;
	}
	if (!size)
		diag(in->diags, W1053, in->at, "%s has a size of 0: Xen finds nothing there",
		     path);
	write_file(in, key, address, path);
}
