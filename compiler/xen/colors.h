/* SPDX-License-Identifier: BSD-2-Clause */
/* Colours of the last-level cache, as Xen's command line has them. */
#pragma once
#include "xen/host.h"

struct coloring {
	bool possible;		/* this Xen can do it; other checks report it if not */
	bool on;
	uint64_t colors;	/* colours that Xen uses; 0: it asks the CPU */
	uint64_t cache_colors;	/* all that the cache has; 0: it asks the CPU */
	const struct word *size, *ways;	/* llc-size=, llc-nr-ways=; NULL: not given */
};

/* What Xen's command line and its .config say about colours. */
struct coloring read_coloring(const struct host *h);

/* Whether this Xen, with its command line, divides memory into colours. */
bool coloring_is_on(const struct host *h);

/* The number of colours in a list such as "0-3,7", and in *highest the highest of them.
 * One that stands there twice is counted twice, as Xen does (xen/common/llc-coloring.c,
 * parse_color_config()). */
uint64_t count_colors(const struct value *v, uint64_t *highest);

/* The ranges of a list on Xen's line, whose numbers may be hexadecimal or octal, as keys
 * have them; NULL: Xen does not take the list, or it is empty. */
const char *decimal_ranges(struct arena *a, const char *list);

/* The colours of Xen and of a domain: those of the key; without it, those of Xen's line
 * for Xen and dom0. NULL as their text: there are none, so a domain has all of them. */
struct value xen_colors(const struct host *h);
struct value domain_colors(const struct host *h, const struct domain *d);

/* A size on Xen's command line as Xen reads it, in bytes: without a letter it counts KiB
 * (xen/lib/parse-size.c). Text that is no size gives some number: whether it is one is
 * the question of xen_read(). */
uint64_t xen_size(const char *text);
