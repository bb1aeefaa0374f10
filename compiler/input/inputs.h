/* SPDX-License-Identifier: BSD-2-Clause */
/* The files that one description leads to: where they are looked up, and which of them
 * were opened. */
#pragma once
#include "diag/loc.h"
#include "input/cache.h"

struct inputs {
	const char *folder;	/* relative names start here: "." or "x/y", never NULL */
	bool one_folder;	/* all of them, those that another description names, too */
	bool absent;		/* files need not be there, and most are not looked at */
	unsigned skipped;	/* how many were not looked at because of that */
	struct file *files;	/* every file that was opened, once each; the last one first */
};

/* The folder where a name is looked up that was written at this place: that of the text, for
 * a description can extend one that lies elsewhere. */
const char *inputs_folder(const struct inputs *in, struct loc written_at);

/* Where a file lies that the description calls so: in that folder, unless the name begins
 * with '/'. Owned by the arena, or name itself. */
const char *inputs_path(struct arena *a, const struct inputs *in, const char *name,
			struct loc written_at);

/* Opens a file and reads its header; one that was opened before, by whatever name, is
 * found again, so that equal files are equal pointers. `written` is the path as the user
 * wrote it. NULL: it cannot be read, and errno says why. */
struct file *inputs_open(struct arena *a, struct inputs *in, struct cache *cache,
			 const char *path, const char *written);

/* Notes a file that this run reads besides, so that nothing is written over it and the
 * depfile names it. The path is kept. */
void inputs_add(struct arena *a, struct inputs *in, const char *path);

/* Whether a file is not to be looked at, which is counted then. */
bool inputs_skip(struct inputs *in);

/* Why a file could not be opened, by errno: only regular files have a size and can be
 * loaded, and a pipe would be waited for. */
const char *inputs_why_unreadable(void);
