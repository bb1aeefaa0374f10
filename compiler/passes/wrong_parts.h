/* SPDX-License-Identifier: BSD-2-Clause */
/* Parts of system.yaml in which keys or values are wrong. Whoever judges what a part
 * describes as a whole would find consequences of that in it, and no new mistakes. */
#pragma once
#include "diag/diag.h"
#include "input/tree.h"

struct wrong_part {
	const struct source *src;
	size_t start, end;		/* bytes of the text */
	struct wrong_part *next;
};

/* The parts that the errors lie in: guests and their like, or else keys of the top level;
 * the whole text if one of these keys is itself unknown, for what it was to be is missing
 * everywhere. Owned by the arena of the findings. */
struct wrong_part *wrong_parts(const struct node *tree, const struct diags *errors);

/* Takes out what was found in such a part after the finding `last`, or at all if that is
 * NULL. */
void wrong_parts_mute(const struct wrong_part *parts, struct diags *d, struct diag *last);
