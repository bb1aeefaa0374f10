/* SPDX-License-Identifier: BSD-2-Clause */
/* A command line as words, each with its place. */
#pragma once
#include <stdbool.h>

#include "schema/schema.h"

struct word {
	const char *key;	/* before '='; the whole word if there is none */
	const char *value;	/* after '='; "" if there is none */
	size_t len;		/* of the whole word, bytes */
	struct loc at;		/* of the whole word, or of the line where it is folded */
};

/* The index-th word of a command line, split at spaces; its texts are owned by the arena.
 * false: there is no such word. */
bool nth_word(struct arena *a, const struct value *line, size_t index, struct word *w);

/* The last word "key=...", the one that counts. false: there is none. */
bool last_word(struct arena *a, const struct value *line, const char *key,
	       struct word *w);
