/* SPDX-License-Identifier: BSD-2-Clause */
/* A command line as words, each with its place. */
#pragma once
#include "schema/schema.h"

struct xen_parameter;

struct word {
	const char *key;	/* before '='; the whole word if there is none */
	const char *value;	/* after '='; "" if there is none */
	size_t len;		/* bytes of the whole word */
	struct loc at;		/* of the whole word, or of the line where it is folded */
	const struct xen_parameter *row;	/* of a word of Xen's line, see xen_line() */
};

struct words {			/* owned by an arena */
	struct word *w;
	size_t n;
};

/* The words of a command line, split at spaces; a line that was not given has none. */
struct words split_words(struct arena *a, const struct value *line);

/* The words that Linux reads of a command line: those behind "--" are for its first program. */
struct words linux_words(struct arena *a, const struct value *line);

/* An option that spaces around its '=' cut in pieces: "console = dtuart". */
struct word_pieces {
	const struct word *first, *last;
};

/* The first such option behind the word `after`, NULL for the beginning; first is NULL: there is
 * none. */
struct word_pieces words_cut(const struct words *words, const struct word *after);

/* The last word "key" or "key=...", which is the one that counts; NULL: there is none. */
const struct word *last_word(const struct words *words, const char *key);
