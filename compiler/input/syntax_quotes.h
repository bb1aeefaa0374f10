/* SPDX-License-Identifier: BSD-2-Clause */
/* The part of report_syntax() about quotes. Both report E0101. */
#pragma once
#include "diag/diag.h"
#include "input/lines.h"

/* Reports a quote that is not closed; it stands `from` bytes behind the line's indentation. Always
 * true. */
bool report_open_quote(struct diags *d, const struct line *l, size_t from);

/* Reports text behind a value in quotes, where reading stopped `at`; or the quote of a line above
 * that was closed there. false: there is no quote in front of it. */
bool report_behind_quote(struct diags *d, const struct line *l, struct loc at);
