/* SPDX-License-Identifier: BSD-2-Clause */
/* Variables of bash that were assigned so far (Bash Reference Manual, section 3.4). */
#include "import/shell_values.h"

#include <inttypes.h>
#include <string.h>

#define LETTERS "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_"
#define DIGITS "0123456789"

struct shell_name {
	struct shell_value *elements;
	uint64_t count;		/* the largest index and one */
};

/* As it is in the table: a pair has a name that no variable can have. */
static const char *name_of(struct arena *a, const char *name, uint64_t second, bool paired)
{
	return paired ? arena_printf(a, "%s,%" PRIu64, name, second) : name;
}

struct shell_value *shell_find(const struct shell *sh, const char *name, uint64_t index)
{
	return table_find(&sh->elements, name, index);
}

struct shell_value *shell_find_pair(const struct shell *sh, const char *name, uint64_t index,
				    uint64_t second)
{
	return table_find(&sh->elements, name_of(sh->arena, name, second, true), index);
}

static struct shell_name *add_name(struct shell *sh, const char *name)
{
	struct shell_name *n = table_find(&sh->names, name, 0);

	if (n)
		return n;
	sh->names.arena = sh->elements.arena = sh->arena;
	return table_add(&sh->names, name, 0, NEW(sh->arena, struct shell_name));
}

static struct shell_value *add_value(struct shell *sh, const char *name, uint64_t index)
{
	struct shell_value *v = NEW(sh->arena, struct shell_value);
	struct shell_name *n = add_name(sh, name);

	v->name = name;
	v->index = index;
	v->text = "";
	v->next_element = n->elements;
	n->elements = v;
	if (index >= n->count)
		n->count = index + 1;
	v->before = sh->last_value;
	*(sh->last_value ? &sh->last_value->next : &sh->values) = v;
	return sh->last_value = v;
}

struct shell_value *shell_place(struct shell *sh, const char *name, uint64_t index,
				uint64_t second, bool paired)
{
	const char *key = name_of(sh->arena, name, second, paired);
	struct shell_value *v = table_find(&sh->elements, key, index);

	if (v)
		return v;
	v = add_value(sh, name, index);
	v->second = second;
	v->paired = paired;
	return table_add(&sh->elements, key, index, v);
}

static void remove_value(struct shell *sh, struct shell_value *v)
{
	*(v->before ? &v->before->next : &sh->values) = v->next;
	*(v->next ? &v->next->before : &sh->last_value) = v->before;
	table_remove(&sh->elements, name_of(sh->arena, v->name, v->second, v->paired),
		     v->index);
}

void shell_forget(struct shell *sh, const char *name)
{
	struct shell_name *n = table_find(&sh->names, name, 0);

	for (struct shell_value *v = n ? n->elements : NULL; v; v = v->next_element)
		remove_value(sh, v);
	if (n)
		*n = (struct shell_name){ 0 };
}

uint64_t shell_count(const struct shell *sh, const char *name)
{
	const struct shell_name *n = table_find(&sh->names, name, 0);

	return n ? n->count : 0;
}

size_t name_length(const char *s)
{
	return strchr(DIGITS, *s) ? 0 : strspn(s, LETTERS DIGITS);
}
