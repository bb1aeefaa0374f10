/* SPDX-License-Identifier: BSD-2-Clause */
/* Edits become the patched tree. */
#include "plan.h"

#include <zlib.h>

struct edit *plan_edit(struct plan *p, enum edit_kind kind, const char *path,
		       const char *prop, struct loc why)
{
	struct edit *e = NEW(p->arena, struct edit), **tail = &p->edits;

	e->kind = kind;
	e->path = path;
	e->prop = prop;
	e->why = why;
	while (*tail)
		tail = &(*tail)->next;
	*tail = e;
	return e;
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

void plan_tree(const struct plan *p, struct text *out)
{
	struct devicetree *dt = dt_copy(p->arena, p->base);

	for (const struct edit *e = p->edits; e; e = e->next)
		apply(p->arena, dt, e);
	dt_write(dt, out);
}

void plan_finish_tree(struct plan *p)
{
	p->blob = (struct text) { .arena = p->arena };
	plan_tree(p, &p->blob);
	p->tree->size = p->blob.len;
	p->tree->crc = (uint32_t)crc32(0, (const unsigned char *)p->blob.data,
				       (unsigned)p->blob.len);
}
