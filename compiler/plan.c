/* SPDX-License-Identifier: BSD-2-Clause */
/* The base tree and the edits become the patched tree. */
#include "plan.h"

#include <stdio.h>
#include <string.h>

bool plan_is_plain(const char *s)
{
	return !s[strspn(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
			 " ._:/,=+@%#?-")];
}

void plan_set_suffix(struct load *l, const char *sha256)
{
	snprintf(l->suffix, sizeof(l->suffix), ".%.8s", sha256);
}

const char *plan_load_name(struct arena *a, const struct load *l)
{
	return *l->suffix ? arena_printf(a, "%s%s", l->name, l->suffix) : l->name;
}

const char *plan_path(struct arena *a, const char *prefix, const char *name)
{
	struct text t = { .arena = a };
	const char *part = arena_printf(a, "%s%s", prefix, name);
	size_t len;

	for (; *part; part += len) {
		part += strspn(part, "/");
		len = strcspn(part, "/");
		if (len && !(len == 1 && *part == '.'))
			text_add(&t, "%s%.*s", t.len ? "/" : "", (int)len, part);
	}
	return t.len ? t.data : "";
}

struct devicetree *plan_patched(const struct plan *p)
{
	struct devicetree *dt = dt_copy(p->arena, p->base);

	edits_apply(&p->marks, p->arena, dt);
	edits_apply(&p->repairs, p->arena, dt);
	edits_apply(&p->edits, p->arena, dt);
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

bool plan_leaves_out(const struct plan *p, const struct dt_node *n)
{
	for (; n->parent; n = n->parent)
		if (edits_find(&p->repairs, EDIT_REMOVE, dt_path(p->arena, n), NULL))
			return true;
	return false;
}
