/* SPDX-License-Identifier: BSD-2-Clause */
/* The host's tree as Xen reads it: what dom0 gets, and what Xen keeps. */
#pragma once
#include "base/pattern.h"
#include "model.h"
#include "words.h"

struct overlaid {			/* an overlay that was applied to the base tree */
	struct loc at;			/* the word that names it */
	const struct devicetree *without;	/* the tree as it was before */
	const struct overlaid *earlier;	/* the one applied before it; NULL: it was the first */
};

/* The machine and the Xen that is to run on it, as far as they are known. What Xen would
 * do is asked of this, and nothing here changes it: load, find_base and read_host fill it
 * in. */
struct host {
	struct arena *arena;		/* owns the answers; the job's */
	struct patterns *patterns;	/* the run's, for values on Xen's line; set by load */
	const struct board *board;	/* set by load */
	const struct memory_size *size;	/* of the board, as the system chose; by load */
	const struct xen *xen;	/* its image, line, release, .config; by load */

	/* set by find_base */
	const struct devicetree *base;	/* NULL: not there, under --no-files */
	const struct phandles *phandles;	/* of base; see xen/interrupts.h */
	struct loc tree_at;		/* the word that chose the tree */
	const struct overlaid *overlaid;	/* the last of the overlays; NULL: none */

	struct words line;		/* Xen's command line; set by read_lines */

	/* set by read_host */
	unsigned gic;			/* 2 or 3; 0: not known */
	const struct dt_node *gic_node;
	const struct cpus *cpus;	/* see xen/cpus.h; NULL: not known */
	const struct dt_node *console;	/* Xen's UART; NULL: none or not known */
	struct loc console_at;
	bool iommu;			/* Xen drives one */
	bool iommu_masters;		/* a node says in the old way whom it serves */
	const struct holders *holders;	/* see xen/holders.h; NULL: no guest gets a device */
};

/* The word to blame for a node of the base tree, or with `prop` for what that property of
 * it says: the overlay that brought it, else what chose the tree. */
struct loc host_origin(const struct host *h, const struct dt_node *n, const char *prop);

/* Whether Xen leaves this node and all below it out of dom0's tree
 * (xen/arch/arm/domain_build.c, handle_node()). One that is marked xen,passthrough stays,
 * disabled: Xen looks at its addresses and interrupts all the same. */
bool host_skips(const struct host *h, const struct dt_node *n);

/* The node after n, in the order of the tree, that dom0 gets; NULL: n was the last one.
 * Begin with the root. */
const struct dt_node *host_next(const struct host *h, const struct dt_node *n);
/* The same, but passing over what is below n. */
const struct dt_node *host_next_skipping(const struct host *h, const struct dt_node *n);

/* Whether dom0 gets the node: neither it nor one above it is left out. */
bool host_gives(const struct host *h, const struct dt_node *n);

/* The version of the GIC that Xen drives, 2 or 3, with its node in *gic; 0 and NULL: the
 * tree has none (xen/common/device-tree/intc.c). */
unsigned host_gic(const struct devicetree *dt, const struct dt_node **gic);

/* Whether this Xen does what came with the release `since`. One of an unknown release, as
 * under --no-files, counts as the newest: what only old releases refuse is accepted. */
bool xen_since(const struct host *h, unsigned since);

/* Whether Xen reads RAM from the node, a child of the root
 * (xen/common/device-tree/bootinfo-fdt.c). */
bool host_is_ram_node(const struct host *h, const struct dt_node *n);

/* The node that is given the board's banks, by U-Boot or by us: the first child of the root
 * called memory; NULL if there is none (U-Boot boot/fdt_support.c,
 * fdt_fixup_memory_banks()). */
const struct dt_node *host_first_memory(const struct host *h);
