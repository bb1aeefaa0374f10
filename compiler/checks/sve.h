/* SPDX-License-Identifier: BSD-2-Clause */
/* The part that keys of guests and Xen's command line have in common. */
#pragma once
#include "diag/diag.h"
#include "xen/host.h"

/* Whether Xen makes SVE vectors of that many bits for a domain; reported if not. */
bool check_sve_bits(struct diags *diags, const struct host *h, struct loc at,
		    uint64_t bits);
