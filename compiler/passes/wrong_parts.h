/* SPDX-License-Identifier: BSD-2-Clause */
/* Parts of system.yaml in which keys or values are wrong. What judges the whole that such
 * a part describes would find only consequences of that, so it is muted there. */
#pragma once
#include "diag/diag.h"
#include "input/tree.h"

struct wrong_part {
	const struct source *src;	/* NULL: everything */
	size_t start, end;		/* offsets in the text, bytes */
	struct wrong_part *next;
};

/* The parts that errors lie in: a guest or the like, or else a key of the top level; or
 * the whole text, if such a key is unknown: then what it was to be is missing everywhere.
 * Or everything, where there are hundreds.
 * Owned by the arena of the findings. */
struct wrong_part *wrong_parts(const struct node *tree, const struct diags *errors);

/* Takes out the findings after `last` that are in such a part; all that are, if `last` is
 * NULL. */
void wrong_parts_mute(const struct wrong_part *parts, struct diags *d, struct diag *last);
