/* SPDX-License-Identifier: BSD-2-Clause */
/* One description on its way from text to files. */
#pragma once
#include "diag/diag.h"
#include "model.h"
#include "options.h"
#include "plan.h"
#include "xen/host.h"

struct job {
	struct arena *arena;
	struct cache *cache;		/* of the run: see input/cache.h */
	struct diags diags;
	const struct options *options;
	const char *path;		/* of the YAML; "-" is standard input */

	/* set by load */
	const char *name;		/* the YAML's, for messages */
	const char *folder;		/* relative paths start here; "." or "x/y" */
	struct system *system;
	const char *board_file;		/* the path of board.yaml, see boards_find() */
	struct file *files;		/* every file that was opened, once each */

	/* set by resolve */
	unsigned skipped;		/* files not looked at, under --no-files */

	struct host host;		/* what Xen would do is asked of this */

	struct partial *partials;	/* set by read_partials: see xen/partial.h */
	/* set by assign_devices */
	struct assigned *assigned;	/* see devices/assigned.h */

	bool io_failed;		/* an error that is not the description's fault */

	struct plan plan;		/* set by many: see there */
};

/* Where a file lies that the description calls so: in the folder of --files, or else in
 * the description's own, unless the name begins with '/'. */
const char *job_path(const struct job *j, const char *name);

/* The folder that job_path() looks in. */
const char *job_folder(const struct job *j);

/* Notes a file that this run reads, besides those that are loaded. */
void job_add_input(struct job *j, const char *path);
