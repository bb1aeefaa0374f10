/* SPDX-License-Identifier: BSD-2-Clause */
/* Findings become a SARIF 2.1.0 log (OASIS, sections 3.13 to 3.55). */
#include <string.h>

#include "base/json.h"
#include "base/text.h"
#include "diag/report.h"
#include "version.h"

#define SITE "https://github.com/xendtc/xendtc"

/* A path as a URI reference (RFC 3986, sections 2.1 and 4.2): every byte that could mean
 * something else there is written as %XX. A colon could end a scheme. */
static json_t *uri(struct arena *a, const char *path)
{
	struct text t = { .arena = a };

	text_add(&t, "%s", *path == '/' ? "file://" : "");
	for (; *path; path++) {
		unsigned char c = (unsigned char)*path;

		if ((c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z') ||
		    strchr("/-._~", c))
			text_bytes(&t, path, 1);
		else
			text_add(&t, "%%%02X", c);
	}
	return json_string(t.data);
}

static json_t *artifact(struct arena *a, const char *path)
{
	return json_pack("{s:o}", "uri", uri(a, path));
}

/* Columns count characters, as the log's columnKind says. */
static json_t *region(struct loc at)
{
	struct position from = loc_position(at), to;

	at.at += at.len;
	to = loc_position(at);
	return json_pack("{s:I, s:I, s:I, s:I}",
			 "startLine", (json_int_t)from.line,
			 "startColumn", (json_int_t)from.column,
			 "endLine", (json_int_t)to.line,
			 "endColumn", (json_int_t)to.column);
}

static json_t *message(struct arena *a, const char *text)
{
	return json_pack("{s:o}", "text", json_name(a, text));
}

/* What has no place of its own is about the whole file. */
static json_t *location(struct arena *a, struct loc at, const char *name)
{
	json_t *physical = json_pack("{s:o}", "artifactLocation",
				     artifact(a, at.src ? at.src->name : name));

	if (at.src && at.src->text)
		json_put(a, physical, "region", region(at));
	return json_pack("{s:o}", "physicalLocation", physical);
}

/* Viewers show the message and nothing else beside the line, so that it also has what to
 * type. */
static json_t *whole_message(struct arena *a, const struct diag *g)
{
	struct text t = { .arena = a };

	text_add(&t, "%s", g->text);
	for (const struct diag_note *n = g->notes; n; n = n->next)
		if (!n->at.src)
			text_add(&t, "\nnote: %s", n->text);
	for (const struct diag_note *n = g->helps; n; n = n->next)
		text_add(&t, "\nhelp: %s", n->text);
	return message(a, t.data);
}

static json_t *related(struct arena *a, const struct diag *g)
{
	json_t *list = json_array(), *l;
	json_int_t id = 0;

	for (const struct diag_note *n = g->notes; n; n = n->next) {
		if (!n->at.src)
			continue;
		l = location(a, n->at, NULL);
		json_put(a, l, "id", json_integer(++id));
		json_put(a, l, "message", message(a, n->text));
		json_push(a, list, l);
	}
	return list;
}

/* Section 3.55: the edits of a finding, which are all of one file. */
static json_t *fix(struct arena *a, const struct diag *g)
{
	json_t *replacements = json_array();

	for (const struct diag_edit *e = g->edits; e; e = e->next)
		json_push(a, replacements,
			  json_pack("{s:o, s:{s:o}}", "deletedRegion", region(e->at),
				    "insertedContent", "text", json_name(a, e->text)));
	return json_pack("{s:o, s:[{s:o, s:o}]}",
			 "description", message(a, g->helps ? g->helps->text : g->text),
			 "artifactChanges",
			 "artifactLocation", artifact(a, g->edits->at.src->name),
			 "replacements", replacements);
}

static json_t *result(struct arena *a, const struct diag *g, const char *name)
{
	json_t *o = json_pack("{s:s, s:i, s:s, s:o, s:[o], s:o}",
			 "ruleId", diag_info[g->code].name, "ruleIndex", (int)g->code,
			 "level", g->severity == ERROR ? "error" : "warning",
			 "message", whole_message(a, g),
			 "locations", location(a, g->at, name),
			 "relatedLocations", related(a, g));

	if (g->edits)
		json_put(a, o, "fixes", json_pack("[o]", fix(a, g)));
	return o;
}

static json_t *rule(struct arena *a, enum diag_code code)
{
	const struct diag_info *info = &diag_info[code];

	return json_pack("{s:s, s:{s:s}, s:{s:s}, s:{s:o, s:o}, s:o, s:{s:s}}",
			 "id", info->name,
			 "shortDescription", "text", info->title,
			 "fullDescription", "text", info->explanation,
			 "help", "text", json_string(diag_help_text(a, code)),
			 "markdown", json_string(diag_help_text(a, code)),
			 "helpUri", json_string(arena_printf(a, SITE "/blob/main/docs/"
							     "diagnostics.md#%s", info->name)),
			 "defaultConfiguration", "level",
			 info->severity == WARNING ? "warning" : "error");
}

static json_t *rules(struct arena *a)
{
	json_t *list = json_array();

	for (int i = 0; i < DIAG_COUNT; i++)
		json_push(a, list, rule(a, (enum diag_code)i));
	return list;
}

void sarif_add_findings(struct report *r, const struct diags *d, const char *name)
{
	if (!r->state)
		r->state = json_array();
	for (const struct diag *g = d->first; g; g = g->next)
		json_push(d->arena, r->state, result(d->arena, g, name));
}

void sarif_end(struct report *r)
{
	struct arena scratch = { .oom = r->arena->oom };
	json_t *results = r->state ? r->state : json_array();
	json_t *root = json_pack("{s:s, s:s, s:[{s:{s:{s:s, s:s, s:s, s:o}}, s:s, s:o}]}",
				 "$schema", "https://json.schemastore.org/sarif-2.1.0.json",
				 "version", "2.1.0", "runs",
				 "tool", "driver", "name", "xendtc", "version", XENDTC_VERSION,
				 "informationUri", SITE, "rules", rules(&scratch),
				 "columnKind", "unicodeCodePoints", "results", results);

	json_dumpf(root, r->f, JSON_INDENT(2));
	fputc('\n', r->f);
	json_decref(root);
	arena_free(&scratch);
}
