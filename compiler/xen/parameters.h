/* SPDX-License-Identifier: BSD-2-Clause */
/* The words of Xen's command line as data: which release knows them, what they may be set to,
 * and what Xen makes of a value. */
#pragma once
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "base/arena.h"
#include "base/text.h"

/* How Xen declares a parameter (xen/include/xen/param.h). */
enum xen_type { XEN_BOOL, XEN_INTEGER, XEN_SIZE, XEN_STRING, XEN_CUSTOM };

/* What Xen does with a parameter that stands alone, without "=". Of a boolean it is true. */
enum xen_bare { BARE_REFUSED, BARE_TAKEN, BARE_MISREAD };

struct xen_parameter {
	const char *name;
	enum xen_type type;
	unsigned bytes;		/* of the variable behind it; 0: one of 64 bits, or any text */
	const char *doc;
	unsigned since, until;	/* x of Xen 4.x; 0: before 4.14, still there */
	enum xen_type as;	/* XEN_CUSTOM: what its parser reads, if a number or a size */
	const char *words;	/* what it may be set to, see xen_parameters.def */
	const char *pattern;	/* the same as an extended regular expression */
	const char *takes;	/* the same for people, where neither says it */
	const char *x86;	/* words that it takes on x86 only */
	const char *needs;	/* the option of Xen's Kconfig that it comes with */
	uint64_t min, max;	/* of a number; max 0: as large as the variable */
	bool zero;		/* 0 is allowed besides min to max */
	bool negative;		/* numbers below 0 have a meaning */
	bool list;		/* a comma list; given again it adds up */
	bool adds_up;		/* the same without being a list */
	bool quiet;		/* Xen says nothing about a value that it does not take */
	enum xen_bare bare;
};

/* A word that people write into Xen's line and that Xen on arm64 never knew. */
struct xen_stranger {
	const char *name, *home;	/* "x86": see xen_parameters.def */
};

#define XEN_NEWEST 23	/* of 4.x: the last release that the table knows */

/* Rows are in the order of their names; one name may have several, for several releases. */
extern const struct xen_parameter xen_parameters[];
extern const struct xen_stranger xen_strangers[];

/* The row for that release (VERSION(); 0: any, the newest), or one of another release if
 * that one does not know the name, or NULL. */
const struct xen_parameter *xen_parameter(const char *name, unsigned version);
bool xen_knows(const struct xen_parameter *p, unsigned version);
const struct xen_stranger *xen_stranger(const char *name);

/* The parameter of that release that looks most like it, or NULL. */
const char *xen_nearest_parameter(const char *name, unsigned version);

enum xen_verdict {
	XEN_TAKES,
	XEN_REFUSES,		/* Xen prints that it will not have it, or stops */
	XEN_MISREADS		/* Xen goes on with something else, without a word */
};

struct xen_reading {
	enum xen_verdict verdict;
	const char *item;	/* refused: the part at fault; owned by the arena */
	const char *how;	/* misread: what Xen does, "counts it in KiB" */
};

/* What Xen makes of "key=value" or "key" (value "" and bare). key may begin with "no-". */
struct xen_reading xen_read(struct arena *a, const struct xen_parameter *p, const char *key,
			    const char *value);

/* What may stand behind "=", for people: "one of diverse, panic". */
void xen_takes(struct text *t, const struct xen_parameter *p);

/* docs/xen-parameters.md */
void xen_print_parameters(FILE *f);
