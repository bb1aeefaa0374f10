/* SPDX-License-Identifier: BSD-2-Clause */
/* What each option is called, is for, and does. */
#pragma once
#include "options.h"

struct option_row;

/* What a command line is read with. */
struct option_reader {
	struct arena *arena;
	struct options *o;
	const char *problem;	/* NULL: nothing is wrong so far */
};

struct option_row {
	const char *name;	/* NULL: only the letter */
	char letter;		/* 0: none */
	const char *operand;	/* NULL: a flag; words that it can be are split by '|' */
	const char *verb;	/* the only verb that it is for; NULL: all */
	const char *doc;
	size_t to;		/* a bool, or the text; without a function that reads it */
	void (*read)(struct option_reader *r, const struct option_row *row, const char *arg);
};

/* All options; ends with a row that has neither name nor letter. */
extern const struct option_row option_rows[];

/* The row behind this one, the first of all for NULL; NULL behind the last. */
static inline const struct option_row *option_row_next(const struct option_row *row)
{
	row = row ? row + 1 : option_rows;
	return row->name || row->letter ? row : NULL;
}

/* Notes what is wrong with the command line, unless something is already. */
void option_wrong(struct option_reader *r, const char *fmt, ...)
	__attribute__((format(printf, 2, 3), nonnull(2)));
