/* SPDX-License-Identifier: BSD-2-Clause */
/* The lines of a text, as somebody sees them who looks for a mistake in them. */
#pragma once
#include "input/source.h"

/* A line of the text: where it begins, how many spaces it begins with, and what is in it
 * without those and without a line end. */
struct line {
	const struct source *src;
	size_t number;		/* from 0 */
	size_t start;		/* offset of its first byte */
	size_t indent;
	const char *text;	/* behind the indentation; not terminated */
	size_t len;
};

/* The line that a place is in. */
struct line line_of(struct loc at);

/* The nearest line above or below that is neither empty nor a comment; false: there is none. */
bool line_above(const struct line *l, struct line *above);
bool line_below(const struct line *l, struct line *below);

/* The place of a part of a line, counted from behind its indentation, in bytes. */
struct loc line_part(const struct line *l, size_t from, size_t len);

/* Length of the key that a line begins with, up to its colon; 0 if it begins with none. The
 * characters are those of our keys and names. */
size_t key_length(const struct line *l);

/* Where the value of a line "key: value" begins, from behind the indentation; 0 if it has
 * none. */
size_t value_start(const struct line *l);

/* Whether something in a line could be a comment, which belongs to no value. */
bool has_comment(const struct line *l);
