/* SPDX-License-Identifier: BSD-2-Clause */
/* From a plan to files. */
#pragma once
#include "emit/output.h"
#include "job.h"
#include "options.h"

/* Makes all outputs of a finished plan and writes them into the folder of -o, then
 * says so as -q and -v want it. false: reported, and nothing has changed there. */
bool build(struct job *j, const struct options *o);

/* Fills in what is "set by finish_plan" in plan.h. Reads the user's files to sum them up:
 * all of them, or only those whose sum is a part of the boot script. false: reported. */
bool finish_plan(struct job *j, bool all_sums);

/* No file that xendtc writes may have the name of another one, or of a file of the
 * user's. false: reported. */
bool check_output_names(struct job *j, const struct workshop *w);

/* For files that other verbs write, under names that the user chose, from the current
 * folder on: one call adds a file to a set, which is all zero at first, the other
 * writes the set. way_out is the
 * help for a name that is an input's. false: reported. */
void build_add(struct job *j, struct write *w, const char *name, struct text bytes);
bool build_files(struct job *j, struct write *w, const char *way_out);

/* Puts text in the place of a file of the user's, which keeps its owner and its mode. false:
 * reported, and the file is as it was. */
bool build_replace(struct job *j, const char *path, struct text bytes);

/* The time in scripts' headers
 * (https://reproducible-builds.org/specs/source-date-epoch), 0 without the variable:
 * the same input gives the same bytes. false: it is not a number, or too large for the
 * header. */
bool build_timestamp(uint64_t *n);
