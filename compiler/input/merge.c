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

/* What a map that was made here has besides, so that the next one can be merged into it. */
struct merged {
	struct arena *arena;
	struct table links;	/* key -> the pointer that leads to the pair */
	struct pair **tail;
};

/* Appends a pair that remembers the pair it comes from: of the base, or of what is over it. */
static void append(struct merged *m, struct pair *base, struct pair *over)
{
	const struct pair *from = base ? base : over;
	struct pair *p = NEW(m->arena, struct pair);

	p->key = from->key;
	p->at = from->at;
	p->value = from->value;
	p->base = base;
	p->over = over;
	table_add(&m->links, p->key, 0, m->tail);
	*m->tail = p;
	m->tail = &p->next;
}

static void change(struct merged *m, struct pair *p, struct pair *over)
{
	if (p->over) {
		struct pair *before = NEW(m->arena, struct pair);

		*before = *p;
		p->base = before;
	}
	p->at = over->at;
	p->value = tree_merge(m->arena, p->value, over->value);
	p->over = over;
}

/* What follows is led to by the pointer that led to this pair. */
static void take_out(struct merged *m, struct pair **link)
{
	struct pair *p = *link;

	table_remove(&m->links, p->key, 0);
	*link = p->next;
	if (!p->next) {
		m->tail = link;
		return;
	}
	table_remove(&m->links, p->next->key, 0);
	table_add(&m->links, p->next->key, 0, link);
}

/* A map of our own, which may be changed, with the pairs of the base. */
static struct node *own_map(struct arena *a, const struct node *base)
{
	struct node *map = NEW(a, struct node);

	*map = *base;
	map->pairs = NULL;
	map->merged = NEW(a, struct merged);
	map->merged->arena = map->merged->links.arena = a;
	map->merged->tail = &map->pairs;
	for (struct pair *p = base->pairs; p; p = p->next)
		append(map->merged, p, NULL);
	return map;
}

/* Thousands of --set go into one map: it is copied for the first. */
static struct node *merge_maps(struct arena *a, struct node *base, struct node *over)
{
	struct node *map = base->merged ? base : own_map(a, base);

	map->at = over->at;
	for (struct pair *p = over->pairs; p; p = p->next) {
		struct pair **link = table_find(&map->merged->links, p->key, 0);

		if (link && removes(p->value))
			take_out(map->merged, link);
		else if (link)
			change(map->merged, *link, p);
		else if (!removes(p->value))
			append(map->merged, NULL, p);
	}
	return map;
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
