/* SPDX-License-Identifier: BSD-2-Clause */
/* What a guest sees at which address. */
#pragma once
#include "job.h"

/* Xen xen/include/public/arch-arm.h, GUEST_GNTTAB_BASE: of a direct-mapped guest, too. */
#define GRANT_WINDOW ((struct range){ 0x38000000, 0x39000000 })

/* "its memory is", "its vpl011 is", ... if Xen puts something there; NULL: free. For a
 * direct-mapped guest, whose memory is where layout put it, after layout only. */
const char *guest_space_taken(const struct job *j, const struct domain *d,
			      struct range r);
