/* SPDX-License-Identifier: BSD-2-Clause */
/* `xendtc map`: the memory map of one description, or of many. */
#pragma once
#include "verbs.h"

/* Compiles one file and shows its map, or writes it into the files that are asked for. What is
 * refused is shown as far as it was laid out. */
bool map_file(struct run *r, struct job *j);

/* Prints what has to be one document for all files together; to be called after the report's
 * end. */
void maps_end(struct run *r);
