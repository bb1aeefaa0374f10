/* SPDX-License-Identifier: BSD-2-Clause */
/* From a plan to files. */
#pragma once
#include "emit/output.h"
#include "job.h"

/* Makes all outputs of a finished plan and writes them into the folder of -o, then says so as
 * -q and -v want it. false: reported, and nothing has changed there. */
bool build(struct job *j);

/* Fills in what `set by finish` stands above in plan.h; reads the contents of files unless
 * --no-hash says not to. false: reported. */
bool finish_plan(struct job *j);

/* No file that xendtc writes may have the name of another one, or of a file of the user's.
 * false: reported. */
bool check_output_names(struct job *j, const struct workshop *w);

/* A set of a map or a description, below the current folder: adds a file, writes all. The
 * names are the user's; way_out is the help where one is an input. false: reported. */
void build_add(struct job *j, struct written **set, const char *name, struct text bytes);
bool build_files(struct job *j, struct written *set, const char *way_out);

/* The time in scripts' headers (https://reproducible-builds.org/specs/source-date-epoch), 0
 * without the variable: the same input gives the same bytes. false: it is not a number, or too
 * large for the header. */
bool build_timestamp(uint64_t *n);
