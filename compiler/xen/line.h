/* SPDX-License-Identifier: BSD-2-Clause */
/* Xen's own command line, as that release of Xen reads it. */
#pragma once
#include "xen/host.h"
#include "xen/parameters.h"

/* So much Xen keeps of one word, with a NUL in 128 bytes (xen/include/xen/param.h). */
#define XEN_OPTION_MAX 127

/* The words of the line, as far as Xen keeps them; `len` is that of all that is written.
 * Each has the row of its parameter: that of this release, or else of another release, or
 * NULL if no release knows it. Owned by the arena of h. */
struct words xen_line(const struct host *h);

/* The name of a word's parameter: Xen takes "no-" off before it looks for it
 * (xen/common/kernel.c, parse_params()). */
const char *parameter_name(const struct word *w);

/* What Xen makes of a word that has a row, by that row. */
struct xen_reading xen_read_word(const struct host *h, const struct word *w);

/* Whether it is under `parameters` of xen: forks of Xen have parameters of their own, or
 * those of other releases. */
bool is_of_fork(const struct host *h, const struct word *w);

/* The last word with that key of which this Xen keeps the value, the one that counts; NULL:
 * there is none. */
const struct word *xen_word(const struct host *h, const char *key);

/* Whether FLASK decides what domains may do: Xen's line says so, or else its .config. */
bool chooses_flask(const struct host *h);
