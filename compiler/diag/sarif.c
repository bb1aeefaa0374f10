/* SPDX-License-Identifier: BSD-2-Clause */
/* Findings become a SARIF 2.1.0 log (OASIS, sections 3.13 to 3.30). */
#include "base/json.h"
#include "diag/report.h"
#include "version.h"

static json_t *location(struct arena *a, struct loc at, const char *message)
{
	struct position from = loc_position(at), to;
	json_t *physical = json_pack("{s:{s:o}}", "artifactLocation", "uri",
				     json_name(a, at.src->name));
	json_t *l;

	if (at.src->text) {
		at.at += at.len;
		to = loc_position(at);
		json_object_set_new(physical, "region",
			json_pack("{s:I, s:I, s:I, s:I}",
				  "startLine", (json_int_t)from.line,
				  "startColumn", (json_int_t)from.column,
				  "endLine", (json_int_t)to.line,
				  "endColumn", (json_int_t)to.column));
	}
	l = json_pack("{s:o}", "physicalLocation", physical);
	if (message)
		json_object_set_new(l, "message", json_pack("{s:o}", "text",
							   json_name(a, message)));
	return l;
}

static json_t *result(struct arena *a, const struct diag *g)
{
	json_t *locations = json_array(), *related = json_array();

	if (g->at.src)
		json_array_append_new(locations, location(a, g->at, NULL));
	for (const struct diag_note *n = g->notes; n; n = n->next)
		if (n->at.src)
			json_array_append_new(related, location(a, n->at, n->text));
	return json_pack("{s:s, s:s, s:{s:o}, s:o, s:o}",
			 "ruleId", diag_info[g->code].name,
			 "level", g->severity == ERROR ? "error" : "warning",
			 "message", "text", json_name(a, g->text),
			 "locations", locations, "relatedLocations", related);
}

static json_t *rules(void)
{
	json_t *list = json_array();

	for (int i = 0; i < DIAG_COUNT; i++)
		json_array_append_new(list, json_pack("{s:s, s:{s:s}, s:{s:s}}",
			"id", diag_info[i].name,
			"shortDescription", "text", diag_info[i].title,
			"fullDescription", "text", diag_info[i].explanation));
	return list;
}

void sarif_add_findings(struct report *r, const struct diags *d, const char *name)
{
	(void)name;
	if (!r->state)
		r->state = json_array();
	for (const struct diag *g = d->first; g; g = g->next)
		json_array_append_new(r->state, result(d->arena, g));
}

void sarif_end(struct report *r)
{
	json_t *results = r->state ? r->state : json_array();
	json_t *root = json_pack("{s:s, s:s, s:[{s:{s:{s:s, s:s, s:o}}, s:s, s:o}]}",
				 "$schema", "https://json.schemastore.org/sarif-2.1.0.json",
				 "version", "2.1.0", "runs",
				 "tool", "driver", "name", "xendtc", "version", XENDTC_VERSION,
				 "rules", rules(), "columnKind", "unicodeCodePoints",
				 "results", results);

	json_dumpf(root, r->f, JSON_INDENT(2));
	fputc('\n', r->f);
	json_decref(root);
}
