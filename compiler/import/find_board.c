/* SPDX-License-Identifier: BSD-2-Clause */
/* The boards that xendtc knows are held against what is to be imported. */
#include "import/find_board.h"

#include <string.h>

#include "passes/boards.h"

/* One that cannot be read may be the right one. */
static void take_world(struct job *j, const struct job *other)
{
	if (!other->io_failed && !other->diags.io_failed)
		return;
	diags_add(&j->diags, &other->diags);
	j->io_failed = true;
}

const char *find_likely_board(struct job *j, likeness_fn likeness, void *what, unsigned *best)
{
	const char **names, *found = NULL;
	size_t n = boards_list(j->arena, j->board_paths, &names);

	*best = 0;
	for (size_t i = 0; i < n; i++) {
		/* A board.yaml with mistakes is no reason to stop: it is another one's. */
		struct job other = { .arena = j->arena, .cache = j->cache };
		unsigned like;

		other.diags = (struct diags){ .arena = j->arena,
					      .wishes = j->diags.wishes };
		if (!board_load(&other, boards_find(j->arena, j->board_paths, names[i]))) {
			take_world(j, &other);
			continue;
		}
		like = likeness(what, other.host.board);
		if (like <= *best)
			continue;
		found = names[i];
		*best = like;
	}
	return found;
}

bool is_tree_of(const struct devicetree *dt, const struct board *b)
{
	return dt && b->compatible.text && dt_compatible(dt->root, b->compatible.text);
}

static bool report_unknown(struct job *j, const char *name, const struct devicetree *dt,
			   struct loc at)
{
	const char *word = dt ? dt_string(dt->root, "compatible") : NULL;
	struct diag *g;

	if (name)
		g = diag(&j->diags, E0305, at, "no board is called '%s'", name);
	else if (!dt)
		g = diag(&j->diags, E0305, at, "nothing says which board this is for");
	else
		g = diag(&j->diags, E0305, at,
			 "no board is known for a tree that is compatible with '%s'",
			 word ? word : "");
	diag_help(g,
		  "`xendtc boards` lists them, --board names one, and --board-path DIR adds "
		  "more");
	return false;
}

bool load_board(struct job *j, const char *name, const struct devicetree *dt,
		struct loc at)
{
	const char *path = name;

	if (name && !strchr(name, '/'))
		path = boards_find(j->arena, j->board_paths, name);
	if (path)
		return board_load(j, path);
	return report_unknown(j, name, dt, at);
}
