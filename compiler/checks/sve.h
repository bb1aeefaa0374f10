/* SPDX-License-Identifier: BSD-2-Clause */
/* What is asked of `sve` of guests and of sve= on Xen's command line. */
#pragma once
#include "diag/diag.h"
#include "xen/host.h"

/* Whether Xen and the CPUs have SVE vectors of that many bits; false: reported
 * (xen/arch/arm/domain.c, arch_sanitise_domain_config()). */
bool check_sve_bits(struct diags *diags, const struct host *h, struct loc at,
		    uint64_t bits);
