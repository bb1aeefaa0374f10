/* SPDX-License-Identifier: BSD-2-Clause */
/* The words of Xen's command line as data: which release knows them, what they may be set to,
 * and what Xen makes of a value. */
#pragma once
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "base/arena.h"
#include "base/pattern.h"
#include "base/text.h"

/* How Xen declares a parameter (xen/include/xen/param.h). */
enum xen_type { XEN_BOOL, XEN_INTEGER, XEN_SIZE, XEN_STRING, XEN_CUSTOM };

/* What Xen does with a parameter that stands alone, without "=": of a boolean that is
 * always "true", and the member is not looked at. */
enum xen_bare { BARE_REFUSED, BARE_TAKEN, BARE_MISREAD };

struct xen_parameter {
	const char *name;
	enum xen_type type;
	unsigned bytes;		/* size of Xen's variable; 0: 64 bits, or a text */
	const char *doc;
	unsigned since, until;	/* x of Xen 4.x; 0: before 4.14; still there */
	enum xen_type as;	/* of XEN_CUSTOM, if its parser reads a number or size */
	const char *words;	/* words that it may be set to, see xen_parameters.def */
	const char *pattern;	/* the same, as an extended regular expression */
	const char *takes;	/* what it may be set to, for people, if neither says it */
	const char *x86;	/* words that only Xen for x86 takes */
	const char *needs;	/* the option of Xen's Kconfig that it is built with */
	uint64_t min, max;	/* limits of a number; max 0: what the variable holds */
	bool zero;		/* 0 is allowed besides min to max */
	bool negative;		/* numbers below 0 have a meaning, too */
	bool list;		/* a list with commas; if given again, both count */
	bool adds_up;		/* no list, but if given again, both count */
	bool quiet;		/* Xen says nothing about a value that it does not take */
	enum xen_bare bare;
};

/* A word that people write into Xen's line and that Xen on arm64 never knew. */
struct xen_stranger {
	const char *name, *home;	/* home: "x86", see xen_parameters.def */
};

#define XEN_NEWEST 23	/* of 4.x: the last release that the table knows */

/* Rows are in the order of their names; one name may have several, for different
 * releases. The last row has no name. */
extern const struct xen_parameter xen_parameters[];

/* The row of a name for a release, VERSION() or 0 for the newest. If that release does
 * not know the name, the row of another one; NULL: no release knows it. */
const struct xen_parameter *xen_parameter(const char *name, unsigned version);

/* Whether the row is one of that release; any row is of release 0. */
bool xen_knows(const struct xen_parameter *p, unsigned version);

/* The row of a word that Xen on arm64 never knew; NULL: it is not in that table. */
const struct xen_stranger *xen_stranger(const char *name);

/* The name of the parameter of that release which looks most like `name`; NULL: none
 * does. */
const char *xen_nearest_parameter(const char *name, unsigned version);

enum xen_verdict {
	XEN_TAKES,
	XEN_REFUSES,		/* Xen prints that it does not take the value, or stops */
	XEN_MISREADS		/* Xen goes on with another value, and prints nothing */
};

struct xen_reading {
	enum xen_verdict verdict;
	const char *item;	/* refused: the part at fault; owned by the arena */
	const char *how;	/* misread: what Xen does, "counts it in KiB" */
};

/* What values are read with. */
struct xen_reader {
	struct arena *arena;		/* owns the texts of readings */
	struct patterns *patterns;	/* of the rows that have one */
};

/* What Xen makes of "key=value", or of "key" alone, for which value is "". key may begin
 * with "no-". */
struct xen_reading xen_read(const struct xen_reader *x, const struct xen_parameter *p,
			    const char *key, const char *value);

/* Whether Xen keeps the value, or the number that it begins with, whatever it prints. */
bool xen_stores(const struct xen_reader *x, const struct xen_parameter *p,
		const char *key, const char *value);

/* Adds to t what may stand behind "=", for people: "one of diverse, panic". */
void xen_takes(struct text *t, const struct xen_parameter *p);

/* Prints what a parameter is for, as a word of Xen's line. false: Xen on arm64 has none of that
 * name, and nothing is printed. */
bool xen_explain_parameter(struct arena *a, const char *name, FILE *f);

/* Prints docs/xen-parameters.md. */
void xen_print_parameters(FILE *f);
