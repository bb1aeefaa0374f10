/* SPDX-License-Identifier: BSD-2-Clause */
/* A name that no device has becomes the one that was meant. */
#include "devices/device_names.h"

#include <string.h>

#include "base/list.h"
#include "base/text.h"
#include "devices/assigned.h"
#include "diag/fix.h"

#define NAMES_MAX 1024
#define SHOWN_MAX 8	/* names in a line of help */

static size_t list_names(const struct dt_node *n, const char **names, size_t count)
{
	for (const struct dt_prop *p = n ? n->props : NULL; p && count < NAMES_MAX;
	     p = p->next)
		names[count++] = p->name;
	return count;
}

/* What stands behind the last slash of a path. */
static const char *last_part(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

/* Whether a node is called so, with its unit address or without: "ethernet@7d580000",
 * "ethernet". */
static bool is_called(const struct dt_node *n, const char *name)
{
	return streq(n->name, name) || (!strchr(name, '@') && dt_is_named(n, name));
}

/* The only node whose path ends with that name; NULL if there is none, or more than one.
 */
static const struct dt_node *only_node(const struct host *h, const char *name)
{
	const struct dt_node *found = NULL;

	for (const struct dt_node *n = h->base->root; *name && n; n = dt_next(n)) {
		if (!is_called(n, name))
			continue;
		if (found)
			return NULL;
		found = n;
	}
	return found;
}

/* The path that is nearest to another, among those that end with a similar name. */
static const char *nearest_path(struct arena *a, const struct host *h, const char *path,
				const char *last)
{
	const char **paths, *found;
	size_t count = 0;

	for (const struct dt_node *n = h->base->root; n; n = dt_next(n))
		count++;
	paths = arena_alloc(a, count * sizeof(*paths));
	count = 0;
	for (const struct dt_node *n = h->base->root; n; n = dt_next(n))
		if (nearest_word(last, &n->name, 1))
			paths[count++] = dt_path(a, n);
	found = nearest_word(path, paths, count);
	return found && !streq(found, "/") ? found : NULL;
}

/* The alias for what Linux calls otherwise: eth0 is ethernet0 of the tree, mmcblk0 a
 * card. NULL: there is none. */
static const char *as_alias(struct arena *a, const struct host *h, const char *name)
{
	static const char *const pairs[][2] = {
		{ "eth", "ethernet" }, { "end", "ethernet" }, { "mmcblk", "mmc" },
		{ "emmc", "mmc" }, { "ttyS", "serial" }, { "ttyAMA", "serial" },
		{ "uart", "serial" },
	};

	for (size_t i = 0; i < countof(pairs); i++) {
		size_t len = strlen(pairs[i][0]);
		const char *alias;

		if (strncmp(name, pairs[i][0], len) != 0 || name[len] < '0' || name[len] > '9')
			continue;
		alias = arena_printf(a, "%s%s", pairs[i][1], name + len);
		if (dt_alias(h->base, alias))
			return alias;
	}
	return NULL;
}

static const char *nearest_name(const struct host *h, const char *name)
{
	const char *names[NAMES_MAX];
	size_t n = list_names(dt_find(h->base, "/aliases"), names, 0);

	n = list_names(dt_find(h->base, "/__symbols__"), names, n);
	return nearest_word(name, names, n);
}

/* The name that was likely meant; NULL: there is none. *sure is set if no other device
 * can be meant: Linux's number of a UART need not be the tree's. */
static const char *meant(struct arena *a, const struct host *h, const char *name, bool *sure)
{
	const char *last = last_part(name);
	bool is_path = last != name;
	const char *alias = is_path ? NULL : as_alias(a, h, name);
	const struct dt_node *node = alias ? NULL : only_node(h, last);

	*sure = alias ? starts_with(alias, "ethernet") : node && node->parent;
	if (alias)
		return alias;
	if (node && node->parent)
		return dt_path(a, node);
	return is_path ? nearest_path(a, h, name, last) : nearest_name(h, name);
}

/* The first few names of a list: "serial0, ethernet0, ...". */
static const char *some_names(struct arena *a, const struct dt_node *n)
{
	struct text t = { .arena = a };
	size_t count = 0;

	for (const struct dt_prop *p = n ? n->props : NULL; p; p = p->next)
		if (count++ < SHOWN_MAX)
			text_add(&t, "%s%s", t.len ? ", " : "", p->name);
	if (count > SHOWN_MAX)
		text_add(&t, " and %zu more", count - SHOWN_MAX);
	return t.data;
}

/* "uart" of "uart0": what numbers at the end count. */
static const char *without_number(struct arena *a, const char *name)
{
	size_t len = strlen(name);

	while (len > 1 && name[len - 1] >= '0' && name[len - 1] <= '9')
		len--;
	return arena_copy(a, name, len);
}

/* The paths of the nodes that are called so, if they are few; NULL: there is none, or many. */
static const char *paths_called(struct arena *a, const struct host *h, const char *name)
{
	struct text t = { .arena = a };
	size_t count = 0;

	name = last_part(name);
	for (const struct dt_node *n = h->base->root; *name && n; n = dt_next(n)) {
		if (!n->parent || !is_called(n, name))
			continue;
		if (count++ < SHOWN_MAX)
			text_add(&t, "%s%s", t.len ? ", " : "", dt_path(a, n));
	}
	return count <= SHOWN_MAX ? t.data : NULL;
}

bool help_with_whole(struct diag *g, const struct host *h, const struct dt_node *part)
{
	const struct dt_node *whole = part;

	while (whole && whole->parent && (!is_device(h, whole) || why_not_given(h, whole)))
		whole = whole->parent;
	if (!whole || !whole->parent || whole == part || is_mere_bus(whole) || why_kept(h, whole))
		return false;
	diag_help(g, "%s is a part of another device: write '%s', and the guest gets both",
		  dt_path(g->arena, part), dt_path(g->arena, whole));
	return true;
}

void help_with_device(struct diag *g, const struct host *h, const char *name)
{
	const struct dt_node *node = only_node(h, last_part(name));
	const char *aliases = some_names(g->arena, dt_find(h->base, "/aliases"));
	const char *labels = some_names(g->arena, dt_find(h->base, "/__symbols__"));
	bool sure;
	const char *near = meant(g->arena, h, name, &sure);
	const char *paths = near ? NULL : paths_called(g->arena, h, name);

	if (!near && !paths)
		paths = paths_called(g->arena, h, without_number(g->arena, name));
	if (node && help_with_whole(g, h, node))
		return;
	if (near && sure)
		fix_surely(g, g->at, name, near);
	else if (near)
		fix_meant(g, g->at, name, near);
	else if (paths)
		diag_help(g, "write the path of one of these: %s", paths);
	else if (labels)
		diag_help(g, "write an alias, a label (%s) or a path of the tree", labels);
	else if (aliases)
		diag_help(g, "write an alias (%s) or a path of the tree; it has no labels, for "
			  "it was not compiled with dtc -@", aliases);
	else
		diag_help(g, "write the path of a node, as in /soc/serial@7e201000");
}
