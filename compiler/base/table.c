/* SPDX-License-Identifier: BSD-2-Clause */
/* Names become what they stand for: open addressing, at most half full. */
#include "base/table.h"

#include <string.h>

#define SIZE_MIN 16

struct table_slot {
	const char *name;	/* NULL: free */
	size_t len;
	uint64_t number;
	void *value;
};

uint64_t hash_bytes(uint64_t sum, const void *bytes, size_t len)
{
	const unsigned char *b = bytes;

	for (size_t i = 0; i < len; i++)
		sum = (sum ^ b[i]) * UINT64_C(0x100000001b3);
	return sum;
}

/* Names of one hash only slow down the run of whoever writes them. */
static uint64_t hash(const char *name, size_t len, uint64_t number)
{
	uint64_t h = hash_bytes(HASH_START ^ number, name, len);

	return h ^ h >> 32;
}

/* Where the name is, or would be. */
static struct table_slot *slot(const struct table *t, const char *name, size_t len,
			       uint64_t number)
{
	size_t i = (size_t)hash(name, len, number) & (t->size - 1);

	for (;; i = (i + 1) & (t->size - 1)) {
		struct table_slot *s = &t->slots[i];

		if (!s->name || (s->len == len && s->number == number &&
				 memcmp(s->name, name, len) == 0))
			return s;
	}
}

void *table_find_bytes(const struct table *t, const char *name, size_t len, uint64_t number)
{
	return t->size ? slot(t, name, len, number)->value : NULL;
}

void *table_find(const struct table *t, const char *name, uint64_t number)
{
	return table_find_bytes(t, name, strlen(name), number);
}

static void grow(struct table *t)
{
	struct table bigger = { .arena = t->arena, .count = t->count };

	bigger.size = t->size ? 4 * t->size : SIZE_MIN;
	bigger.slots = arena_alloc(t->arena, bigger.size * sizeof(*bigger.slots));
	for (size_t i = 0; i < t->size; i++)
		if (t->slots[i].name)
			*slot(&bigger, t->slots[i].name, t->slots[i].len,
			      t->slots[i].number) = t->slots[i];
	*t = bigger;
}

void *table_add_bytes(struct table *t, const char *name, size_t len, uint64_t number,
		      void *value)
{
	struct table_slot *s;

	if (2 * (t->count + 1) > t->size)
		grow(t);
	s = slot(t, name, len, number);
	if (!s->name) {
		*s = (struct table_slot){ name, len, number, value };
		t->count++;
	}
	if (!s->value)
		s->value = value;
	return s->value;
}

void *table_add(struct table *t, const char *name, uint64_t number, void *value)
{
	return table_add_bytes(t, name, strlen(name), number, value);
}

/* The slot stays, so that those behind it are found. */
void table_remove(struct table *t, const char *name, uint64_t number)
{
	if (t->size)
		slot(t, name, strlen(name), number)->value = NULL;
}
