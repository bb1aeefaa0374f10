/* SPDX-License-Identifier: BSD-2-Clause */
/* Paths become nodes, and properties values. */
#include "input/devicetree.h"

#include <string.h>
#include <strings.h>

#include "base/table.h"

uint64_t dt_number(const void *cells, uint32_t count)
{
	const uint8_t *b = cells;
	uint64_t n = 0;

	for (size_t i = 0; i < 4 * (size_t)count; i++)
		n = n << 8 | b[i];
	return n;
}

/* Nodes in the order of the blob. */

struct dt_node *dt_next_skipping(const struct dt_node *n)
{
	while (n && !n->next)
		n = n->parent;
	return n ? n->next : NULL;
}

struct dt_node *dt_next(const struct dt_node *n)
{
	return n->children ? n->children : dt_next_skipping(n);
}

/* Names and paths. */

/* The next component of a path, which begins at *path; moves *path behind it. */
static size_t component(const char **path, const char **name)
{
	size_t len;

	*name = *path + strspn(*path, "/");
	len = strcspn(*name, "/");
	*path = *name + len;
	return len;
}

static bool is_named(const struct dt_node *n, const char *name, size_t len)
{
	return strncmp(n->name, name, len) == 0 && n->name[len] == '\0';
}

static bool has_base_name(const struct dt_node *n, const char *name, size_t len)
{
	return strncmp(n->name, name, len) == 0 && n->name[len] == '@';
}

/* In the index of children a name has one of these numbers. */
enum { WHOLE_NAME, BASE_NAME };	/* BASE_NAME: a child once had it, with a unit address */

static struct dt_node *child_named(const struct dt_node *n, const char *name, size_t len)
{
	if (n->index)
		return table_find_bytes(n->index, name, len, WHOLE_NAME);
	for (struct dt_node *c = n->children; c; c = c->next)
		if (is_named(c, name, len))
			return c;
	return NULL;
}

static struct dt_node *only_child_named(const struct dt_node *n, const char *name,
					size_t len)
{
	struct dt_node *found = NULL;

	if (n->index && !table_find_bytes(n->index, name, len, BASE_NAME))
		return NULL;
	for (struct dt_node *c = n->children; c; c = c->next) {
		if (!has_base_name(c, name, len))
			continue;
		if (found)
			return NULL;
		found = c;
	}
	return found;
}

struct dt_node *dt_find(const struct devicetree *dt, const char *path)
{
	struct dt_node *n = dt->root;
	const char *name;
	size_t len;

	if (*path != '/')
		return NULL;
	while (n && (len = component(&path, &name)) > 0) {
		struct dt_node *exact = child_named(n, name, len);

		n = exact ? exact : only_child_named(n, name, len);
	}
	return n;
}

const char *dt_alias(const struct devicetree *dt, const char *alias)
{
	const struct dt_node *aliases = dt_child(dt->root, "aliases");

	return aliases ? dt_string(aliases, alias) : NULL;
}

const char *dt_path(struct arena *a, const struct dt_node *n)
{
	size_t len = 0;
	char *end;

	if (!n->parent)
		return "/";
	for (const struct dt_node *p = n; p->parent; p = p->parent)
		len += 1 + strlen(p->name);
	end = (char *)arena_alloc(a, len + 1) + len;
	for (; n->parent; n = n->parent) {
		len = strlen(n->name);
		end -= len;
		memcpy(end, n->name, len);
		*--end = '/';
	}
	return end;
}

struct dt_node *dt_child(const struct dt_node *n, const char *name)
{
	return child_named(n, name, strlen(name));
}

/* Properties. */

static struct dt_prop *prop_named(const struct dt_node *n, const char *name)
{
	if (n->prop_index)
		return table_find(n->prop_index, name, 0);
	for (struct dt_prop *p = n->props; p; p = p->next)
		if (streq(p->name, name))
			return p;
	return NULL;
}

const struct dt_prop *dt_prop(const struct dt_node *n, const char *name)
{
	return prop_named(n, name);
}

const char *dt_string(const struct dt_node *n, const char *name)
{
	const struct dt_prop *p = dt_prop(n, name);

	return p && p->len > 0 && memchr(p->data, '\0', p->len) ? p->data : NULL;
}

uint32_t dt_cell(const struct dt_node *n, const char *name, size_t index,
		 uint32_t otherwise)
{
	const struct dt_prop *p = dt_prop(n, name);

	if (!p || index >= p->len / 4)
		return otherwise;
	return (uint32_t)dt_number((const uint8_t *)p->data + 4 * index, 1);
}

/* As Xen compares, without regard to case (xen/include/xen/device_tree.h). */
bool dt_compatible(const struct dt_node *n, const char *compatible)
{
	const struct dt_prop *p = dt_prop(n, "compatible");
	const char *s = p ? p->data : NULL;
	size_t left = p ? p->len : 0;
	const char *nul;

	while (left > 0 && (nul = memchr(s, '\0', left)) != NULL) {
		if (strcasecmp(s, compatible) == 0)
			return true;
		left -= (size_t)(nul + 1 - s);
		s = nul + 1;
	}
	return false;
}

bool dt_compatible_with_any(const struct dt_node *n, const char *const *words)
{
	for (; *words; words++)
		if (dt_compatible(n, *words))
			return true;
	return false;
}

bool dt_is_cpu(const struct dt_node *n)
{
	const char *type = dt_string(n, "device_type");

	return type && strcmp(type, "cpu") == 0;
}

bool dt_enabled(const struct dt_node *n)
{
	const char *status = dt_string(n, "status");

	if (!dt_prop(n, "status"))
		return true;
	return status && (streq(status, "okay") || streq(status, "ok"));
}

/* Editing. */

#define INDEX_FROM 32	/* children or properties, from which on a table is faster than a list */

static void index_child(struct dt_node *parent, struct dt_node *n)
{
	const char *at = strchr(n->name, '@');

	parent->has_twins |= table_add(parent->index, n->name, WHOLE_NAME, n) != n;
	if (at)
		table_add_bytes(parent->index, n->name, (size_t)(at - n->name), BASE_NAME, n);
}

static void index_children(struct arena *a, struct dt_node *n)
{
	n->index = NEW(a, struct table);
	n->index->arena = a;
	for (struct dt_node *c = n->children; c; c = c->next)
		index_child(n, c);
}

void dt_append(struct arena *a, struct dt_node *parent, struct dt_node *n)
{
	*(parent->last_child ? &parent->last_child->next : &parent->children) = n;
	n->before = parent->last_child;
	parent->last_child = n;
	n->parent = parent;
	if (parent->index)
		index_child(parent, n);
	else if (++parent->child_count == INDEX_FROM)
		index_children(a, parent);
}

static struct dt_node *add_child(struct arena *a, struct dt_node *parent,
				 const char *name, size_t len)
{
	struct dt_node *n = NEW(a, struct dt_node);

	n->name = arena_copy(a, name, len);
	dt_append(a, parent, n);
	return n;
}

struct dt_node *dt_make(struct arena *a, struct devicetree *dt, const char *path)
{
	struct dt_node *n = dt->root;
	const char *name;
	size_t len;

	while ((len = component(&path, &name)) > 0) {
		struct dt_node *child = child_named(n, name, len);

		n = child ? child : add_child(a, n, name, len);
	}
	return n;
}

static void index_prop(struct dt_node *n, struct dt_prop *p)
{
	n->has_twin_props |= table_add(n->prop_index, p->name, 0, p) != p;
}

static void index_props(struct arena *a, struct dt_node *n)
{
	n->prop_index = NEW(a, struct table);
	n->prop_index->arena = a;
	for (struct dt_prop *p = n->props; p; p = p->next)
		index_prop(n, p);
}

void dt_append_prop(struct arena *a, struct dt_node *n, struct dt_prop *p)
{
	*(n->last_prop ? &n->last_prop->next : &n->props) = p;
	p->before = n->last_prop;
	n->last_prop = p;
	if (n->prop_index)
		index_prop(n, p);
	else if (++n->prop_count == INDEX_FROM)
		index_props(a, n);
}

void dt_set(struct arena *a, struct dt_node *n, const char *name, const void *data,
	    size_t len)
{
	struct dt_prop *p = prop_named(n, name);

	if (!p) {
		p = NEW(a, struct dt_prop);
		p->name = arena_copy(a, name, strlen(name));
		dt_append_prop(a, n, p);
	}
	p->data = len ? arena_copy(a, data, len) : "";
	p->len = len;
}

bool dt_unset(struct dt_node *n, const char *name)
{
	struct dt_prop *gone = prop_named(n, name);

	if (!gone)
		return false;
	*(gone->before ? &gone->before->next : &n->props) = gone->next;
	*(gone->next ? &gone->next->before : &n->last_prop) = gone->before;
	if (n->prop_index)
		table_remove(n->prop_index, name, 0);
	for (struct dt_prop *p = gone->next; n->has_twin_props && p; p = p->next)
		if (streq(p->name, name))
			table_add(n->prop_index, p->name, 0, p);
	return true;
}

/* Takes the node out of the list of its siblings. */
static void unlink_node(struct dt_node *n)
{
	*(n->before ? &n->before->next : &n->parent->children) = n->next;
	*(n->next ? &n->next->before : &n->parent->last_child) = n->before;
}

void dt_put_first(struct dt_node *n)
{
	unlink_node(n);
	n->next = n->parent->children;
	n->before = NULL;
	n->parent->children = n;
	*(n->next ? &n->next->before : &n->parent->last_child) = n;
}

/* The parent no longer finds n by its name, but another child of that name, if a tree has
 * one twice. */
static void forget_name(const struct dt_node *n)
{
	const struct dt_node *parent = n->parent;

	if (!parent->index)
		return;
	table_remove(parent->index, n->name, WHOLE_NAME);
	for (struct dt_node *c = parent->children; parent->has_twins && c; c = c->next)
		if (c != n && streq(c->name, n->name))
			table_add(parent->index, c->name, WHOLE_NAME, c);
}

void dt_remove(struct dt_node *n)
{
	unlink_node(n);
	forget_name(n);
}

void dt_rename(struct dt_node *n, const char *name)
{
	forget_name(n);
	n->name = name;
	if (n->parent->index)
		index_child(n->parent, n);
}

static void copy_props(struct arena *a, const struct dt_prop *from, struct dt_node *to)
{
	for (; from; from = from->next) {
		struct dt_prop *p = NEW(a, struct dt_prop);

		*p = *from;
		p->next = p->before = NULL;
		dt_append_prop(a, to, p);
	}
}

static struct dt_node *copy_node(struct arena *a, const struct dt_node *from,
				 struct dt_node *parent)
{
	struct dt_node *n = NEW(a, struct dt_node);

	n->name = from->name;
	if (parent)
		dt_append(a, parent, n);
	copy_props(a, from->props, n);
	for (const struct dt_node *c = from->children; c; c = c->next)
		copy_node(a, c, n);
	return n;
}

struct devicetree *dt_copy(struct arena *a, const struct devicetree *dt)
{
	struct devicetree *copy = NEW(a, struct devicetree);

	*copy = *dt;
	copy->root = copy_node(a, dt->root, NULL);
	return copy;
}

bool dt_is_named(const struct dt_node *n, const char *name)
{
	size_t len = strlen(name);

	return strncmp(n->name, name, len) == 0 && (!n->name[len] || n->name[len] == '@');
}
