/* SPDX-License-Identifier: BSD-2-Clause */
/* An overlay is held against the tree that it is for, before libfdt puts them together (Linux
 * Documentation/devicetree/overlay-notes.rst). */
#include "input/overlay.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

/* The first label that the overlay wants and the base tree does not have; libfdt says
 * only that something was not found. */
static const char *missing_label(const struct devicetree *base,
				 const struct devicetree *overlay)
{
	const struct dt_node *wanted = dt_find(overlay, "/__fixups__");
	const struct dt_node *labels = dt_find(base, "/__symbols__");

	for (const struct dt_prop *p = wanted ? wanted->props : NULL; p; p = p->next)
		if (!labels || !dt_prop(labels, p->name))
			return p->name;
	return NULL;
}

/* libfdt adds to cells at the places that an overlay names, wherever these are (fdt_overlay.c,
 * overlay_update_local_node_references(), overlay_fixup_phandle()). */

static const struct dt_node *first_named(const struct dt_node *parent, const char *name)
{
	const struct dt_node *n = parent->children;

	while (n && !dt_is_named(n, name))
		n = n->next;
	return n;
}

/* Whether the offsets in a node of /__local_fixups__ are inside of the properties that they are
 * for. Nodes and properties that are not there libfdt reports itself. */
static bool offsets_fit(const struct dt_node *fixups, const struct dt_node *n)
{
	for (const struct dt_prop *p = fixups->props; p; p = p->next) {
		const struct dt_prop *of = dt_prop(n, p->name);

		for (size_t i = 0; of && i < p->len / 4; i++)
			if ((uint64_t)dt_cell(fixups, p->name, i, 0) + 4 > of->len)
				return false;
	}
	for (const struct dt_node *c = fixups->children; c; c = c->next) {
		const struct dt_node *of = first_named(n, c->name);

		if (of && !offsets_fit(c, of))
			return false;
	}
	return true;
}

/* Whether the offsets of "PATH:PROPERTY:OFFSET", of which the property has some, are ones that
 * libfdt compares right: with the size of a cell added, they are to be below 2^32. */
static bool offsets_are_numbers(const struct dt_prop *p)
{
	const char *s = p->data, *end = s + p->len;

	while (s < end && memchr(s, '\0', (size_t)(end - s))) {
		const char *colon = strrchr(s, ':');

		if (colon && strtoul(colon + 1, NULL, 10) > INT_MAX)
			return false;
		s += strlen(s) + 1;
	}
	return true;
}

static bool fixups_are_sound(const struct devicetree *overlay)
{
	const struct dt_node *local = dt_child(overlay->root, "__local_fixups__");
	const struct dt_node *labels = dt_child(overlay->root, "__fixups__");

	for (const struct dt_prop *p = labels ? labels->props : NULL; p; p = p->next)
		if (!offsets_are_numbers(p))
			return false;
	return !local || offsets_fit(local, overlay->root);
}

const char *overlay_misfit(struct arena *a, const struct devicetree *base,
			   const struct devicetree *overlay)
{
	const char *label = missing_label(base, overlay);

	if (!fixups_are_sound(overlay))
		return "its fix-ups lead out of the properties that they are for";
	return label ? arena_printf(a, "the base tree has no label '%s'", label) : NULL;
}
