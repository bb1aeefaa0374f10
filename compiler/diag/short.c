/* SPDX-License-Identifier: BSD-2-Clause */
/* Findings become one line each, as editors and grep read them:
 * FILE:LINE:COLUMN: error[E0401]: text. */
#include "base/utf8.h"
#include "diag/report.h"

void short_add_findings(struct report *r, const struct diags *d, const char *name)
{
	for (const struct diag *g = d->first; g; g = g->next) {
		struct position at = loc_position(g->at);

		fputs(utf8_shown_first(d->arena, g->at.src ? g->at.src->name : name), r->f);
		if (g->at.src && g->at.src->text)
			fprintf(r->f, ":%zu:%zu", at.line, at.column);
		fprintf(r->f, ": %s[%s]: %s\n", g->severity == ERROR ? "error" : "warning",
			diag_info[g->code].name, utf8_shown(d->arena, g->text));
	}
}
