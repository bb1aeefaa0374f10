/* SPDX-License-Identifier: BSD-2-Clause */
/* The part of check_memory() about cache colours. */
#pragma once
#include "diag/diag.h"
#include "plan.h"
#include "xen/host.h"
#include "xen/regions.h"

/* Whether all domains find memory of their colours in `all`, what is free when Xen makes
 * them; if not, that is reported. */
bool check_colored_domains(struct diags *diags, const struct host *h,
			   const struct system *system, const struct plan *plan,
			   const struct regions *all);
