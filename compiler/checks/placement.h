/* SPDX-License-Identifier: BSD-2-Clause */
/* Whether the files of a domain have room in its memory. */
#pragma once
#include "diag/diag.h"
#include "plan.h"
#include "xen/host.h"

/* Whether kernel, ramdisk and tree of a guest have room in its first bank; reported if
 * not. For a direct-mapped guest after layout only. */
bool check_placement(struct diags *diags, const struct host *h, const struct domain *d);

/* The same for dom0, whose first bank, in bytes, Xen chooses. */
bool dom0_fits(struct diags *diags, const struct host *h, const struct plan *plan,
	       const struct domain *d, struct range first);
