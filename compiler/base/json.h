/* SPDX-License-Identifier: BSD-2-Clause */
/* JSON values become text; for the outputs that are JSON. */
#pragma once
#include <jansson.h>
#include <stdint.h>
#include <stdlib.h>

#include "base/text.h"

/* Puts value, which is given away, under a key. jansson fails only without memory. */
static inline void json_put(struct arena *a, json_t *object, const char *key,
			    json_t *value)
{
	if (json_object_set_new(object, key, value))
		arena_exhausted(a);
}

/* Puts value, which is given away, behind the last one of an array. */
static inline void json_push(struct arena *a, json_t *array, json_t *value)
{
	if (json_array_append_new(array, value))
		arena_exhausted(a);
}

/* A name from outside need not be UTF-8, as JSON must be: then '?' stands for all that is
 * not ASCII. */
static inline json_t *json_name(struct arena *a, const char *s)
{
	json_t *value = json_string(s);
	char *copy;

	if (value)
		return value;
	copy = arena_printf(a, "%s", s);
	for (char *c = copy; *c; c++)
		if ((unsigned char)*c >= 0x80)
			*c = '?';
	return json_string(copy);
}

/* An address or a size as the text "0x...": numbers of JSON are not exact beyond 2^53. */
static inline json_t *json_hex(struct arena *a, uint64_t n)
{
	return json_string(arena_printf(a, "0x%llx", (unsigned long long)n));
}

/* Adds root, which is given away, to a text, with a line end behind it. */
static inline void json_write(json_t *root, struct text *out)
{
	char *s = json_dumps(root, JSON_INDENT(2));

	json_decref(root);
	if (!s)
		arena_exhausted(out->arena);
	text_add(out, "%s\n", s);
	free(s);
}
