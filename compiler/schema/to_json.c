/* SPDX-License-Identifier: BSD-2-Clause */
/* The rows become a JSON Schema (draft 2020-12). */
#include <jansson.h>
#include <string.h>

#include "schema/schema.h"

#define SIZE_PATTERN "^(0x[0-9A-Fa-f]+|(0|[1-9][0-9]*)[KMGT])$"
#define ADDRESS_PATTERN "^0x[0-9A-Fa-f]+$"
#define NAME_PATTERN "^[A-Za-z0-9_-]{1,40}$"

static json_t *record_schema(const struct record *r);

/* Editors hand hex numbers over as integers, so a pattern alone would refuse them. */
static json_t *text_or_integer(const char *pattern)
{
	return json_pack("{s:[s, s], s:s}", "type", "string", "integer", "pattern",
			 pattern);
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
		return json_pack("{s:[s, s], s:s}", "type", "string", "number",
				 "pattern", form_pattern(f->form));
	if (f->form == FORM_RANGES || f->form == FORM_SVE)
		return text_or_integer(form_pattern(f->form));
	return json_pack("{s:s, s:s}", "type", "string", "pattern",
			 form_pattern(f->form));
}

static json_t *named_schema(const struct field *f)
{
	json_t *names = json_pack("{s:s}", "pattern", NAME_PATTERN);

	if (f->reserved)
		json_object_set_new(names, "not", json_pack("{s:s}", "const", f->reserved));
	return json_pack("{s:s, s:o, s:o}", "type", "object", "propertyNames", names,
			 "additionalProperties", record_schema(f->of));
}

static json_t *kind_schema(const struct field *f, enum kind kind)
{
	switch (kind) {
	case K_BOOL:
		return json_pack("{s:s}", "type", "boolean");
	case K_COUNT:
		return count_schema(f);
	case K_SIZE:
		return text_or_integer(SIZE_PATTERN);
	case K_ADDRESS:
		return text_or_integer(ADDRESS_PATTERN);
	case K_TEXT:
		return text_schema(f);
	case K_WORD:
		return words_schema(f->words);
	case K_RECORD:
		return record_schema(f->of);
	case K_NAMED:
		return named_schema(f);
	case K_LIST:
		return json_pack("{s:s, s:o}", "type", "array", "items",
				 f->of ? record_schema(f->of) : kind_schema(f, f->item));
	case KIND_COUNT:
		break;
	}
	return NULL;
}

static json_t *field_schema(const struct field *f)
{
	json_t *o = kind_schema(f, f->kind);

	if (f->word)
		o = json_pack("{s:[{s:s}, o]}", "oneOf", "const", f->word, o);

	json_object_set_new(o, "description", json_string(f->doc));
	if (f->preset && f->kind == K_BOOL)
		json_object_set_new(o, "default", json_boolean(f->preset[0] == 't'));
	else if (f->preset && f->kind != K_COUNT)
		json_object_set_new(o, "default", json_string(f->preset));
	return o;
}

static const struct field *shorthand_field(const struct record *r)
{
	const struct field *f = r->fields;

	while (f->key && strcmp(f->key, r->shorthand))
		f++;
	return f;
}

static json_t *record_schema(const struct record *r)
{
	json_t *properties = json_object(), *required = json_array(), *o;

	for (const struct field *f = r->fields; f->key; f++) {
		json_object_set_new(properties, f->key, field_schema(f));
		if (f->required)
			json_array_append_new(required, json_string(f->key));
	}
	o = json_pack("{s:s, s:o, s:o, s:o}", "type", "object", "properties", properties,
		      "required", required, "additionalProperties",
		      r->any ? field_schema(r->any) : json_false());
	if (r->either)
		json_object_set_new(o, "not", json_pack("{s:[s, s]}", "required",
							r->either, r->or));
	if (!r->shorthand)
		return o;
	return json_pack("{s:[o, o]}", "oneOf", field_schema(shorthand_field(r)), o);
}

void schema_print_json(const struct record *record, const char *title, FILE *f)
{
	json_t *o = json_pack("{s:s, s:s, s:s}", "$schema",
			      "https://json-schema.org/draft/2020-12/schema", "$comment",
			      "SPDX-License-Identifier: BSD-2-Clause", "title", title);

	json_object_update_new(o, record_schema(record));
	json_dumpf(o, f, JSON_INDENT(2));
	fputc('\n', f);
	json_decref(o);
}
