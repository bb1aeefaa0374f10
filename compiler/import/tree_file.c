/* SPDX-License-Identifier: BSD-2-Clause */
/* A blob, and the script that loads it, become system.yaml. */
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "base/number.h"
#include "base/path.h"
#include "import/find_board.h"
#include "import/from_tree.h"
#include "import/import.h"
#include "input/source.h"

#define SCRIPT_MAX ((size_t)1 << 20)

static bool unreadable(struct job *j, const char *path)
{
	struct source *src = source_of_binary(j->arena, path);

	diag(&j->diags, E0301, loc_of_source(src), "cannot be read: %s", strerror(errno));
	j->io_failed = true;
	return false;
}

static bool read_blob(struct job *j, struct tree_import *in)
{
	char *blob;
	size_t len;
	const char *why;

	j->name = j->path;
	in->at = loc_of_source(source_of_binary(j->arena, j->path));
	if (!read_file(j->arena, j->path, NULL, IMPORT_TREE_MAX, &blob, &len))
		return unreadable(j, j->path);
	in->dt = dt_read(j->arena, blob, len, &why);
	if (in->dt)
		return true;
	diag(&j->diags, E0501, in->at, "not a sound device tree: %s", why);
	return false;
}

static bool read_script(struct job *j, struct tree_import *in)
{
	const char *path = j->options->script;
	char *text;
	size_t len;

	if (!path)
		return true;
	if (!read_file(j->arena, path, NULL, SCRIPT_MAX, &text, &len))
		return unreadable(j, path);
	in->script = boot_script_read(j->arena, source_of_text(j->arena, path, text, len));
	return true;
}

static unsigned likeness(void *import, const struct board *b)
{
	const struct tree_import *in = import;

	return is_tree_of(in->dt, b);
}

static bool find_board(struct job *j, struct tree_import *in)
{
	unsigned best;

	in->board = j->options->board;
	if (!in->board)
		in->board = find_likely_board(j, likeness, in, &best);
	return load_board(j, in->board, in->dt, in->at);
}

static uint64_t ram_of(const struct memory_size *size)
{
	uint64_t sum = 0;

	for (const struct bank *b = size->banks; b; b = (const struct bank *)b->o.next)
		sum += b->size.n;
	return sum;
}

/* What the tree's /memory says; the board's own tree says nothing. */
static uint64_t ram_in_tree(const struct devicetree *dt)
{
	uint64_t sum = 0, address, size;

	for (const struct dt_node *n = dt->root->children; n; n = n->next)
		for (size_t i = 0; dt_is_named(n, "memory") && dt_reg(n, i, &address, &size);
		     i++)
			sum += size;
	return sum;
}

/* The size that is nearest to the tree's, or the largest that the board has. */
static void choose_memory(struct job *j, struct tree_import *in)
{
	uint64_t there = ram_in_tree(in->dt);
	const struct memory_size *best = NULL;
	struct diag *g;

	in->memory = j->options->memory;
	if (in->memory)
		return;
	for (const struct memory_size *m = j->host.board->memory; m;
	     m = (const struct memory_size *)m->o.next)
		if (!best || (there ? ram_of(m) <= there : ram_of(m) > ram_of(best)))
			best = m;
	in->memory = best->o.name;
	if (there)
		return;
	g = diag(&j->diags, W1026, in->at,
		 "the tree does not say how much memory the board has; %s is a guess",
		 in->memory);
	diag_help(&j->diags, g, "give it with --memory");
}

static void write_findings(struct job *j, struct yaml *y)
{
	diags_sort(&j->diags);
	for (const struct diag *g = j->diags.first; g; g = g->next)
		yaml_comment(y, "%s%s", g == j->diags.first ? "\nWhat was noticed:\n" : "",
			     g->text);
	yaml_end(y);
	text_add(y->out, "\n");
}

bool import_blob(struct job *j, struct text *out)
{
	struct text body = { .arena = j->arena };
	struct yaml y = { .out = &body }, head = { .out = out };
	struct tree_import in = { .arena = j->arena, .diags = &j->diags, .yaml = &y };

	in.keep_addresses = j->options->layout;
	if (!read_blob(j, &in) || !read_script(j, &in) || !find_board(j, &in))
		return false;
	in.base_tree = j->host.board->device_tree.text;
	choose_memory(j, &in);
	if (!import_tree(&in))
		return false;
	yaml_end(&y);
	yaml_comment(&head, "Made from '%s' by xendtc import.", path_last(j->path));
	write_findings(j, &head);
	text_bytes(out, body.data, body.len);
	return !j->diags.errors;
}
