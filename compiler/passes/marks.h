/* SPDX-License-Identifier: BSD-2-Clause */
/* Devices of the host that are for guests: Xen gives dom0 what is not marked so. */
#pragma once
#include "plan.h"

/* Sets xen,passthrough on a node of the base tree, and on all below it that have reg or
 * interrupts: Xen does not pass the mark down. `why` is the word that gave it away. Before
 * repair; what has the mark already is left as it is. */
void mark_passthrough(struct plan *plan, const struct dt_node *n, struct loc why);

/* Whether a node has the mark, by the base tree or by mark_passthrough(). */
bool is_marked(const struct plan *plan, const struct dt_node *n);
