/* SPDX-License-Identifier: BSD-2-Clause */
/* What becomes of a device's properties when it is given to a guest, as data. */
#pragma once
#include <stdio.h>

#include "input/devicetree.h"

enum device_action {
	DEVICE_COPY,	/* as it is */
	DEVICE_MADE,	/* written anew */
	DEVICE_DROP,
	DEVICE_LEAVE,	/* follows its phandles, and is left out if the guest lacks one */
	DEVICE_LOOSE,	/* the same, and Linux starts the device without it */
	DEVICE_NEED,	/* follows them, and the device is refused if the guest lacks one */
	DEVICE_REFUSE
};

struct device_rule {
	const char *property;	/* a pattern: see device_rules.def; NULL: no row fits */
	enum device_action action;
	const char *cells;	/* where the phandles are: see device_rules.def */
	const char *companion;	/* left out together with it; "": none */
	const char *doc;	/* why */
};

struct device_word {
	const char *compatible;
	bool dma;		/* of devices: a bus master */
	const char *doc;
};

/* The rule for a property of a node of the base tree. Of those without a row it is one
 * that copies, and has no `property`. */
const struct device_rule *device_rule(const struct dt_node *n, const char *property);

/* How many cells of a property with phandles stand before each phandle, and how many
 * behind one that names `to`, which is NULL if it names nothing; there are `left` cells
 * in all. */
size_t device_cells_before(const struct device_rule *r);
size_t device_cells_after(const struct device_rule *r, const struct dt_node *to, size_t left);

/* Whether a property without a row holds numbers and no phandles, by device_numbers.def.
 */
bool device_is_number(const char *property);

/* Both tables end with a row without compatible. */
extern const struct device_word device_providers[], device_kinds[];

/* Prints docs/passthrough.md. */
void device_print_rules(FILE *f);
