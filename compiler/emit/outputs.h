/* SPDX-License-Identifier: BSD-2-Clause */
/* All that a build writes: one row an output, one or more files a row. */
#pragma once
#include "emit/output.h"

/* Sets w->set to all files that the plan asks for. Names are known from here on, contents
 * only after outputs_make(). */
void outputs_list(struct workshop *w);

/* Fills in the contents of the whole set, each file once. false: reported. */
bool outputs_make(struct workshop *w);
