/* SPDX-License-Identifier: BSD-2-Clause */
/* A guest's partial tree while it is made. */
#pragma once
#include "job.h"

#define PARTIAL_CELLS 2		/* address and size cells of every bus that we make */

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
	struct twin *twins;
	struct window *windows;
	uint32_t last_phandle;
	bool failed;
};

/* A node below parent, with the name if that is free. */
struct dt_node *partial_node(struct maker *m, struct dt_node *parent, const char *name);

/* Adds a twin at the end of the list, which is worked off in order. */
struct twin *partial_twin(struct maker *m, const struct dt_node *host,
			  struct dt_node *guest, const struct passed *by);
struct twin *partial_find(struct maker *m, const struct dt_node *host);
uint32_t partial_phandle(struct maker *m, struct twin *p);

void partial_set_cells(struct maker *m, struct dt_node *n, const char *prop, uint64_t v,
		       unsigned cells);
void partial_set_text(struct maker *m, struct dt_node *n, const char *prop,
		      const char *text);

/* Whether children of the node have addresses that the CPU sees. */
bool is_memory_bus(const struct dt_node *n);

/* Fills in the properties of a copy, by the rows of devices/device_rules.def. */
void partial_fill(struct maker *m, struct twin *p);

/* The windows for all registers of the twins, and where the guest has an address. */
void partial_windows(struct maker *m);
uint64_t partial_address(const struct maker *m, uint64_t host);
