/* SPDX-License-Identifier: BSD-2-Clause */
/* Partial device trees: the devices of the machine that guests get, as Xen reads them
 * (xen/common/device-tree/dom0less-build.c). A user brings such a tree, or a pass makes
 * it; both are checked alike. */
#pragma once
#include "xen/interrupts.h"

/* What Xen calls the guest's interrupt controller if the tree has no /gic
 * (xen/include/public/device_tree_defs.h, GUEST_PHANDLE_GIC). */
#define PARTIAL_GIC_PHANDLE 65000

struct partial_range {			/* an entry of xen,reg */
	uint64_t host, size, guest;
};

/* A node of the partial tree with xen,reg or xen,path. */
struct partial_device {
	const struct partial *partial;
	const struct dt_node *node;	/* in the partial tree */
	const char *title; /* "/passthrough/rtc of 'rtc.dtb'"; the pass may choose another */
	struct loc at;			/* the word that asked for it */
	const char *path;		/* xen,path; NULL: none */
	const struct dt_node *host;	/* what it names; NULL: none, or not there */
	uint32_t address_cells, size_cells;	/* by which Xen reads xen,reg */
	struct partial_range *ranges;
	size_t range_count;
	struct interrupt *interrupts;	/* of the host's node, those that end at the GIC */
	size_t interrupt_count;
	unsigned lost;			/* how many of its interrupts end elsewhere */
	bool force;			/* xen,force-assign-without-iommu */
	bool does_dma;			/* it reads and writes memory by itself */
	uint64_t dma_end; /* then: where what it reaches ends; UINT64_MAX: nowhere */
	struct partial_device *next;	/* of the same guest */
};

struct partial {			/* one for each guest that gets devices */
	const struct domain *guest;
	const struct devicetree *tree;
	struct loc at;			/* the word that names the file */
	const char *name;		/* for messages: "'rtc.dtb'" */
	uint64_t size;			/* of the file, bytes */
	struct partial_device *devices;
	struct partial *next;
};

/* Whether it is a device with that interrupt. */
bool partial_has_interrupt(const struct partial_device *v, uint32_t intid);

/* An interrupt that a node of the host shares with the device; 0: none. */
uint32_t partial_shares(const struct host *h, const struct partial_device *v,
			const struct dt_node *n);

/* Where the memory ends that all devices of the guest reach by DMA; UINT64_MAX: nowhere. */
uint64_t partial_reach(const struct partial *all, const struct domain *d);
