/* SPDX-License-Identifier: BSD-2-Clause */
/* The list of output files, and their names. */
#include "emit/emit.h"

static bool has_script(const struct plan *p)
{
	return !p->uefi;
}

static bool has_fit(const struct plan *p)
{
	return p->fit;
}

static bool has_second_script(const struct plan *p)
{
	return has_script(p) && !p->fit;
}

static bool has_first_script(const struct plan *p)
{
	return has_script(p) && (p->place.tftp || p->fit);
}

static bool has_xen_config(const struct plan *p)
{
	return p->uefi;
}

static bool wraps_xen(const struct plan *p)
{
	return p->wrap_xen;
}

static bool has_config(const struct plan *p)
{
	return p->config_lines && has_script(p);
}

const struct output outputs[] = {
	{ NULL, "The device tree for Xen: the base tree, with /chosen filled in.",
	  NULL, emit_tree },
	{ "xen.ub", "Xen as a uImage, for U-Boot's bootm.", wraps_xen, emit_xen_image },
	{ "xen.cfg", "What Xen reads when UEFI firmware starts it.",
	  has_xen_config, emit_xen_config },
	{ "boot2.source", "U-Boot commands that load all files, check them, start Xen.",
	  has_script, emit_boot2_source },
	{ "boot2.scr", "The same as a U-Boot script image.",
	  has_second_script, emit_boot2_script },
	{ "boot.its", "What is in the FIT, for mkimage.", has_fit, emit_its },
	{ "boot.source", "U-Boot commands that fetch boot2.scr, or the FIT, and run it.",
	  has_first_script, emit_boot_source },
	{ "boot.scr", "The same as a U-Boot script image, for the boot medium.",
	  has_first_script, emit_boot_script },
	{ "config.txt", "What the board's firmware must be told.",
	  has_config, emit_config },
	{ "manifest.json", "All files with their sizes, checksums and addresses.",
	  NULL, emit_manifest },
	{ NULL, NULL, NULL, NULL }
};

const char *output_name(const struct output *o, const struct plan *p)
{
	return o->name ? o->name : p->tree_name;
}
