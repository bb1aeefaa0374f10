/* SPDX-License-Identifier: BSD-2-Clause */
/* Xen's own command line, as that release of Xen reads it. */
#pragma once
#include "xen/host.h"

/* The words of the line. Each has the row of its parameter: that of this release, or else
 * of another release, or NULL if no release knows it. Owned by the arena of h. */
struct words xen_line(const struct host *h);

/* The name of a word's parameter: Xen takes "no-" off before it looks for it
 * (xen/common/kernel.c, parse_params()). */
const char *parameter_name(const struct word *w);

/* The last word of the line with that key, which is the one that counts; NULL: there is
 * none. */
const struct word *xen_word(const struct host *h, const char *key);
