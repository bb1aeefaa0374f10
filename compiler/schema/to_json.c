/* SPDX-License-Identifier: BSD-2-Clause */
/* The rows become a JSON Schema (draft 2020-12). */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "schema/schema.h"

#define SIZE_PATTERN "^(0x[0-9A-Fa-f]+|(0|[1-9][0-9]*)[KMGT])$"
#define ADDRESS_PATTERN "^0x[0-9A-Fa-f]+$"
#define NAME_PATTERN "^[A-Za-z0-9_-]{1,40}$"

struct printing {
	json_t *defs;	/* records that stand in several places */
	bool partial;	/* what is required may be in the document that this one extends */
};

static json_t *record_schema(const struct record *r, struct printing g);
static json_t *record_or_null(const struct record *r, struct printing g);
static json_t *record_reference(const struct record *r, struct printing g);
static json_t *snippet_value(const struct field *f);

/* Editors hand hex numbers over as integers, so a pattern alone would refuse them. The last
 * member is what yaml-language-server says of a value that the pattern refuses. */
static json_t *text_or_integer(const char *pattern, const char *wanted)
{
	return json_pack("{s:[s, s], s:s, s:s}", "type", "string", "integer", "pattern",
			 pattern, "patternErrorMessage", wanted);
}

static json_t *count_schema(const struct field *f)
{
	json_t *o =
		json_pack("{s:s, s:I}", "type", "integer", "minimum", (json_int_t)f->min);

	if (f->max)
		json_object_set_new(o, "maximum", json_integer((json_int_t)f->max));
	return o;
}

static json_t *words_schema(const char *const *words)
{
	json_t *list = json_array();

	for (size_t i = 0; words[i]; i++)
		json_array_append_new(list, json_string(words[i]));
	return json_pack("{s:o}", "enum", list);
}

static json_t *text_schema(const struct field *f)
{
	if (f->form == FORM_VERSION)	/* 4.20 without quotes is a number to YAML */
		return json_pack("{s:[s, s], s:s, s:s}", "type", "string", "number",
				 "pattern", form_pattern(f->form), "patternErrorMessage",
				 form_doc(f->form));
	if (f->form == FORM_RANGES || f->form == FORM_SVE)
		return text_or_integer(form_pattern(f->form), form_doc(f->form));
	return json_pack("{s:s, s:s, s:s}", "type", "string", "pattern",
			 form_pattern(f->form), "patternErrorMessage", form_doc(f->form));
}

static json_t *named_schema(const struct field *f, struct printing g)
{
	json_t *names = json_pack("{s:s}", "pattern", NAME_PATTERN);

	if (f->reserved)
		json_object_set_new(names, "not", json_pack("{s:s}", "const", f->reserved));
	return json_pack("{s:s, s:o, s:o, s:[{s:s, s:o}]}", "type", "object", "propertyNames",
			 names, "additionalProperties", record_reference(f->of, g),
			 "defaultSnippets", "label", f->of->name, "body", snippet_value(f));
}

/* What stands in a list is not merged with anything: it has to be whole. */
static struct printing whole(struct printing g)
{
	return (struct printing){ .defs = g.defs };
}

/* A record's schema stands once below $defs, for some are asked for in many places: kernels and
 * ramdisks, and how each is loaded. One that may be null has a schema of its own. */
static json_t *record_reference(const struct record *r, struct printing g)
{
	char name[64];

	snprintf(name, sizeof(name), "%s%s", r->name, g.partial ? "-or-null" : "");
	for (char *c = name; *c; c++)
		if (*c == ' ')
			*c = '-';
	if (!json_object_get(g.defs, name)) {
		json_object_set_new(g.defs, name, json_null());	/* its place in the order */
		json_object_set_new(g.defs, name, record_or_null(r, g));
	}
	return json_pack("{s:o}", "$ref", json_sprintf("#/$defs/%s", name));
}

/* Several values, or a word, may stand in place of a record: its schema becomes another one. */
static json_t *plain_record(const struct field *f, struct printing g)
{
	return f->several || f->word ? record_schema(f->of, g) : record_reference(f->of, g);
}

static json_t *kind_schema(const struct field *f, enum kind kind, struct printing g)
{
	switch (kind) {
	case K_BOOL:
		return json_pack("{s:s}", "type", "boolean");
	case K_COUNT:
		return count_schema(f);
	case K_SIZE:
		return text_or_integer(SIZE_PATTERN, "a size such as 512M, or bytes in hex");
	case K_ADDRESS:
		return text_or_integer(ADDRESS_PATTERN, "an address in hex, such as 0x8000000");
	case K_TEXT:
		return text_schema(f);
	case K_WORD:
		return words_schema(f->words);
	case K_RECORD:
		return plain_record(f, g);
	case K_NAMED:
		return named_schema(f, g);
	case K_LIST:
		return json_pack("{s:s, s:o}", "type", "array", "items",
				 f->of ? record_reference(f->of, whole(g))
				       : kind_schema(f, f->item, whole(g)));
	case KIND_COUNT:
		break;
	}
	return NULL;
}

/* Adds a type, or each of a list of them, that is not there yet. */
static void add_types(json_t *types, const json_t *more)
{
	json_t *each;
	size_t i;

	json_array_foreach(more, i, each)
		add_types(types, each);
	if (!json_is_string(more))
		return;
	json_array_foreach(types, i, each)
		if (json_equal(each, more))
			return;
	json_array_append_new(types, json_string(json_string_value(more)));
}

/* Takes a keyword over; where both have one, either will do. */
static void join(json_t *o, const json_t *scalar, const char *keyword, const char *form)
{
	json_t *own = json_object_get(o, keyword), *other = json_object_get(scalar, keyword);

	if (own && other)
		json_object_set_new(o, keyword, json_sprintf(form, json_string_value(own),
							     json_string_value(other)));
	else if (other)
		json_object_set(o, keyword, other);
}

/* A value of another type may stand instead: one schema for both, for keywords say nothing of
 * types that are not theirs. Editors cannot choose between the branches of a oneOf while somebody
 * types, and offer what is in none of them. */
static json_t *either_type(json_t *o, json_t *scalar)
{
	json_t *types = json_array();

	join(o, scalar, "pattern", "%s|%s");
	join(o, scalar, "patternErrorMessage", "%s, or %s");
	if (json_object_get(scalar, "examples"))
		json_object_set(o, "examples", json_object_get(scalar, "examples"));
	add_types(types, json_object_get(o, "type"));
	add_types(types, json_object_get(scalar, "type"));
	json_object_set_new(o, "type", types);
	json_decref(scalar);
	return o;
}

/* The one word, as a pattern: a const would be asked of lists, too. */
static json_t *word_schema(const char *word)
{
	char pattern[64];

	snprintf(pattern, sizeof(pattern), "^%s$", word);
	return json_pack("{s:s, s:s, s:s}", "type", "string", "pattern", pattern,
			 "patternErrorMessage", word);
}

/* What a reader of the key's row sees: its sentence, the first Xen that reads it, its preset. */
static json_t *description(const struct field *f)
{
	char since[32] = "", preset[128] = "";

	if (f->since)
		snprintf(since, sizeof(since), " Since Xen %u.%u.", VERSION_MAJOR(f->since),
			 VERSION_MINOR(f->since));
	if (f->preset && *f->preset)
		snprintf(preset, sizeof(preset), " Default: `%s`.", f->preset);
	return json_sprintf("%s%s%s", f->doc, since, preset);
}

static bool is_number(const char *text)
{
	return *text && !text[strspn(text, "0123456789")];
}

/* What editors offer to insert, if it is a scalar: as the type that YAML reads it as. */
static void add_examples(json_t *o, const struct field *f)
{
	json_t *list = json_array();

	if (f->word)
		json_array_append_new(list, json_string(f->word));
	if (f->example && !strchr("[{\"'", *f->example) && f->kind != K_BOOL &&
	    !(f->word && strcmp(f->word, f->example) == 0))
		json_array_append_new(list, is_number(f->example)
				      ? json_integer(atoll(f->example)) : json_string(f->example));
	if (json_array_size(list) && !json_object_get(o, "enum"))
		json_object_set(o, "examples", list);
	json_decref(list);
}

/* Several values in a list may stand instead of one. */
static json_t *several(json_t *one)
{
	json_t *list = json_pack("{s:s, s:o, s:i}", "type", "array", "items",
				 json_deep_copy(one), "minItems", 1);

	return either_type(list, one);
}

/* A key can be taken out again only where another document may have it. */
static json_t *or_null(json_t *o)
{
	json_t *types = json_array(), *null = json_string("null"), *words;

	words = json_object_get(o, "enum");
	if (words)
		json_array_append_new(words, json_null());
	add_types(types, json_object_get(o, "type"));
	add_types(types, null);
	if (json_object_get(o, "type"))
		json_object_set(o, "type", types);
	json_decref(types);
	json_decref(null);
	return o;
}

static json_t *field_schema(const struct field *f, struct printing g)
{
	json_t *o = kind_schema(f, f->kind, g);

	if (f->several)
		o = several(o);
	if (f->word)
		o = either_type(o, word_schema(f->word));
	add_examples(o, f);
	json_object_set_new(o, "description", description(f));
	if (f->preset && f->kind == K_BOOL)
		json_object_set_new(o, "default", json_boolean(f->preset[0] == 't'));
	else if (f->preset && f->kind != K_COUNT)
		json_object_set_new(o, "default", json_string(f->preset));
	return g.partial && !json_object_get(o, "$ref") ? or_null(o) : o;
}

static const struct field *shorthand_field(const struct record *r)
{
	const struct field *f = r->fields;

	while (f->key && strcmp(f->key, r->shorthand))
		f++;
	return f;
}

static json_t *record_schema(const struct record *r, struct printing g)
{
	json_t *properties = json_object(), *required = json_array(), *o;

	for (const struct field *f = r->fields; f->key; f++) {
		json_object_set_new(properties, f->key, field_schema(f, g));
		if (f->required && !g.partial)
			json_array_append_new(required, json_string(f->key));
	}
	o = json_pack("{s:s, s:o, s:o, s:o}", "type", "object", "properties", properties,
		      "required", required, "additionalProperties",
		      r->any ? field_schema(r->any, g) : json_false());
	if (r->either)	/* a text has no keys, and would not lack any */
		json_object_set_new(o, "not", json_pack("{s:s, s:[s, s]}", "type", "object",
							"required", r->either, r->or));
	return r->shorthand ? either_type(o, field_schema(shorthand_field(r), g)) : o;
}

static json_t *record_or_null(const struct record *r, struct printing g)
{
	json_t *o = record_schema(r, g);

	return g.partial ? or_null(o) : o;
}

/* The key with which a document of this record need not be whole; NULL: there is none. */
static const struct field *partial_field(const struct record *r)
{
	for (const struct field *f = r->fields; f->key; f++)
		if (f->partial)
			return f;
	return NULL;
}

static json_t *list_examples(const char *const *examples)
{
	json_t *list = json_array();

	for (; *examples; examples++)
		json_array_append_new(list, json_string(*examples));
	return list;
}

static json_t *document_schema(const struct record *r, const struct schema_more *more,
			       struct printing g)
{
	json_t *o = record_schema(r, g);

	if (more->examples)
		json_object_set_new(json_object_get(json_object_get(o, "properties"), more->key),
				    "examples", list_examples(more->examples));
	return o;
}

/* The keys that a record must have, with their examples. */
static json_t *snippet_body(const struct record *r)
{
	json_t *o = json_object();

	for (const struct field *f = r->fields; f->key; f++)
		if (f->required)
			json_object_set_new(o, f->key, snippet_value(f));
	return o;
}

static json_t *snippet_value(const struct field *f)
{
	if (f->kind == K_NAMED)
		return json_pack("{s:o}", "${1:name}", snippet_body(f->of));
	if (f->kind == K_RECORD && f->of->shorthand && !f->example)
		return snippet_value(shorthand_field(f->of));
	if (f->kind == K_RECORD && !f->example)
		return snippet_body(f->of);
	if (f->example && is_number(f->example))
		return json_integer(atoll(f->example));
	return json_string(f->example ? f->example : f->key);
}

/* A whole description: what it must have, and one of the things that it names. */
static json_t *snippets(const struct record *r)
{
	json_t *body = snippet_body(r);
	const struct field *f = r->fields;

	while (f->key && f->kind != K_NAMED)
		f++;
	if (f->key)
		json_object_set_new(body, f->key, snippet_value(f));
	return json_pack("[{s:s, s:o}]", "label", "a whole description", "body", body);
}

#define SITE "https://github.com/xendtc/xendtc/raw/main/schemas/"

void schema_print_json(const struct record *record, const struct schema_more *more, FILE *f)
{
	json_t *o = json_pack("{s:s, s:o, s:s, s:s}", "$schema",
			      "https://json-schema.org/draft/2020-12/schema", "$id",
			      json_sprintf(SITE "%s", more->file), "$comment",
			      "SPDX-License-Identifier: BSD-2-Clause", "title", more->title);
	const struct field *extends = partial_field(record);
	struct printing whole = { .defs = json_object() };
	struct printing partial = { .defs = whole.defs, .partial = true };
	/* One after the other, for both add to $defs: a compiler evaluates arguments in an
	 * order of its own. */
	json_t *alone = document_schema(record, more, whole);

	if (extends) {
		json_t *extending = document_schema(record, more, partial);

		json_object_update_new(o, json_pack("{s:{s:[s]}, s:o, s:o}", "if", "required",
						    extends->key, "then", extending, "else",
						    alone));
	} else {
		json_object_update_new(o, alone);
	}
	json_object_set_new(o, "$defs", whole.defs);
	json_object_set_new(o, "defaultSnippets", snippets(record));
	json_dumpf(o, f, JSON_INDENT(2));
	fputc('\n', f);
	json_decref(o);
}
