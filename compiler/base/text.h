/* SPDX-License-Identifier: BSD-2-Clause */
/* A buffer of bytes that grows: outputs are made in memory before anything is written. */
#pragma once
#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"

struct text {
	struct arena *arena;	/* owns data */
	char *data;		/* NUL-terminated; NULL while nothing was added */
	size_t len, size;
};

/* Adds len bytes; adding none makes `data` the empty string. */
void text_bytes(struct text *t, const void *data, size_t len);

/* Adds what printf would print. */
void text_add(struct text *t, const char *fmt, ...)
	__attribute__((format(printf, 2, 3), nonnull(2)));

/* Whether two strings are equal, and whether one begins with the other. */
bool streq(const char *a, const char *b);
bool starts_with(const char *s, const char *prefix);

/* How many letters are to be changed, added, taken out or swapped with the next to make one
 * word of the other. Upper and lower case count as equal, '_' and '-' too. */
size_t word_distance(const char *a, const char *b);

/* The one of n candidates that is nearest to word, or NULL if none is near enough to be
 * what the writer meant (edit distance at most a third of the word's length,
 * rounded to the nearest). Upper and lower case count as equal, '_' and '-' too. */
const char *nearest_word(const char *word, const char *const *candidates, size_t n);

/* "; did you mean 'NEAREST'?" for the end of a message, "" if no candidate is near enough. */
const char *did_you_mean(struct arena *a, const char *word, const char *const *candidates,
			 size_t n);
