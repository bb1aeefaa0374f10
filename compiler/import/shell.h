/* SPDX-License-Identifier: BSD-2-Clause */
/* A bash file that only assigns becomes its variables, without running anything. What is
 * more than an assignment is refused and named (Bash Reference Manual, section 3). */
#pragma once
#include "import/shell_values.h"

/* Fills in sh->values. false: reported, codes E10xx. */
bool shell_read(struct shell *sh);
