/* SPDX-License-Identifier: BSD-2-Clause */
/* Wishes for the tree become a list of edits, and such a list changes a tree. */
#include "edits.h"

#include <string.h>

#include "base/table.h"

static struct edit *add(struct edits *list, enum edit_kind kind, const char *path,
			struct loc why)
{
	struct edit *e = NEW(list->arena, struct edit), *first;

	e->kind = kind;
	e->path = path;
	e->why = why;
	if (!list->index) {
		list->index = NEW(list->arena, struct table);
		list->index->arena = list->arena;
	}
	first = table_add(list->index, path, kind, e);
	if (first != e)
		first->last_same->same = e;
	first->last_same = e;
	if (list->last)
		list->last->next = e;
	else
		list->first = e;
	return list->last = e;
}

void edits_remove(struct edits *list, const char *path, struct loc why)
{
	add(list, EDIT_REMOVE, path, why);
}

void edits_rename(struct edits *list, const char *path, const char *name, struct loc why)
{
	add(list, EDIT_RENAME, path, why)->name = name;
}

void edits_set(struct edits *list, const char *path, const char *prop, const void *data,
	       size_t len, struct loc why)
{
	struct edit *e = add(list, EDIT_SET, path, why);

	e->prop = prop;
	e->data = arena_copy(list->arena, data, len);
	e->len = len;
}

void edits_set_text(struct edits *list, const char *path, const char *prop,
		    const char *text, struct loc why)
{
	edits_set(list, path, prop, text, strlen(text) + 1, why);
}

void put_cells(struct text *out, uint64_t n, unsigned cells)
{
	for (unsigned i = 4 * cells; i-- > 0;) {
		unsigned char byte = 0;

		if (i < 8)
			byte = (unsigned char)(n >> (8 * i));
		text_bytes(out, &byte, 1);
	}
}

void edits_set_cells(struct edits *list, const char *path, const char *prop, uint64_t n,
		     unsigned cells, struct loc why)
{
	struct text t = { .arena = list->arena };

	put_cells(&t, n, cells);
	edits_set(list, path, prop, t.data, t.len, why);
}

const struct edit *edits_find(const struct edits *list, enum edit_kind kind,
			      const char *path, const char *prop)
{
	const struct edit *e = list->index ? table_find(list->index, path, kind) : NULL;

	while (e && kind == EDIT_SET && !streq(e->prop, prop))
		e = e->same;
	return e;
}

static void apply(struct arena *a, struct devicetree *dt, const struct edit *e)
{
	struct dt_node *n;

	if (e->kind == EDIT_SET) {
		n = dt_make(a, dt, e->path);
		dt_set(a, n, e->prop, e->data, e->len);
		return;
	}
	n = dt_find(dt, e->path);
	if (n && e->kind == EDIT_REMOVE)
		dt_remove(n);
	else if (n)
		dt_rename(n, e->name);
}

void edits_apply(const struct edits *list, struct arena *a, struct devicetree *dt)
{
	for (const struct edit *e = list->first; e; e = e->next)
		apply(a, dt, e);
}
