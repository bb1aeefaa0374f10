/* SPDX-License-Identifier: BSD-2-Clause */
/* The part of report_syntax() about how far lines are indented. Both report E0101. */
#pragma once
#include "diag/diag.h"
#include "input/lines.h"

/* Reports a line that is indented less than the keys that it should stand beside. Always
 * true. */
bool report_shallow(struct diags *d, const struct line *l);

/* Reports a line that is indented more than the line above, though that has a value, so that
 * YAML takes it for more of the value. false: it is not. */
bool report_deep(struct diags *d, const struct line *l, const struct line *above);
