/* SPDX-License-Identifier: BSD-2-Clause */
/* What xendtc can be asked to do. */
#pragma once
#include "input/cache.h"
#include "job.h"
#include "options.h"

enum { EXIT_GOOD, EXIT_REFUSED, EXIT_USAGE, EXIT_WORLD };

/* One call of the program. */
struct run {
	struct arena *arena;		/* lives until the program ends */
	const struct options *options;
	bool (*compile)(struct job *j);	/* all passes; false: refused */
	struct report report;
	struct cache cache;
	int status;			/* of the files so far */
};

/* All verbs, the default one first; ends with a row without name. */
extern const struct verb verbs[];
