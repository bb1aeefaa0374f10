/* SPDX-License-Identifier: BSD-2-Clause */
/* What libfdt does not say, or not look at, of an overlay. */
#pragma once
#include "input/devicetree.h"

/* Why the overlay cannot be put over the base tree; NULL: as far as is seen here, it can. The
 * arena owns the text. */
const char *overlay_misfit(struct arena *a, const struct devicetree *base,
			   const struct devicetree *overlay);
