/* SPDX-License-Identifier: BSD-2-Clause */
/* How a file is loaded becomes where U-Boot finds it. */
#pragma once
#include "job.h"

/* Where a file is: as it says itself, else as boot.load does. how may be NULL. */
struct place place_of(struct job *j, const struct load_how *how);

bool place_is_same(const struct place *a, const struct place *b);

/* Warns of a command that is too long for some U-Boots. */
void place_check(struct diags *diags, const struct load_how *how);
