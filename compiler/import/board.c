/* SPDX-License-Identifier: BSD-2-Clause */
/* What ImageBuilder never asks for: which board it is, and how much memory it has. */
#include <errno.h>
#include <string.h>

#include "base/path.h"
#include "import/find_board.h"
#include "import/ib_config.h"
#include "options.h"

#define TREE_MAX ((size_t)16 << 20)

/* Reads the base tree, which says which board it is for. */
static void read_tree(struct ib_config *c)
{
	const char *name = c->j->base_path, *why;
	char *blob;
	size_t len;

	if (!name && ib_text(c, "DEVICE_TREE"))
		name = ib_path(c, ib_text(c, "DEVICE_TREE"));
	if (!name)
		return;
	if (read_file(c->j->arena, name, TREE_MAX, &blob, &len))
		c->tree = dt_read(c->j->arena, blob, len, &why);
	else
		cache_note_unread(c->j->cache, name, errno);
}

static bool has_its_tree(struct ib_config *c, const struct board *b)
{
	const char *tree = ib_text(c, "DEVICE_TREE");

	return tree && b->device_tree.text &&
	       streq(path_last(tree), path_last(b->device_tree.text));
}

static bool begins_there(struct ib_config *c, const struct board *b)
{
	const struct shell_value *v = ib_get(c, "MEMORY_START", 0);
	const struct bank *first = b->memory->banks;
	uint64_t start = 0;

	if (v && !ib_number(c, v, &start))
		return false;
	return start >= first->start.n && start < first->start.n + first->size.n;
}

enum likeness { UNLIKE, MEMORY_BEGINS_THERE, SAME_TREE_NAME, SAME_COMPATIBLE };

static unsigned likeness(void *config, const struct board *b)
{
	struct ib_config *c = config;

	return is_tree_of(c->tree, b)  ? SAME_COMPATIBLE
	       : has_its_tree(c, b)    ? SAME_TREE_NAME
	       : begins_there(c, b)    ? MEMORY_BEGINS_THERE
				       : UNLIKE;
}

static struct loc where(struct ib_config *c, const char *name)
{
	const struct shell_value *v = ib_get(c, name, 0);

	return v ? v->at : loc_of_source(c->shell.src);
}

static void report_guess(struct ib_config *c, const char *name)
{
	struct diag *g;

	g = diag(&c->j->diags, W1026, where(c, "DEVICE_TREE"),
		 "nothing says which board this is for; '%s' is a guess", name);
	diag_help(g, "give it with --board, or --files DIR with the device tree in it");
}

/* The board that was asked for, or the one that the config is most like. A tree that is
 * there and is no known board's is never taken for one. */
static bool find_board(struct ib_config *c, const char **name, bool *guessed)
{
	unsigned best = SAME_COMPATIBLE;
	struct loc at = c->tree ? where(c, "DEVICE_TREE") : loc_none();

	*name = c->j->options->board;
	if (!*name)
		*name = find_likely_board(c->j, likeness, c, &best);
	if (!c->j->options->board && c->tree && best < SAME_COMPATIBLE)
		*name = NULL;
	*guessed = best < SAME_TREE_NAME;
	if (!load_board(c->j, *name, c->tree, at))
		return false;
	if (*guessed)
		report_guess(c, *name);
	return true;
}

/* Bytes that all domains take together, for a guess. */
static uint64_t wanted(struct ib_config *c)
{
	uint64_t sum = c->dom0 ? ib_dom0_memory(c) : 0;

	for (uint64_t i = 0; i < c->guests; i++) {
		const struct shell_value *v = ib_get(c, "DOMU_MEM", i);
		uint64_t n = 512;

		if (v && !ib_number(c, v, &n))
			return sum;
		sum += n << 20;
	}
	return sum;
}

static bool is_enough(const struct memory_size *size, uint64_t sum, uint64_t end)
{
	uint64_t total = 0, last = 0;

	for (const struct bank *b = size->banks; b; b = NEXT(b)) {
		total += b->size.n;
		last = b->start.n + b->size.n;
	}
	return total > sum && last >= end;
}

/* The name of the smallest memory that holds all domains and MEMORY_END; else of the
 * largest. */
static const char *guess_memory(struct ib_config *c)
{
	const struct shell_value *v = ib_get(c, "MEMORY_END", 0);
	const struct memory_size *size = c->j->host.board->memory;
	uint64_t end = 0, sum = wanted(c);
	struct diag *g;

	if (v && !ib_number(c, v, &end))
		return NULL;
	while (size->o.next && !is_enough(size, sum, end))
		size = NEXT(size);
	g = diag(&c->j->diags, W1026, where(c, "MEMORY_END"),
		 "nothing says how much memory the board has; %s is a guess",
		 size->o.name);
	diag_help(g, "give it with --memory");
	return size->o.name;
}

static bool has_size(const struct board *b, const char *name)
{
	uint64_t wanted_size, n;

	if (number_size(name, &wanted_size) != NUMBER_OK)
		return false;
	for (const struct object *o = &b->memory->o; o; o = o->next)
		if (number_size(o->name, &n) == NUMBER_OK && n == wanted_size)
			return true;
	return false;
}

static void write_tree(struct ib_config *c)
{
	const struct shell_value *v = ib_get(c, "DEVICE_TREE", 0);
	uint64_t count;

	if (v)
		ib_write_file(c, "device-tree", v);
	if (!ib_count(c, "NUM_DT_OVERLAY", &count) || !count)
		return;
	yaml_open(&c->y, "overlays", YAML_LIST);
	for (uint64_t i = 0; i < count; i++)
		if ((v = ib_get(c, "DT_OVERLAY", i)))
			yaml_scalar(&c->y, NULL, v->text);
	yaml_close(&c->y);
}

bool import_board(struct ib_config *c)
{
	const char *name, *memory = c->j->options->memory;
	bool guessed;

	read_tree(c);
	if (!find_board(c, &name, &guessed))
		return false;
	yaml_scalar(&c->y, "board", name);
	if (guessed)
		yaml_remark(&c->y, "a guess");
	if (memory && !has_size(c->j->host.board, memory)) {
		diag(&c->j->diags, E0306, loc_none(),
		     "%s has no variant with %s of memory", c->j->host.board->title.text,
		     memory);
		return false;
	}
	guessed = !memory;
	if (guessed && !(memory = guess_memory(c)))
		return false;
	yaml_scalar(&c->y, "memory", memory);
	if (guessed)
		yaml_remark(&c->y, "a guess");
	write_tree(c);
	return true;
}
