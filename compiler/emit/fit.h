/* SPDX-License-Identifier: BSD-2-Clause */
/* The plan of a FIT becomes the file, by mkimage. */
#pragma once
#include "emit/output.h"

/* Makes the FIT in the workshop, of the outputs in the rows above it and the files
 * that the plan loads; o->path is where. false: reported. */
bool fit_make(struct workshop *w, struct output *o);

/* The manifest's `fit`. */
json_t *fit_describe(const struct plan *p, const struct output *o);
