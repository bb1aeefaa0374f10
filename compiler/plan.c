/* SPDX-License-Identifier: BSD-2-Clause */
/* Edits become the patched tree. */
#include "plan.h"

#include <string.h>

static struct edit *add_edit(struct plan *p, enum edit_kind kind, const char *path,
			     const char *prop, struct loc why)
{
	struct edit *e = NEW(p->arena, struct edit), **tail = &p->edits;

	e->kind = kind;
	e->path = path;
	e->prop = prop;
	e->why = why;
	e->repair = p->repairing;
	while (*tail)
		tail = &(*tail)->next;
	*tail = e;
	return e;
}

void plan_remove(struct plan *p, const char *path, struct loc why)
{
	add_edit(p, EDIT_REMOVE, path, NULL, why);
}

void plan_set(struct plan *p, const char *path, const char *prop, const void *data,
	      size_t len, struct loc why)
{
	struct edit *e = add_edit(p, EDIT_SET, path, prop, why);

	e->data = arena_copy(p->arena, data, len);
	e->len = len;
}

void plan_set_text(struct plan *p, const char *path, const char *prop, const char *text,
		   struct loc why)
{
	plan_set(p, path, prop, text, strlen(text) + 1, why);
}

void plan_put_cells(struct text *out, uint64_t n, unsigned cells)
{
	for (unsigned i = 4 * cells; i-- > 0;) {
		unsigned char byte = (unsigned char)(n >> (8 * i));

		text_bytes(out, &byte, 1);
	}
}

void plan_set_cells(struct plan *p, const char *path, const char *prop, uint64_t n,
		    unsigned cells, struct loc why)
{
	struct text t = { .arena = p->arena };

	plan_put_cells(&t, n, cells);
	plan_set(p, path, prop, t.data, t.len, why);
}

static void apply(struct arena *a, struct devicetree *dt, const struct edit *e)
{
	struct dt_node *n;

	if (e->kind == EDIT_REMOVE) {
		n = dt_find(dt, e->path);
		if (n)
			dt_remove(n);
		return;
	}
	n = dt_make(a, dt, e->path);
	dt_set(a, n, e->prop, e->data, e->len);
}

bool plan_is_plain(const char *s)
{
	return !s[strspn(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
			 " ._:/,=+@%#?-")];
}

struct devicetree *plan_patched(const struct plan *p)
{
	struct devicetree *dt = dt_copy(p->arena, p->base);

	for (const struct edit *e = p->edits; e; e = e->next)
		apply(p->arena, dt, e);
	return dt;
}

size_t plan_tree_size(const struct plan *p)
{
	return dt_size(p->arena, plan_patched(p));
}

void plan_finish_made(struct load *l, const struct text *contents)
{
	l->made = contents;
	l->size = contents->len;
	digest_bytes(contents->data, contents->len, &l->crc, l->sha256);
}

void plan_finish_trees(struct plan *p)
{
	p->blob = (struct text) { .arena = p->arena };
	dt_write(plan_patched(p), &p->blob);
	for (struct load *l = p->loads; l; l = l->next)
		if (l->made)
			plan_finish_made(l, l->made);
}
