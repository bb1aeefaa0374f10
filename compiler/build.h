/* SPDX-License-Identifier: BSD-2-Clause */
/* From a plan to files. */
#pragma once
#include "emit/write.h"
#include "job.h"

/* Fills in what `set by finish` stands above in plan.h; reads the contents of files unless
 * --no-hash says not to. false: reported. */
bool build_finish(struct job *j);

/* Writes all outputs into the folder of -o. false: reported, and nothing has changed there. */
bool build_write(struct job *j);

/* Says what was written, as -q and -v want it. */
void build_report(struct job *j);

/* A set of a map or a description, below the current folder: adds a file, writes all. The
 * names are the user's; way_out is the help where one is an input. */
void build_add(struct job *j, struct written **set, const char *name, struct text bytes);
bool build_files(struct job *j, struct written *set, const char *way_out);

/* The time in scripts' headers
 * (https://reproducible-builds.org/specs/source-date-epoch), 0 without the variable: the
 * same input gives the same bytes. false: not a number, or too large for the header. */
bool build_timestamp(uint64_t *n);
