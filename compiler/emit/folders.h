/* SPDX-License-Identifier: BSD-2-Clause */
/* The folders that files of a set are in: made if need be, and locked against other runs. */
#pragma once
#include <stdbool.h>
#include <sys/types.h>

#include "base/arena.h"

struct folder {
	const char *path;
	dev_t device;		/* the device of the folder that is locked */
	ino_t inode;
	int fd;			/* open, locked; -1: it is not */
	struct folder *next;
};

struct folders {
	struct arena *arena;
	struct folder *first;	/* by device and inode, so that all runs lock in one order */
	bool interrupted;	/* a killed run left something in them: they may hold two sets */
	struct made_folder *made;	/* folders that this run made; the newest first */
};

/* Adds the folder that a file is to be in, and makes it if need be. false: errno says why. */
bool folders_add(struct folders *f, const char *path);

/* Locks all folders, and removes what killed runs left in them. It waits for other runs, but not
 * longer than until a signal comes that would end this one. false: errno says why; with ESTALE
 * somebody removed a folder meanwhile: close them, and begin anew. */
bool folders_lock(struct folders *f);

/* Makes renames in the folders survive a power failure. false: errno says why. */
bool folders_sync(const struct folders *f);

/* Unlocks all. Unless they are to be kept, those that this run made are removed if they are
 * empty. */
void folders_close(struct folders *f, bool keep);
