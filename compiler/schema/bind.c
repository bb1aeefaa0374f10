/* SPDX-License-Identifier: BSD-2-Clause */
/* A tree becomes a model, by the rows of the schema. */
#include <assert.h>
#include <inttypes.h>
#include <string.h>
#include <strings.h>

#include "base/text.h"
#include "schema/schema.h"

#define NAME_MAX_LEN 40		/* Xen xen/include/xen/bootinfo.h: a 41-byte buffer */

struct binder {
	struct arena *arena;
	struct diags *diags;
};

static const char *kind_phrase(const struct field *f)
{
	static const char *const phrases[KIND_COUNT] = {
		[K_BOOL] = "true or false", [K_COUNT] = "a whole number",
		[K_SIZE] = "a size such as 512M", [K_ADDRESS] = "an address such as 0x1000000",
		[K_TEXT] = "text", [K_WORD] = "a word", [K_RECORD] = "a map of keys",
		[K_NAMED] = "a map of names", [K_LIST] = "a list",
	};

	return phrases[f->kind];
}

static const char *node_phrase(const struct node *n)
{
	static const char *const phrases[] = {
		[NODE_SCALAR] = "a single value", [NODE_LIST] = "a list", [NODE_MAP] = "a map",
	};

	if (n->kind == NODE_SCALAR && n->quoted)
		return "text in quotes";
	if (n->kind == NODE_SCALAR && (!*n->text || streq(n->text, "~") ||
				       streq(n->text, "null")))
		return "nothing";
	return phrases[n->kind];
}

static bool wrong_type(struct binder *b, const struct field *f, const struct node *n)
{
	struct diag *g = diag(b->diags, E0203, n->at, "'%s' wants %s, not %s", f->key,
			      kind_phrase(f), node_phrase(n));

	if (n->kind == NODE_SCALAR && n->quoted && *n->text)
		diag_help(b->diags, g, "remove the quotes");
	return false;
}

static bool report_number(struct binder *b, const struct field *f, const struct value *v,
			  enum number_error e)
{
	struct diag *g;

	switch (e) {
	case NUMBER_OK:
		return true;
	case NUMBER_TOO_BIG:
		diag(b->diags, E0205, v->at, "'%s' does not fit 64 bits", f->key);
		return false;
	case NUMBER_NEEDS_UNIT:
		g = diag(b->diags, E0207, v->at, "'%s: %s' has no unit", f->key, v->text);
		diag_help(b->diags, g, "write %sM for MiB, %sK for KiB, or bytes in hex", v->text,
			  v->text);
		return false;
	case NUMBER_NEEDS_HEX:
		g = diag(b->diags, E0208, v->at, "'%s: %s' is not in hex", f->key, v->text);
		diag_help(b->diags, g, "addresses begin with 0x, as in 0x%s", v->text);
		return false;
	case NUMBER_MALFORMED:
		break;
	}
	g = diag(b->diags, E0206, v->at, "'%s' wants %s, not '%s'", f->key, kind_phrase(f),
		 v->text);
	if (f->kind == K_COUNT)
		diag_help(b->diags, g, "counts are decimal, without sign or leading zeros");
	else if (f->kind == K_SIZE)
		diag_help(b->diags, g, "a size is a decimal number with K, M, G or T, "
			  "or bytes in hex");
	else
		diag_help(b->diags, g, "an address is 0x and hex digits");
	return false;
}

static const char *show(struct binder *b, const struct field *f, uint64_t n)
{
	if (f->kind == K_SIZE)
		return number_show(b->arena, n);
	return arena_printf(b->arena, f->kind == K_ADDRESS ? "0x%" PRIx64 : "%" PRIu64, n);
}

static bool check_limits(struct binder *b, const struct field *f, const struct value *v)
{
	struct diag *g;

	if (v->n < f->min) {
		diag(b->diags, E0205, v->at, "'%s' is %s; it must be at least %s", f->key,
		     show(b, f, v->n), show(b, f, f->min));
		return false;
	}
	if (f->max && v->n > f->max) {
		diag(b->diags, E0205, v->at, "'%s' is %s; it may be at most %s", f->key,
		     show(b, f, v->n), show(b, f, f->max));
		return false;
	}
	if (f->multiple && v->n % f->multiple) {
		g = diag(b->diags, E0205, v->at, "'%s' must be a multiple of %s", f->key,
			 show(b, f, f->multiple));
		diag_help(b->diags, g, "the next one is %s",
			  show(b, f, v->n + f->multiple - v->n % f->multiple));
		return false;
	}
	return true;
}

static bool bind_number(struct binder *b, const struct field *f, struct value *v)
{
	enum number_error e = f->kind == K_COUNT ? number_count(v->text, &v->n)
			    : f->kind == K_SIZE ? number_size(v->text, &v->n)
			    : number_address(v->text, &v->n);

	return report_number(b, f, v, e) && check_limits(b, f, v);
}

static bool bind_bool(struct binder *b, const struct field *f, struct value *v)
{
	static const char *const yes[] = { "yes", "on", "True", "TRUE", "Yes", "On", "y", "1" };
	struct diag *g;

	v->n = streq(v->text, "true");
	if (v->n || streq(v->text, "false"))
		return true;
	g = diag(b->diags, E0203, v->at, "'%s' wants true or false, not '%s'", f->key, v->text);
	for (size_t i = 0; i < sizeof(yes) / sizeof(*yes); i++)
		if (streq(v->text, yes[i]))
			diag_help(b->diags, g, "write true");
	return false;
}

static const char *list_words(struct binder *b, const char *const *words)
{
	struct text t = { .arena = b->arena };

	for (size_t i = 0; words[i]; i++)
		text_add(&t, "%s%s", i ? ", " : "", words[i]);
	return t.data;
}

static size_t count_words(const char *const *words)
{
	size_t n = 0;

	while (words[n])
		n++;
	return n;
}

static bool bind_word(struct binder *b, const struct field *f, struct value *v)
{
	size_t count = count_words(f->words);
	const char *near;
	struct diag *g;

	for (v->n = 0; v->n < count; v->n++)
		if (streq(f->words[v->n], v->text))
			return true;
	g = diag(b->diags, E0204, v->at, "'%s' cannot be '%s'", f->key, v->text);
	near = nearest_word(v->text, f->words, count);
	if (near)
		diag_help(b->diags, g, "did you mean '%s'?", near);
	else
		diag_help(b->diags, g, "it is one of: %s", list_words(b, f->words));
	return false;
}

#define CONTROL "\x01\x02\x03\x04\x05\x06\x07\x08\t\n\x0b\x0c\r\x0e\x0f\x1b\x7f"

static bool bind_text(struct binder *b, const struct field *f, struct value *v)
{
	struct diag *g;

	if (form_accepts(f->form, v->text))
		return true;
	if (v->text[strcspn(v->text, CONTROL)])
		g = diag(b->diags, E0210, v->at, "'%s' has line ends or control characters in it",
			 f->key);
	else
		g = diag(b->diags, E0210, v->at, "'%s' cannot be '%s'", f->key, v->text);
	diag_help(b->diags, g, "it wants %s", form_doc(f->form));
	return false;
}

static bool bind_scalar_text(struct binder *b, const struct field *f, struct value *v)
{
	switch (f->kind) {
	case K_BOOL:
		return bind_bool(b, f, v);
	case K_COUNT:
	case K_SIZE:
	case K_ADDRESS:
		return bind_number(b, f, v);
	case K_TEXT:
		return bind_text(b, f, v);
	default:
		assert(f->kind == K_WORD);	/* the other kinds are not scalars */
		return bind_word(b, f, v);
	}
}

/* A number or a truth value in quotes is text to every other reader of YAML. */
static bool is_nothing(const struct field *f, const struct node *n)
{
	if (n->kind != NODE_SCALAR)
		return true;
	if (n->quoted)
		return f->kind == K_BOOL || f->kind == K_COUNT;
	return !*n->text || (f->form != FORM_LINE && (streq(n->text, "~") ||
						      streq(n->text, "null")));
}

static bool bind_scalar(struct binder *b, const struct field *f, const struct node *n,
			struct loc key, struct value *v)
{
	if (is_nothing(f, n))
		return wrong_type(b, f, n);
	v->text = n->text;
	v->at = n->at;
	v->key = key;
	return (f->word && streq(f->word, v->text)) || bind_scalar_text(b, f, v);
}

static void add_attr(struct binder *b, struct object *o, const struct field *f,
		     const struct value *v)
{
	struct attr *a = NEW(b->arena, struct attr), **p = &o->attrs;

	a->field = f;
	a->value = *v;
	while (*p)
		p = &(*p)->next;
	*p = a;
}

static void *member(struct object *o, const struct field *f)
{
	assert(f->known);
	return (char *)o + f->to;
}

static bool bind_record(struct binder *b, const struct node *n, const struct record *r,
			const char *called, struct object *o);

static struct object *new_object(struct binder *b, const struct record *r, struct loc at)
{
	struct object *o = arena_alloc(b->arena, r->size);

	o->record = r;
	o->at = at;
	return o;
}

static bool check_name(struct binder *b, const struct field *f, const struct pair *p,
		       const struct object *others)
{
	size_t len = strlen(p->key);
	struct diag *g;

	if (len == 0 || len > NAME_MAX_LEN ||
	    p->key[strspn(p->key, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
			  "0123456789-_")]) {
		g = diag(b->diags, E0209, p->at, "'%s' cannot be a name under '%s'", p->key,
			 f->key);
		diag_help(b->diags, g, "a name has 1 to %d letters, digits, '-' and '_'",
			  NAME_MAX_LEN);
		return false;
	}
	for (; others; others = others->next) {
		if (strcasecmp(others->name, p->key))
			continue;
		g = diag(b->diags, E0209, p->at, "'%s' and '%s' differ only in case, which Xen "
			 "does not see", p->key, others->name);
		diag_note(b->diags, g, others->at, "the other one is here");
		return false;
	}
	return true;
}

static bool bind_named(struct binder *b, const struct field *f, const struct node *n,
		       struct object **head)
{
	struct object **tail = head;
	bool ok = true;

	if (n->kind != NODE_MAP)
		return wrong_type(b, f, n);
	for (const struct pair *p = n->pairs; p; p = p->next) {
		struct object *o = new_object(b, f->of, p->at);

		ok &= check_name(b, f, p, *head);
		o->name = p->key;
		ok &= bind_record(b, p->value, f->of, o->name, o);
		*tail = o;
		tail = &o->next;
	}
	return ok;
}

static bool bind_records(struct binder *b, const struct field *f, const struct node *n,
			 struct object **tail)
{
	bool ok = true;

	for (const struct item *i = n->items; i; i = i->next) {
		struct object *o = new_object(b, f->of, i->value->at);

		ok &= bind_record(b, i->value, f->of, NULL, o);
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
	for (const struct item *i = n->items; i; i = i->next)
		count++;
	out->v = arena_alloc(b->arena, (count + 1) * sizeof(*out->v));
	for (const struct item *i = n->items; i; i = i->next)
		ok &= bind_scalar(b, &each, i->value, n->at, &out->v[out->n++]);
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
	return f->of ? bind_records(b, f, n, member(o, f))
		     : bind_scalars(b, f, n, member(o, f));
}

static bool bind_field(struct binder *b, const struct field *f, const struct node *n,
		       struct loc key, struct object *o)
{
	struct value v = { 0 };
	struct object *child;

	if (f->kind == K_RECORD || f->kind == K_NAMED || f->kind == K_LIST) {
		v.text = "";
		v.at = v.key = key;
		add_attr(b, o, f, &v);
	}
	switch (f->kind) {
	case K_RECORD:
		child = new_object(b, f->of, key);
		*(struct object **)member(o, f) = child;
		return bind_record(b, n, f->of, f->key, child);
	case K_NAMED:
		return bind_named(b, f, n, member(o, f));
	case K_LIST:
		return bind_list(b, f, n, key, o);
	default:
		if (!bind_scalar(b, f, n, key, &v))
			return false;
		add_attr(b, o, f, &v);
		if (f->known)
			*(struct value *)member(o, f) = v;
		return true;
	}
}

static const struct field *find_field(const struct record *r, const char *key)
{
	for (const struct field *f = r->fields; f->key; f++)
		if (streq(f->key, key))
			return f;
	return NULL;
}

static bool unknown_key(struct binder *b, const struct record *r, const struct pair *p)
{
	const char *keys[64] = { NULL };
	const char *near;
	struct diag *g;
	size_t n = 0;

	for (const struct field *f = r->fields; f->key; f++)
		keys[n++] = f->key;
	assert(n < sizeof(keys) / sizeof(*keys));
	g = diag(b->diags, E0201, p->at, "%s has no key '%s'", r->name, p->key);
	near = nearest_word(p->key, keys, n);
	if (near)
		diag_help(b->diags, g, "did you mean '%s'?", near);
	else if (streq(p->key, "<<"))
		diag_help(b->diags, g, "merge keys are not read; repeat the keys, or give "
			  "whole values an anchor");
	else
		diag_help(b->diags, g, "its keys are: %s", list_words(b, keys));
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
	struct named_values *all = member(o, r->any);
	struct field *f = NEW(b->arena, struct field);
	struct named_value *v;

	*f = *r->any;
	f->key = p->key;
	if (!all->v)
		all->v = arena_alloc(b->arena, count_pairs(n) * sizeof(*all->v));
	v = &all->v[all->n++];
	v->key.text = p->key;
	v->key.at = v->key.key = p->at;
	return bind_scalar(b, f, p->value, p->at, &v->value);
}

static bool bind_pairs(struct binder *b, const struct node *n, const struct record *r,
		       struct object *o)
{
	bool ok = true;

	for (const struct pair *p = n->pairs; p; p = p->next) {
		const struct field *f = find_field(r, p->key);

		if (f)
			ok &= bind_field(b, f, p->value, p->at, o);
		else
			ok &= r->any ? bind_any(b, n, r, p, o) : unknown_key(b, r, p);
	}
	return ok;
}

static bool has_key(const struct node *n, const struct record *r, const char *key)
{
	if (n->kind == NODE_SCALAR)
		return r->shorthand && streq(r->shorthand, key);
	for (const struct pair *p = n->pairs; p; p = p->next)
		if (streq(p->key, key))
			return true;
	return false;
}

/* A misspelt key has been reported; that the right one is missing goes without saying. */
static bool is_misspelt(const struct node *n, const struct record *r, const char *key)
{
	const char *const wanted[] = { key };

	for (const struct pair *p = n->kind == NODE_MAP ? n->pairs : NULL; p; p = p->next)
		if (!find_field(r, p->key) &&
		    (streq(p->key, "<<") || nearest_word(p->key, wanted, 1)))
			return true;
	return false;
}

static void preset(struct binder *b, const struct field *f, struct object *o)
{
	struct value v = { .text = f->preset };
	bool good = !*f->preset || bind_scalar_text(b, f, &v);

	assert(good);
	(void)good;
	if (f->known)
		*(struct value *)member(o, f) = v;
}

/* What is required and missing, and what is absent and has a preset. */
static bool fill_in(struct binder *b, const struct node *n, const struct record *r,
		    const char *called, struct object *o)
{
	bool ok = true;

	for (const struct field *f = r->fields; f->key; f++) {
		if (has_key(n, r, f->key))
			continue;
		if (f->preset)
			preset(b, f, o);
		if (!f->required || is_misspelt(n, r, f->key))
			continue;
		if (called)
			diag(b->diags, E0202, o->at, "'%s' lacks the key '%s'", called, f->key);
		else
			diag(b->diags, E0202, o->at, "%s lacks the key '%s'", r->name, f->key);
		ok = false;
	}
	return ok;
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
	bool ok;

	if (n->kind == NODE_SCALAR && r->shorthand && (*n->text || n->quoted)) {
		ok = bind_shorthand(b, n, r, called, o);
	} else if (n->kind == NODE_MAP) {
		ok = bind_pairs(b, n, r, o);
	} else {
		diag(b->diags, E0203, n->at, "%s wants %sa map of keys, not %s", name,
		     r->shorthand ? "a value, or " : "", node_phrase(n));
		return false;
	}
	return fill_in(b, n, r, called, o) && ok;
}

bool bind(const struct node *tree, const struct record *record, struct object *out,
	  struct diags *d)
{
	struct binder b = { d->arena, d };

	out->record = record;
	out->at = tree->at;
	out->at.len = 0;
	return bind_record(&b, tree, record, NULL, out);
}
