/* SPDX-License-Identifier: BSD-2-Clause */
/* Values become properties of nodes. */
#include <stdlib.h>
#include <string.h>

#include "passes/lower.h"

void lower_cell(struct plan *plan, const char *path, const char *prop, uint64_t n,
		struct loc why)
{
	edits_set_cells(&plan->edits, path, prop, n, 1, why);
}

void lower_compatible(struct plan *plan, const char *path, const char *first,
		      const char *second, struct loc why)
{
	struct text t = { .arena = plan->arena };

	text_bytes(&t, first, strlen(first) + 1);
	if (second)
		text_bytes(&t, second, strlen(second) + 1);
	edits_set(&plan->edits, path, "compatible", t.data, t.len, why);
}

/* Whether the property would say what Xen takes for granted without it. */
static bool is_preset(const struct field *f, const struct value *v)
{
	return f->preset && streq(f->preset, v->text);
}

static void lower_attr(struct plan *plan, const char *path, const struct field *f,
		       const struct value *v)
{
	struct edits *to = &plan->edits;

	switch (f->as) {
	case DT_NONE:
		break;
	case DT_FLAG:
		if (v->n)
			edits_set(to, path, f->prop, "", 0, v->at);
		break;
	case DT_U32:
		edits_set_cells(to, path, f->prop, v->n, 1, v->at);
		break;
	case DT_KIB64:
		edits_set_cells(to, path, f->prop, v->n / KiB, 2, v->at);
		break;
	case DT_MIB32:
		edits_set_cells(to, path, f->prop, v->n / MiB, 1, v->at);
		break;
	case DT_STRING:
		if (!is_preset(f, v))
			edits_set_text(to, path, f->prop, v->text, v->at);
		break;
	}
}

void lower_attrs(struct plan *plan, const char *path, const struct object *o)
{
	for (const struct attr *a = o->attrs; a; a = a->next)
		lower_attr(plan, path, a->field, &a->value);
}

/* The value of a raw property is "<1 0x2>" for cells, "[00 ff]" for bytes, "true" for
 * nothing; anything else is text. */
void lower_raw(struct plan *plan, const char *path, const struct named_value *v)
{
	struct text t = { .arena = plan->arena };
	const char *s = v->value.text;
	char open = s[0], *end;

	text_bytes(&t, "", 0);
	if (open != '<' && open != '[') {
		if (!streq(s, "true"))
			text_bytes(&t, s, strlen(s) + 1);
		edits_set(&plan->edits, path, v->key.text, t.data, t.len, v->key.at);
		return;
	}
	for (s++;; s = end) {
		uint64_t n = strtoull(s, &end, open == '<' ? 0 : 16);
		unsigned char byte = (unsigned char)n;

		if (end == s)
			break;
		if (open == '<')
			put_cells(&t, n, 1);
		else
			text_bytes(&t, &byte, 1);
	}
	edits_set(&plan->edits, path, v->key.text, t.data, t.len, v->key.at);
}

static uint32_t highest_phandle(const struct devicetree *dt)
{
	uint32_t highest = 0;

	for (const struct dt_node *n = dt ? dt->root : NULL; n; n = dt_next(n)) {
		uint32_t phandle = dt_cell(n, "phandle", 0, 0);

		if (phandle > highest && phandle != UINT32_MAX)
			highest = phandle;
	}
	return highest;
}

/* The first phandle in a tree of firmware, which may have more of them than the file by
 * which it was described; they begin at 1. */
#define FIRST_AFTER_FIRMWARE 0x7fff0000

uint32_t lower_phandle(const struct host *h, struct plan *plan)
{
	if (!plan->last_phandle)
		plan->last_phandle = plan->edit_in_u_boot ? FIRST_AFTER_FIRMWARE
							  : highest_phandle(h->base);
	return ++plan->last_phandle;
}
