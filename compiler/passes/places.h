/* SPDX-License-Identifier: BSD-2-Clause */
/* How a file is loaded becomes where U-Boot finds it. */
#pragma once
#include "diag/diag.h"
#include "model.h"
#include "plan.h"

/* Where a file is: as it says itself, else as boot.load does. how may be NULL. What is made
 * up is owned by the arena. */
struct place place_of(struct arena *a, const struct boot *b, const struct load_how *how);

/* Whether U-Boot would load the same file by one name from both. */
bool place_is_same(const struct place *a, const struct place *b);

/* W0212 for a command that is too long for some U-Boots. */
void place_check(struct diags *diags, const struct load_how *how);
