/* SPDX-License-Identifier: BSD-2-Clause */
/* Files and folders that are gone when a run ends, and how a later run knows them if not. */
#pragma once
#include <stdbool.h>

#include "base/arena.h"

/* A name in a folder that no other file has: random, and short even where the name that it
 * stands for is long. Owned by the arena. */
const char *temporary_name(struct arena *a, const char *folder);

/* Removes what killed runs left in a folder, which must be locked (emit/folders.h): then no
 * run is at work whose files these could be. Does what it can. true: there was something. */
bool temporary_clean(struct arena *a, const char *folder);
