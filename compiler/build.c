/* SPDX-License-Identifier: BSD-2-Clause */
/* A finished plan becomes files in a folder: all of them, or none. */
#include "build.h"

#include <limits.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "base/utf8.h"
#include "emit/outputs.h"

static struct written *add_written(struct arena *a, struct written **set, const char *name)
{
	struct written *f = NEW(a, struct written);

	f->name = name;
	while (*set)
		set = &(*set)->next;
	return *set = f;
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

/* --depfile names a file from the current folder on, unlike all other outputs. */
static const char *depfile(struct job *j)
{
	const char *name = j->options->depfile;
	char here[PATH_MAX];

	if (name && name[0] != '/' && getcwd(here, sizeof(here)))
		return arena_printf(j->arena, "%s/%s", here, name);
	return name;
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
	j->io_failed = !refused;
	return false;
}

static bool write_outputs(struct job *j, const struct workshop *w)
{
	struct written *set = NULL;

	for (const struct output *o = w->set; o; o = o->next) {
		struct written *f = add_written(j->arena, &set, o->name);

		f->bytes = o->bytes;
		f->copy_of = o->path;
	}
	return write_files(j, w->target, set, w->inputs, "choose another folder with -o");
}

/* With signals held back until nothing temporary is left. */
static bool make_and_write(struct job *j, struct workshop *w)
{
	sigset_t all, before;
	bool ok;

	sigfillset(&all);
	sigprocmask(SIG_BLOCK, &all, &before);
	ok = outputs_make(w) && write_outputs(j, w);
	workshop_close(w);
	if (!ok)
		rmdir(w->target);	/* which does nothing if the folder has files in it */
	sigprocmask(SIG_SETMASK, &before, NULL);
	j->io_failed |= w->io_failed;
	return ok;
}

static void report(struct job *j, const struct workshop *w)
{
	if (j->options->quiet || !j->options->format->for_people)
		return;
	printf("xendtc: %s -> %s/\n", utf8_shown(j->arena, j->name),
	       utf8_shown(j->arena, w->target));
	for (const struct output *o = w->set; o && j->options->verbose; o = o->next)
		printf("  %-26s %s\n", utf8_shown(j->arena, o->name),
		       utf8_shown(j->arena, o->doc));
}

bool build(struct job *j)
{
	struct workshop w = { .arena = j->arena, .diags = &j->diags, .plan = &j->plan,
			      .card = j->plan.card, .stage = j->options->stage };

	if (!finish_plan(j))
		return false;
	w.target = output_folder(j);
	w.inputs = list_inputs(j);
	w.depfile = depfile(j);
	outputs_list(&w);
	if (!check_output_names(j, &w) || !make_and_write(j, &w))
		return false;
	report(j, &w);
	return true;
}

void build_add(struct job *j, struct written **set, const char *name, struct text bytes)
{
	add_written(j->arena, set, name)->bytes = bytes;
}

bool build_files(struct job *j, struct written *set, const char *way_out)
{
	return write_files(j, ".", set, list_inputs(j), way_out);
}
