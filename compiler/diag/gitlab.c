/* SPDX-License-Identifier: BSD-2-Clause */
/* Findings become a Code Quality report of GitLab
 * (https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format), which is
 * a part of Code Climate's format. */
#include <inttypes.h>
#include <string.h>

#include "base/json.h"
#include "base/table.h"
#include "diag/report.h"

/* The text with the NUL at its end, so that where one text ends and the next begins counts. */
static uint64_t hash_text(uint64_t sum, const char *s)
{
	return hash_bytes(sum, s, strlen(s) + 1);
}

/* The same finding keeps its fingerprint when lines move; the same words again in the same
 * file, which `seen` counts, get another. */
static const char *fingerprint(struct table *seen, const struct diag *g, const char *path)
{
	uint64_t sum = hash_text(HASH_START, path);
	unsigned *count = table_find(seen, g->text, g->code), same;

	if (!count)
		count = table_add(seen, g->text, g->code, NEW(seen->arena, unsigned));
	same = (*count)++;
	sum = hash_text(hash_text(sum, diag_info[g->code].name), g->text);
	return arena_printf(seen->arena, "%016" PRIx64 "-%u", sum, same);
}

/* All that there is to read, in Markdown. */
static const char *body(struct arena *a, const struct diag *g)
{
	struct text t = { .arena = a };

	text_add(&t, "%s\n", diag_info[g->code].explanation);
	for (const struct diag_note *n = g->notes; n; n = n->next) {
		text_add(&t, "\n- note: ");
		if (n->at.src)
			text_add(&t, "%s:%zu: ", n->at.src->name,
				 loc_position(n->at).line);
		text_add(&t, "%s", n->text);
	}
	for (const struct diag_note *n = g->helps; n; n = n->next)
		text_add(&t, "\n- help: %s", n->text);
	return t.data;
}

static json_t *place(struct arena *a, struct loc at, const char *path)
{
	struct position from = loc_position(at), to;

	at.at += at.len;
	to = loc_position(at);
	return json_pack("{s:o, s:{s:I, s:I}}", "path", json_name(a, path), "lines",
			 "begin", (json_int_t)from.line, "end", (json_int_t)to.line);
}

static json_t *one(struct arena *a, struct table *seen, const struct diag *g, const char *name)
{
	const char *path = g->at.src ? g->at.src->name : name;

	while (starts_with(path, "./"))	/* GitLab compares paths as text */
		path += 2;
	return json_pack("{s:s, s:s, s:o, s:{s:o}, s:[s], s:s, s:s, s:o}", "type", "issue",
			 "check_name", diag_info[g->code].name, "description",
			 json_name(a, g->text), "content", "body",
			 json_name(a, body(a, g)), "categories", "Bug Risk", "fingerprint",
			 fingerprint(seen, g, path), "severity",
			 g->severity == ERROR ? "major" : "minor", "location",
			 place(a, g->at, path));
}

void gitlab_add_findings(struct report *r, const struct diags *d, const char *name)
{
	struct table seen = { .arena = d->arena };

	if (!r->state)
		r->state = json_array();
	for (const struct diag *g = d->first; g; g = g->next)
		json_array_append_new(r->state, one(d->arena, &seen, g, name));
}

void gitlab_end(struct report *r)
{
	json_t *root = r->state ? r->state : json_array();

	json_dumpf(root, r->f, JSON_INDENT(2));
	fputc('\n', r->f);
	json_decref(root);
}
