/* SPDX-License-Identifier: BSD-2-Clause */
/* What `xendtc schema` prints: JSON Schemas, lists of keys, parts of man pages, tables of rules. */
#pragma once
#include <stdbool.h>

#include "base/arena.h"

/* Prints the text of that name on standard output. false: there is none. */
bool print_table(const char *name);

/* "; did you mean 'NAME'?" for a word that is no name, "" if none is near; owned by the arena. */
const char *table_nearest(struct arena *a, const char *word);

/* The names, a line each, for completion. */
void say_tables(void);
