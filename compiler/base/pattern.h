/* SPDX-License-Identifier: BSD-2-Clause */
/* Regular expressions, each of which is compiled once a run. */
#pragma once
#include <stdbool.h>

#include "base/arena.h"

struct patterns {
	struct arena *arena;
	struct pattern *first;	/* those that were asked for so far */
};

/* Whether text is of a pattern, a POSIX extended regular expression that is a constant of
 * ours: it stays where it is, and it is a bug if it cannot be compiled. */
bool pattern_fits(struct patterns *all, const char *pattern, const char *text);

/* Frees what the C library keeps of them; the arena owns the rest. */
void patterns_free(struct patterns *all);
