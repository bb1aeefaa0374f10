/* SPDX-License-Identifier: BSD-2-Clause */
/* Keys whose line above is missing, or which have one above them that should not be there: code
 * E0213. */
#include <string.h>

#include "base/text.h"
#include "diag/fix.h"
#include "schema/bind.h"
#include "schema/help.h"

/* How many pairs from p on have keys of `of`, and none of r. */
static size_t count_strays(const struct pair *p, const struct record *r, const struct record *of)
{
	size_t n = 0;

	for (; p && find_field(of, p->key) && !find_field(r, p->key); p = p->next)
		n++;
	return n;
}

/* The key of r, not in the map, that has most of the keys from p on; *most is how many. */
static const struct field *find_parent(const struct node *map, const struct pair *p,
				       const struct record *r, size_t *most)
{
	const struct field *best = NULL;

	*most = 0;
	for (const struct field *f = r->fields; f->key; f++) {
		size_t n = f->kind == K_RECORD ? count_strays(p, r, f->of) : 0;

		if (n > *most && !tree_find(map, f->key)) {
			best = f;
			*most = n;
		}
	}
	return best;
}

static size_t next_line(struct loc at)
{
	size_t line = loc_position(at).line;

	return line < at.src->line_count ? at.src->lines[line] : at.src->len;
}

/* A line with a key and its colon, in front of the line of a pair. */
static void fix_parent(struct diag *g, const struct pair *p, const char *key, size_t last)
{
	size_t column = loc_position(p->at).column - 1;
	struct loc at = p->at;

	at.len = 0;
	at.at -= column;
	fix_replace(g, at, arena_printf(g->arena, "%*s%s:%s  ", (int)column, "", key,
					fix_line_end(at.src)));
	if (last >= next_line(p->at))
		fix_indent(g, (struct loc){ at.src, next_line(p->at), 0 }, last, 2);
}

/* Whether a map stands in lines of its own, so that its lines can be moved. */
static bool has_lines(const struct pair *p)
{
	size_t column = loc_position(p->at).column - 1;
	const char *line = p->at.src && p->at.src->text && column <= p->at.at
			 ? p->at.src->text + p->at.at - column : NULL;

	return line && strspn(line, " ") == column;
}

const struct field *report_no_parent(struct binder *b, const struct node *map, const struct pair *p,
				     const struct record *r, size_t *n)
{
	const struct field *parent = find_parent(map, p, r, n);
	const struct pair *last;
	struct diag *g;

	if (!parent || *n < 2 || !has_lines(p))
		return NULL;
	last = skip_pairs(p, *n - 1);
	g = diag(b->diags, E0213, p->at, "'%s' is a key of '%s', and '%s:' is not above it", p->key,
		 parent->key, parent->key);
	diag_help(g, "write '%s:' above it, and put two spaces in front of those %zu lines", parent->key,
		  *n);
	fix_parent(g, p, parent->key, node_last_byte(last->value));
	goes_without_saying(b, r, parent->key);
	return parent;
}

/* Whether a value has the keys of a record, or at least the first of them. */
static bool looks_like(const struct node *n, const struct record *r)
{
	return n->kind == NODE_MAP && n->pairs && n->pairs->next && find_field(r, n->pairs->key) &&
	       find_field(r, n->pairs->next->key);
}

/* The key of r for names with records that look like a value. */
static const struct field *find_names(const struct record *r, const struct node *n)
{
	for (const struct field *f = r->fields; f->key; f++)
		if (f->kind == K_NAMED && looks_like(n, f->of))
			return f;
	return NULL;
}

/* A line with the key in the first column, in front of names that belong below it. */
static void fix_names_below(struct diag *g, const struct pair *p, const struct field *f)
{
	struct loc at = p->at;

	at.len = 0;
	at.at -= loc_position(p->at).column - 1;
	fix_replace(g, at, arena_printf(g->arena, "%s:%s", f->key, fix_line_end(at.src)));
}

/* Whether the pair is a name of f that stands in a map of r. */
static bool is_outside(struct binder *b, const struct pair *p, const struct record *r,
		       const struct field *f)
{
	return f && find_names(b->top, p->value) == f && !find_field(r, p->key) &&
	       (r == b->top || !find_names(r, p->value)) && !meant_field(r, p->key) &&
	       !streq(p->key, "<<");
}

const struct pair *report_name_outside(struct binder *b, const struct node *map,
				       const struct pair *p, const struct record *r)
{
	const struct field *f = find_names(b->top, p->value);
	bool missing = f && b->tree->kind == NODE_MAP && !tree_find(b->tree, f->key);
	const struct pair *last = p;
	const char *them, *have;
	struct diag *g;
	size_t more = 0;

	if (!is_outside(b, p, r, f))
		return NULL;
	for (; last->next && is_outside(b, last->next, r, f); last = last->next)
		more++;
	them = more ? "them" : "it";
	have = more ? arena_printf(b->arena, " and %zu more below it have", more) : " has";
	g = diag(b->diags, E0213, p->at, "'%s'%s the keys of %s, and %s not below '%s:'", p->key, have,
		 f->of->name, more ? "are" : "is", f->key);
	if (!missing) {
		diag_help(g, "move %s below '%s:', with two spaces in front of each line", them, f->key);
	} else if (map == b->tree) {
		diag_help(g, "write '%s:' above %s, and put two spaces in front of each line", f->key, them);
		if (has_lines(p))
			fix_parent(g, p, f->key, node_last_byte(last->value));
	} else {
		diag_help(g, "write '%s:' above %s, in the first column", f->key, them);
		if (has_lines(p) && !last->next)
			fix_names_below(g, p, f);
	}
	return last;
}

size_t report_names_not_indented(struct binder *b, const struct pair *p, const struct field *f,
				 const struct record *r)
{
	const struct pair *first = p->next;
	struct diag *g;
	size_t n = 0;

	if (p->value->kind != NODE_SCALAR || p->value->quoted || *p->value->text)
		return 0;
	for (const struct pair *q = first; q && looks_like(q->value, f->of); q = q->next) {
		if (find_field(r, q->key))
			break;
		n++;
	}
	if (n == 0)
		return 0;
	g = diag(b->diags, E0213, p->at, "'%s' is empty, and '%s' below it is not indented", p->key,
		 first->key);
	diag_note(g, first->at, "it has the keys of %s", f->of->name);
	diag_help(g, "put two spaces in front of '%s' and all that belongs to it", first->key);
	fix_indent(g, first->at, node_last_byte(skip_pairs(p, n)->value), 2);
	return n;
}

bool report_no_name(struct binder *b, const struct field *f, const struct pair *p)
{
	const struct field *meant = find_field(f->of, p->key);
	struct diag *g;

	if (!meant || p->value->kind == NODE_MAP || f->of->shorthand ||
	    (p->value->kind == NODE_SCALAR && !*p->value->text))
		return false;
	g = diag(b->diags, E0213, p->at, "'%s' is a key of %s, and stands where their names are", p->key,
		 f->of->name);
	diag_help(g, "write it below a name, two spaces deeper");
	return true;
}

const struct node *report_wrapped(struct binder *b, const struct node *n, const struct record *r)
{
	const struct pair *p = n->pairs;
	struct loc line;
	struct diag *g;

	if (r != b->top || !p || p->next || find_field(r, p->key) || !looks_like(p->value, r))
		return NULL;
	g = diag(b->diags, E0213, p->at, "the keys of %s stand below '%s'", r->name, p->key);
	diag_help(g, "remove this line, and begin those keys in the first column");
	line = p->at;
	line.len = next_line(p->at) - line.at;
	if (p->at.src && loc_position(p->at).column == 1 && has_lines(p->value->pairs)) {
		fix_replace(g, line, "");
		fix_indent(g, p->value->pairs->at, node_last_byte(p->value),
			   -(int)(loc_position(p->value->pairs->at).column - 1));
	}
	return p->value;
}

bool report_stranger(struct binder *b, const struct node *n, const struct record *r)
{
	struct text keys = { .arena = b->arena };
	struct diag *g;

	if (r != b->top || !n->pairs)
		return false;
	for (const struct pair *p = n->pairs; p; p = p->next) {
		if (find_field(r, p->key) || meant_field(r, p->key) ||
		    field_without_space(r, p->key))
			return false;
		if (keys.len < 40)
			text_add(&keys, "%s'%s'", keys.len ? ", " : "", p->key);
	}
	g = diag(b->diags, E0201, n->pairs->at, "%s has none of these keys: %s%s", r->name, keys.data,
		 keys.len >= 40 ? " and more" : "");
	diag_help(g, "is it the right file? A description begins with %s", help_required(b->arena, r));
	return true;
}
