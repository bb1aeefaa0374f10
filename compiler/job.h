/* SPDX-License-Identifier: BSD-2-Clause */
/* One description on its way from text to the plan: what the passes hand on to each other.
 * A function that needs only a part of it takes that part. */
#pragma once
#include "diag/diag.h"
#include "input/inputs.h"
#include "model.h"
#include "plan.h"
#include "xen/host.h"

struct job {
	struct arena *arena;		/* of the file; all of the job is in it */
	struct cache *cache;		/* of the run: see input/cache.h */
	struct diags diags;

	/* set by job_begin, from the command line */
	const char *path;		/* of the YAML; "-" is standard input */
	const struct text *text;	/* what stands for the file's contents; NULL: it is read */
	const char *stdin_name;		/* what messages call that; NULL: "<stdin>" */
	const char *const *settings;	/* "PATH=VALUE", then NULL; NULL: none */
	const char *base_path;		/* the base tree; NULL: as the system or board says */
	const char *const *board_paths;	/* more folders with boards, then NULL */
	const char *files_folder;	/* of the user's files; NULL: that of the YAML */
	const struct options *options;	/* for import: see options.h */

	/* set by describe */
	const char *name;		/* the YAML's, for messages */
	const char *folder;		/* the YAML's: "." or "x/y" */
	const struct source *source;	/* its text; NULL: it could not be read */
	struct node *tree;		/* of its text, and of those that it extends */
	const struct item *sizes;	/* of memory, where it names several: see variants.h */

	/* set by load */
	struct system *system;		/* NULL: there is nothing to go on with */
	struct wrong_part *wrong_parts;	/* see passes/wrong_parts.h; set again by note_errors */
	const char *board_file;		/* the path of board.yaml, see boards_find() */

	struct inputs inputs;		/* begun by describe; find_files and plan_card open files */
	struct host host;		/* what Xen would do is asked of this */
	/* set by make_partials and read_partials: see xen/partial.h */
	struct partial *partials, *last_partial;
	struct plan plan;		/* set by many: see there */

	bool io_failed;			/* an error that is not the description's fault */
};

/* Sets the name of the YAML and, with its folder, where files are looked up. */
void job_set_name(struct job *j, const char *name);
