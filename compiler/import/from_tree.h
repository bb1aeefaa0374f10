/* SPDX-License-Identifier: BSD-2-Clause */
/* A device tree made for Xen becomes a description. */
#pragma once
#include "base/table.h"
#include "diag/diag.h"
#include "import/boot_script.h"
#include "import/yaml.h"
#include "input/devicetree.h"

struct tree_import {
	struct arena *arena;
	struct diags *diags;
	const struct devicetree *dt;
	struct loc at;			/* stands for the tree in messages */
	const struct boot_script *script;	/* NULL: none was given */
	bool keep_addresses;
	const char *board, *memory;	/* as they are to be written */
	const char *base_tree;
	struct yaml *yaml;
	struct patterns *patterns;
	struct table phandles;		/* nodes by phandle, 0 without; set by find_phandle() */
};

/* Writes system.yaml: nodes of /chosen as Xen reads them (docs/misc/arm/device-tree/
 * booting.txt), and reports what Xen would not read, or not as it was meant (W105x).
 * false: there is nothing to import, E1050. */
bool import_tree(struct tree_import *in);
