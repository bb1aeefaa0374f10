/* SPDX-License-Identifier: BSD-2-Clause */
/* Paths as text: none of these looks at the file system. */
#pragma once
#include <stdbool.h>

#include "base/arena.h"

/* The path of what a text calls `name`, which is below the folder unless it begins with
 * '/'. It is name itself where nothing is to be put in front. */
const char *path_in(struct arena *a, const char *folder, const char *name);

/* The folder of a path, owned by the arena: "." if it names none. */
const char *path_folder(struct arena *a, const char *path);

/* Whether a part of it is "..": what is looked up by it may be outside of the folder. */
bool path_leads_out(const char *path);

/* The last part of a path, which may be all of it; a pointer into the path. */
const char *path_last(const char *path);
