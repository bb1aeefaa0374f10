/* SPDX-License-Identifier: BSD-2-Clause */
/* YAML text becomes a tree. libyaml's events carry the positions; aliases, duplicate
 * keys and limits are ours, because libyaml's own composer loses or allows them. */
#include "input/tree.h"

#include <string.h>
#include <yaml.h>

#include "base/table.h"
#include "base/text.h"
#include "diag/fix.h"
#include "input/syntax.h"

#define DEPTH_MAX 64		/* no description needs more than seven */
#define NODES_MAX 40000	/* after aliases are followed; a thousand guests have 20000 */

struct anchor {
	struct node *node;
	size_t weight; /* nodes in it, aliases followed; 0 while it is being read */
};

struct reader {
	struct arena *arena;
	struct source *src;
	struct diags *diags;
	yaml_parser_t parser;
	struct table anchors;	/* struct anchor, by name */
	size_t weight;
	unsigned depth;
	size_t skipped;		/* bytes before the document, which libyaml must not see */
	size_t first_column;	/* characters before it in its first line */
};

static size_t mark_offset(const struct reader *r, yaml_mark_t mark)
{
	return source_offset(r->src, mark.line,
			     mark.line ? mark.column : r->first_column + mark.column);
}

static struct loc mark_to_loc(const struct reader *r, yaml_mark_t start, yaml_mark_t end)
{
	struct loc loc = { r->src, mark_offset(r, start), 0 };
	size_t last = mark_offset(r, end);

	loc.len = last > loc.at ? last - loc.at : 0;
	return loc;
}

static struct loc event_loc(const struct reader *r, const yaml_event_t *e)
{
	return mark_to_loc(r, e->start_mark, e->end_mark);
}

/* By its byte order mark, or by the NULs that it has between letters. */
static bool is_utf16(const struct source *src)
{
	return src->len >= 2 && (memcmp(src->text, "\xff\xfe", 2) == 0 ||
				 memcmp(src->text, "\xfe\xff", 2) == 0 ||
				 !src->text[0] != !src->text[1]);
}

/* Bytes of another encoding, or characters that YAML has none of. */
static void report_bytes(struct reader *r, struct loc at)
{
	unsigned char byte = at.at < r->src->len ? (unsigned char)r->src->text[at.at] : 0;
	struct diag *g;

	if (is_utf16(r->src)) {
		g = diag(r->diags, E0102, (struct loc){ r->src, 0, 0 }, "the file is in UTF-16, not in UTF-8");
		diag_help(g, "save it as UTF-8, as with iconv -f UTF-16 -t UTF-8");
	} else if (byte < 0x80) {
		g = diag(r->diags, E0102, at, "a control character, 0x%02x, is in the text", byte);
		diag_help(g, "remove it");
	} else {
		g = diag(r->diags, E0102, at, "the byte 0x%02x here is no part of UTF-8", byte);
		if (byte >= 0xa0)
			diag_help(g, "save the file as UTF-8; in Latin-1 this byte is '%c%c'",
				  0xc0 | byte >> 6, 0x80 | (byte & 0x3f));
		else
			diag_help(g, "save the file as UTF-8");
	}
}

/* Reports what libyaml found: its reader says where by an offset in bytes, its scanner and
 * parser by a mark. Always false. */
static bool report_libyaml(struct reader *r)
{
	const yaml_parser_t *p = &r->parser;
	struct loc at = mark_to_loc(r, p->problem_mark, p->problem_mark);
	struct syntax_problem problem = { .text = p->problem, .at = at };

	if (p->error == YAML_MEMORY_ERROR)
		arena_exhausted(r->arena);
	if (p->error == YAML_READER_ERROR) {
		at.at = r->skipped + p->problem_offset;
		if (at.at > r->src->len)
			at.at = r->src->len;
		while (strstr(p->problem, "trailing") && at.at > 0 &&
		       (unsigned char)r->src->text[at.at] < 0xc0)
			at.at--;	/* to where the broken character begins */
		report_bytes(r, at);
		return false;
	}
	problem.context = p->context;
	problem.context_at = mark_to_loc(r, p->context_mark, p->context_mark);
	report_syntax(r->diags, &problem);
	return false;
}

static bool next_event(struct reader *r, yaml_event_t *e)
{
	return yaml_parser_parse(&r->parser, e) || report_libyaml(r);
}

static bool count_node(struct reader *r, size_t weight, struct loc at)
{
	r->weight += weight;
	if (r->weight <= NODES_MAX)
		return true;
	diag_help(diag(r->diags, E0106, at,
		       "the document has more than %d nodes once its aliases are followed",
		       NODES_MAX),
		  "write the values out in place of aliases of aliases");
	return false;
}

/* The node that an anchor stands for; NULL: none has the name. A name may be given again, and
 * then stands for the node that had it last (YAML 1.1, section 3.2.2.2). */
static struct anchor *find_anchor(const struct reader *r, const char *name)
{
	return table_find(&r->anchors, name, 0);
}

static struct anchor *add_anchor(struct reader *r, const yaml_char_t *name,
				 struct node *n)
{
	struct anchor *a = name ? find_anchor(r, (const char *)name) : NULL;

	if (!name)
		return NULL;
	if (!a) {
		a = NEW(r->arena, struct anchor);
		table_add(&r->anchors,
			  arena_copy(r->arena, (const char *)name, strlen((const char *)name)),
			  0, a);
	}
	a->node = n;
	a->weight = 0;
	return a;
}

static struct node *new_node(struct reader *r, enum node_kind kind, struct loc at)
{
	struct node *n = NEW(r->arena, struct node);

	n->kind = kind;
	n->at = at;
	return n;
}

/* A tag as it is written: "!!str", which libyaml makes "tag:yaml.org,2002:str" of. */
static void report_tag(struct reader *r, struct loc at)
{
	const char *there = r->src->text + at.at;
	size_t len = strcspn(there, " \r\n");
	const char *tag = arena_copy(r->arena, there, len);
	struct diag *g = diag(r->diags, E0111, (struct loc){ r->src, at.at, len },
			      "tags such as '%s' are not used here", tag);

	if (streq(tag, "!include")) {
		diag_help(g, "'extends: FILE' in the first column takes what another file has");
		return;
	}
	diag_help(g, "remove the tag, and write the value alone");
	if (*tag == '!' && there[len] == ' ')
		fix_replace(g, (struct loc){ r->src, at.at, len + 1 }, "");
}

static bool check_tag(struct reader *r, const yaml_event_t *e)
{
	const yaml_char_t *tag = e->type == YAML_SCALAR_EVENT ? e->data.scalar.tag
			       : e->type == YAML_MAPPING_START_EVENT
			       ? e->data.mapping_start.tag : e->data.sequence_start.tag;

	if (!tag)
		return true;
	report_tag(r, event_loc(r, e));
	return false;
}

static struct node *read_alias(struct reader *r, const yaml_event_t *e)
{
	const char *name = (const char *)e->data.alias.anchor;
	struct loc at = event_loc(r, e);
	struct anchor *a = find_anchor(r, name);

	if (!a) {
		diag_help(diag(r->diags, E0107, at,
			       "no anchor '&%s' stands before this alias", name),
			  "write &%s in front of the value that is meant, or put this one in "
			  "quotes if it is no alias", name);
		return NULL;
	}
	if (!a->weight) {
		diag_help(diag(r->diags, E0107, at,
			       "alias '*%s' stands inside its own anchor", name),
			  "write the value itself in place of the alias");
		return NULL;
	}
	return count_node(r, a->weight, at) ? a->node : NULL;
}

static struct node *read_scalar(struct reader *r, const yaml_event_t *e)
{
	struct node *n = new_node(r, NODE_SCALAR, event_loc(r, e));
	struct anchor *a = add_anchor(r, e->data.scalar.anchor, n);

	if (a)
		a->weight = 1;
	if (memchr(e->data.scalar.value, 0, e->data.scalar.length)) {
		diag_help(diag(r->diags, E0102, n->at, "text with a NUL character"),
			  "remove the \\0");
		return NULL;
	}
	n->text = arena_copy(r->arena, (const char *)e->data.scalar.value,
			     e->data.scalar.length);
	n->quoted = e->data.scalar.style != YAML_PLAIN_SCALAR_STYLE;
	return n;
}

static struct node *read_node(struct reader *r, yaml_event_t *e);

/* Whether two pairs have one value, each in a line of its own. */
static bool is_same(const struct pair *one, const struct pair *other)
{
	const struct node *a = one->value, *b = other->value;

	return a->kind == NODE_SCALAR && b->kind == NODE_SCALAR && a->quoted == b->quoted &&
	       streq(a->text, b->text) &&
	       loc_position(b->at).line == loc_position(other->at).line;
}

static bool is_duplicate(struct reader *r, struct table *keys, struct pair *new)
{
	const struct pair *first = table_add(keys, new->key, 0, new);
	struct diag *g;

	if (first == new)
		return false;
	g = diag(r->diags, E0108, new->at, "key '%s' is given twice", new->key);
	diag_note(g, first->at, "it is given here first");
	if (first->value->kind == NODE_MAP && new->value->kind == NODE_MAP) {
		diag_help(g, "put what is below it below the first one, and remove this line");
		return true;
	}
	if (!is_same(first, new)) {
		diag_help(g, "remove one of the two, or give it the name that it should have");
		return true;
	}
	diag_help(g, "remove one of the two: they say the same");
	fix_remove_line(g, new->at);
	return true;
}

static void report_key(struct reader *r, struct loc at)
{
	bool template = at.at > 0 && starts_with(r->src->text + at.at - 1, "{{");
	struct diag *g = diag(r->diags, E0109, at, template ? "nobody fills in '{{ }}' here"
			      : "a key must be plain text");

	diag_help(g, template ? "write the value itself, or let the program that knows it make this file"
		  : "write `key: value`, without '?' and brackets before the colon");
}

/* A key that is not plain text: its whole value is read, so that reading can go on. */
static bool read_key(struct reader *r, yaml_event_t *e, struct pair *p)
{
	if (e->type != YAML_SCALAR_EVENT) {
		report_key(r, event_loc(r, e));
		return false;
	}
	p->at = event_loc(r, e);
	if (memchr(e->data.scalar.value, 0, e->data.scalar.length)) {
		diag_help(diag(r->diags, E0102, p->at, "a key with a NUL character"),
			  "remove the \\0");
		return false;
	}
	p->key = arena_copy(r->arena, (const char *)e->data.scalar.value,
			    e->data.scalar.length);
	return true;
}

static bool read_pairs(struct reader *r, struct node *map)
{
	struct table keys = { .arena = r->arena };
	struct pair **tail = &map->pairs;

	for (;;) {
		struct pair *p = NEW(r->arena, struct pair);
		yaml_event_t e;
		bool ok;

		if (!next_event(r, &e))
			return false;
		if (e.type == YAML_MAPPING_END_EVENT) {
			yaml_event_delete(&e);
			return true;
		}
		ok = read_key(r, &e, p);
		yaml_event_delete(&e);
		if (!ok || !next_event(r, &e))
			return false;
		p->value = read_node(r, &e);
		if (!p->value)
			return false;
		if (is_duplicate(r, &keys, p))
			continue;
		*tail = p;
		tail = &p->next;
	}
}

static bool read_items(struct reader *r, struct node *list)
{
	struct item **tail = &list->items;

	for (;;) {
		struct item *i = NEW(r->arena, struct item);
		yaml_event_t e;

		if (!next_event(r, &e))
			return false;
		if (e.type == YAML_SEQUENCE_END_EVENT) {
			yaml_event_delete(&e);
			return true;
		}
		i->value = read_node(r, &e);
		if (!i->value)
			return false;
		*tail = i;
		tail = &i->next;
	}
}

static struct node *read_collection(struct reader *r, const yaml_event_t *e)
{
	bool map = e->type == YAML_MAPPING_START_EVENT;
	struct node *n = new_node(r, map ? NODE_MAP : NODE_LIST, event_loc(r, e));
	struct anchor *a = add_anchor(r, map ? e->data.mapping_start.anchor
					     : e->data.sequence_start.anchor, n);
	size_t before = r->weight;
	bool ok;

	if (r->depth == DEPTH_MAX) {
		diag_help(diag(r->diags, E0105, n->at, "more than %d levels of nesting", DEPTH_MAX),
			  "a system.yaml has seven at most: remove brackets that nobody closes");
		return NULL;
	}
	r->depth++;
	ok = map ? read_pairs(r, n) : read_items(r, n);
	r->depth--;
	if (a)
		a->weight = r->weight - before + 1;
	return ok ? n : NULL;
}

/* The node that an event begins, with all that belongs to it; NULL: reported. The event is
 * freed in either case. */
static struct node *read_node(struct reader *r, yaml_event_t *e)
{
	struct node *n = NULL;

	if (e->type == YAML_ALIAS_EVENT)
		n = read_alias(r, e);
	else if (!check_tag(r, e) || !count_node(r, 1, event_loc(r, e)))
		;
	else if (e->type == YAML_SCALAR_EVENT)
		n = read_scalar(r, e);
	else
		n = read_collection(r, e);
	yaml_event_delete(e);
	return n;
}

/* Reads the next event, of which the type and the place are all that is wanted. false:
 * reported. */
static bool skip_event(struct reader *r, yaml_event_type_t *type, struct loc *at)
{
	yaml_event_t e;

	if (!next_event(r, &e))
		return false;
	*type = e.type;
	*at = event_loc(r, &e);
	yaml_event_delete(&e);
	return true;
}

/* Whether nothing follows the "---" there but comments. */
static bool is_last(const struct source *src, struct loc at)
{
	const char *s = src->text + at.at, *end = src->text + src->len;

	for (s += s + 3 <= end ? 3 : 0; s < end; s++) {
		if (*s == '#')
			while (s + 1 < end && s[1] != '\n')
				s++;
		else if (!strchr(" \t\r\n", *s))
			return false;
	}
	return true;
}

static void report_second(struct reader *r, const struct node *first, struct loc at)
{
	bool empty = first->kind == NODE_SCALAR && !first->quoted && !*first->text;
	struct diag *g = diag(r->diags, E0104, at,
			      "a second document starts here; a file describes one system");

	if (!empty && !is_last(r->src, at)) {
		diag_help(g, "put what follows '---' into a file of its own");
		return;
	}
	diag_help(g, empty ? "nothing is in the first one: remove this '---'"
			   : "nothing follows: remove this '---'");
	at.len = 3;
	if (at.at + 3 < r->src->len && r->src->text[at.at + 3] == '\n')
		at.len++;
	if (starts_with(r->src->text + at.at, "---"))
		fix_replace(g, at, "");
}

static struct node *read_document(struct reader *r)
{
	yaml_event_type_t type;
	yaml_event_t e;
	struct node *n;
	struct loc at;

	if (!skip_event(r, &type, &at) || !skip_event(r, &type, &at))
		return NULL;
	if (type == YAML_STREAM_END_EVENT) {
		diag_help(diag(r->diags, E0103, loc_of_source(r->src), "the file has no content"),
			  "describe a system: it begins with `board: rpi4` (or `xendtc boards` for "
			  "others), `memory:` and `xen:`");
		return NULL;
	}
	if (!next_event(r, &e))
		return NULL;
	n = read_node(r, &e);
	if (!n || !skip_event(r, &type, &at) || !skip_event(r, &type, &at))
		return NULL;
	if (type == YAML_STREAM_END_EVENT)
		return n;
	report_second(r, n, at);
	return NULL;
}

struct node *tree_read_from(struct source *src, size_t start, struct diags *d)
{
	struct loc first = { src, start, 0 };
	struct reader r = { .arena = d->arena, .src = src, .diags = d,
			    .anchors.arena = d->arena, .skipped = start,
			    .first_column = loc_position(first).column - 1 };
	struct node *n;

	if (!yaml_parser_initialize(&r.parser))
		arena_exhausted(d->arena);
	yaml_parser_set_encoding(&r.parser, YAML_UTF8_ENCODING);
	yaml_parser_set_input_string(&r.parser,
				     (const unsigned char *)src->text + r.skipped,
				     src->len - r.skipped);
	n = read_document(&r);
	yaml_parser_delete(&r.parser);
	return n;
}

struct node *tree_read(struct source *src, struct diags *d)
{
	return tree_read_from(src, source_text_start(src), d);
}

struct pair *tree_find(const struct node *map, const char *key)
{
	struct pair *p = map->pairs;

	while (p && !streq(p->key, key))
		p = p->next;
	return p;
}
