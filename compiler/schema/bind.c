/* SPDX-License-Identifier: BSD-2-Clause */
/* A tree becomes a model, by the rows of the schema. */
#include "schema/bind.h"

#include <string.h>

#include "base/list.h"
#include "base/table.h"
#include "base/text.h"
#include "schema/help.h"

#define NAME_MAX_LEN 40		/* Xen xen/include/xen/bootinfo.h: a 41-byte buffer */

static void add_attr(struct binder *b, struct object *o, const struct field *f,
		     const struct value *v)
{
	struct attr *a = NEW(b->arena, struct attr);

	a->field = f;
	a->value = *v;
	list_append(o->attrs, a);
}

static bool bind_record(struct binder *b, const struct node *n, const struct record *r,
			const char *called, struct object *o);

static const char *lower_case(struct arena *a, const char *s)
{
	char *copy = arena_copy(a, s, strlen(s));

	for (char *c = copy; *c; c++)
		if (*c >= 'A' && *c <= 'Z')
			*c |= 0x20;
	return copy;
}

/* Xen keeps names that differ in case apart; people, and the FAT card that a guest's files
 * lie on, may not. */
static bool check_name(struct binder *b, const struct field *f, const struct pair *p,
		       struct table *names, struct object *o)
{
	size_t len = strlen(p->key);
	const struct object *other;
	struct diag *g;

	if (len == 0 || len > NAME_MAX_LEN ||
	    p->key[strspn(p->key, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
			  "0123456789-_")]) {
		g = diag(b->diags, E0209, p->at, "'%s' cannot be a name under '%s'",
			 p->key, f->key);
		help_name(g, p->key, NAME_MAX_LEN);
		return false;
	}
	if (f->reserved && streq(lower_case(b->arena, p->key), f->reserved)) {
		g = diag(b->diags, E0209, p->at, "'%s' cannot be a name under '%s'", p->key,
			 f->key);
		diag_help(g, "'%s' is a key of its own, beside '%s'; choose another name",
			  f->reserved, f->key);
		return false;
	}
	other = table_add(names, lower_case(b->arena, p->key), 0, o);
	if (other == o)
		return true;
	g = diag(b->diags, E0209, p->at, "'%s' and '%s' differ only in case", p->key,
		 other->name);
	diag_note(g, other->at, "the other one is here");
	diag_help(g, "give one of them another name");
	return false;
}

static bool bind_named(struct binder *b, const struct field *f, const struct node *n,
		       struct object **head)
{
	struct table names = { .arena = b->arena };
	struct object **tail = head;
	bool ok = true;

	if (n->kind != NODE_MAP)
		return wrong_type(b, f, n);
	for (const struct pair *p = n->pairs; p; p = p->next) {
		struct object *o = bind_new(b, f->of, p->at);
		size_t astray = report_not_indented(b, p, f->of, NULL);
		const struct node *value = astray ? adopt_pairs(b, p, astray) : p->value;

		if (!astray && (report_too_deep(b, f, p) || report_no_name(b, f, p) ||
				report_new_name(b, f, n, p))) {
			ok = false;
			continue;
		}
		o->name = p->key;
		ok &= !astray & check_name(b, f, p, &names, o);
		ok &= bind_record(b, value, f->of, o->name, o);
		p = skip_pairs(p, astray);
		*tail = o;
		tail = &o->next;
	}
	return ok;
}

static bool bind_records(struct binder *b, const struct field *f, const struct node *n,
			 struct object **tail)
{
	bool ok = true;

	if (report_flat(b, f, n))
		return false;
	for (const struct item *i = n->items; i; i = i->next) {
		struct object *o = bind_new(b, f->of, i->value->at);

		if (!bind_record(b, i->value, f->of, NULL, o)) {
			ok = false;
			continue;
		}
		*tail = o;
		tail = &o->next;
	}
	return ok;
}

static bool bind_scalars(struct binder *b, const struct field *f, const struct node *n,
			 struct values *out)
{
	struct field each = *f;
	size_t count = 0;
	bool ok = true;

	each.kind = f->item;
	each.inside = true;
	for (const struct item *i = n->items; i; i = i->next)
		count++;
	out->v = arena_alloc(b->arena, (count + 1) * sizeof(*out->v));
	for (const struct item *i = n->items; i; i = i->next) {
		if (bind_scalar(b, &each, i->value, n->at, &out->v[out->n]))
			out->n++;
		else
			ok = false;
	}
	return ok;
}

static bool is_word(const struct field *f, const struct node *n)
{
	return f->word && n->kind == NODE_SCALAR && streq(n->text, f->word);
}

static bool bind_list(struct binder *b, const struct field *f, const struct node *n,
		      struct loc key, struct object *o)
{
	if (is_word(f, n)) {
		struct value *word = (struct value *)((char *)o + f->word_to);

		word->text = n->text;
		word->at = n->at;
		word->key = key;
		return true;
	}
	if (n->kind != NODE_LIST)
		return wrong_type(b, f, n);
	return f->of ? bind_records(b, f, n, bind_member(o, f))
		     : bind_scalars(b, f, n, bind_member(o, f));
}

/* An empty map or list says no more than a key that is not there. */
static bool is_empty(const struct node *n)
{
	return (n->kind == NODE_MAP && !n->pairs) || (n->kind == NODE_LIST && !n->items);
}

static bool bind_field(struct binder *b, const struct field *f, const struct node *n,
		       struct loc key, struct object *o)
{
	struct value v = { 0 };
	struct object *child;

	if ((f->kind == K_RECORD || f->kind == K_NAMED || f->kind == K_LIST) && !is_empty(n)) {
		v.text = "";
		v.at = v.key = key;
		add_attr(b, o, f, &v);
	}
	switch (f->kind) {
	case K_RECORD:
		child = bind_new(b, f->of, key);
		*(struct object **)bind_member(o, f) = child;
		return bind_record(b, n, f->of, f->key, child);
	case K_NAMED:
		return bind_named(b, f, n, bind_member(o, f));
	case K_LIST:
		return bind_list(b, f, n, key, o);
	default:
		if (!bind_scalar(b, f, n, key, &v)) {
			bind_stand_in(b, f, n->at, o);
			return false;
		}
		add_attr(b, o, f, &v);
		if (f->known)
			*(struct value *)bind_member(o, f) = v;
		return true;
	}
}

static bool unknown_key(struct binder *b, const struct record *r, const struct node *map,
			const struct pair *p)
{
	struct diag *g = diag(b->diags, E0201, p->at, "%s has no key '%s'", r->name, p->key);

	help_unknown_key(b, g, r, map, p->key);
	return false;
}

static size_t count_pairs(const struct node *n)
{
	size_t count = 0;

	for (const struct pair *p = n->pairs; p; p = p->next)
		count++;
	return count;
}

static bool bind_any(struct binder *b, const struct node *n, const struct record *r,
		     const struct pair *p, struct object *o)
{
	struct named_values *all = bind_member(o, r->any);
	struct field *f = NEW(b->arena, struct field);
	struct named_value *v;

	*f = *r->any;
	f->key = p->key;
	if (!all->v)
		all->v = arena_alloc(b->arena, count_pairs(n) * sizeof(*all->v));
	v = &all->v[all->n++];
	v->key.text = p->key;
	v->key.at = v->key.key = p->at;
	if (bind_scalar(b, f, p->value, p->at, &v->value))
		return true;
	all->n--;
	return false;
}

/* A key that the record does not have, and those behind it that are astray as well. */
static const struct pair *bind_stranger(struct binder *b, const struct node *n,
					const struct pair *p, const struct record *r,
					struct object *o)
{
	size_t astray;
	const struct field *parent = report_no_parent(b, n, p, r, &astray);
	const struct pair *last = parent ? skip_pairs(p, astray - 1) : p, *outside;

	if (parent)
		bind_field(b, parent, map_of_pairs(b, p, astray), p->at, o);
	else if ((outside = report_name_outside(b, n, p, r)))
		last = outside;
	else
		unknown_key(b, r, n, p);
	return last;
}

static bool bind_pairs(struct binder *b, const struct node *n, const struct record *r,
		       struct object *o)
{
	const struct pair *before = NULL, *last;
	bool ok = true;

	for (const struct pair *p = n->pairs; p; before = p, p = p->next) {
		const struct field *f = find_field(r, p->key);
		size_t astray = f && f->kind == K_RECORD
			      ? report_not_indented(b, p, f->of, r)
			      : f && f->kind == K_NAMED ? report_names_not_indented(b, p, f, r) : 0;

		if (astray) {
			bind_field(b, f, adopt_pairs(b, p, astray), p->at, o);
			p = skip_pairs(p, astray);
			ok = false;
		} else if (f)
			ok &= bind_field(b, f, p->value, p->at, o);
		else if ((last = report_comma(b, r, before, p))) {
			p = last;
			ok = false;
		} else if (r->any)
			ok &= bind_any(b, n, r, p, o);
		else {
			p = bind_stranger(b, n, p, r, o);
			ok = false;
		}
	}
	return ok;
}

static bool check_either(struct binder *b, const struct node *n, const struct record *r)
{
	const struct pair *one, *other;
	struct diag *g;

	if (!r->either)
		return true;
	one = tree_find(n, r->either);
	other = tree_find(n, r->or);
	if (!one || !other)
		return true;
	g = diag(b->diags, E0211, other->at, "%s has '%s' and '%s', which exclude each other",
		 r->name, r->either, r->or);
	diag_note(g, one->at, "the other one is here");
	diag_help(g, "keep one of them");
	return false;
}

/* The bare value that stands for one key is called as the record itself. */
static bool bind_shorthand(struct binder *b, const struct node *n, const struct record *r,
			   const char *called, struct object *o)
{
	struct field *f = NEW(b->arena, struct field);

	*f = *find_field(r, r->shorthand);
	if (called)
		f->key = called;
	o->at = n->at;
	return bind_field(b, f, n, n->at, o);
}

static bool bind_record(struct binder *b, const struct node *n, const struct record *r,
			const char *called, struct object *o)
{
	const char *name = called ? arena_printf(b->arena, "'%s'", called) : r->name;
	const struct node *inside = n->kind == NODE_MAP ? report_wrapped(b, n, r) : NULL;
	bool ok;

	if (inside)
		return bind_record(b, inside, r, called, o) && false;
	if (n->kind == NODE_SCALAR && r->shorthand && (*n->text || n->quoted)) {
		ok = bind_shorthand(b, n, r, called, o);
	} else if (n->kind == NODE_MAP && report_stranger(b, n, r)) {
		bind_stand_in_all(b, r, o);
		return false;
	} else if (n->kind == NODE_MAP) {
		ok = bind_pairs(b, n, r, o);
		ok &= check_either(b, n, r);
	} else {
		help_no_map(b, diag(b->diags, E0203, n->at, "%s wants %sa map of keys, not %s",
				    name, r->shorthand ? "a value, or " : "", node_phrase(n)),
			    r, called, n);
		bind_stand_in_all(b, r, o);
		return false;
	}
	return bind_absent(b, n, r, called, o) && ok;
}

bool bind(const struct node *tree, const struct record *record, struct object *out,
	  struct diags *d, struct patterns *patterns)
{
	struct binder b = { d->arena, d, patterns, record, tree, NULL };

	out->record = record;
	out->at = tree->at;
	out->at.len = 0;
	return bind_record(&b, tree, record, NULL, out);
}
