/* SPDX-License-Identifier: BSD-2-Clause */
/* Findings on their way to whoever reads them, file by file, in one of several forms. */
#pragma once
#include "diag/diag.h"

struct json_t;
struct report_format;

struct report {
	struct arena *arena;	/* lives longer than the report */
	const struct report_format *format;
	FILE *f;
	bool color;
	bool quiet;		/* no closing line */
	bool praise;		/* one even if nothing was found */

	/* of all files so far */
	unsigned errors, warnings;
	unsigned fixes;		/* findings that --fix would mend */
	unsigned files;		/* in which something was found */
	enum diag_code first;	/* the first error, or else the first warning */
	struct json_t *maps;	/* what json shows beside the findings: a list; NULL: nothing */
	void *state;		/* what a form keeps until the last file is done */
};

struct report_format {
	const char *name;	/* as --format calls it */
	/* Lines for people, printed on standard error as they come; else a document on
	 * standard output. */
	bool for_people;
	/* Takes the findings of one file, sorted; keeps nothing that points at them. The name
	 * is the file's, for findings that have no place. */
	void (*add)(struct report *r, const struct diags *d, const char *name);
	/* What comes after the last file; may be NULL. */
	void (*end)(struct report *r);
};

/* All forms, the default one first; ends with a row without name. */
extern const struct report_format report_formats[];

/* Takes the findings of one file, sorted, in the form of the report; and ends it. */
void report_add(struct report *r, const struct diags *d, const char *name);
void report_end(struct report *r);

/* The functions of the rows, each in the file that is called like its form. */
void text_add_findings(struct report *r, const struct diags *d, const char *name);
void text_end(struct report *r);
void short_add_findings(struct report *r, const struct diags *d, const char *name);
void json_add_findings(struct report *r, const struct diags *d, const char *name);
void json_end(struct report *r);
void sarif_add_findings(struct report *r, const struct diags *d, const char *name);
void sarif_end(struct report *r);
void github_add_findings(struct report *r, const struct diags *d, const char *name);
void gitlab_add_findings(struct report *r, const struct diags *d, const char *name);
void gitlab_end(struct report *r);
void junit_add_findings(struct report *r, const struct diags *d, const char *name);
void junit_end(struct report *r);
