/* SPDX-License-Identifier: BSD-2-Clause */
/* An unknown key becomes the key that was meant, or the place where it belongs. */
#include <string.h>

#include "base/list.h"
#include "base/text.h"
#include "base/utf8.h"
#include "diag/fix.h"
#include "schema/help.h"

#define FIELDS_MAX 64

/* Whether a word is in a list of words with spaces between them. */
static bool is_in_words(const char *words, const char *word)
{
	size_t len = strlen(word);

	for (const char *at = words; at && *at; at += strcspn(at, " "), at += *at == ' ')
		if (strcspn(at, " ") == len && strncasecmp(at, word, len) == 0)
			return true;
	return false;
}

bool field_is_called(const struct field *f, const char *word)
{
	return is_in_words(f->called, word);
}

const struct field *meant_field(const struct record *r, const char *key)
{
	const char *keys[FIELDS_MAX], *near;
	size_t n = 0;

	for (const struct field *f = r->fields; f->key; f++)
		if (is_in_words(f->called, key))
			return f;
	for (const struct field *f = r->fields; f->key && n < FIELDS_MAX; f++)
		keys[n++] = f->key;
	near = nearest_word(key, keys, n);
	for (const struct field *f = r->fields; near && f->key; f++)
		if (f->key == near)
			return f;
	return NULL;
}

const struct field *field_without_space(const struct record *r, const char *key)
{
	size_t len = strcspn(key, ":");

	for (const struct field *f = r->fields; key[len] && key[len + 1] && f->key; f++)
		if (strlen(f->key) == len && memcmp(f->key, key, len) == 0)
			return f;
	return NULL;
}

static const char *stranger_help(const struct record *r, const char *key)
{
	for (const struct stranger *s = r->strangers; s && s->words; s++)
		if (is_in_words(s->words, key))
			return s->help;
	return NULL;
}

static bool has_field(const struct record *r, const char *key)
{
	for (const struct field *f = r->fields; f->key; f++)
		if (streq(f->key, key))
			return true;
	return false;
}

/* Adds the places, two levels deep, in which a key is known: "'boot', 'guests.NAME'". */
static void add_homes(struct text *t, const struct record *r, const char *at, const char *key,
		      unsigned depth)
{
	for (const struct field *f = r->fields; f->key; f++) {
		const char *name = f->kind == K_NAMED ? ".NAME" : "";

		if (!f->of || f->of == r)
			continue;
		if (has_field(f->of, key))
			text_add(t, "%s'%s%s%s'", t->len ? ", " : "", at, f->key, name);
		else if (depth > 0)
			add_homes(t, f->of, arena_printf(t->arena, "%s%s%s.", at, f->key, name),
				  key, depth - 1);
	}
}

/* The key of the whole document that it is, also for "shared_memory"; NULL: it is none. */
static const char *top_key(struct binder *b, const struct record *r, const char *key)
{
	char *copy = arena_copy(b->arena, key, strlen(key));

	for (char *c = copy; *c; c++)
		*c = *c == '_' ? '-' : *c;
	return r != b->top && has_field(b->top, copy) && !has_field(r, copy) ? copy : NULL;
}

/* A key that is one of another record. */
static bool help_home(struct binder *b, struct diag *g, const struct record *r,
		      const char *key)
{
	struct text homes = { .arena = b->arena };
	const char *top = top_key(b, r, key);

	if (top) {
		diag_help(g, "'%s' is a key of %s: begin it in the first column", top,
			  b->top->name);
		goes_without_saying(b, b->top, top);
		return true;
	}
	if (r != b->top)
		add_homes(&homes, r, "", key, 0);
	if (!homes.len)
		add_homes(&homes, b->top, "", key, 1);
	if (homes.len)
		diag_help(g, "'%s' is a key of %s: put it there", key, homes.data);
	return homes.len > 0;
}

static void help_all_keys(struct binder *b, struct diag *g, const struct record *r)
{
	const char *keys[FIELDS_MAX] = { NULL };
	size_t n = 0;

	for (const struct field *f = r->fields; f->key && n + 1 < FIELDS_MAX; f++)
		keys[n++] = f->key;
	diag_help(g, "its keys are: %s", list_words(b, keys));
}

static bool has_pair(const struct node *map, const char *key)
{
	for (const struct pair *p = map->pairs; p; p = p->next)
		if (streq(p->key, key))
			return true;
	return false;
}

/* "file:Image", where the space behind the colon is missing. */
static bool help_colon(struct diag *g, const struct record *r, const char *key)
{
	const struct field *f = field_without_space(r, key);
	size_t len = f ? strlen(f->key) : 0;
	struct loc at = g->at;

	if (!f)
		return false;
	diag_help(g, "a space belongs behind the colon: write %s: %s", f->key, key + len + 1);
	at.at += len + 1;
	at.len = 0;
	if (g->at.len == strlen(key))
		fix_replace(g, at, " ");
	return true;
}

/* A map where a value is wanted is something else. */
static bool can_be(const struct field *f, const struct node *n)
{
	return n->kind != NODE_MAP || f->kind == K_RECORD || f->kind == K_NAMED ||
	       f->kind == K_LIST;
}

/* Whether the key has no other home, or the one that it would become is still free. */
static bool is_likely(struct binder *b, const struct node *map, const char *key,
		      const struct field *near)
{
	struct text homes = { .arena = b->arena };

	if (!near || !can_be(near, tree_find(map, key)->value))
		return false;
	if (!has_pair(map, near->key))
		return true;
	add_homes(&homes, b->top, "", key, 1);
	return !homes.len;
}

/* Whether both keys are written in one map. The other one may come from the description that this
 * one lies over, which is what the misspelt key was to change. */
static bool is_beside(const struct node *map, const char *key, const char *other)
{
	const struct pair *one = tree_find(map, key), *two = tree_find(map, other);

	return one && two && one->at.src == two->at.src;
}

/* Spaces of web pages in front of a key, which nobody sees. */
static bool help_spaces(struct diag *g, const char *key)
{
	const char *end = key, *next = key;
	struct loc at = g->at;
	size_t spaces = 0;

	while (*next && !streq(utf8_retyped(g->arena, key), key)) {
		uint32_t c = utf8_next(&next);
		const char *typed = utf8_as_typed(c);

		if (c != ' ' && !(typed && streq(typed, " ")))
			break;
		spaces++;
		end = next;
	}
	if (!spaces)
		return false;
	diag_help(g, "it begins with spaces of another kind: write them with the space bar");
	at.len = (size_t)(end - key);
	if (g->at.len == strlen(key))
		fix_replace(g, at, arena_printf(g->arena, "%*s", (int)spaces, ""));
	return true;
}

/* A guest's name without "guests" in front, or with slashes, behind --set. */
static bool help_path(struct binder *b, struct diag *g, const char *key)
{
	const struct pair *p = b->tree->kind == NODE_MAP ? tree_find(b->tree, "guests") : NULL;
	char *copy = arena_copy(b->arena, key, strlen(key));

	if (!g->at.src || !streq(g->at.src->name, "--set"))
		return false;
	for (char *c = copy; *c; c++)
		*c = *c == '/' ? '.' : *c;
	if (!streq(copy, key))
		diag_help(g, "the parts have points between them: %s", copy);
	else if (p && p->value->kind == NODE_MAP && tree_find(p->value, key))
		diag_help(g, "'%s' is a guest: write guests.%s", key, key);
	else
		return false;
	return true;
}

static bool help_comment(struct diag *g, const char *key)
{
	if (!starts_with(key, "//") && !starts_with(key, "/*"))
		return false;
	diag_help(g, "a comment begins with '#'");
	return true;
}

void help_unknown_key(struct binder *b, struct diag *g, const struct record *r,
		      const struct node *map, const char *key)
{
	const char *strange = stranger_help(r, key);
	const struct field *near;

	if (streq(key, "<<"))
		strange = "merge keys are not read; repeat the keys, or give whole values an "
			  "anchor";
	if (strange) {
		diag_help(g, "%s", strange);
		return;
	}
	if (help_colon(g, r, key) || help_spaces(g, key) || help_comment(g, key) ||
	    help_path(b, g, key))
		return;
	near = meant_field(r, key);
	if (near && !field_is_called(near, key) && top_key(b, r, key))
		near = NULL;
	if (!is_likely(b, map, key, near))
		near = NULL;
	if (near && is_beside(map, key, near->key))
		diag_help(g, "did you mean '%s'? It is there already", near->key);
	else if (near)
		fix_surely(g, g->at, key, near->key);
	else if (!help_home(b, g, r, key))
		help_all_keys(b, g, r);
}

/* Whether it is a key of a flow map that has neither a colon nor a value. */
static bool is_bare(const struct pair *p)
{
	const struct source *src = p->at.src;
	size_t at = p->at.at + p->at.len;

	if (p->value->kind != NODE_SCALAR || p->value->quoted || *p->value->text)
		return false;
	while (src->text && at < src->len && src->text[at] == ' ')
		at++;
	return src->text && at < src->len && (src->text[at] == ',' || src->text[at] == '}');
}

const struct pair *report_comma(struct binder *b, const struct record *r,
				const struct pair *before, const struct pair *p)
{
	const struct pair *last = p;
	const struct field *f;
	const char *text;
	struct loc whole;
	struct diag *g;

	if (!before || before->value->kind != NODE_SCALAR || before->value->quoted ||
	    before->value->at.src != p->at.src || !*before->value->text || !is_bare(p) ||
	    meant_field(r, p->key))
		return NULL;
	while (last->next && is_bare(last->next) && !meant_field(r, last->next->key))
		last = last->next;
	whole = before->value->at;
	whole.len = last->at.at + last->at.len - whole.at;
	text = arena_printf(b->arena, "\"%.*s\"", (int)whole.len, whole.src->text + whole.at);
	g = diag(b->diags, E0201, p->at, "'%s' is no more of '%s': between braces a comma ends "
		 "the value", p->key, before->key);
	f = find_field(r, before->key);
	if (f && f->kind != K_TEXT) {
		diag_help(g, "leave it out: %s: %s", before->key, before->value->text);
		return last;
	}
	diag_help(g, "quote it: %s: %s", before->key, text);
	fix_replace(g, whole, text);
	return last;
}
