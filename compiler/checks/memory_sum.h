/* SPDX-License-Identifier: BSD-2-Clause */
/* How it is said that there is not enough memory. */
#pragma once
#include "diag/diag.h"
#include "xen/heap.h"

/* Xen's own heap: domain structures, consoles, event channels. Where less than this is
 * left, it depends on the board's devices whether Xen has enough (xen/heap.c). */
#define COMFORT (16 * MiB)

/* Reports that the domains of the system want more than Xen has to give, or nearly all of
 * it: at the one that wants most, with notes at the others. */
void report_sum(struct diags *diags, const struct host *h, const struct system *s,
		const struct memory_sum *m);
