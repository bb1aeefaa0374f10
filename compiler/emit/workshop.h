/* SPDX-License-Identifier: BSD-2-Clause */
/* What outputs are made of and made with: the plan, the outputs that are there
 * already, and for images a temporary folder in which programs of others run. */
#pragma once
#include "diag/diag.h"
#include "emit/write.h"
#include "plan.h"

struct workshop {
	struct arena *arena;
	struct diags *diags;
	const struct plan *plan;
	struct card_plan *card;		/* the plan's, whose sizes become known while it is made */
	struct output *set;		/* all files of this build: see emit/output.h */

	const char *target;		/* the output folder */
	const struct input *inputs;	/* all files that this run has read */
	const char *depfile;		/* its name as the user gave it; NULL: none is wanted */
	bool stage;			/* the user's files go to the target, too: */
	bool stage_links;		/* as hard links, where that can be */

	const char *folder;		/* the temporary one; NULL before workshop_open() */
	const char *const *env;		/* of programs that run there */
	struct loc at;			/* the word that asked for what is being made */
	bool io_failed;			/* an error was reported that no description can mend */
};

/* Makes the temporary folder below the target, which is made if need be, unless that
 * was done already. false: reported. */
bool workshop_open(struct workshop *w);

/* Removes the temporary folder and all that is in it. */
void workshop_close(struct workshop *w);

/* Whether a program is there, which a Debian package of that name has; reported if
 * not. */
bool workshop_has_tool(struct workshop *w, const char *tool, const char *package);

/* Runs a program in the temporary folder, with `input` on its standard input, or
 * nothing if that is NULL. false: reported, with `help` (may be NULL) for what to do
 * about it. */
bool workshop_run(struct workshop *w, const char *const *argv, const char *input,
		  const char *help);

/* Reports that a file could not be written, for the reason in errno. Always false. */
bool workshop_report(struct workshop *w, const char *path);

/* Makes a path below the temporary folder absolute; owned by the arena. */
const char *workshop_path(struct workshop *w, const char *name);

/* The absolute path of a file that is there, without links; NULL: errno says why not.
 * Owned by the arena. */
const char *workshop_real_path(struct workshop *w, const char *path);

/* Writes bytes to a file of that name in the temporary folder, whose folders are made
 * if need be. false: reported. */
bool workshop_put(struct workshop *w, const char *name, const struct text *bytes);

/* Makes the folders in front of a name in the temporary folder. What fails here is
 * seen when the file itself is made. */
void workshop_make_folders(struct workshop *w, const char *name);
