/* SPDX-License-Identifier: BSD-2-Clause */
/* A description with several sizes of memory is good if it is so with each of them. */
#pragma once
#include "job.h"

/* Describes the system, and compiles it once for each size of its memory. Findings that come
 * with some sizes only have a note that says with which. The plan is that of the first size; what
 * is written has to be the same for all (else E0336). false: refused, and the findings say
 * why. */
bool compile_sizes(struct job *j, bool (*compile)(struct job *j));
