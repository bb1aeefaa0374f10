/* SPDX-License-Identifier: BSD-2-Clause */
/* One description becomes one plan, which holds for each size of memory that it names. */
#include "variants.h"

#include <string.h>

#include "base/table.h"
#include "emit/emit.h"
#include "passes/passes.h"

/* One description with one of its sizes. */
struct variant {
	const struct item *size;
	struct job job;
	struct variant *next;
};

/* The job as it was described, with findings of its own. */
static struct variant *begin_variant(const struct job *described, const struct item *size)
{
	struct variant *v = NEW(described->arena, struct variant);

	v->size = size;
	v->job = *described;
	v->job.diags = (struct diags){ .arena = described->arena,
				       .wishes = described->diags.wishes,
				       .allows = described->diags.allows };
	diags_add(&v->job.diags, &described->diags);
	describe_size(&v->job, size);
	return v;
}

/* A finding, and the variants that it came with. */
struct found {
	struct diag *finding;
	unsigned variants;		/* a bit each */
	struct found *next;
};

/* The same finding in each variant has the same name here. */
static const char *finding_name(struct arena *a, const struct diag *g)
{
	return arena_printf(a, "%s %s %zu %s", diag_info[g->code].name,
			    g->at.src ? g->at.src->name : "", g->at.at, g->text);
}

/* All findings, in the order in which they came. */
static struct found *collect(struct arena *a, const struct variant *variants)
{
	struct table known = { .arena = a };
	struct found *all = NULL, **tail = &all;
	unsigned bit = 1;

	for (const struct variant *v = variants; v; v = v->next, bit <<= 1)
		for (struct diag *g = v->job.diags.first; g; g = g->next) {
			struct found *new = NEW(a, struct found), *f;

			f = table_add(&known, finding_name(a, g), 0, new);
			f->variants |= bit;
			if (f != new)
				continue;
			new->finding = g;
			*tail = new;
			tail = &new->next;
		}
	return all;
}

static void note_sizes(struct found *f, const struct variant *variants)
{
	unsigned bit = 1;

	for (const struct variant *v = variants; v; v = v->next, bit <<= 1)
		if (f->variants & bit && !loc_is_same(f->finding->at, v->size->value->at))
			diag_note(f->finding, v->size->value->at, "with this size of memory");
}

static struct diags all_findings(const struct variant *variants)
{
	const struct diags *first = &variants->job.diags;
	struct diags all = { .arena = first->arena, .wishes = first->wishes,
			     .allows = first->allows };
	unsigned everywhere = 0;

	for (const struct variant *v = variants; v; v = v->next)
		everywhere = everywhere << 1 | 1;
	for (struct found *f = collect(all.arena, variants), *next; f; f = next) {
		next = f->next;
		if (f->variants != everywhere)
			note_sizes(f, variants);
		diags_take(&all, f->finding);
	}
	return all;
}

/* What U-Boot and Xen get, as bytes. */
static struct text written(struct job *j)
{
	struct text out = { .arena = j->arena };

	plan_finish_trees(&j->plan);
	text_bytes(&out, j->plan.blob.data, j->plan.blob.len);
	if (!j->plan.uefi)
		emit_boot2_source(&j->plan, &out);
	return out;
}

static bool is_same_text(const struct text *a, const struct text *b)
{
	return a->len == b->len && memcmp(a->data, b->data, a->len) == 0;
}

/* One tree and one script go to all machines. */
static void check_agreement(struct diags *d, struct variant *variants)
{
	struct text first = written(&variants->job);
	struct diag *g;

	for (struct variant *v = variants->next; v; v = v->next) {
		struct text other = written(&v->job);

		if (is_same_text(&first, &other))
			continue;
		g = diag(d, E0336, v->size->value->at,
			 "what would be written for %s is not what is written for %s",
			 v->size->value->text, variants->size->value->text);
		diag_help(g, "build each size into a folder of its own: --set memory=%s -o out-%s",
			  v->size->value->text, v->size->value->text);
		return;
	}
}

/* Each plan leads to that for the next size, for maps show all of them. */
static void chain_plans(struct variant *variants)
{
	for (struct variant *v = variants; v->next; v = v->next)
		v->job.plan.next_size = &v->next->job.plan;
}

static bool compile_each(struct job *j, bool (*compile)(struct job *j))
{
	struct variant *variants = NULL, **tail = &variants;
	bool good = true, io_failed = false;

	for (const struct item *size = j->sizes; size; size = size->next) {
		*tail = begin_variant(j, size);
		good &= compile(&(*tail)->job);
		io_failed |= (*tail)->job.io_failed || (*tail)->job.diags.io_failed;
		tail = &(*tail)->next;
	}
	chain_plans(variants);
	*j = variants->job;
	j->io_failed = io_failed;
	j->diags = all_findings(variants);
	if (good && j->plan.base)	/* which --no-files may leave out */
		check_agreement(&j->diags, variants);
	return good && !j->diags.errors;
}

bool compile_sizes(struct job *j, bool (*compile)(struct job *j))
{
	describe(j);
	if (!j->tree)
		return false;
	return j->sizes ? compile_each(j, compile) : compile(j);
}
