/* SPDX-License-Identifier: BSD-2-Clause */
/* Text becomes a model: system.yaml, and the board.yaml that it names. */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "passes/boards.h"
#include "rows/rows.h"
#include "job.h"

#define YAML_MAX ((size_t)4 << 20)

static bool report_unreadable(struct job *j, const char *path)
{
	struct source *src = source_of_binary(j->arena, path);

	if (errno == EFBIG) {
		diag(&j->diags, E0110, loc_of_source(src),
		     "larger than %zu MiB: not a description", YAML_MAX >> 20);
		return false;
	}
	diag(&j->diags, E0301, loc_of_source(src), "cannot be read: %s", strerror(errno));
	j->io_failed = true;
	return false;
}

static const char *folder_of(struct arena *a, const char *path)
{
	const char *slash = strrchr(path, '/');

	if (!slash)
		return ".";
	return slash == path ? "/" : arena_copy(a, path, (size_t)(slash - path));
}

static struct node *read_tree(struct job *j, const char *path, const char *name, FILE *in,
			      struct source **source)
{
	char *text;
	size_t len;

	if (!read_file(j->arena, path, in, YAML_MAX, &text, &len)) {
		report_unreadable(j, name);
		return NULL;
	}
	*source = source_of_text(j->arena, name, text, len);
	return tree_read(*source, &j->diags);
}

static bool load_system(struct job *j)
{
	bool from_stdin = streq(j->path, "-");
	struct node *tree;

	j->name = from_stdin ? j->options->stdin_name : j->path;
	if (!j->name)
		j->name = "<stdin>";
	j->folder = folder_of(j->arena, j->name);
	tree = read_tree(j, j->path, j->name, from_stdin ? stdin : NULL, &j->source);
	if (!tree)
		return false;
	j->system = NEW(j->arena, struct system);
	if (!bind(tree, &system_record, &j->system->o, &j->diags))
		return false;
	j->host.arena = j->arena;
	j->host.xen = j->system->xen;
	return true;
}

static bool is_path(const char *board)
{
	size_t len = strlen(board);

	return strchr(board, '/') || (len > 5 && streq(board + len - 5, ".yaml"));
}

static void report_unknown_board(struct job *j)
{
	const struct value *v = &j->system->board;
	struct diag *g =
		diag(&j->diags, E0305, v->at, "no board is called '%s'", v->text);
	const char **names, *near;
	size_t n = boards_list(j->arena, j->options, &names);
	struct text all = { .arena = j->arena };

	near = nearest_word(v->text, names, n);
	for (size_t i = 0; i < n; i++)
		text_add(&all, "%s%s", i ? ", " : "", names[i]);
	if (near)
		diag_help(&j->diags, g, "did you mean '%s'?", near);
	else
		diag_help(&j->diags, g,
			  "known boards: %s; or give the path of a board.yaml",
			  n ? all.data : "none (see --board-path)");
}

static const char *find_board(struct job *j)
{
	const char *name = j->system->board.text;
	const char *path;

	if (is_path(name))
		return name[0] == '/' || streq(j->folder, ".")
		       ? name : arena_printf(j->arena, "%s/%s", j->folder, name);
	path = boards_find(j->arena, j->options, name);
	if (!path)
		report_unknown_board(j);
	return path;
}

bool board_load(struct job *j, const char *path)
{
	struct loc at = j->system ? j->system->board.at : loc_none();
	struct source *source;
	struct board *board;
	struct node *tree;

	j->board_file = path;
	if (access(path, R_OK)) {
		diag(&j->diags, E0305, at, "board file '%s' cannot be read: %s", path,
		     strerror(errno));
		return false;
	}
	tree = read_tree(j, path, path, NULL, &source);
	if (!tree)
		return false;
	board = NEW(j->arena, struct board);
	j->host.board = board;
	return bind(tree, &board_record, &board->o, &j->diags) && board_check(j);
}

static bool choose_size(struct job *j)
{
	const struct value *v = &j->system->memory;
	struct text all = { .arena = j->arena };
	struct diag *g;

	for (const struct object *o = &j->host.board->memory->o; o; o = o->next) {
		uint64_t n;

		if (number_size(o->name, &n) == NUMBER_OK && n == v->n)
			j->host.size = (const struct memory_size *)o;
		text_add(&all, "%s%s", all.len ? ", " : "", o->name);
	}
	if (j->host.size)
		return true;
	g = diag(&j->diags, E0306, v->at, "%s has no variant with %s of memory",
		 j->host.board->title.text, v->text);
	diag_help(&j->diags, g, "it comes with: %s", all.data);
	return false;
}

bool load(struct job *j)
{
	const char *board;

	j->plan.arena = j->arena;
	j->plan.marks.arena = j->plan.repairs.arena = j->arena;
	if (!load_system(j))
		return false;
	board = find_board(j);
	return board && board_load(j, board) && choose_size(j);
}
