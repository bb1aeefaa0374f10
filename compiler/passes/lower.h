/* SPDX-License-Identifier: BSD-2-Clause */
/* The parts of lowering: each adds edits to the plan. */
#pragma once
#include "job.h"

#define CHOSEN_CELLS 2	/* address and size cells of /chosen and of each domain */

/* All of them, from an empty list on; loads without an address get the longest there is. */
void lower_edits(struct job *j);

/* Size of the tree with all changes, bytes, and what it takes with room for U-Boot's
 * fix-ups. With all addresses known it is as large as before or smaller. */
void measure_tree(const struct host *h, struct plan *plan);

/* Nodes of dom0, guests, CPU pools, shared memory and event channels, below /chosen. */
void lower_domains(struct job *j);

/* xen,static-heap, which is written with the root's cells. */
void lower_static_heap(const struct host *h, struct plan *plan);
