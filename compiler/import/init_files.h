/* SPDX-License-Identifier: BSD-2-Clause */
/* What the files of a folder could be in a system: each by its contents, not by its name. */
#pragma once
#include "job.h"

enum found_role {
	FOUND_OTHER,	/* nothing that a system is made of */
	FOUND_XEN,
	FOUND_KERNEL,
	FOUND_RAMDISK,
	FOUND_TREE,	/* of a board that xendtc knows */
	FOUND_CONFIG,	/* the .config of Xen */
	FOUND_U_BOOT
};

struct found_file {
	const char *name;		/* below the folder */
	const struct file *file;
	enum found_role role;
	unsigned version;		/* of Xen, or of a kernel that tells its own; else 0 */
	const struct devicetree *tree;	/* FOUND_TREE */
	const char *board;		/* FOUND_TREE: whose it is */
	enum found_role near;		/* FOUND_OTHER: what remedy would make of it */
	const char *remedy;		/* FOUND_OTHER: what to do with it; NULL: nothing helps */
	bool is_hopeless;		/* the remedy only says why it will not do */
	struct found_file *next;
};

/* The regular files of a folder, in the order of their names; folders in it and files whose
 * names begin with a dot are passed over. Files with names that no description can have are
 * FOUND_OTHER.
 * false: errno says why. */
bool find_in_folder(struct job *j, const char *folder, struct found_file **files);

/* The best file for a part of the system, NULL if there is none: the newest, then the one that
 * is not packed, then the one with the shortest name. */
const struct found_file *best_of(const struct found_file *files, enum found_role role);
