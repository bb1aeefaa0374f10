/* SPDX-License-Identifier: BSD-2-Clause */
/* A tree becomes a model, and the board.yaml that it names becomes another. */
#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/list.h"
#include "base/path.h"
#include "base/text.h"
#include "diag/fix.h"
#include "input/cache.h"
#include "passes/passes.h"
#include "passes/boards.h"
#include "passes/wrong_parts.h"
#include "rows/rows.h"

/* Sets the model, which is filled in so far that passes can go on after mistakes: see
 * bind(). */
static void take_model(struct job *j, struct system *s)
{
	j->system = s;
	j->wrong_parts = wrong_parts(j->tree, &j->diags);
	j->host.arena = j->arena;
	j->host.patterns = &j->cache->patterns;
	j->host.xen = s->xen;
	if (s->dom0)
		s->dom0->is_dom0 = true;
	j->plan.arena = j->arena;
	j->plan.marks.arena = j->plan.repairs.arena = j->arena;
}

void load_system(struct job *j)
{
	struct system *s = NEW(j->arena, struct system);

	bind(j->tree, &system_record, &s->o, &j->diags, &j->cache->patterns);
	if (j->tree->kind == NODE_MAP)
		take_model(j, s);
}

static bool is_path(const char *board)
{
	size_t len = strlen(board);

	return strchr(board, '/') || (len > 5 && streq(board + len - 5, ".yaml"));
}

/* A board's name without what people write differently ("raspberrypi4", "Pi 4B", "RPI4"):
 * only letters, small, and digits, and Raspberry's long names made short. */
static const char *plain_name(struct arena *a, const char *name)
{
	static const char *const pis[] = { "raspberrypi", "raspberry", "raspi", "pi" };
	char *plain = arena_copy(a, name, strlen(name)), *to = plain;

	for (; *name; name++)
		if ((*name >= '0' && *name <= '9') ||
		    ((*name | 0x20) >= 'a' && (*name | 0x20) <= 'z'))
			*to++ = *name | 0x20;
	*to = '\0';
	for (size_t i = 0; i < countof(pis); i++)
		if (starts_with(plain, pis[i]))
			return arena_printf(a, "rpi%s", plain + strlen(pis[i]));
	return plain;
}

static bool same_digits(const char *a, const char *b)
{
	a += strcspn(a, "0123456789");
	b += strcspn(b, "0123456789");
	return strspn(a, "0123456789") == strspn(b, "0123456789") &&
	       strncmp(a, b, strspn(a, "0123456789")) == 0;
}

/* "rpi4" of "boards/rpi4/board.yaml" and "rpi4.yaml". */
static const char *board_word(struct arena *a, const char *word)
{
	const char *last = path_last(word), *dot = strrchr(last, '.');

	if (streq(last, "board.yaml") && last > word + 1)
		return path_last(arena_copy(a, word, (size_t)(last - word) - 1));
	return dot && streq(dot, ".yaml") && dot > last ? arena_copy(a, last, (size_t)(dot - last))
	       : last;
}

/* The only name that begins with a word of three letters or more; NULL: none, or several. */
static const char *only_begun(const char *word, const char **names, size_t n)
{
	const char *found = NULL;

	for (size_t i = 0; i < n; i++) {
		if (strlen(word) < 3 || !starts_with(names[i], word))
			continue;
		if (found)
			return NULL;
		found = names[i];
	}
	return found;
}

/* The board that was likely meant; NULL if no name is near, or the nearest has another
 * number. */
static const char *near_board(struct arena *a, const char *word, const char **names, size_t n)
{
	const char *last = board_word(a, word), *plain = plain_name(a, last), *near;

	for (size_t i = 0; i < n; i++)
		if (streq(plain_name(a, names[i]), plain))
			return names[i];
	near = nearest_word(last, names, n);
	if (!near)
		near = nearest_word(plain, names, n);
	return near && same_digits(near, last) ? near : NULL;
}

/* Says which boards there are, or which one was likely meant, and returns the latter;
 * NULL: there is none. */
static const char *help_with_boards(struct job *j, struct diag *g)
{
	struct text all = { .arena = j->arena };
	const char **names, *near, *begun;
	size_t n = boards_list(j->arena, j->board_paths, &names);

	near = near_board(j->arena, j->system->board.text, names, n);
	begun = only_begun(j->system->board.text, names, n);
	for (size_t i = 0; i < n; i++)
		text_add(&all, "%s%s", i ? ", " : "", names[i]);
	if (near)
		fix_surely(g, g->at, j->system->board.text, near);
	else if (begun)
		diag_help(g, "did you mean '%s'? (known boards: %s)", begun, all.data);
	else
		diag_help(g, "known boards: %s; or give the path of a board.yaml",
			  n ? all.data : "none (see --board-path)");
	return near;
}

static const char *report_unknown_board(struct job *j)
{
	const struct value *v = &j->system->board;

	return help_with_boards(j, diag(&j->diags, E0305, v->at, "no board is called '%s'",
					v->text));
}

/* Reports a path of a board that is that of a folder, of nothing, or of something that
 * cannot be read. */
static void report_unreadable_board(struct job *j, const char *path, int error)
{
	struct loc at = j->system ? j->system->board.at : loc_none();
	struct diag *g;

	errno = error;
	g = diag(&j->diags, E0305, at, "board file '%s' cannot be read: %s", path,
		 inputs_why_unreadable());
	if (!j->system)
		return;
	if (error == EISDIR)
		diag_help(g, "name the board.yaml in that folder: board: %s/board.yaml",
			  j->system->board.text);
	else
		help_with_boards(j, g);
}

/* The folder of the description that says so. */
static const char *said_in(const struct job *j, struct loc at)
{
	return at.src && at.src->folder ? at.src->folder : j->folder;
}

static const char *board_path(struct job *j)
{
	const char *name = j->system->board.text;
	const char *path;

	if (is_path(name))
		return path_in(j->arena, said_in(j, j->system->board.at), name);
	path = boards_find(j->arena, j->board_paths, name);
	if (path)
		return path;
	name = report_unknown_board(j);
	return name ? boards_find(j->arena, j->board_paths, name) : NULL;
}

#define BOARD_KEYS_LEAST 3	/* fewer, such as `name:` alone, stand in files of other kinds */

/* A board.yaml that was read in this run, with what was found in it. */
struct known_board {
	const char *path;
	const struct board *board;	/* NULL: its YAML is broken */
	bool good;
	bool strange;			/* something else, of which nothing is shown */
	struct diags findings;
	struct known_board *next;
};

static struct board *bind_board(struct known_board *k, char *text, size_t len,
				struct patterns *patterns)
{
	struct arena *a = k->findings.arena;
	struct node *tree = tree_read(source_of_text(a, k->path, text, len), &k->findings);
	struct board *board = NEW(a, struct board);

	if (!tree)
		return NULL;
	k->good = bind(tree, &board_record, &board->o, &k->findings, patterns) &&
		  board_check(board, &k->findings);
	return board;
}

static bool read_board_text(struct arena *a, const char *path, char **text, size_t *len)
{
	const char *inside = board_text_inside(path);

	if (!inside)
		return read_file(a, path, YAML_MAX, text, len);
	*len = strlen(inside);
	*text = arena_copy(a, inside, *len);
	return true;
}

/* Reads a board.yaml into the cache. NULL: it cannot be read, and errno says why. */
static struct known_board *read_board(struct job *j, const char *path)
{
	struct cache *c = j->cache;
	struct known_board *k = NEW(c->arena, struct known_board);
	char *text;
	size_t len;

	if (!read_board_text(c->shared, path, &text, &len))
		return NULL;
	k->strange = !schema_fits(&board_record, text, BOARD_KEYS_LEAST);
	k->path = arena_copy(c->shared, path, strlen(path));
	k->findings = (struct diags){ .arena = c->shared, .wishes = j->diags.wishes };
	if (!k->strange)
		k->board = bind_board(k, text, len, &c->patterns);
	k->next = c->boards;
	c->boards = k;
	return k;
}

/* The board of that path, which is read if it was not yet. NULL: reported. */
static const struct known_board *known_board(struct job *j, const char *path)
{
	struct known_board *k = j->cache->boards;

	while (k && !streq(k->path, path))
		k = k->next;
	if (k)
		return k;
	arena_unlock(j->cache->shared);
	k = read_board(j, path);
	arena_lock(j->cache->shared);
	if (!k)
		report_unreadable_yaml(j, path);
	return k;
}

/* Nothing of the file is shown: who wrote the description may not be who can read it. */
static bool report_strange(struct job *j, const char *path)
{
	struct loc at = j->system ? j->system->board.at : loc_none();
	struct diag *g = diag(&j->diags, E0305, at, "'%s' is no board.yaml", path);

	if (j->system)
		help_with_boards(j, g);
	return false;
}

/* Why a board cannot be read, as an errno; 0: it can. */
static int why_unreadable(const char *path)
{
	struct stat st;

	if (stat(path, &st) || access(path, R_OK))
		return errno;
	return S_ISDIR(st.st_mode) ? EISDIR : S_ISREG(st.st_mode) ? 0 : EINVAL;
}

bool board_load(struct job *j, const char *path)
{
	const struct known_board *known;
	int error = board_text_inside(path) ? 0 : why_unreadable(path);

	j->board_file = path;
	if (error) {
		diags_file_failed(&j->diags, error);
		report_unreadable_board(j, path, error);
		return false;
	}
	known = known_board(j, path);
	if (!known)
		return false;
	if (known->strange)
		return report_strange(j, path);
	diags_add(&j->diags, &known->findings);
	j->host.board = known->good ? known->board : NULL;
	return known->good;
}

/* If the name is wrong, the board that was likely meant stands for it, so that other
 * mistakes are found, too. */
bool find_board(struct job *j)
{
	const char *path = *j->system->board.text ? board_path(j) : NULL;

	return path && board_load(j, path);
}

/* If the size is wrong, the board's largest one stands for it. */
void choose_size(struct job *j)
{
	const struct value *v = &j->system->memory;
	struct text all = { .arena = j->arena };
	struct diag *g;

	for (const struct memory_size *s = j->host.board->memory; s; s = NEXT(s)) {
		uint64_t n;

		j->host.size = s;
		if (number_size(s->o.name, &n) == NUMBER_OK && n == v->n)
			return;
		text_add(&all, "%s%s", all.len ? ", " : "", s->o.name);
	}
	if (!*v->text)		/* which was reported */
		return;
	g = diag(&j->diags, E0306, v->at, "%s has no variant with %s of memory",
		 j->host.board->title.text, v->text);
	diag_help(g, "it comes with: %s", all.data);
}
