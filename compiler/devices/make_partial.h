/* SPDX-License-Identifier: BSD-2-Clause */
/* A guest's partial tree while it is made. */
#pragma once
#include "base/spans.h"
#include "base/table.h"
#include "diag/diag.h"
#include "edits.h"
#include "xen/host.h"

#define PARTIAL_CELLS 2		/* the address and size cells of all buses that we make */

struct twin {			/* a node of the base tree, and its copy */
	const struct dt_node *host;
	struct dt_node *guest;
	const struct passed *by;	/* NULL: it is not of a device that was asked for */
	bool bare;		/* made by hand: its properties are not copied */
	uint32_t phandle;	/* of the copy; 0: nobody needed one */
	struct twin *next;
};

struct window {			/* pages of the machine that the guest sees */
	struct range host;
	uint64_t guest;
	const struct passed *by;
	struct window *next;
};

struct maker {
	struct arena *arena;
	struct diags *diags;
	const struct host *host;
	const struct system *system;
	struct domain *d;
	struct devicetree *out;
	struct dt_node *top;		/* /passthrough */
	struct twin *twins, *last_twin;
	struct table of_host, of_guest;	/* nodes -> their twins */
	struct window *windows;
	struct spans seen;		/* addresses of the machine -> windows */
	uint32_t last_phandle;
	bool failed;
};

/* Makes a node below `parent`, with that name if it is free. */
struct dt_node *partial_node(struct maker *m, struct dt_node *parent, const char *name);

/* Notes a node and its copy, at the end of the list, which is worked off in order. */
struct twin *partial_twin(struct maker *m, const struct dt_node *host,
			  struct dt_node *guest, const struct passed *by);
/* The copy of a node; NULL: there is none. */
struct twin *partial_find(struct maker *m, const struct dt_node *host);
/* The same by the copy. */
struct twin *partial_find_guest(struct maker *m, const struct dt_node *guest);
/* The phandle of a copy, which gets one if it has none: the machine's number, so that all
 * that names the node in the machine's tree still does in the guest's. */
uint32_t partial_phandle(struct maker *m, struct twin *p);

void partial_set_cells(struct maker *m, struct dt_node *n, const char *prop, uint64_t v,
		       unsigned cells);
void partial_set_text(struct maker *m, struct dt_node *n, const char *prop,
		      const char *text);

/* Makes the node a bus on which addresses are those above it. */
void partial_set_bus(struct maker *m, struct dt_node *n);

/* The node that the copy of a device goes below: a bus of its own if DMA has other addresses
 * there. Two such buses above each other are reported (E0342), and m->failed is set. */
struct dt_node *partial_home(struct maker *m, const struct passed *p);

/* Whether children of the node have addresses that the CPU sees. */
bool is_memory_bus(const struct dt_node *n);

/* What the user wrote for this very node, not for one above it; NULL: nothing. */
static inline const struct passed *passed_entry(const struct twin *p)
{
	return p->by && p->by->node == p->host ? p->by : NULL;
}

struct device_rule;

/* Gives a copy its properties, by the rows of devices/device_rules.def. */
void partial_fill(struct maker *m, struct twin *p);

/* When all copies are there: warns of properties without a row that may name a node which
 * is not (W0347). */
void partial_check_unlisted(struct maker *m, const struct twin *p);

/* Writes to `out` the cells of a property whose phandles are where the rule says, with the
 * guest's phandles. With depth > 0 no node is made for that, and `out` is worth nothing.
 * false: a node is lacking, which is *missing; it is NULL if there is no such node, or the
 * cells do not come out even. */
bool partial_translate(struct maker *m, const struct twin *p, const struct dt_prop *prop,
		       const struct device_rule *r, unsigned depth, struct text *out,
		       const struct dt_node **missing);

/* Gives the copy a property with references. true: done, or not needed, for the node is
 * disabled. false: *missing as above. */
bool partial_follow(struct maker *m, const struct twin *p, const struct dt_prop *prop,
		    const struct device_rule *r, const struct dt_node **missing);

/* Whether no driver will look at the copy, for it is disabled. */
bool partial_is_off(const struct twin *p);

/* The node that a copied property may name without that the guest has it; NULL: none, or the
 * property is known. */
const struct dt_node *partial_unlisted(struct maker *m, const struct twin *p,
				       const struct dt_prop *prop);

/* Findings about references: one that the device cannot be without (`missing` is NULL if it
 * is not known to whom, E0343); one that may be none (W0347); pins that nobody sets (W0346). */
void partial_refuse(struct maker *m, const struct twin *p, const struct dt_prop *prop,
		    const struct device_rule *r, const struct dt_node *missing);
void partial_warn_unlisted(struct maker *m, const struct twin *p,
			   const struct dt_prop *prop, const struct dt_node *to);
void partial_warn_pins(struct maker *m, const struct twin *p, const struct dt_prop *prop);

/* Interrupts that go to a controller which the guest lacks; NULL: there is no such node. */
void partial_warn_interrupts(struct maker *m, const struct twin *p,
			     const struct dt_prop *prop, const struct dt_node *controller);

/* Gives the copy its interrupts; it goes without if they end at nothing that the guest has,
 * and a check says so (Devicetree Specification, 2.4). */
void partial_interrupts(struct maker *m, const struct twin *p,
			const struct dt_prop *prop);

/* Gives the copy its registers, by the guest's addresses. */
void partial_set_reg(struct maker *m, const struct twin *p);

/* Whether Xen has something to do for the node: to map registers, or to route interrupts. */
bool partial_is_for_xen(const struct host *h, const struct dt_node *n);

/* Gives the copy of a device xen,reg, xen,path and, where it is behind no IOMMU,
 * xen,force-assign-without-iommu. */
void partial_set_xen(struct maker *m, const struct twin *p);

/* Makes the windows for the registers of all copies. */
void partial_windows(struct maker *m);
uint64_t partial_address(const struct maker *m, uint64_t host);
