/* SPDX-License-Identifier: BSD-2-Clause */
/* The parts of /chosen: modules, guests, and what they share. */
#pragma once
#include "import/from_tree.h"

enum module { MODULE_KERNEL, MODULE_RAMDISK, MODULE_TREE, MODULE_POLICY, MODULE_COUNT };

/* The module of a kind below a domain's node, or below /chosen for dom0 and Xen: by its
 * compatible, or by its place, as Xen guesses (xen/common/device-tree/bootinfo-fdt.c,
 * process_multiboot_node()). NULL: there is none. */
const struct dt_node *find_module(const struct dt_node *parent, enum module kind);

/* Whether Xen reads a child of /chosen. */
bool is_known_child(const struct dt_node *n);

/* Each writes one key, or nothing if the node is NULL or has nothing to say. */
void write_file(struct tree_import *in, const char *key, uint64_t address,
		const char *what);
/* Writes how U-Boot loads a file. */
void write_device(struct tree_import *in, const struct script_load *l);
void write_module(struct tree_import *in, const struct dt_node *module, const char *key);
void write_line(struct tree_import *in, const char *line, const char *whose);
void write_extents(struct tree_import *in, const char *key, const struct dt_node *n,
		   const struct dt_prop *p, uint32_t address_cells, uint32_t size_cells);
void write_xen_and_dom0(struct tree_import *in, const struct dt_node *chosen);
void write_guest(struct tree_import *in, const struct dt_node *n);
/* Writes what Xen does not read of a guest's node, or of /chosen, under the key
 * `properties`. */
void write_raw(struct tree_import *in, const struct dt_node *n);
void write_pools(struct tree_import *in, const struct dt_node *chosen);
void write_shared(struct tree_import *in, const struct dt_node *chosen);
void write_channels(struct tree_import *in, const struct dt_node *chosen);

/* The name of a node, without its unit address, as system.yaml takes it. */
const char *name_of_node(struct arena *a, const struct dt_node *n);

/* The name of a CPU pool: "rt" for the node cpupool-rt. */
const char *pool_name(struct arena *a, const struct dt_node *n);

/* The node with that phandle; NULL: there is none. */
const struct dt_node *find_phandle(struct tree_import *in, uint32_t phandle);

/* Reads a number of 1 or 2 cells at *cells, and moves that behind it. */
uint64_t take_cells(const unsigned char **cells, uint32_t n);
