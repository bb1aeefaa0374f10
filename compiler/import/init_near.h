/* SPDX-License-Identifier: BSD-2-Clause */
/* Files that a system cannot be made of as they are, but after a step that can be told. */
#pragma once
#include "import/init_files.h"

/* A file of no role: if it is nearly something, sets f->near to what it would be, and f->remedy to
 * what has to be done with it, as a sentence. */
void set_near(struct job *j, struct found_file *f);

/* A file whose name cannot stand in a description has no role, but it would have that one. */
void set_misnamed(struct job *j, struct found_file *f);
