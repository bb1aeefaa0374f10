/* SPDX-License-Identifier: BSD-2-Clause */
/* A finished plan becomes files in a folder: all of them, or none. */
#include "build.h"

#include <limits.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "base/utf8.h"
#include "emit/card.h"
#include "emit/emit.h"
#include "emit/fit.h"

static void add_written(struct job *j, struct written **set, const char *name,
			struct text bytes, const char *copy_of)
{
	struct written *w = NEW(j->arena, struct written);

	w->name = name;
	w->bytes = bytes;
	w->copy_of = copy_of;
	while (*set)
		set = &(*set)->next;
	*set = w;
}

static void add_outputs(struct job *j, struct written **set)
{
	for (const struct output *o = outputs; o->write; o++) {
		struct text bytes = { .arena = j->arena };

		if (o->wanted && !o->wanted(&j->plan))
			continue;
		text_bytes(&bytes, "", 0);
		o->write(&j->plan, &bytes);
		add_written(j, set, output_name(o, &j->plan), bytes, NULL);
	}
	for (const struct config *c = j->plan.configs; c; c = c->next)
		add_written(j, set, c->name, c->text, NULL);
}

static void add_module(struct job *j, struct written **set, const char *name,
		       const struct file *file)
{
	struct text none = { .arena = j->arena };
	const struct written *w = *set;

	while (w && !streq(w->name, name))
		w = w->next;
	if (!w)
		add_written(j, set, name, none, file->path);
}

/* Whether it is a tree of ours without a row among the outputs. */
static bool is_partial(const struct load *l)
{
	return l->made && l->role == ROLE_PASSTHROUGH;
}

static void add_partials(struct job *j, struct written **set)
{
	for (const struct load *l = j->plan.loads; l; l = l->next)
		if (is_partial(l))
			add_written(j, set, l->name, *l->made, NULL);
}

static void add_modules(struct job *j, struct written **set)
{
	for (const struct load *l = j->plan.loads; l; l = l->next)
		if (l->file)
			add_module(j, set, l->name, l->file);
	for (const struct staged *s = j->plan.staged; s; s = s->next)
		add_module(j, set, s->name, s->file);
}

static void add_input(struct job *j, struct input **inputs, const char *path)
{
	struct input *in = NEW(j->arena, struct input);

	in->path = path;
	in->next = *inputs;
	*inputs = in;
}

static struct input *list_inputs(struct job *j)
{
	struct input *inputs = NULL;

	for (const struct file *f = j->files; f; f = f->next)
		add_input(j, &inputs, f->path);
	add_input(j, &inputs, j->board_file);
	if (!streq(j->path, "-"))
		add_input(j, &inputs, j->path);
	return inputs;
}

static const char *output_folder(struct job *j)
{
	if (j->options->output)
		return j->options->output;
	return streq(j->folder, ".") ? "out"
				     : arena_printf(j->arena, "%s/out", j->folder);
}

/* What make reads as part of a name (GNU make manual, section 4.3). */
static void add_escaped(struct text *t, const char *path)
{
	for (; *path; path++)
		text_add(t, "%s%c",
			 *path == '$' ? "$" : strchr(" #", *path) ? "\\" : "", *path);
}

/* A make rule for the set, named by the manifest. It is one of the set. */
static void add_depfile(struct job *j, struct written **set, const char *folder,
			const struct input *inputs)
{
	const char *name = j->options->depfile;
	struct text rule = { .arena = j->arena };
	char here[PATH_MAX];

	if (!name)
		return;
	add_escaped(&rule, folder);
	text_add(&rule, "/manifest.json:");
	for (const struct input *in = inputs; in; in = in->next) {
		text_add(&rule, " \\\n  ");
		add_escaped(&rule, in->path);
	}
	text_add(&rule, "\n");
	if (name[0] != '/' && getcwd(here, sizeof(here)))
		name = arena_printf(j->arena, "%s/%s", here, name);
	add_written(j, set, name, rule, NULL);
}

static bool write_files(struct job *j, const char *folder, struct written *set,
			const struct input *inputs, const char *way_out)
{
	const char *problem;
	struct diag *g;
	bool refused;

	if (write_set(j->arena, folder, set, inputs, &problem, &refused))
		return true;
	g = diag(&j->diags, refused ? E0902 : E0901, loc_none(), "%s", problem);
	if (refused)
		diag_help(&j->diags, g, "%s", way_out);
	j->world_failed = !refused;
	return false;
}

static bool add_fit(struct job *j, struct card_maker *m, struct written **set)
{
	struct text none = { .arena = j->arena };
	const char *image;

	if (!j->plan.fit)
		return true;
	m->at = j->plan.fit->at;
	if (!fit_make(m, *set, &image))
		return false;
	add_written(j, set, j->plan.fit->name, none, image);
	return true;
}

static bool add_card(struct job *j, struct card_maker *m, struct written **set)
{
	struct text none = { .arena = j->arena };
	const char *image;

	if (!m->card)
		return true;
	m->at = m->card->at;
	if (!card_make(m, *set, &image))
		return false;
	add_written(j, set, CARD_NAME, none, image);
	return true;
}

static bool write_all_outputs(struct job *j, struct card_maker *m, const char *folder)
{
	struct input *inputs = list_inputs(j);
	struct written *set = NULL;

	if ((m->card || j->plan.fit) && !card_begin(m, folder))
		return false;
	if (m->card && !card_prepare(m))
		return false;
	add_outputs(j, &set);
	add_partials(j, &set);
	if (!add_fit(j, m, &set) || !add_card(j, m, &set))
		return false;
	if (j->options->stage)
		add_modules(j, &set);
	add_depfile(j, &set, folder, inputs);
	return write_files(j, folder, set, inputs, "choose another folder with -o");
}

/* Signals wait until nothing temporary is left. */
bool build_write(struct job *j)
{
	struct card_maker m = { .arena = j->arena, .diags = &j->diags, .plan = &j->plan,
				.card = j->plan.card };
	sigset_t all, before;
	bool ok;

	sigfillset(&all);
	sigprocmask(SIG_BLOCK, &all, &before);
	ok = write_all_outputs(j, &m, output_folder(j));
	card_clean(&m);
	if (!ok)
		rmdir(output_folder(j));	/* made for this; stays unless empty */
	sigprocmask(SIG_SETMASK, &before, NULL);
	j->world_failed |= m.world_failed;
	return ok;
}

void build_report(struct job *j)
{
	if (!j->options->quiet)
		printf("xendtc: %s -> %s/\n", utf8_shown(j->arena, j->name),
		       utf8_shown(j->arena, output_folder(j)));
	for (const struct output *o = outputs; o->write && j->options->verbose; o++)
		if (!o->wanted || o->wanted(&j->plan))
			printf("  %-26s %s\n", output_name(o, &j->plan), o->doc);
	for (const struct load *l = j->plan.loads; l && j->options->verbose; l = l->next)
		if (is_partial(l))
			printf("  %-26s The %s.\n", l->name, l->what);
}

void build_add(struct job *j, struct written **set, const char *name, struct text bytes)
{
	add_written(j, set, name, bytes, NULL);
}

bool build_files(struct job *j, struct written *set, const char *way_out)
{
	return write_files(j, ".", set, list_inputs(j), way_out);
}
