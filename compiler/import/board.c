/* SPDX-License-Identifier: BSD-2-Clause */
/* What ImageBuilder never asks for: which board it is, and how much memory it has. */
#include <inttypes.h>
#include <string.h>

#include "boards.h"
#include "import/config.h"

#define TREE_MAX ((size_t)16 << 20)

/* The base tree says which board it is for. */
static void read_tree(struct ib_config *c)
{
	const char *name = c->j->options->tree, *why;
	char *blob;
	size_t len;

	if (!name && config_text(c, "DEVICE_TREE"))
		name = config_path(c, config_text(c, "DEVICE_TREE"));
	if (name && read_file(c->j->arena, name, NULL, TREE_MAX, &blob, &len))
		c->tree = dt_read(c->j->arena, blob, len, &why);
}

static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

static bool is_compatible(const struct ib_config *c, const struct board *b)
{
	return c->tree && b->compatible.text &&
	       dt_compatible(c->tree->root, b->compatible.text);
}

static bool has_its_tree(struct ib_config *c, const struct board *b)
{
	const char *tree = config_text(c, "DEVICE_TREE");

	return tree && b->device_tree.text &&
	       streq(base_name(tree), base_name(b->device_tree.text));
}

static bool begins_there(struct ib_config *c, const struct board *b)
{
	const struct shell_value *v = config_get(c, "MEMORY_START", 0);
	const struct bank *first = b->memory->banks;
	uint64_t start = 0;

	if (v && !config_number(c, v, &start))
		return false;
	return start >= first->start.n && start < first->start.n + first->size.n;
}

/* How sure it is that the config is for this board. */
static unsigned likeness(struct ib_config *c, const struct board *b)
{
	return is_compatible(c, b)  ? 3
	       : has_its_tree(c, b) ? 2
	       : begins_there(c, b) ? 1
				    : 0;
}

static const char *guess_board(struct ib_config *c, unsigned *best)
{
	const char **names, *found = NULL;
	size_t n = boards_list(c->j->arena, c->j->options, &names);

	*best = 0;
	for (size_t i = 0; i < n; i++) {
		struct job other = { .arena = c->j->arena, .options = c->j->options };
		unsigned like;

		other.diags = (struct diags){ .arena = c->j->arena,
					      .wishes = &c->j->options->wishes };
		if (!board_load(&other,
				boards_find(c->j->arena, c->j->options, names[i])))
			continue;
		like = likeness(c, other.board);
		if (found && like <= *best)
			continue;
		found = names[i];
		*best = like;
	}
	return found;
}

static struct loc where(struct ib_config *c, const char *name)
{
	const struct shell_value *v = config_get(c, name, 0);

	return v ? v->at : loc_of_source(c->shell.src);
}

static bool report_no_board(struct ib_config *c, const char *name)
{
	struct diag *g;

	g = diag(&c->j->diags, E0305, loc_none(), "no board is called '%s'",
		 name ? name : "");
	diag_help(&c->j->diags, g,
		  "`xendtc boards` lists them; --board-path DIR adds more");
	return false;
}

static bool find_board(struct ib_config *c, const char **name, bool *guessed)
{
	unsigned likely = 3;
	const char *path;

	*name = c->j->options->board;
	if (!*name)
		*name = guess_board(c, &likely);
	*guessed = likely < 2;
	if (*name && strchr(*name, '/'))
		path = *name;
	else
		path = *name ? boards_find(c->j->arena, c->j->options, *name) : NULL;
	if (!path)
		return report_no_board(c, *name);
	if (*guessed) {
		struct diag *g = diag(&c->j->diags, W1026, where(c, "DEVICE_TREE"),
				      "nothing says which board this is for; '%s' is a "
				      "guess",
				      *name);

		diag_help(&c->j->diags, g,
			  "give it with --board, or --files DIR with the "
			  "device tree in it");
	}
	return board_load(c->j, path);
}

/* What all domains take together; for a guess. */
static uint64_t wanted(struct ib_config *c)
{
	uint64_t sum = c->dom0 ? config_dom0_memory(c) : 0;

	for (uint64_t i = 0; i < c->guests; i++) {
		const struct shell_value *v = config_get(c, "DOMU_MEM", i);
		uint64_t n = 512;

		if (v && !config_number(c, v, &n))
			return sum;
		sum += n << 20;
	}
	return sum;
}

static bool is_enough(const struct memory_size *size, uint64_t sum, uint64_t end)
{
	uint64_t total = 0, last = 0;

	for (const struct bank *b = size->banks; b; b = (const struct bank *)b->o.next) {
		total += b->size.n;
		last = b->start.n + b->size.n;
	}
	return total > sum && last >= end;
}

/* The smallest that holds all domains and MEMORY_END; else the largest. */
static const char *guess_memory(struct ib_config *c)
{
	const struct shell_value *v = config_get(c, "MEMORY_END", 0);
	const struct memory_size *size = c->j->board->memory;
	uint64_t end = 0, sum = wanted(c);
	struct diag *g;

	if (v && !config_number(c, v, &end))
		return NULL;
	while (size->o.next && !is_enough(size, sum, end))
		size = (const struct memory_size *)size->o.next;
	g = diag(&c->j->diags, W1026, where(c, "MEMORY_END"),
		 "nothing says how much memory the board has; %s is a guess",
		 size->o.name);
	diag_help(&c->j->diags, g, "give it with --memory");
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
	const struct shell_value *v = config_get(c, "DEVICE_TREE", 0);
	uint64_t count;

	if (v)
		config_file(c, "device-tree", v);
	if (!config_count(c, "NUM_DT_OVERLAY", &count) || !count)
		return;
	yaml_open(&c->y, "overlays", YAML_LIST);
	for (uint64_t i = 0; i < count; i++)
		if ((v = config_get(c, "DT_OVERLAY", i)))
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
	if (memory && !has_size(c->j->board, memory)) {
		diag(&c->j->diags, E0306, loc_none(),
		     "%s has no variant with %s of memory", c->j->board->title.text,
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
