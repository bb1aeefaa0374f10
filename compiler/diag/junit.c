/* SPDX-License-Identifier: BSD-2-Clause */
/* Findings become a JUnit report, as CI servers read them: a suite for each file, in it a
 * case for each finding. An error is a case that failed; a warning is one that passed and
 * said something (https://github.com/testmoapp/junitxml). */
#include "base/text.h"
#include "base/utf8.h"
#include "diag/report.h"

/* XML 1.0, sections 2.2 and 2.4: without what it cannot hold at all. */
static void add_escaped(struct text *t, const char *s)
{
	const char *at = utf8_shown(t->arena, s), *next = at;
	uint32_t c;

	for (; (c = utf8_next(&next)); at = next) {
		switch (c) {
		case '<': text_add(t, "&lt;"); break;
		case '>': text_add(t, "&gt;"); break;
		case '&': text_add(t, "&amp;"); break;
		case '"': text_add(t, "&quot;"); break;
		case 0xfffe:
		case 0xffff: text_add(t, "?"); break;
		default: text_bytes(t, at, (size_t)(next - at));
		}
	}
}

static void add_attribute(struct text *t, const char *name, const char *value)
{
	text_add(t, " %s=\"", name);
	add_escaped(t, value);
	text_add(t, "\"");
}

/* "FILE:LINE:COLUMN: text", with what can be said of the place. */
static void add_line(struct text *t, const char *what, struct loc at, const char *text)
{
	struct position from = loc_position(at);

	text_add(t, "%s", what);
	if (at.src)
		add_escaped(t, at.src->name);
	if (at.src && at.src->text)
		text_add(t, ":%zu:%zu", from.line, from.column);
	text_add(t, "%s", at.src ? ": " : "");
	add_escaped(t, text);
	text_add(t, "\n");
}

static void add_text(struct text *t, const struct diag *g)
{
	add_line(t, "", g->at, g->text);
	for (const struct diag_note *n = g->notes; n; n = n->next)
		add_line(t, "note: ", n->at, n->text);
	for (const struct diag_note *n = g->helps; n; n = n->next)
		add_line(t, "help: ", loc_none(), n->text);
}

/* Cases are told apart by their names: the second one of a code at a place is (3:1, 2). */
static const char *case_name(struct arena *a, const struct diag *g, unsigned number)
{
	struct position at = loc_position(g->at);

	return arena_printf(a, "%s: %s (%zu:%zu%s)", diag_info[g->code].name,
			    diag_info[g->code].title, at.line, at.column,
			    number > 1 ? arena_printf(a, ", %u", number) : "");
}

static void add_case(struct text *t, const struct diag *g, const char *name, unsigned number)
{
	const char *code = diag_info[g->code].name;
	const char *element = g->severity == ERROR ? "failure" : "system-out";

	text_add(t, "\t\t<testcase");
	add_attribute(t, "classname", name);
	add_attribute(t, "name", case_name(t->arena, g, number));
	text_add(t, ">\n\t\t\t<%s", element);
	if (g->severity == ERROR) {
		add_attribute(t, "type", code);
		add_attribute(t, "message", g->text);
	}
	text_add(t, ">");
	add_text(t, g);
	text_add(t, "</%s>\n\t\t</testcase>\n", element);
}

static void begin(struct report *r)
{
	if (!r->state)
		fputs("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites "
		      "name=\"xendtc\">\n", r->f);
	r->state = r;	/* the head is written */
}

void junit_add_findings(struct report *r, const struct diags *d, const char *name)
{
	unsigned count = d->errors + d->warnings, number = 0;
	const struct diag *last = NULL;
	struct text t = { .arena = d->arena };

	begin(r);
	text_add(&t, "\t<testsuite");
	add_attribute(&t, "name", name);
	text_add(&t, " tests=\"%u\" failures=\"%u\" errors=\"0\" skipped=\"0\">\n",
		 count ? count : 1, d->errors);
	for (const struct diag *g = d->first; g; last = g, g = g->next) {
		bool again = last && last->code == g->code && loc_is_same(last->at, g->at);

		number = again ? number + 1 : 1;
		add_case(&t, g, name, number);
	}
	if (!count) {
		text_add(&t, "\t\t<testcase");
		add_attribute(&t, "classname", name);
		text_add(&t, " name=\"All checks passed.\"/>\n");
	}
	text_add(&t, "\t</testsuite>\n");
	fwrite(t.data, 1, t.len, r->f);
}

void junit_end(struct report *r)
{
	begin(r);
	fputs("</testsuites>\n", r->f);
}
