/* SPDX-License-Identifier: BSD-2-Clause */
/* Findings become JSON: {"version": 1, "diagnostics": [...]}, with
 * "maps" where they are asked for, too. */
#include "base/json.h"
#include "diag/report.h"

static json_t *place(struct arena *a, struct loc at)
{
	struct position from = loc_position(at), to;

	if (!at.src)
		return json_null();
	if (!at.src->text)
		return json_pack("{s:o}", "file", json_name(a, at.src->name));
	at.at += at.len;
	to = loc_position(at);
	return json_pack("{s:o, s:I, s:I, s:I, s:I}", "file", json_name(a, at.src->name),
			 "line", (json_int_t)from.line, "column", (json_int_t)from.column,
			 "endLine", (json_int_t)to.line, "endColumn",
			 (json_int_t)to.column);
}

/* What mends the finding: all of it, or null. */
static json_t *fix(struct arena *a, const struct diag *g)
{
	json_t *edits = json_array();

	if (!g->edits) {
		json_decref(edits);
		return json_null();
	}
	for (const struct diag_edit *e = g->edits; e; e = e->next)
		json_push(a, edits, json_pack("{s:o, s:I, s:I, s:o}", "place", place(a, e->at),
					      "offset", (json_int_t)e->at.at, "length",
					      (json_int_t)e->at.len, "text",
					      json_name(a, e->text)));
	return json_pack("{s:o}", "edits", edits);
}

static json_t *one(struct arena *a, const struct diag *g)
{
	json_t *notes = json_array(), *helps = json_array();

	for (const struct diag_note *n = g->notes; n; n = n->next)
		json_array_append_new(notes, json_pack("{s:o, s:o}", "message",
						       json_name(a, n->text),
						       "place", place(a, n->at)));
	for (const struct diag_note *n = g->helps; n; n = n->next)
		json_array_append_new(helps, json_name(a, n->text));
	return json_pack("{s:s, s:s, s:s, s:o, s:o, s:o, s:o, s:o}", "code",
			 diag_info[g->code].name, "title", diag_info[g->code].title, "severity",
			 g->severity == ERROR ? "error" : "warning", "message",
			 json_name(a, g->text), "place", place(a, g->at), "notes", notes,
			 "help", helps, "fix", fix(a, g));
}

void json_add_findings(struct report *r, const struct diags *d, const char *name)
{
	(void)name;
	if (!r->state)
		r->state = json_array();
	for (const struct diag *g = d->first; g; g = g->next)
		json_array_append_new(r->state, one(d->arena, g));
}

void json_end(struct report *r)
{
	json_t *list = r->state ? r->state : json_array();
	json_t *root = json_pack("{s:i, s:o}", "version", 1, "diagnostics", list);

	if (r->maps)
		json_object_set_new(root, "maps", r->maps);
	json_dumpf(root, r->f, JSON_INDENT(2));
	fputc('\n', r->f);
	json_decref(root);
}
