/* SPDX-License-Identifier: BSD-2-Clause */
/* Keys that a record does not have become presets, stand-ins, or findings. */
#include "base/text.h"
#include "schema/bind.h"
#include "schema/help.h"

struct object *bind_new(struct binder *b, const struct record *r, struct loc at)
{
	struct object *o = arena_alloc(b->arena, r->size);

	o->record = r;
	o->at = at;
	return o;
}

static void preset(struct binder *b, const struct field *f, struct object *o)
{
	struct value v = { .text = f->preset };
	bool good = !*f->preset || bind_scalar_text(b, f, &v);

	assert(good);
	(void)good;
	if (f->known)
		*(struct value *)bind_member(o, f) = v;
}

void bind_stand_in(struct binder *b, const struct field *f, struct loc at, struct object *o)
{
	struct object *child;

	if (f->preset) {
		preset(b, f, o);
	} else if (f->kind == K_RECORD && (f->required || f->always)) {
		child = bind_new(b, f->of, at);
		bind_stand_in_all(b, f->of, child);
		*(struct object **)bind_member(o, f) = child;
	} else if (f->required && f->known && f->kind != K_NAMED && f->kind != K_LIST) {
		*(struct value *)bind_member(o, f) =
			(struct value){ .text = "", .n = f->min, .at = at, .key = at };
	}
}

static bool has_key(const struct node *n, const struct record *r, const char *key)
{
	if (n->kind == NODE_SCALAR)
		return r->shorthand && streq(r->shorthand, key);
	return tree_find(n, key);
}

/* A misspelt key has been reported; that the right one is missing goes without saying. */
static bool is_misspelt(const struct node *n, const struct record *r, const char *key)
{
	const char *const wanted[] = { key };

	for (const struct pair *p = n->kind == NODE_MAP ? n->pairs : NULL; p; p = p->next) {
		const struct field *meant;

		if (find_field(r, p->key))
			continue;
		meant = field_without_space(r, p->key);
		if (!meant)
			meant = meant_field(r, p->key);
		if (streq(p->key, "<<") || starts_with(p->key, "//") || (meant && streq(meant->key, key)) ||
		    nearest_word(p->key, wanted, 1))
			return true;
	}
	return false;
}

static void report_missing(struct binder *b, const struct record *r, const struct field *f,
			   const char *called, struct loc at)
{
	const char *name = called ? arena_printf(b->arena, "'%s'", called) : r->name;
	struct diag *g = diag(b->diags, E0202, at, "%s lacks the key '%s'", name, f->key);

	diag_help(g, "add `%s: %s`%s", f->key, f->example ? f->example : "...",
		  b->top == r ? ", in the first column" : "");
}

/* Whether the document was to be put over another one, which may have what it lacks. */
static bool is_partial(const struct node *n, const struct record *r)
{
	for (const struct field *f = r->fields; f->key; f++)
		if (f->partial && has_key(n, r, f->key))
			return true;
	return false;
}

bool bind_absent(struct binder *b, const struct node *n, const struct record *r,
		 const char *called, struct object *o)
{
	bool ok = true, partial = is_partial(n, r);

	for (const struct field *f = r->fields; f->key; f++) {
		if (has_key(n, r, f->key))
			continue;
		bind_stand_in(b, f, f->required ? o->at : loc_none(), o);
		if (!f->required || partial || is_misspelt(n, r, f->key) || was_said(b, r, f->key))
			continue;
		report_missing(b, r, f, called, o->at);
		ok = false;
	}
	return ok;
}

void bind_stand_in_all(struct binder *b, const struct record *r, struct object *o)
{
	for (const struct field *f = r->fields; f->key; f++)
		bind_stand_in(b, f, o->at, o);
}
