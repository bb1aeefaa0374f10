/* SPDX-License-Identifier: BSD-2-Clause */
/* Completion of command lines, for shells. */
#pragma once
#include "verbs.h"

/* Prints what the last operand of the run could become, after those before it: the words of a
 * command line without its first, up to the one that is being typed, which may be empty. A line
 * each on standard output: a word, a tab, what it is for; or ":files", with the suffixes that fit
 * behind it if there are any, or ":folders", which the shell knows better. */
void complete(struct run *r, const struct verb *all);
