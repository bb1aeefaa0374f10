/* SPDX-License-Identifier: BSD-2-Clause */
/* Xen's own command line, as that release of Xen reads it. */
#pragma once
#include "xen/host.h"

/* The words of the line, each with the row of its parameter for Xen's release; of another
 * release if that one does not have it, NULL if none has. Owned by the arena of h. */
struct words xen_line(const struct host *h);

/* The name of the parameter: Xen takes "no-" off before it looks for it
 * (xen/common/kernel.c, parse_params()). */
const char *parameter_name(const struct word *w);

/* The last word with that key, the one that counts; NULL: there is none. */
const struct word *xen_word(const struct host *h, const char *key);
