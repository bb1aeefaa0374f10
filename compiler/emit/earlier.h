/* SPDX-License-Identifier: BSD-2-Clause */
/* What an earlier run left in the output folder, by its manifest. */
#pragma once
#include "diag/diag.h"
#include "emit/write.h"

/* Adds to the set what is to be done about outputs of an earlier run; the folder must be
 * locked, and the contents of the set known. Files that were changed since are kept, under
 * another name if the set has a file of that name, and a warning says so. Outputs that the
 * set does not have any more are removed with it, unless they were changed.
 *
 * With names by content a board may be loading what the last build made: those files stay for
 * one more build, of which the manifest of the last build, kept beside the new one, tells. */
void earlier_outputs(struct write *w, bool by_content, struct diags *d);
