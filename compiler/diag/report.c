/* SPDX-License-Identifier: BSD-2-Clause */
/* The forms in which findings are printed, a row each. */
#include "diag/report.h"

#include "base/text.h"

const struct report_format report_formats[] = {
	{ "text", true, text_add_findings, text_end },
	{ "short", true, short_add_findings, NULL },
	{ "json", false, json_add_findings, json_end },
	{ "sarif", false, sarif_add_findings, sarif_end },
	{ "github", false, github_add_findings, NULL },
	{ "gitlab", false, gitlab_add_findings, gitlab_end },
	{ "junit", false, junit_add_findings, junit_end },
	{ 0 }
};

/* What `xendtc explain` is best asked about: an error, before a warning. */
static void choose_first(struct report *r, const struct diags *d)
{
	for (const struct diag *g = d->first; g && !r->errors; g = g->next) {
		if (g->severity == WARNING && (r->warnings || g != d->first))
			continue;
		r->first = g->code;
		if (g->severity == ERROR)
			return;
	}
}

void report_add(struct report *r, const struct diags *d, const char *name)
{
	choose_first(r, d);
	r->errors += d->errors;
	r->warnings += d->warnings;
	r->files += d->first != NULL;
	for (const struct diag *g = d->first; g; g = g->next)
		r->fixes += g->edits && g->at.src && streq(g->at.src->name, name);
	r->format->add(r, d, name);
}

void report_end(struct report *r)
{
	if (r->format->end)
		r->format->end(r);
}
