/* SPDX-License-Identifier: BSD-2-Clause */
/* The base tree, ordered for those who ask it about each of many devices: which nodes have
 * registers in some pages, or an interrupt? */
#pragma once
#include "base/spans.h"
#include "base/table.h"
#include "xen/host.h"

struct holder {				/* a node that has an interrupt of the GIC */
	const struct dt_node *node;
	struct holder *next;		/* in the order of the tree */
	struct holder *last;		/* of the first one: the last */
};

struct holders {
	struct spans pages;		/* pages of registers -> nodes, in the order of the tree */
	struct table interrupts;	/* numbers -> the first holder */
	struct table paths;		/* in small letters -> nodes */
};

/* Reads the tree; the host's GIC must be known. */
const struct holders *holders_index(const struct host *h);

/* The nodes that have an interrupt, those included whose interrupt-map passes it on; NULL:
 * none has. */
const struct holder *holders_of_interrupt(const struct host *h, uint32_t intid);

/* The nodes with registers in the pages of those of `n`, in the order of the tree, each once,
 * and NULL behind the last. Owned by the arena. */
const struct dt_node *const *holders_beside(const struct host *h, const struct dt_node *n);

/* The node of a path, as Xen looks it up: all names have their unit addresses, and capitals are
 * small letters (dt_node_cmp()). NULL: there is none. */
const struct dt_node *holders_path(const struct host *h, const char *path);

/* The whole pages of registers. */
static inline struct range whole_pages(struct range r)
{
	r.start = round_down(r.start, PAGE_SIZE_4K);
	r.end = round_up(r.end, PAGE_SIZE_4K);
	return r;
}
