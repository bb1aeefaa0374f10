/* SPDX-License-Identifier: BSD-2-Clause */
/* Keys that stand where their spaces put them, and not where they belong: codes E0213. */
#include "base/text.h"
#include "diag/fix.h"
#include "schema/bind.h"

void goes_without_saying(struct binder *b, const struct record *r, const char *key)
{
	struct said *s = NEW(b->arena, struct said);

	s->record = r;
	s->key = key;
	s->next = b->said;
	b->said = s;
}

bool was_said(const struct binder *b, const struct record *r, const char *key)
{
	const struct said *s = b->said;

	while (s && !(s->record == r && streq(s->key, key)))
		s = s->next;
	return s;
}

static bool is_nothing(const struct node *n)
{
	return n->kind == NODE_SCALAR && !n->quoted && !*n->text;
}

size_t node_last_byte(const struct node *n)
{
	const struct pair *p = n->kind == NODE_MAP ? n->pairs : NULL;
	const struct item *i = n->kind == NODE_LIST ? n->items : NULL;
	size_t end = n->at.at + (n->kind == NODE_SCALAR && n->at.len ? n->at.len - 1 : 0);

	for (; p; p = p->next) {
		size_t last = node_last_byte(p->value);

		end = last > end ? last : end;
	}
	for (; i; i = i->next) {
		size_t last = node_last_byte(i->value);

		end = last > end ? last : end;
	}
	return end;
}

const struct pair *skip_pairs(const struct pair *p, size_t n)
{
	for (; n > 0; n--)
		p = p->next;
	return p;
}

/* How many of the pairs from p on, up to the first other one, have keys of r. */
static size_t count_keys_of(const struct pair *p, const struct record *r)
{
	size_t n = 0;

	for (; p && find_field(r, p->key); p = p->next)
		n++;
	return n;
}

size_t report_not_indented(struct binder *b, const struct pair *p, const struct record *r,
			   const struct record *beside)
{
	size_t n = is_nothing(p->value) ? count_keys_of(p->next, r) : 0;
	struct diag *g;

	if (n == 0 || (beside && find_field(beside, p->next->key)))
		return 0;
	g = diag(b->diags, E0213, p->at,
		 "'%s' is empty, and below it are keys of %s that are not indented", p->key,
		 r->name);
	diag_note(g, p->next->at, "the first of them");
	diag_help(g, "put two spaces in front of %s", n == 1 ? "that line"
		  : arena_printf(b->arena, "each of those %zu lines", n));
	fix_indent(g, p->next->at, node_last_byte(skip_pairs(p, n)->value), 2);
	return n;
}

bool report_too_deep(struct binder *b, const struct field *f, const struct pair *p)
{
	const struct field *top = find_field(b->top, p->key);
	struct diag *g;

	if (!top || !top->of || top->kind != K_RECORD || p->value->kind != NODE_MAP ||
	    !p->value->pairs || !find_field(top->of, p->value->pairs->key) ||
	    find_field(f->of, p->value->pairs->key))
		return false;
	g = diag(b->diags, E0213, p->at, "'%s' is a name under '%s' here, for it is indented",
		 p->key, f->key);
	diag_help(g, "'%s' of %s begins in the first column, and its keys two spaces deeper",
		  p->key, b->top->name);
	if (!p->next)	/* those that came behind it would belong to it */
		fix_indent(g, p->at, node_last_byte(p->value),
			   -(int)(loc_position(p->at).column - 1));
	return true;
}

const struct node *map_of_pairs(struct binder *b, const struct pair *p, size_t n)
{
	struct node *map = NEW(b->arena, struct node);
	struct pair **tail = &map->pairs;

	map->kind = NODE_MAP;
	map->at = p->at;
	for (; n > 0; n--, p = p->next) {
		*tail = NEW(b->arena, struct pair);
		**tail = *p;
		(*tail)->next = NULL;
		tail = &(*tail)->next;
	}
	return map;
}

const struct node *adopt_pairs(struct binder *b, const struct pair *p, size_t n)
{
	return map_of_pairs(b, p->next, n);
}
