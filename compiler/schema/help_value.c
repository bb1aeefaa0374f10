/* SPDX-License-Identifier: BSD-2-Clause */
/* A list, a map, a word or nothing becomes what the row wants in its place. */
#include <string.h>

#include "base/text.h"
#include "base/utf8.h"
#include "diag/fix.h"
#include "schema/help.h"

static const char *const yes_words[] = { "true", "yes", "on", "y", "1", "enable", "enabled",
					 NULL };
static const char *const no_words[] = { "false", "no", "off", "n", "0", "disable", "disabled",
					NULL };

void help_bool(struct diag *g, const char *text)
{
	const char *word = help_bare(g->arena, text);

	if (help_is_one_of(word, yes_words))
		help_write(g, text, "true");
	else if (help_is_one_of(word, no_words))
		help_write(g, text, "false");
	else
		diag_help(g, "write true or false");
}

static const char *find_word(const struct field *f, const char *word)
{
	for (const char *const *w = f->words; *w; w++)
		if (streq(*w, word))
			return *w;
	return NULL;
}

void help_word(struct diag *g, const struct field *f, const char *text)
{
	const char *word = help_bare(g->arena, text), *meant = NULL;
	size_t count = 0;

	while (f->words[count])
		count++;
	if (help_is_one_of(word, yes_words))
		meant = find_word(f, "enabled");
	else if (help_is_one_of(word, no_words))
		meant = find_word(f, "disabled") ? find_word(f, "disabled") : find_word(f, "none");
	if (meant) {
		help_write(g, text, meant);
		return;
	}
	meant = nearest_word(word, f->words, count);
	if (meant)
		fix_meant(g, g->at, text, meant);
	else
		diag_help(g, "write one of these words");
}

/* The scalars of a list with something between them; NULL if not all are scalars. */
static const char *join(struct arena *a, const struct node *n, const char *between)
{
	struct text t = { .arena = a };

	for (const struct item *i = n->items; i; i = i->next) {
		if (i->value->kind != NODE_SCALAR)
			return NULL;
		text_add(&t, "%s%s", t.len ? between : "", i->value->text);
	}
	return t.data;
}

/* Whether text can be a value in the place of others without quotes. */
static bool is_line(const char *text)
{
	return *text && *text != ' ' && !text[strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQ"
						     "RSTUVWXYZ0123456789._/@+- =")];
}

/* Whether a list or a map is written in brackets or braces. */
static bool is_flow(const struct node *n)
{
	return n->at.src && n->at.src->text && n->at.at < n->at.src->len &&
	       strchr("[{", n->at.src->text[n->at.at]);
}

/* A list or map becomes a value, if it is written in brackets on one line, or in lines of its own
 * below its key without comments between. */
static void fix_node(struct diag *g, const struct node *n, const char *text)
{
	struct loc at = n->at;
	size_t end = node_last_byte(n) + 1;
	const char *there;

	if (!at.src || !at.src->text || end > at.src->len || !is_line(text))
		return;
	there = at.src->text;
	if (strchr("[{", there[at.at])) {
		end += strspn(there + end, " ,");
		end += end < at.src->len && strchr("]}", there[end]) ? 1 : 0;
		if (end == at.at || !strchr("]}", there[end - 1]))
			return;
	} else {
		while (at.at > 0 && strchr(" \r\n", there[at.at - 1]))
			at.at--;
		text = arena_printf(g->arena, " %s", text);
	}
	at.len = end - at.at;
	if (!memchr(there + at.at, '#', at.len) && !memchr(there + at.at, '&', at.len))
		fix_replace(g, at, text);
}

/* The pair of a map that has what is wanted bare, in {name: rpi4, memory: 4G} the first; NULL: it
 * cannot be told. */
static const struct pair *bare_pair(const struct node *map)
{
	static const char *const keys[] = { "name", "file", "path", "value", NULL };
	const struct pair *found = NULL;

	if (map->pairs && !map->pairs->next)
		return map->pairs;
	for (size_t i = 0; keys[i] && !found; i++)
		found = tree_find(map, keys[i]);
	return found;
}

/* Keys of the whole document that stand in the map of `bare`, which is one value in truth: each
 * belongs into the first column, and is not missing there as well. */
static void help_keys_beside(struct binder *b, struct diag *g, const struct node *map,
			     const struct pair *bare)
{
	struct text keys = { .arena = b->arena };

	for (const struct pair *p = map->pairs; p; p = p->next) {
		if (p == bare || !find_field(b->top, p->key))
			continue;
		text_add(&keys, "%s'%s'", keys.len ? " and " : "", p->key);
		goes_without_saying(b, b->top, p->key);
	}
	if (keys.len)
		diag_help(g, "%s %s of %s: in the first column", keys.data,
			  strchr(keys.data, ' ') ? "are keys" : "is a key", b->top->name);
}

/* Text is wanted, and there is a list or a map. */
static void help_not_text(struct binder *b, struct diag *g, const struct field *f,
			  const struct node *n)
{
	const struct pair *bare = n->kind == NODE_MAP ? bare_pair(n) : NULL;
	const char *line = NULL;

	if (n->kind == NODE_LIST && f->inside) {
		diag_help(g, is_flow(n) ? "remove the brackets around it"
					: "remove one '- ' of the two in front of it");
		return;
	}
	if (n->kind == NODE_LIST && (f->kind == K_TEXT || (n->items && !n->items->next)))
		line = join(b->arena, n, f->form == FORM_RANGES ? "," : " ");
	else if (bare && bare->value->kind == NODE_SCALAR)
		line = bare->value->text;
	if (!line) {
		diag_help(g, "write one value behind '%s:'", f->key);
		return;
	}
	diag_help(g, f->inside ? "write it alone%.0s: %s" : "write %s: %s", f->key, line);
	if (bare)
		help_keys_beside(b, g, n, bare);
	if (!bare || (bare == n->pairs && !bare->next))
		fix_node(g, n, line);
}

const char *help_required(struct arena *a, const struct record *r)
{
	struct text t = { .arena = a };

	text_add(&t, "{");
	for (const struct field *f = r->fields; f->key; f++)
		if (f->required)
			text_add(&t, "%s%s: %s", t.len > 1 ? ", " : "", f->key,
				 f->example ? f->example : "...");
	if (r->any && r->any->example)
		text_add(&t, "%s%s", t.len > 1 ? ", " : "", r->any->example);
	text_add(&t, "}");
	return t.data;
}

/* Text that can stand in brackets or braces as it is. */
static bool is_plain(const char *text)
{
	return *text && !text[strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				     "0123456789._/@+-")];
}

static void help_brackets(struct binder *b, struct diag *g, const struct field *f,
			  const struct node *n)
{
	const char *text = utf8_retyped(g->arena, n->text);
	const char *each = help_each(b, f, help_bare(g->arena, text));

	text += starts_with(text, "- ") ? 2 : 0;	/* a dash that is longer than '-' */
	text = each ? each : text;
	diag_help(g, "write %s: [%s]", f->key, text);
	if ((each || is_plain(text)) && !n->quoted)
		fix_word(g, n->at, n->text, arena_printf(g->arena, "[%s]", text));
}

static void help_quotes(struct diag *g, const struct node *n)
{
	diag_help(g, "remove the quotes");
	if (is_plain(n->text) && n->at.len == strlen(n->text) + 2)
		fix_replace(g, n->at, n->text);
}

static bool is_nearly_key(const struct record *r, const char *key)
{
	for (const struct field *f = r->fields; f->key; f++)
		if (streq(f->key, key) || nearest_word(key, &f->key, 1))
			return true;
	return false;
}

/* A map whose keys are what the list wants: {ethernet0: {}} for [ethernet0], or
 * {0x50000000: 512M} for a range of memory. NULL if its keys are those of an entry. */
static const char *list_of_keys(struct arena *a, const struct field *f, const struct node *n)
{
	const struct field *first = f->of->fields, *second = first + 1;
	struct text t = { .arena = a };

	for (const struct pair *p = n->pairs; p; p = p->next) {
		if (is_nearly_key(f->of, p->key))
			return NULL;
		if (f->of->shorthand)
			text_add(&t, "%s%s", t.len ? ", " : "", p->key);
		else if (first->required && second->key && second->required &&
			 p->value->kind == NODE_SCALAR)
			text_add(&t, "%s{%s: %s, %s: %s}", t.len ? ", " : "", first->key, p->key,
				 second->key, p->value->text);
		else
			return NULL;
	}
	return t.data;
}

bool report_flat(struct binder *b, const struct field *f, const struct node *n)
{
	const struct field *first = f->of->fields, *second = first->key ? first + 1 : first;
	struct text t = { .arena = b->arena };
	size_t count = 0;
	struct diag *g;

	for (const struct item *i = n->items; i; i = i->next, count++) {
		if (i->value->kind != NODE_SCALAR || !*i->value->text)
			return false;
		text_add(&t, "%s%s: %s%s", count % 2 ? ", " : count ? ", {" : "{",
			 count % 2 ? second->key : first->key, i->value->text,
			 count % 2 ? "}" : "");
	}
	if (count == 0 || count % 2 || f->of->shorthand || !second->key || !second->required)
		return false;
	g = diag(b->diags, E0203, n->items->value->at, "%s wants a map of keys, not a single value",
		 f->of->name);
	diag_help(g, "write %s: [%s]", f->key, t.data);
	return true;
}

static void help_not_list(struct binder *b, struct diag *g, const struct field *f,
			  const struct node *n)
{
	const char *keys = n->kind == NODE_MAP && n->pairs && f->of ? list_of_keys(b->arena, f, n)
								    : NULL;

	if (keys)
		diag_help(g, "write %s: [%s]", f->key, keys);
	else if (n->kind == NODE_MAP && n->pairs && f->of && is_flow(n))
		diag_help(g, "put brackets around it: %s: [{%s: ...}]", f->key, n->pairs->key);
	else if (n->kind == NODE_MAP && n->pairs && f->of && !f->of->shorthand)
		diag_help(g, "write '- ' in front of '%s', the first key of an entry",
			  n->pairs->key);
	else if (n->kind == NODE_SCALAR && f->word && help_is_one_of(n->text, yes_words))
		help_write(g, n->text, f->word);
	else if (n->kind == NODE_SCALAR && *n->text && !streq(n->text, "~") &&
		 (!f->of || f->of->shorthand))
		help_brackets(b, g, f, n);
	else if (f->example)
		diag_help(g, "write %s: %s", f->key, f->example);
	else if (f->of)
		diag_help(g, "write %s: [%s]", f->key, help_required(b->arena, f->of));
	else
		diag_help(g, "write a list behind '%s:', in brackets", f->key);
}

/* The place of the "- " in front of an entry; without length: it is written otherwise. */
static struct loc dash_before(const struct item *i)
{
	struct loc at = i->value->at;

	at.len = 0;
	if (at.src && at.src->text && at.at >= 2 && memcmp(at.src->text + at.at - 2, "- ", 2) == 0) {
		at.at -= 2;
		at.len = 2;
	}
	return at;
}

/* Takes the "- " from entries of one key each, if what is below the keys is deeper still. */
static void fix_dashes(struct diag *g, const struct node *list)
{
	for (const struct item *i = list->items; i; i = i->next)
		if (i->value->kind != NODE_MAP || !i->value->pairs || i->value->pairs->next ||
		    !dash_before(i).len || !loc_is_same(i->value->at, i->value->pairs->at) ||
		    (i->value->pairs->value->kind == NODE_SCALAR && !*i->value->pairs->value->text))
			return;
	for (const struct item *i = list->items; i; i = i->next)
		fix_replace(g, dash_before(i), "");
}

/* "- name: net" becomes "net:", if that is the first key of each entry, and others follow. */
static void fix_names(struct diag *g, const struct node *list)
{
	for (const struct item *i = list->items; i; i = i->next) {
		const struct pair *p = i->value->kind == NODE_MAP ? i->value->pairs : NULL;

		if (!p || !streq(p->key, "name") || !p->next || !dash_before(i).len ||
		    loc_position(p->next->at).line == loc_position(p->at).line ||
		    p->value->kind != NODE_SCALAR || !is_plain(p->value->text))
			return;
	}
	for (const struct item *i = list->items; i; i = i->next) {
		const struct node *name = i->value->pairs->value;
		struct loc at = dash_before(i);

		at.len = name->at.at + name->at.len - at.at;
		fix_replace(g, at, arena_printf(g->arena, "%s:", name->text));
	}
}

/* Names with records are wanted, and there is a list, a value or nothing. */
static void help_not_names(struct binder *b, struct diag *g, const struct field *f,
			   const struct node *n)
{
	const struct node *first = n->kind == NODE_LIST && n->items ? n->items->value : NULL;
	const struct pair *p = first && first->kind == NODE_MAP ? first->pairs : NULL;

	while (p && !streq(p->key, "name"))
		p = p->next;
	if (first && is_flow(n)) {
		diag_help(g, "write names with their keys, in braces: %s: {%s: %s}", f->key,
			  p && p->value->kind == NODE_SCALAR ? p->value->text : "NAME",
			  help_required(b->arena, f->of));
	} else if (p && p->value->kind == NODE_SCALAR) {
		diag_help(g, "write '%s:' in place of '- name: %s', and its other keys below",
			  p->value->text, p->value->text);
		fix_names(g, n);
	} else if (first) {
		diag_help(g, "write a name and a colon in place of each '-'");
		fix_dashes(g, n);
	} else
		diag_help(g, "write a name and its keys below '%s:', or remove the line", f->key);
}

void help_wrong_type(struct binder *b, struct diag *g, const struct field *f,
		     const struct node *n)
{
	if (n->kind == NODE_SCALAR && n->quoted && *n->text && f->kind != K_LIST &&
	    f->kind != K_NAMED)
		help_quotes(g, n);
	else if (f->kind == K_NAMED)
		help_not_names(b, g, f, n);
	else if (f->kind == K_LIST)
		help_not_list(b, g, f, n);
	else if (n->kind != NODE_SCALAR)
		help_not_text(b, g, f, n);
	else if (f->example)
		diag_help(g, "write %s: %s%s", f->key, f->example, f->required ? "" : ", or remove the line");
	else
		diag_help(g, "write a value behind '%s:'%s", f->key, f->required ? "" : ", or remove the line");
}

/* "&genet": device trees have labels with that in front. */
static bool help_anchor(struct diag *g, const struct node *n)
{
	const char *there = n->at.src && n->at.src->text && n->at.at < n->at.src->len
			  ? n->at.src->text + n->at.at : "";

	if (n->kind != NODE_SCALAR || n->quoted || *n->text || *there != '&' || n->at.len < 2)
		return false;
	there = arena_copy(g->arena, there + 1, n->at.len - 1);
	diag_help(g, "'&' begins an anchor of YAML: write %s", there);
	fix_value(g, (struct loc){ n->at.src, n->at.at + 1, n->at.len - 1 }, there);
	if (g->edits)
		g->edits->at = n->at;
	return true;
}

/* "load:tftp", where a space is missing. */
static const char *without_space(struct arena *a, const struct record *r, const char *text)
{
	const char *colon = strchr(text, ':');

	for (const struct field *f = r->fields; colon && f->key; f++)
		if (strlen(f->key) == (size_t)(colon - text) &&
		    strncmp(f->key, text, (size_t)(colon - text)) == 0)
			return arena_printf(a, "%s: %s", f->key, colon + 1);
	return NULL;
}

static enum kind find_kind(const struct record *r, const char *key)
{
	const struct field *f = r->fields;

	while (f->key && !streq(f->key, key))
		f++;
	return f->kind;
}

static void help_space(struct diag *g, const struct node *n, const char *spaced)
{
	diag_help(g, "a space belongs behind the colon: write %s", spaced);
	if (!n->quoted && !strpbrk(n->text, " \n"))
		fix_word(g, n->at, n->text, spaced);
}

static void help_guess(struct diag *g, const struct record *r, const char *name,
		       const struct node *n)
{
	diag_help(g, "write %s: {%s: %s}, or the keys below '%s:'", name, r->guess, n->text, name);
	if (is_plain(n->text))
		fix_word(g, n->at, n->text, arena_printf(g->arena, "{%s: %s}", r->guess, n->text));
}

static void help_list_no_map(struct binder *b, struct diag *g, const struct record *r,
			     const char *called, const struct node *n)
{
	const char *items = join(b->arena, n, ", ");
	const char *one = n->items && !n->items->next ? items : NULL;

	if (!called && is_flow(n)) {
		diag_help(g, "write keys and values in braces, as in %s", help_required(b->arena, r));
	} else if (!called) {
		diag_help(g, "remove the '- ' in front of the keys");
		fix_dashes(g, n);
	} else if (one && r->shorthand) {
		diag_help(g, "write %s: %s", called, one);
		fix_node(g, n, one);
	} else if (items && r->guess && find_kind(r, r->guess) == K_LIST) {
		diag_help(g, "write %s: {%s: [%s]}", called, r->guess, items);
	} else if (one && r->guess) {
		diag_help(g, "write %s: {%s: %s}", called, r->guess, one);
	} else if (is_flow(n)) {
		diag_help(g, "write keys and values in braces: %s: %s", called,
			  help_required(b->arena, r));
	} else {
		diag_help(g, "remove the '- ' in front of the keys below '%s:'", called);
		fix_dashes(g, n);
	}
}

void help_no_map(struct binder *b, struct diag *g, const struct record *r, const char *called,
		 const struct node *n)
{
	const char *text = n->kind == NODE_SCALAR && *n->text ? n->text : NULL;
	const char *spaced = text ? without_space(b->arena, r, text) : NULL;

	if (n->kind == NODE_LIST)
		help_list_no_map(b, g, r, called, n);
	else if (spaced)
		help_space(g, n, spaced);
	else if (help_anchor(g, n))
		return;
	else if (!called && (text || r == b->top))
		diag_help(g, "write keys and values, as in %s", help_required(b->arena, r));
	else if (!called)
		diag_help(g, "write a value there, or remove it");
	else if (text && r->guess)
		help_guess(g, r, called, n);
	else if (text && r->any)
		diag_help(g, "write keys and values in braces: %s: %s", called,
			  help_required(b->arena, r));
	else if (r->shorthand)
		diag_help(g, "write a value behind '%s:', or remove the line", called);
	else
		diag_help(g, "indent its keys below '%s:', or remove the line", called);
}
