/* SPDX-License-Identifier: BSD-2-Clause */
/* The parts of lowering: each adds edits to the plan. */
#pragma once
#include "job.h"

#define CHOSEN_CELLS 2	/* address and size cells of /chosen and of each domain */

/* Nodes of dom0, guests, CPU pools, shared memory and event channels, below /chosen. */
void lower_domains(struct job *j);

/* xen,static-heap, which is written with the root's cells. */
void lower_static_heap(struct job *j);
