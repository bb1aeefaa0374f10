/* SPDX-License-Identifier: BSD-2-Clause */
/* Folders and archives: what is in them, and what kind of thing a path is. */
#pragma once
#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"

struct folder_file {      /* a regular file below a folder */
	const char *name; /* below the folder */
	const char *path;
	uint64_t size; /* bytes */
	struct folder_file *next;
};

/* All regular files below a folder, in the order of their names; links are followed. A
 * path that is a regular file is the only file of the list. false: errno says why. */
bool folder_list(struct arena *a, const char *path, struct folder_file **files);

/* The name of what lies beside a path and is called nearly like its last part; owned by
 * the arena. NULL: there is none. */
const char *folder_nearest(struct arena *a, const char *path);

/* What a copy of the folder takes in whole blocks of 4 KiB, and how many inodes. Links
 * are not followed. false: errno says why. */
bool folder_measure(const char *path, uint64_t *bytes, uint64_t *inodes);

/* Removes the folder and all that is in it, as far as that is possible. */
void folder_remove(const char *path);

enum rootfs_kind { ROOTFS_UNKNOWN, ROOTFS_FOLDER, ROOTFS_ARCHIVE, ROOTFS_IMAGE };

/* What can become a root file system, by its first bytes. *size is that of the file. */
bool rootfs_kind(const char *path, enum rootfs_kind *kind, uint64_t *size);
