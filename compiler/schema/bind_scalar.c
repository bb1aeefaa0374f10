/* SPDX-License-Identifier: BSD-2-Clause */
/* One scalar of a tree becomes a value, by its row. */
#include "schema/bind.h"

#include <assert.h>
#include <inttypes.h>
#include <string.h>

#include "base/text.h"
#include "base/utf8.h"
#include "schema/help.h"

static const char *kind_phrase(const struct field *f)
{
	static const char *const phrases[KIND_COUNT] = {
		[K_BOOL] = "true or false",
		[K_COUNT] = "a whole number",
		[K_SIZE] = "a size such as 512M",
		[K_ADDRESS] = "an address such as 0x1000000",
		[K_TEXT] = "text",
		[K_WORD] = "a word",
		[K_RECORD] = "a map of keys",
		[K_NAMED] = "a map of names",
		[K_LIST] = "a list",
	};

	return phrases[f->kind];
}

const char *node_phrase(const struct node *n)
{
	static const char *const phrases[] = {
		[NODE_SCALAR] = "a single value",
		[NODE_LIST] = "a list",
		[NODE_MAP] = "a map",
	};

	if (n->kind == NODE_SCALAR && n->quoted)
		return "text in quotes";
	if (n->kind == NODE_SCALAR && (!*n->text || streq(n->text, "~") ||
				       streq(n->text, "null")))
		return "nothing";
	return phrases[n->kind];
}

/* The words of a list that ends with NULL: "a, b or c". Owned by the arena. */
static const char *list_choices(struct binder *b, const char *const *words)
{
	struct text t = { .arena = b->arena };

	for (size_t i = 0; words[i]; i++)
		text_add(&t, "%s%s", !i ? "" : words[i + 1] ? ", " : " or ", words[i]);
	return t.data;
}

/* What a field wants, for messages, with the words or keys that it may have. */
static const char *wanted(struct binder *b, const struct field *f)
{
	if (f->kind == K_LIST && f->word)
		return arena_printf(b->arena, "`%s`, or a list", f->word);
	if (f->kind == K_WORD)
		return list_choices(b, f->words);
	return kind_phrase(f);
}

bool wrong_type(struct binder *b, const struct field *f, const struct node *n)
{
	struct diag *g = diag(b->diags, E0203, n->at, "'%s' wants %s%s, not %s", f->key,
			      wanted(b, f), f->inside ? " in its list" : "", node_phrase(n));

	help_wrong_type(b, g, f, n);
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
		g = diag(b->diags, E0205, v->at, "'%s' does not fit 64 bits", f->key);
		diag_help(g, f->kind == K_SIZE ? "write a smaller size, such as 512M"
			  : "write a smaller number");
		return false;
	case NUMBER_NEEDS_UNIT:
		g = diag(b->diags, E0207, v->at, "'%s: %s' has no unit", f->key, v->text);
		help_no_unit(g, f, v->text);
		return false;
	case NUMBER_NEEDS_HEX:
		g = diag(b->diags, E0208, v->at, "'%s: %s' is %s", f->key, v->text,
			 v->text[strspn(v->text, "0123456789")]
			 ? "without 0x in front" : "decimal; addresses are hex");
		help_number(b, g, f, v->text);
		return false;
	case NUMBER_MALFORMED:
		break;
	}
	g = diag(b->diags, E0206, v->at, "'%s' wants %s, not '%s'", f->key,
		 kind_phrase(f), v->text);
	help_number(b, g, f, v->text);
	return false;
}

static const char *show(struct binder *b, const struct field *f, uint64_t n)
{
	if (f->kind == K_SIZE)
		return number_show(b->arena, n);
	return arena_printf(b->arena, f->kind == K_ADDRESS ? "0x%" PRIx64 : "%" PRIu64,
			    n);
}

static bool check_limits(struct binder *b, const struct field *f, const struct value *v)
{
	struct diag *g;

	if (v->n < f->min) {
		g = diag(b->diags, E0205, v->at, "'%s' wants at least %s, not %s", f->key,
			 show(b, f, f->min), v->text);
		if (!help_hex_kib(g, f, v))
			diag_help(g, "write %s or more", show(b, f, f->min));
		return false;
	}
	if (f->max && v->n > f->max) {
		g = diag(b->diags, E0205, v->at, "'%s' wants at most %s, not %s", f->key,
			 show(b, f, f->max), v->text);
		diag_help(g, "write %s or less", show(b, f, f->max));
		return false;
	}
	if (f->multiple && v->n % f->multiple) {
		g = diag(b->diags, E0205, v->at, "'%s' wants a multiple of %s, not %s", f->key,
			 number_show(b->arena, f->multiple), v->text);
		diag_help(g, "the next one is %s",
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
	struct diag *g;

	v->n = streq(v->text, "true");
	if (v->n || streq(v->text, "false"))
		return true;
	g = diag(b->diags, E0203, v->at, "'%s' wants true or false, not '%s'", f->key,
		 v->text);
	help_bool(g, v->text);
	return false;
}

const char *list_words(struct binder *b, const char *const *words)
{
	struct text t = { .arena = b->arena };

	for (size_t i = 0; words[i]; i++)
		text_add(&t, "%s%s", i ? ", " : "", words[i]);
	return t.data;
}

static bool bind_word(struct binder *b, const struct field *f, struct value *v)
{
	struct diag *g;

	for (v->n = 0; f->words[v->n]; v->n++)
		if (streq(f->words[v->n], v->text))
			return true;
	g = diag(b->diags, E0204, v->at, "'%s' wants %s, not '%s'", f->key,
		 list_choices(b, f->words), v->text);
	help_word(g, f, v->text);
	return false;
}

#define CONTROL "\x01\x02\x03\x04\x05\x06\x07\x08\t\n\x0b\x0c\r\x0e\x0f\x1b\x7f"

/* The place of the first character of v that is not ASCII, if it stands in the file as it
 * is; else that of all of v. */
static struct loc foreign_character(const struct value *v)
{
	const char *text = v->text, *next = text;
	struct loc at = v->at;
	size_t len;

	while (*next && utf8_next(&next) < 0x80)
		text = next;
	len = (size_t)(next - text);
	for (size_t i = 0; *text && at.src && at.src->text && i + len <= at.len; i++) {
		if (memcmp(at.src->text + at.at + i, text, len) != 0)
			continue;
		at.at += i;
		at.len = len;
		return at;
	}
	return v->at;
}

static bool report_foreign(struct binder *b, const struct field *f, const struct value *v)
{
	struct loc at = foreign_character(v);
	const char *there = arena_copy(b->arena, at.src->text + at.at, at.len), *next = there;
	uint32_t c = utf8_next(&next);
	const char *typed = utf8_as_typed(c);
	bool visible = !typed || (*typed && *typed != ' ');
	struct diag *g = diag(b->diags, E0210, at, visible ? "'%s' wants ASCII, not '%s'"
			      : "'%s' wants ASCII, not the character %s", f->key,
			      visible ? there : arena_printf(b->arena, "U+%04X", c));

	help_foreign(b, g, f, v, typed);
	return false;
}

static bool bind_text(struct binder *b, const struct field *f, struct value *v)
{
	struct diag *g;

	if (form_accepts(b->patterns, f->form, v->text))
		return true;
	if (v->text[strcspn(v->text, CONTROL)])
		g = diag(b->diags, E0210, v->at,
			 "'%s' has line ends or control characters in it", f->key);
	else if (f->form == FORM_LINE && foreign_character(v).len != v->at.len)
		return report_foreign(b, f, v);
	else
		g = diag(b->diags, E0210, v->at, "'%s' wants %s, not '%s'", f->key,
			 form_doc(f->form), v->text);
	help_text(b, g, f, v->text);
	return false;
}

bool bind_scalar_text(struct binder *b, const struct field *f, struct value *v)
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

/* Whether a scalar is nothing to the row: empty, null, or a number or a truth value in
 * quotes, which is text to every other reader of YAML. */
static bool is_nothing(const struct field *f, const struct node *n)
{
	if (n->kind != NODE_SCALAR)
		return true;
	if (n->quoted)
		return f->kind == K_BOOL || f->kind == K_COUNT;
	return !*n->text || (f->form != FORM_LINE && (streq(n->text, "~") ||
						      streq(n->text, "null")));
}

bool bind_scalar(struct binder *b, const struct field *f, const struct node *n,
			struct loc key, struct value *v)
{
	if (is_nothing(f, n))
		return wrong_type(b, f, n);
	v->text = n->text;
	v->at = n->at;
	v->key = key;
	return (f->word && streq(f->word, v->text)) || bind_scalar_text(b, f, v);
}
