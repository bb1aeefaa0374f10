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
	DEVICE_NEED,	/* the same, but then the device is refused */
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

/* Whether a property without a row holds numbers, by device_numbers.def. */
bool device_is_number(const char *property);

/* Rows end with one without compatible. */
extern const struct device_word device_providers[], device_kinds[];

/* docs/passthrough.md */
void device_print_rules(FILE *f);
