/* SPDX-License-Identifier: BSD-2-Clause */
/* Where U-Boot finds a file, by what the description says of how it is loaded. */
#pragma once
#include "diag/diag.h"
#include "model.h"
#include "plan.h"

/* The place of a file: as `how` says, which may be NULL, and for what that does not say
 * as boot.load does. New strings are owned by the arena. */
struct place place_of(struct arena *a, const struct boot *b, const struct load_how *how);

/* Whether U-Boot would load the same file by one name from both. */
bool place_is_same(const struct place *a, const struct place *b);

/* Reports W0212 for a command that is too long for some U-Boots. */
void place_check(struct diags *diags, const struct load_how *how);
