/* SPDX-License-Identifier: BSD-2-Clause */
/* Two texts become their difference. */
#pragma once
#include "base/text.h"

/* Adds what patch(1) makes the new text of the old one with: a unified diff (POSIX diff -u) with
 * that name on both sides. Nothing if they are equal. */
void unified_diff(struct text *out, const char *name, const char *old, size_t old_len,
		  const char *new, size_t new_len);
