/* SPDX-License-Identifier: BSD-2-Clause */
/* Xen's line and its .config become the colours of the last-level cache. */
#include "xen/colors.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "xen/config.h"
#include "xen/line.h"

uint64_t count_colors(const struct value *v, uint64_t *highest)
{
	const char *s = v->text;
	uint64_t first, last, count = 0;

	*highest = 0;
	while (number_next_range(&s, &first, &last)) {
		count += last - first + 1;
		*highest = last > *highest ? last : *highest;
	}
	return count;
}

/* xen/common/llc-coloring.c, parse_color_config(). */
const char *decimal_ranges(struct arena *a, const char *list)
{
	struct text t = { .arena = a };
	uint64_t first, last;
	char *end;

	for (const char *s = list; *s; s = *end ? end + 1 : end) {
		first = last = strtoull(s, &end, 0);
		if (*end == '-')
			last = strtoull(end + 1, &end, 0);
		if (last < first || (*end && *end != ','))
			return NULL;
		text_add(&t, t.len ? ",%" PRIu64 : "%" PRIu64, first);
		if (last > first)
			text_add(&t, "-%" PRIu64, last);
	}
	return t.data;
}

/* xendtc writes what keys say behind what stands on the line, and the last one counts. */
static struct value colors_of(const struct host *h, const struct value *key, const char *name)
{
	const struct word *w = xen_word(h, name);

	if (key->text || !w)
		return *key;
	return (struct value){ .text = decimal_ranges(h->arena, w->value), .at = w->at };
}

struct value xen_colors(const struct host *h)
{
	return colors_of(h, &h->xen->llc_colors, "xen-llc-colors");
}

struct value domain_colors(const struct host *h, const struct domain *d)
{
	return d->is_dom0 ? colors_of(h, &d->llc_colors, "dom0-llc-colors") : d->llc_colors;
}

uint64_t xen_size(const char *text)
{
	static const char letters[] = "BKMGT";
	char *end;
	uint64_t n = strtoull(text, &end, 0);
	const char *letter = *end ? strchr(letters, *end & ~0x20) : letters + 1;

	return letter ? n << 10 * (letter - letters) : n;
}

static bool knows_colors(const struct host *h)
{
	return !config_lacks(h, "LLC_COLORING") && xen_since(h, VERSION(4, 20));
}

/* The most colours that Xen was built for: two to the power of an option, which is 10 at
 * most (xen/common/Kconfig, LLC_COLORS_ORDER). */
static uint64_t colors_built(const struct host *h)
{
	const char *order = config_value(h, "LLC_COLORS_ORDER");

	return UINT64_C(1) << (order ? strtoul(order, NULL, 10) & 15 : 10);
}

/* Xen xen/common/llc-coloring.c, llc_coloring_init(). */
struct coloring read_coloring(const struct host *h)
{
	struct coloring c = { .possible = knows_colors(h) };
	const struct word *on = xen_word(h, "llc-coloring");
	bool off;
	uint64_t ways, built = colors_built(h);

	off = xen_word(h, "no-llc-coloring") ||
	      (on && (streq(on->value, "off") || streq(on->value, "no") ||
		      streq(on->value, "false") || streq(on->value, "0")));
	c.size = xen_word(h, "llc-size");
	c.ways = xen_word(h, "llc-nr-ways");
	c.on = c.possible && !off && (on || (c.size && c.ways));
	ways = c.ways ? strtoull(c.ways->value, NULL, 0) : 0;
	if (c.on && c.size && ways)
		c.cache_colors = xen_size(c.size->value) / ways / PAGE_SIZE_4K;
	c.colors = c.cache_colors < built ? c.cache_colors : built;
	return c;
}

bool coloring_is_on(const struct host *h)
{
	return read_coloring(h).on;
}
