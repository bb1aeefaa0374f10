/* SPDX-License-Identifier: BSD-2-Clause */
/* Modules of /chosen become files of system.yaml. */
#include "import/tree_parts.h"

#include <inttypes.h>
#include <string.h>

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

const struct dt_node *find_module(const struct dt_node *parent, enum module kind)
{
	int unnamed = MODULE_KERNEL;

	for (const struct dt_node *n = parent->children; n; n = n->next) {
		if (!is_module(n))
			continue;
		if (has_kind(n) ? is_of_kind(n, kind) : (enum module)unnamed++ == kind)
			return n;
	}
	return NULL;
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
	return is_module(n);
}

/* A file whose name nobody knows gets one that says where it lies. */
void write_file(struct tree_import *in, const char *key, uint64_t address, const char *what)
{
	struct script_load *l = boot_script_find(in->script, address);
	const char *name = l ? l->name
			     : arena_printf(in->arena, "file-at-0x%" PRIx64, address);
	const char *device;

	if (l)
		l->used = true;
	else
		diag(in->diags, W1051, in->at, "the file of %s is not known: %s at 0x%" PRIx64,
		     what, in->script ? "the script loads none" : "without a script nothing "
		     "tells what U-Boot puts", address);
	device = l && !streq(l->device, in->script->loads->device) ? l->device : NULL;
	if (!in->keep_addresses && !device) {
		yaml_scalar(in->yaml, key, name);
	} else {
		yaml_open(in->yaml, key, YAML_FLOW_MAP);
		yaml_scalar(in->yaml, "file", name);
		if (in->keep_addresses)
			yaml_scalarf(in->yaml, "address", "0x%" PRIx64, address);
		if (device)
			yaml_scalar(in->yaml, "load", device);
		yaml_close(in->yaml);
	}
	if (!l)
		yaml_remark(in->yaml, "put the file's name here");
}

void write_module(struct tree_import *in, const struct dt_node *module, const char *key)
{
	const char *path = module ? dt_path(in->arena, module) : NULL;
	uint64_t address, size;

	if (!module)
		return;
	if (!dt_reg(module, 0, &address, &size)) {
		diag(in->diags, W1053, in->at, "%s has no reg that fits the cells of %s", path,
		     dt_path(in->arena, module->parent));
		address = 0;
	} else if (!size) {
		diag(in->diags, W1053, in->at, "%s has a size of 0: Xen finds nothing there",
		     path);
	}
	write_file(in, key, address, path);
}
