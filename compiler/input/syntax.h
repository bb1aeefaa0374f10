/* SPDX-License-Identifier: BSD-2-Clause */
/* What libyaml cannot read, said in the words of whoever wrote the lines. */
#pragma once
#include "diag/diag.h"

/* A mistake as libyaml tells it. */
struct syntax_problem {
	const char *text;	/* "mapping values are not allowed in this context" */
	struct loc at;		/* where reading stopped; of no length */
	const char *context;	/* "while parsing a flow mapping"; may be NULL */
	struct loc context_at;	/* where that began; not read if there is no context */
};

/* Reports E0101. Looks at the lines around the place for what people get wrong: indentation, a
 * colon without a space, a quote or bracket that stays open. Where it sees none of that, the
 * words are libyaml's own. */
void report_syntax(struct diags *d, const struct syntax_problem *p);
