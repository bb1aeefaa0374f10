/* SPDX-License-Identifier: BSD-2-Clause */
/* Partial device trees: the devices of the machine that guests get, as Xen reads them
 * (xen/common/device-tree/dom0less-build.c). A user brings such a tree, or a pass makes
 * it; both are checked alike. */
#pragma once
#include "base/spans.h"
#include "xen/interrupts.h"

/* What Xen calls the guest's interrupt controller if the tree has no /gic
 * (xen/include/public/device_tree_defs.h, GUEST_PHANDLE_GIC). */
#define PARTIAL_GIC_PHANDLE 65000

struct partial_range {			/* an entry of xen,reg: pages that the guest sees */
	uint64_t host, size, guest;
};

/* A node of the partial tree with xen,reg or xen,path. */
struct partial_device {
	const struct partial *partial;
	const struct dt_node *node;	/* in the partial tree */
	const char *title; /* "/passthrough/rtc of 'rtc.dtb'"; the pass may choose another */
	struct loc at;			/* the word that asked for it */
	const char *path;		/* xen,path; NULL: none */
	const struct dt_node *host;	/* the node of that path; NULL: none */
	uint32_t address_cells, size_cells;	/* the cells by which Xen reads xen,reg */
	struct partial_range *ranges;
	size_t range_count;
	struct interrupt *interrupts;	/* those of the host's node that end at the GIC */
	size_t interrupt_count;
	unsigned lost;			/* how many of its interrupts end elsewhere */
	bool force;			/* xen,force-assign-without-iommu */
	bool does_dma;			/* it reads or writes memory by itself */
	uint64_t dma_end; /* the end of the addresses that it reaches then */
	struct partial_device *next;	/* of the same guest */
};

struct partial {			/* the partial tree of one guest */
	const struct domain *guest;
	const struct devicetree *tree;
	struct loc at;			/* the word that names the file */
	const char *name;		/* for messages: "'rtc.dtb'" */
	uint64_t size;			/* of the file, bytes */
	struct partial_device *devices;
	struct spans pages;		/* of all devices; each is joined with those beside it */
	size_t number;			/* set by check_partial_trees: how many are before it */
	struct partial *next;
};

/* The number of an interrupt that a node of the host shares with the device; 0: there is
 * none. */
uint32_t partial_shares(const struct host *h, const struct partial_device *v,
			const struct dt_node *n);

/* The end of the addresses that all devices of the guest reach by DMA; UINT64_MAX: no
 * device has such a limit. */
uint64_t partial_reach(const struct domain *d);
