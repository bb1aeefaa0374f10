/* SPDX-License-Identifier: BSD-2-Clause */
/* Running other programs, without a shell, and keeping what they say. */
#pragma once
#include <stdbool.h>

#include "base/arena.h"

struct tool {
	const char *const *argv; /* argv[0] is looked up; NULL-terminated */
	const char *const *env;  /* "NAME=value" beside ours; NULL-terminated */
	const char *folder;      /* where it runs */
	const char *input;       /* for its standard input; NULL: nothing */
	const char *output;      /* set by tool_run: what it said, or why it failed */
};

/* The path of a program, which is looked for in PATH and then in the folders of system tools;
 * owned by the arena. NULL: there is none. */
const char *tool_find(struct arena *a, const char *name);

/* Runs it to its end, in a process group of its own, which is told to end then. Signals that
 * are blocked here are not blocked there, and one that would end us ends the group. t->output
 * is owned by the arena. false: the program could not be run, or did not succeed. */
bool tool_run(struct arena *a, struct tool *t);
