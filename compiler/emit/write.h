/* SPDX-License-Identifier: BSD-2-Clause */
/* A set of files becomes what stands in a folder: all of them, or none. */
#pragma once
#include <stdbool.h>

#include "base/text.h"
#include "emit/create.h"
#include "emit/folders.h"

struct written {		/* one file to be written */
	const char *name;	/* below the folder, unless it begins with '/' */
	unsigned turn;		/* below WRITE_TURNS: what refers to other files of the set has a
				 * higher one, and takes its place after them */

	/* The contents: bytes, a copy of the user's file, or a file of ours that is moved. */
	struct text bytes;
	const char *copy_of, *moved_from;
	struct checksums sums;	/* copy_of: what that file had when it was read */
	bool by_content;	/* a target with that sha256 stays as it is */
	bool as_link;		/* copy_of: a hard link will do */
	bool as_target;		/* bytes: with the owner and the mode that the target has */
	bool removed;		/* instead: the target is removed */
	const char *kept_as;	/* what the target was gets this name; NULL: it goes */

	/* set by write_*() */
	const char *target;	/* the whole path */
	const char *temporary;	/* the new contents; NULL before they are written, and after
				 * they are in their place */
	const char *backup;	/* another name of what the target was; NULL: it was not there */
	bool there;		/* the target is that file already */
	bool renamed;		/* the target has the new contents, or is gone */
	struct written *next;
};

#define WRITE_TURNS 5

struct input {			/* a file that must not be overwritten */
	const char *path;
	struct input *next;
};

struct write {			/* a set on its way */
	struct arena *arena;
	const char *folder;
	struct written *files;
	const struct input *inputs;
	bool inside;		/* names with folders must not lead out of the folder by a link */
	struct folders folders;
	const char *problem;	/* why a call below returned false */
	const char *help;	/* what to do about it; NULL: nothing that is known here */
	bool refused;		/* true: an output would have replaced an input */
};

/* Appends a file to the set; it and its name are owned by the arena. */
struct written *write_add(struct write *w, const char *name);

/* Whether a name below the folder of the set stays there: whoever wrote the description may have
 * put links there, too. What is not there yet leads nowhere. */
bool write_stays_inside(const struct write *w, const char *name);

/* Checks the names of the set, and makes and locks all folders that it goes to. The contents
 * need not be known yet. write_end() must follow, whatever this returns. */
bool write_begin(struct write *w);

/* Writes all files under temporary names, synced; then gives them their own names, by turns.
 * false: all that was in the folders is there again, and nothing else. */
bool write_all_files(struct write *w);

/* Ends a run that lacks memory, or anything else, in the middle of it: what was in the folders is
 * there again, as after a failure, and write_end() was called. */
void write_abandon(struct write *w);

/* Removes all that is temporary, folders that were made for nothing, and the locks. */
void write_end(struct write *w, bool good);
