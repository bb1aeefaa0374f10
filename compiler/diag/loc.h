/* SPDX-License-Identifier: BSD-2-Clause */
/* Where something was written: a stretch of a source text that stays in memory. */
#pragma once
#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"

struct source {
	const char *name;	/* as messages show it */
	const char *folder;	/* of a description: what it names is looked up there; else NULL */
	const char *text;	/* NUL-terminated UTF-8; NULL for a binary file */
	size_t len;
	size_t *lines;		/* offset of each line's first byte */
	size_t line_count;
	size_t *characters;	/* how many begin before each SOURCE_STEP-th byte */
};

/* len bytes at offset `at` of src. src is NULL where nobody wrote anything; a source
 * without text stands for the whole file. */
struct loc {
	const struct source *src;
	size_t at, len;
};

/* Lines and columns count from 1; columns count characters. */
struct position {
	size_t line, column;
};

#define SOURCE_STEP 256

/* Fills in src->lines and src->characters. Line ends are those of YAML 1.1, section 5.4. */
void source_index_lines(struct source *src, struct arena *a);

/* Where the text begins: behind a byte order mark, which is no character of it. */
size_t source_text_start(const struct source *src);

/* Bytes of a line (from 0), without its end. */
size_t source_line_length(const struct source *src, size_t line);

/* Offset of the character `column` (from 0) of line `line` (from 0); clamped to the text.
 */
size_t source_offset(const struct source *src, size_t line, size_t column);

struct position loc_position(struct loc loc);

/* Whether both begin at the same byte. */
static inline bool loc_is_same(struct loc a, struct loc b)
{
	return a.src == b.src && a.at == b.at;
}

static inline struct loc loc_none(void)
{
	struct loc loc = { NULL, 0, 0 };

	return loc;
}
