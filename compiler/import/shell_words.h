/* SPDX-License-Identifier: BSD-2-Clause */
/* What the two halves of the shell reader share: the place in the text, and words. */
#pragma once
#include "import/shell.h"

struct scan {
	struct shell *sh;
	const char *s; /* what is read next */
	unsigned depth; /* of expansions in each other */
	bool failed;   /* reported; everything returns */
};

enum word_place {
	IN_VALUE,  /* NAME=here: nothing is split */
	IN_LIST,   /* NAME=(here): split at spaces, file names looked up */
	IN_BRACES, /* ${NAME:-here} */
	IN_INDEX   /* NAME[here] */
};

/* From a place in the text to what is read next. */
struct loc scan_loc(const struct scan *p, const char *from);

/* Reports what is not an assignment. */
void scan_refuse(struct scan *p, const char *from, const char *what);

/* Adds what a name stands for, as long as the config does not expand without end; `from` is
 * where the name stands. */
void scan_value(struct scan *p, const char *value, const char *from, struct text *out);

/* Reads a word up to what ends it in that place, which is left to be read. */
void scan_word(struct scan *p, enum word_place place, struct text *out);

/* Whether a line ends here: also CR LF, and the end of the text. */
bool at_line_end(const char *s);
