/* SPDX-License-Identifier: BSD-2-Clause */
/* Colours of the last-level cache, as Xen's command line has them. */
#pragma once
#include "xen/host.h"

struct coloring {
	bool possible;		/* this Xen knows colours; others report it if not */
	bool on;
	uint64_t colors;	/* of the cache that Xen uses; 0: Xen asks the CPU */
	uint64_t cache_colors;	/* all of them */
	const struct word *size, *ways;	/* of the line; NULL: it does not say */
};

struct coloring read_coloring(const struct host *h);

/* Whether memory has colours. */
bool coloring_is_on(const struct host *h);

/* How many colours a list names, one that stands there twice counted twice, as Xen does
 * (xen/common/llc-coloring.c, parse_color_config()), and the highest. */
uint64_t count_colors(const struct value *v, uint64_t *highest);

/* The ranges of a list on Xen's line, whose numbers may be hexadecimal or octal, as keys
 * have them; NULL: Xen does not take the list, or it is empty. */
const char *decimal_ranges(struct arena *a, const char *list);

/* The colours of Xen and of a domain: those of the key; without it, those of Xen's line
 * for Xen and dom0. NULL as their text: there are none, so a domain has all of them. */
struct value xen_colors(const struct host *h);
struct value domain_colors(const struct host *h, const struct domain *d);

/* A size as Xen reads it, bytes: without a letter it is in KiB. */
uint64_t xen_size(const char *text);
