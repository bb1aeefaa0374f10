/* SPDX-License-Identifier: BSD-2-Clause */
/* Whether the files of a domain have room in its memory. */
#pragma once
#include "diag/diag.h"
#include "plan.h"
#include "xen/host.h"

/* Whether kernel, ramdisk and tree of a guest have room in its first bank; false:
 * reported. For a direct-mapped guest only after layout. */
bool check_placement(struct diags *diags, const struct host *h, const struct domain *d);

/* The same for dom0, whose first bank is where Xen puts it. */
bool dom0_fits(struct diags *diags, const struct host *h, const struct plan *plan,
	       const struct domain *d, struct range first);
