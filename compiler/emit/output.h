/* SPDX-License-Identifier: BSD-2-Clause */
/* An output: a row of the table in outputs.c, and the files that it becomes. */
#pragma once
#include <jansson.h>

#include "emit/workshop.h"

struct output_row;

struct output {				/* one file of the set */
	const struct output_row *row;
	const char *name;	/* what the others know it by, without a prefix */
	const char *target;	/* its path below the output folder, unless it begins with '/' */
	const char *role;	/* in the manifest; NULL: not among its files */
	const char *doc;	/* what it is, a sentence */
	struct loc at;		/* the word that named it; src NULL: xendtc did */
	const struct load *load;	/* as which U-Boot loads it, like a file of the user's */
	const struct file *module;	/* a file of the user's, copied as it is */
	struct checksums sums;	/* of that file, or of what U-Boot loads */
	bool by_content;	/* the path tells what is in it, by those sums */
	uint64_t address, room;	/* where a script is loaded, and how much is kept for it, bytes;
				 * 0: nowhere */

	/* Set when the set is listed or when it is made. */
	struct text bytes;	/* the contents, unless they are in a file: */
	const char *path;	/* of that file, which is moved; NULL: they are in bytes */
	struct output *next;
};

struct output_row {
	const char *name;	/* of the row's only file; NULL: list() knows the names */
	const char *role, *doc;	/* of each file, where list() does not say otherwise */

	/* When: whether the file with that name is made; NULL: always. */
	bool (*wanted)(const struct plan *p);

	/* Adds all files of a row that has no name of its own, or none, with output_add(). */
	void (*list)(struct workshop *w, const struct output_row *row);

	/* How: from the plan alone, or by whatever else is in the workshop, outputs of earlier
	 * rows among it (false: reported). Neither: list() has set the contents already. */
	void (*write)(const struct plan *p, struct text *out);
	bool (*make)(struct workshop *w, struct output *o);

	/* Its part of the manifest, found there under its role; NULL: it is one of `files`. */
	json_t *(*describe)(const struct plan *p, const struct output *o);

	unsigned turn;		/* see emit/write.h: what refers to other files has a higher one */
};

/* For list(): appends a file with that name, which is also its path. Owned by the arena. */
struct output *output_add(struct workshop *w, const struct output_row *row,
			  const char *name);

/* The path below the output folder of what U-Boot asks for from that place: with the user's
 * files there, the folder is what U-Boot sees, and else all lies side by side. Owned by the
 * arena. */
const char *output_path(const struct workshop *w, const struct place *place, const char *name);

/* The same for a load; what is in a FIT lies beside its source. */
const char *output_load_path(const struct workshop *w, const struct load *l);

/* The file of the set with that name; NULL: there is none. */
struct output *output_find(const struct workshop *w, const char *name);
