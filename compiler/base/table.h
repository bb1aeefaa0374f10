/* SPDX-License-Identifier: BSD-2-Clause */
/* Names become what they stand for, in the same time however many there are. */
#pragma once
#include <stdint.h>

#include "base/arena.h"

#define HASH_START UINT64_C(0xcbf29ce484222325)

/* FNV-1a of 64 bits (RFC 9923) over bytes; sum is HASH_START, or what came of those before. */
uint64_t hash_bytes(uint64_t sum, const void *bytes, size_t len);

/* Zeroed but for the arena, a table is empty. Names and values are not copied, and must stay
 * as they are. */
struct table {
	struct arena *arena;
	struct table_slot *slots;
	size_t size, count;	/* size is 0 or a power of two */
};

/* The value that was added with this name and number; NULL if there is none. */
void *table_find(const struct table *t, const char *name, uint64_t number);

/* The same where the name is the first len bytes of a text. */
void *table_find_bytes(const struct table *t, const char *name, size_t len, uint64_t number);

/* Adds a value, which is not NULL, if there is none yet; returns the one that is there then. */
void *table_add(struct table *t, const char *name, uint64_t number, void *value);

/* The same where the name is the first len bytes of a text, which must stay as it is. */
void *table_add_bytes(struct table *t, const char *name, size_t len, uint64_t number,
		      void *value);

/* Takes a name out again. */
void table_remove(struct table *t, const char *name, uint64_t number);
