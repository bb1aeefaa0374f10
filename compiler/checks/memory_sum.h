/* SPDX-License-Identifier: BSD-2-Clause */
/* How it is said that there is not enough memory. */
#pragma once
#include "diag/diag.h"
#include "xen/heap.h"

/* Reports that the domains of the system want more than Xen has to give, or nearly all of
 * it: at the one that wants most, with notes at the others. */
void report_sum(struct diags *diags, const struct host *h, const struct system *s,
		const struct memory_sum *m);
