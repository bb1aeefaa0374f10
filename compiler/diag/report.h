/* SPDX-License-Identifier: BSD-2-Clause */
/* Findings on their way to whoever reads them, file by file, in one of several forms. */
#pragma once
#include "diag/diag.h"

struct report_format;

struct report {
	const struct report_format *format;
	FILE *f;
	bool color;
	void *state;		/* what a form keeps until the last file is done */
};

struct report_format {
	const char *name;	/* as --format calls it */
	/* Lines for people, printed on standard error as they come; else a document on
	 * standard output. */
	bool for_people;
	/* Takes the findings of one file, sorted; keeps nothing that points at them. */
	void (*add)(struct report *r, const struct diags *d);
	/* What comes after the last file; may be NULL. */
	void (*end)(struct report *r);
};

/* All forms, the default one first; ends with a row without name. */
extern const struct report_format report_formats[];

/* The functions of the rows, each in the file that is called like its form. */
void text_add_findings(struct report *r, const struct diags *d);
void json_add_findings(struct report *r, const struct diags *d);
void json_end(struct report *r);
void sarif_add_findings(struct report *r, const struct diags *d);
void sarif_end(struct report *r);
