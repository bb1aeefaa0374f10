/* SPDX-License-Identifier: BSD-2-Clause */
/* Findings that know their way out become a better description. */
#include "mend.h"

#include "base/utf8.h"
#include "build.h"
#include "diag/allow.h"
#include "diag/fix.h"
#include "diag/unified.h"

/* A fix can uncover the next mistake, as that of a text which was no YAML. */
#define ROUNDS_MAX 10

struct mended {
	const struct job *job;	/* of the newest text */
	bool good;		/* which was accepted */
	size_t fixes;
};

/* All findings of a job that was compiled, in their order. */
static void finish_findings(struct job *j, bool good)
{
	if (good && !j->diags.errors && !j->inputs.skipped)
		allows_report_unused(&j->diags);
	diags_sort(&j->diags);
}

static bool compile(const struct run *r, struct job *j)
{
	bool good = r->compile(j);

	finish_findings(j, good);
	return good && !j->diags.errors;
}

/* Whether a text is worse than the one that it was made of: no YAML any more, or refused now. */
static bool is_worse(const struct job *before, bool was_good, const struct job *after, bool good)
{
	return (before->system && !after->system) || (was_good && !good);
}

/* The next text, as a job of its own. NULL: nothing is left that can be mended. A text that
 * is worse is none, and neither is one that is taken for another kind of file. */
static struct job *next_job(const struct run *r, const struct job *begun, struct mended *m)
{
	struct text *text = NEW(begun->arena, struct text);
	struct job *next = NEW(begun->arena, struct job);
	bool was_good = m->good;
	size_t fixes;

	text->arena = begun->arena;
	fixes = m->job->source ? fixes_apply(&m->job->diags, m->job->source, text) : 0;
	if (!fixes)
		return NULL;
	*next = *begun;
	next->text = text;
	m->good = compile(r, next);
	if (!next->source || is_worse(m->job, was_good, next, m->good))
		return NULL;
	m->fixes += fixes;
	return next;
}

static struct mended mend(const struct run *r, const struct job *begun, struct job *j, bool good)
{
	struct mended m = { j, good, 0 };

	for (unsigned i = 0; i < ROUNDS_MAX; i++) {
		bool before = m.good;
		struct job *next = next_job(r, begun, &m);

		if (!next) {
			m.good = before;
			break;
		}
		m.job = next;
	}
	return m;
}

static bool show_difference(const struct job *j, const struct mended *m)
{
	struct text out = { .arena = j->arena };

	if (!m->fixes)
		return m->good;
	unified_diff(&out, utf8_shown(j->arena, j->name), j->source->text, j->source->len,
		     m->job->source->text, m->job->source->len);
	fwrite(out.data, 1, out.len, stdout);
	return false;
}

static bool write_mended(const struct options *o, struct job *j, const struct mended *m)
{
	if (!m->fixes)
		return m->good;
	if (!build_replace(j, j->path, *m->job->text))
		return false;
	j->diags = m->job->diags;
	j->inputs.skipped = m->job->inputs.skipped;
	j->io_failed = m->job->io_failed;
	if (!o->quiet && o->format->for_people)
		fprintf(stderr, "%s: %zu finding%s mended\n",
			utf8_shown_first(j->arena, j->name), m->fixes, m->fixes == 1 ? "" : "s");
	return m->good;
}

bool mend_file(struct run *r, struct job *j)
{
	const struct job begun = *j;
	bool good = compile(r, j);
	struct mended m = mend(r, &begun, j, good);

	return r->options->fix ? write_mended(r->options, j, &m) : show_difference(j, &m);
}
