/* SPDX-License-Identifier: BSD-2-Clause */
/* The command line as data. */
#pragma once
#include <stdbool.h>
#include <stddef.h>

#include "diag/diag.h"

enum verb {
	VERB_BUILD, VERB_CHECK, VERB_MAP, VERB_IMPORT, VERB_EXPLAIN, VERB_SCHEMA, VERB_BOARDS,
	VERB_HELP, VERB_VERSION
};

enum format { FORMAT_TEXT, FORMAT_JSON, FORMAT_SARIF };
enum color { COLOR_AUTO, COLOR_ALWAYS, COLOR_NEVER };

struct options {
	enum verb verb;
	const char **operands;		/* files, or what explain and schema want */
	size_t operand_count;
	const char *output;		/* -o; NULL: out/ beside the YAML */
	const char *tree;		/* --dtb */
	const char **board_paths;
	size_t board_path_count;
	const char *files;		/* --files; NULL: the YAML's folder */
	const char *stdin_name;
	const char *depfile;
	const char *board, *memory;	/* import: --board, --memory */
	const char *script;		/* import: the second operand */
	bool layout;			/* import: --layout */
	const char *map_svg, *map_html;	/* files that map writes; NULL: none */
	enum format format;
	enum color color;
	bool no_files, stage, quiet, verbose, map_json, no_hash;
	struct diag_wishes wishes;
};

/* Reads argv. false: *problem says what is wrong with it (a usage error). */
bool options_read(struct arena *a, int argc, char **argv, struct options *o,
		  const char **problem);

/* The page that --help prints, made from the table of options. */
void options_print_help(FILE *f);
