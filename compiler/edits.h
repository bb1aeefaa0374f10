/* SPDX-License-Identifier: BSD-2-Clause */
/* Changes of the base tree, in the order in which they are made. */
#pragma once
#include "base/text.h"
#include "diag/loc.h"
#include "input/devicetree.h"

enum edit_kind { EDIT_SET, EDIT_REMOVE, EDIT_RENAME };

struct edit {				/* one change, and who asked for it */
	enum edit_kind kind;
	const char *path;		/* path of the node; EDIT_SET makes it if need be */
	const char *prop;		/* EDIT_SET: the property's name; else NULL */
	const char *name;		/* EDIT_RENAME: the node's new name; else NULL */
	const void *data;		/* EDIT_SET: its value, as the tree has it */
	size_t len;			/* bytes */
	struct loc why;			/* the word of the user that wants it */
	struct edit *next;
	struct edit *same, *last_same;	/* of the same kind and path: the next one, and of
					   the first of them the last one */
};

struct edits {				/* a list; empty when it is all zero but for arena */
	struct arena *arena;		/* owns the edits and what they point to */
	struct edit *first, *last;
	struct table *index;		/* the first edit of each path and kind */
};

/* Removes a node, and all below it. */
void edits_remove(struct edits *list, const char *path, struct loc why);

/* Gives a node a name that no sibling has, unit address included; kept, not copied. Edits
 * after it in the list know the node by that name. */
void edits_rename(struct edits *list, const char *path, const char *name, struct loc why);

/* Sets a property of a node, which is made if need be: to bytes, to text with its NUL, or
 * to a number in `cells` cells. The data is copied, the path and the name are kept. */
void edits_set(struct edits *list, const char *path, const char *prop, const void *data,
	       size_t len, struct loc why);
void edits_set_text(struct edits *list, const char *path, const char *prop,
		    const char *text, struct loc why);
void edits_set_cells(struct edits *list, const char *path, const char *prop, uint64_t n,
		     unsigned cells, struct loc why);

/* The first edit of that kind, of that path and, with EDIT_SET, of that property (else prop
 * is not looked at); NULL if there is none. */
const struct edit *edits_find(const struct edits *list, enum edit_kind kind,
			      const char *path, const char *prop);

/* Makes the changes in a tree; the arena owns what is added to it. */
void edits_apply(const struct edits *list, struct arena *a, struct devicetree *dt);

/* Writes a number to the end of a buffer: big-endian, in cells of 32 bits (Devicetree
 * Specification, section 2.2.4). */
void put_cells(struct text *out, uint64_t n, unsigned cells);
