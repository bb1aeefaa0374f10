/* SPDX-License-Identifier: BSD-2-Clause */
/* Two trees become one. */
#include "input/merge.h"

#include <string.h>

#include "base/table.h"
#include "base/text.h"

static bool removes(const struct node *n)
{
	return n->kind == NODE_SCALAR && !n->quoted &&
	       (streq(n->text, "null") || streq(n->text, "~"));
}

struct merged {
	struct arena *arena;
	struct node *map;
	struct pair **tail;
};

/* Appends a pair that remembers the pairs it comes from, one of which may be NULL. */
static void add(struct merged *m, struct pair *base, struct pair *over, struct node *value)
{
	struct pair *p = NEW(m->arena, struct pair);

	p->key = base ? base->key : over->key;
	p->at = over ? over->at : base->at;
	p->value = value;
	p->base = base;
	p->over = over;
	*m->tail = p;
	m->tail = &p->next;
}

static struct node *merge_maps(struct arena *a, struct node *base, struct node *over)
{
	struct merged m = { .arena = a, .map = NEW(a, struct node) };
	struct table changed = { .arena = a };

	*m.map = *over;
	m.map->pairs = NULL;
	m.tail = &m.map->pairs;
	for (struct pair *p = over->pairs; p; p = p->next)
		table_add(&changed, p->key, 0, p);
	for (struct pair *p = base->pairs; p; p = p->next) {
		struct pair *o = table_find(&changed, p->key, 0);

		if (o)
			table_remove(&changed, p->key, 0);
		if (!o)
			add(&m, p, NULL, p->value);
		else if (!removes(o->value))
			add(&m, p, o, tree_merge(a, p->value, o->value));
	}
	for (struct pair *p = over->pairs; p; p = p->next)
		if (table_find(&changed, p->key, 0) == p && !removes(p->value))
			add(&m, NULL, p, p->value);
	return m.map;
}

struct node *tree_merge(struct arena *a, struct node *base, struct node *over)
{
	return base->kind == NODE_MAP && over->kind == NODE_MAP ? merge_maps(a, base, over) : over;
}

struct node *tree_of_path(struct arena *a, struct loc path, struct node *value)
{
	const char *text = path.src->text + path.at;
	const char *dot = memchr(text, '.', path.len);
	size_t len = dot ? (size_t)(dot - text) : path.len;
	struct loc key = { path.src, path.at, len };
	struct loc rest = { path.src, path.at + len + 1, path.len - len - 1 };
	struct node *map, *inner = dot ? tree_of_path(a, rest, value) : value;

	if (len == 0 || !inner)
		return NULL;
	map = NEW(a, struct node);
	map->kind = NODE_MAP;
	map->at = key;
	map->pairs = NEW(a, struct pair);
	map->pairs->key = arena_copy(a, text, len);
	map->pairs->at = key;
	map->pairs->value = inner;
	return map;
}

struct pair *tree_take(struct node *map, const char *key)
{
	for (struct pair **p = &map->pairs; *p; p = &(*p)->next) {
		struct pair *found = *p;

		if (!streq(found->key, key))
			continue;
		*p = found->next;
		return found;
	}
	return NULL;
}
