/* SPDX-License-Identifier: BSD-2-Clause */
/* The command line as data. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "diag/report.h"

struct run;			/* see verbs.h */

#define MANY SIZE_MAX

struct verb {
	const char *name, *operands;
	const char *doc;	/* NULL: it is for programs, and in no help */
	size_t least, most;	/* how many operands */
	int (*run)(struct run *r);	/* returns the exit status */
	void (*say_operands)(void);	/* for completion, as complete() prints them */
	const char *example;		/* what may be typed; NULL: it wants no operand */
};

enum color { COLOR_AUTO, COLOR_ALWAYS, COLOR_NEVER };

struct options {
	const struct verb *verb;
	const char **operands;		/* files, or what explain and schema want */
	size_t operand_count;
	const char *output;		/* -o; NULL: out/ beside the YAML */
	const char *tree;		/* --dtb */
	const char **settings;		/* --set, NULL at the end */
	size_t setting_count;
	const char **board_paths;	/* NULL at the end */
	size_t board_path_count;
	const char *files;		/* --files; NULL: the YAML's folder */
	const char *stdin_name;
	const char *depfile;
	const char *board, *memory;	/* import: --board, --memory */
	const char *script;		/* import: the second operand */
	bool layout;			/* import: --layout */
	const char *map_svg, *map_html;	/* files that map writes; NULL: none */
	const struct report_format *format;
	enum color color;
	bool no_files, stage, stage_links, quiet, verbose, map_json, no_hash;
	bool skip_others;		/* check: --skip-others */
	bool fix, diff;			/* check: what can be mended is, or is shown */
	bool help, version;
	struct diag_wishes wishes;
};

/* Reads argv. The first of the verbs, which end with a row without name, is the one that
 * is meant if none is named. false: *problem says what is wrong (a usage error). */
bool options_read(struct arena *a, int argc, char **argv, const struct verb *verbs,
		  struct options *o, const char **problem);

/* Whether what goes to this file descriptor has colours: as --color says; else on a terminal that
 * has some, unless NO_COLOR forbids it. */
bool options_color(const struct options *o, int fd);

/* The verb of that name, or NULL. */
const struct verb *verb_find(const struct verb *verbs, const char *name);

/* The page of all verbs and options, and the page of one verb with its own options. */
void options_print_help(struct arena *a, const struct verb *verbs, FILE *f);
void options_print_verb(struct arena *a, const struct verb *verb, FILE *f);
