/* SPDX-License-Identifier: BSD-2-Clause */
/* Outputs in memory become files in a folder: all of them, or none. */
#pragma once
#include <stdbool.h>
#include <sys/types.h>

#include "base/text.h"

struct written {		/* one file to be written */
	const char *name;	/* below the folder, unless it begins with '/' */
	struct text bytes;	/* its contents, if copy_of is NULL */
	const char *copy_of;	/* a file to be linked or copied there */
	const char *temporary;	/* set by write_set */
	bool there;		/* set by write_set: it is that file already */
	struct written *next;
};

struct input {			/* a file that must not be overwritten */
	const char *path;
	struct input *next;
};

/* Writes the whole set below a folder, which is made if need be: first under temporary
 * names, then renamed one after the other with signals held back. false: nothing has
 * changed there, and *problem says why; *refused is true if an output would have replaced
 * an input. */
bool write_set(struct arena *a, const char *folder, struct written *set,
	       const struct input *inputs, const char **problem, bool *refused);
