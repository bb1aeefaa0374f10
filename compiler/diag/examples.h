/* SPDX-License-Identifier: BSD-2-Clause */
/* What is bad and what is good, for each code: text out of docs/diagnostics.md, where the tests put
 * what they have tried. tools/embed-examples.sh writes the table when xendtc is built. */
#pragma once

struct diag_example {
	const char *name;	/* "E0401" */
	const char *text;	/* lines, each with its end */
};

/* Ends with a row without a name. */
extern const struct diag_example diag_examples[];
