/* SPDX-License-Identifier: BSD-2-Clause */
/* Findings become workflow commands of GitHub Actions, which shows them at their lines
 * (https://docs.github.com/actions/reference/workflow-commands-for-github-actions). */
#include <string.h>

#include "base/text.h"
#include "base/utf8.h"
#include "diag/report.h"

/* Line ends and what separates properties are written as in a URL; `more` are the
 * characters that a property keeps for itself. */
static void add_escaped(struct text *t, const char *s, const char *more)
{
	for (s = utf8_shown(t->arena, s); *s; s++) {
		if (*s == '%' || *s == '\n' || *s == '\r' || strchr(more, *s))
			text_add(t, "%%%02X", (unsigned)*s);
		else
			text_bytes(t, s, 1);
	}
}

static void add_property(struct text *t, const char *name, const char *value)
{
	text_add(t, "%s=", name);
	add_escaped(t, value, ":,");
}

/* Columns are kept if they are on one line: GitHub refuses an end before the beginning. */
static void add_place(struct text *t, struct loc at)
{
	struct position from = loc_position(at), to;

	if (!at.src || !at.src->text)
		return;
	at.at += at.len;
	to = loc_position(at);
	text_add(t, ",line=%zu,endLine=%zu", from.line, to.line);
	if (from.line == to.line)
		text_add(t, ",col=%zu,endColumn=%zu", from.column, to.column);
}

static void add_note(struct text *t, const struct diag_note *n)
{
	text_add(t, "%%0Anote: ");
	if (n->at.src) {
		add_escaped(t, n->at.src->name, "");
		if (n->at.src->text)
			text_add(t, ":%zu", loc_position(n->at).line);
		text_add(t, ": ");
	}
	add_escaped(t, n->text, "");
}

static void add_finding(struct text *t, const struct diag *g, const char *name)
{
	text_add(t, "::%s ", g->severity == ERROR ? "error" : "warning");
	add_property(t, "file", g->at.src ? g->at.src->name : name);
	add_place(t, g->at);
	text_add(t, ",");
	add_property(t, "title",
		     arena_printf(t->arena, "%s: %s", diag_info[g->code].name,
				  diag_info[g->code].title));
	text_add(t, "::");
	add_escaped(t, g->text, "");
	for (const struct diag_note *n = g->notes; n; n = n->next)
		add_note(t, n);
	for (const struct diag_note *n = g->helps; n; n = n->next) {
		text_add(t, "%%0Ahelp: ");
		add_escaped(t, n->text, "");
	}
	text_add(t, "\n");
}

void github_add_findings(struct report *r, const struct diags *d, const char *name)
{
	struct text t = { .arena = d->arena };

	for (const struct diag *g = d->first; g; g = g->next)
		add_finding(&t, g, name);
	if (t.len)
		fwrite(t.data, 1, t.len, r->f);
}
