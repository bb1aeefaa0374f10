/* SPDX-License-Identifier: BSD-2-Clause */
/* A finished plan becomes files in a folder: all of them, or none. */
#include "build.h"

#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/list.h"
#include "base/memory.h"
#include "base/utf8.h"
#include "checks/checks.h"
#include "emit/earlier.h"
#include "emit/outputs.h"
#include "passes/boards.h"

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

	for (const struct file *f = j->inputs.files; f; f = f->next)
		add_input(j, &inputs, f->path);
	if (!board_text_inside(j->board_file))
		add_input(j, &inputs, j->board_file);
	if (!streq(j->path, "-"))
		add_input(j, &inputs, j->path);
	return inputs;
}

static const char *output_folder(struct job *j, const struct options *o)
{
	if (o->output)
		return o->output;
	return streq(j->folder, ".") ? "out"
				     : arena_printf(j->arena, "%s/out", j->folder);
}

/* Whether a link stands where the outputs go by themselves, beside the description: who wrote
 * that may have put it there. One that the caller names with -o is as good as a folder. */
static bool is_strange_link(struct job *j, const struct options *o, const char *folder)
{
	struct stat st;

	if (o->output || lstat(folder, &st) || !S_ISLNK(st.st_mode))
		return false;
	diag_help(diag(&j->diags, E0901, loc_none(), "'%s' is a link, and not named by -o", folder),
		  "if the outputs are to go where it leads, name it: -o %s", folder);
	j->io_failed = true;
	return true;
}

/* Finds the name of the depfile: --depfile names a file from the current folder on, unlike all
 * other outputs. */
static bool find_depfile(struct job *j, const char *name, const char **depfile)
{
	char here[PATH_MAX];

	*depfile = name;
	if (!name || name[0] == '/')
		return true;
	if (getcwd(here, sizeof(here))) {
		*depfile = arena_printf(j->arena, "%s/%s", here, name);
		return true;
	}
	diag(&j->diags, E0901, loc_none(), "'%s' cannot be written: %s", name, strerror(errno));
	j->io_failed = true;
	return false;
}

/* Reports why a set could not be written; way_out is the help for a name that is an
 * input's, NULL where no name can be one. Always false. */
static bool report_write(struct job *j, const struct write *w, const char *way_out)
{
	struct diag *g = diag(&j->diags, w->refused ? E0902 : E0901, loc_none(), "%s",
			      w->problem);

	if (w->help || (w->refused && way_out))
		diag_help(g, "%s", w->help ? w->help : way_out);
	j->io_failed |= !w->refused;
	return false;
}

static void list_files(const struct workshop *shop, struct write *w)
{
	for (const struct output *o = shop->set; o; o = o->next) {
		struct written *f = write_add(w, o->target);

		f->turn = shop->plan->content_names && streq(o->name, "manifest.json")
			  ? WRITE_TURNS - 1 : o->row->turn;
		f->copy_of = o->module ? o->module->path : NULL;
		f->sums = o->sums;
		f->by_content = o->by_content;
		f->as_link = shop->stage_links;
	}
}

/* Gives the files of the set their contents. Both lists have the same files in the same
 * order. */
static void take_contents(const struct workshop *shop, struct write *w)
{
	struct written *f = w->files;

	for (const struct output *o = shop->set; o; o = o->next, f = f->next) {
		f->bytes = o->bytes;
		f->moved_from = o->path;
	}
}

/* What is being written, and by whom. */
struct writing {
	struct job *j;
	struct write *w;
	struct workshop *shop;		/* NULL: the contents are known already */
	const char *way_out;
};

/* Does the work; without memory the run ends as it does elsewhere, but leaves nothing
 * temporary and no part of the new set. */
static bool guard(struct writing *y, bool (*work)(struct writing *y))
{
	jmp_buf *outer = y->j->arena->oom, here;
	bool ok;

	if (setjmp(here)) {
		y->j->arena->oom = outer;
		memory_end_at(outer);
		if (y->shop)
			workshop_close(y->shop);
		write_abandon(y->w);
		arena_exhausted(y->j->arena);
	}
	y->j->arena->oom = &here;
	memory_end_at(&here);
	ok = work(y);
	y->j->arena->oom = outer;
	memory_end_at(outer);
	return ok;
}

/* Makes the outputs and writes them. The folder is locked while outputs are made, too:
 * for some of them it has a temporary one in it. */
static bool make_and_write(struct writing *y)
{
	struct job *j = y->j;
	bool ok;

	list_files(y->shop, y->w);
	ok = (write_begin(y->w) || report_write(j, y->w, y->way_out)) && outputs_make(y->shop);
	if (ok) {
		take_contents(y->shop, y->w);
		earlier_outputs(y->w, y->shop->plan->content_names, &j->diags);
		ok = !j->diags.errors &&
		     (write_all_files(y->w) || report_write(j, y->w, y->way_out));
	}
	workshop_close(y->shop);
	write_end(y->w, ok);
	j->io_failed |= y->shop->io_failed;
	return ok;
}

static bool write_only(struct writing *y)
{
	bool ok = (write_begin(y->w) && write_all_files(y->w)) ||
		  report_write(y->j, y->w, y->way_out);

	write_end(y->w, ok);
	return ok;
}

/* Holds signals back until nothing temporary is left. */
static void hold_signals(sigset_t *before)
{
	sigset_t all;

	sigfillset(&all);
	sigprocmask(SIG_BLOCK, &all, before);
}

static void report(struct job *j, const struct options *opts, const struct workshop *w)
{
	if (opts->quiet || !opts->format->for_people)
		return;
	printf("xendtc: %s -> %s/\n", utf8_shown(j->arena, j->name),
	       utf8_shown(j->arena, w->target));
	for (const struct output *o = w->set; o && opts->verbose; o = o->next)
		printf("  %-26s %s\n", utf8_shown(j->arena, o->target),
		       utf8_shown(j->arena, o->doc));
}

/* Reads the user's files to their ends, unless the user cannot wait for that. */
static bool finish(struct job *j, bool all)
{
	if (!finish_plan(j, all))
		return false;
	if (all)
		check_all(j, CHECK_CONTENTS);
	return !j->diags.errors;
}

bool build(struct job *j, const struct options *o)
{
	struct workshop shop = { .arena = j->arena, .diags = &j->diags, .plan = &j->plan,
				 .card = j->plan.card,
				 .stage = o->stage || o->stage_links,
				 .stage_links = o->stage_links };
	struct write *write = NEW(j->arena, struct write);
	sigset_t before;
	bool ok;

	if (!finish(j, !o->no_hash))
		return false;
	shop.target = output_folder(j, o);
	shop.inputs = list_inputs(j);
	if (!find_depfile(j, o->depfile, &shop.depfile))
		return false;
	outputs_list(&shop);
	if (is_strange_link(j, o, shop.target) || !check_output_names(j, &shop))
		return false;
	*write = (struct write){ .arena = j->arena, .folder = shop.target, .inside = true,
				 .inputs = shop.inputs };
	hold_signals(&before);
	ok = guard(&(struct writing){ j, write, &shop, "choose another folder with -o" },
		   make_and_write);
	sigprocmask(SIG_SETMASK, &before, NULL);
	if (ok)
		report(j, o, &shop);
	return ok;
}

void build_add(struct job *j, struct write *w, const char *name, struct text bytes)
{
	w->arena = j->arena;
	write_add(w, name)->bytes = bytes;
}

static bool write_set(struct job *j, struct write *w, const char *way_out)
{
	sigset_t before;
	bool ok;

	hold_signals(&before);
	ok = guard(&(struct writing){ j, w, NULL, way_out }, write_only);
	sigprocmask(SIG_SETMASK, &before, NULL);
	return ok;
}

bool build_files(struct job *j, struct write *w, const char *way_out)
{
	w->folder = ".";
	w->inputs = list_inputs(j);
	return write_set(j, w, way_out);
}

/* A symbolic link stays: the file that it leads to is replaced. */
bool build_replace(struct job *j, const char *path, struct text bytes)
{
	char target[PATH_MAX];
	struct write w = { .arena = j->arena, .folder = path };

	if (!realpath(path, target)) {
		w.problem = arena_printf(j->arena, "'%s' cannot be written: %s", path,
					 strerror(errno));
		return report_write(j, &w, NULL);
	}
	build_add(j, &w, arena_copy(j->arena, target, strlen(target)), bytes);
	w.files->as_target = true;
	return write_set(j, &w, NULL);
}
