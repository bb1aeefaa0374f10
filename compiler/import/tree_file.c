/* SPDX-License-Identifier: BSD-2-Clause */
/* A blob, or the script that loads it, or both, become the parts of system.yaml. */
#include <string.h>

#include "base/number.h"
#include "base/path.h"
#include "import/find_board.h"
#include "import/from_tree.h"
#include "import/sources.h"
#include "input/cache.h"
#include "options.h"

static bool read_blob(struct job *j, struct tree_import *in,
		      const struct import_source *tree, struct devicetree **dt)
{
	const char *why;

	if (!tree)
		return true;
	in->at = loc_of_source(source_of_binary(j->arena, tree->name));
	*dt = dt_read(j->arena, tree->data, tree->len, &why);
	if (*dt)
		return true;
	diag(&j->diags, E0501, in->at, "not a sound device tree: %s", why);
	return false;
}

/* Reads the script. Files that it loads are looked up beside it, and in the folder of
 * --files. */
static bool read_script(struct job *j, struct tree_import *in,
			const struct import_source *script, struct devicetree *given)
{
	const char *folders[] = { j->folder, j->files_folder, NULL };
	char *text;
	size_t len;

	if (!script)
		return true;
	text = script->data;
	len = script->len;
	if (!boot_script_unpack(&text, &len)) {
		diag(&j->diags, E1058, loc_of_source(source_of_binary(j->arena, script->name)),
		     "this is neither a script of U-Boot nor what mkimage makes of one");
		return false;
	}
	in->script = boot_script_read(j->arena, &j->diags,
				      source_of_text(j->arena, script->name, text, len),
				      folders, &j->cache->patterns, given);
	return in->script;
}

/* Chooses the tree that is booted: the one that the script has changed, or else the one
 * that was given. */
static bool choose_tree(struct job *j, struct tree_import *in,
			const struct import_source *script, struct devicetree *given)
{
	const struct boot_script *s = in->script;
	const struct script_load *l = s ? boot_script_find(s, s->tree) : NULL;
	struct diag *g;

	in->dt = s && s->dt ? s->dt : given;
	if (!given && script)
		in->at = loc_of_source(source_of_binary(j->arena, script->name));
	if (in->dt)
		return true;
	g = diag(&j->diags, E1050, s->command ? s->command_at : in->at,
		 "the script changes no tree, and the one that it boots is not here");
	if (l)
		diag_help(g, "give '%s%s' with it, or --files DIR with that in it",
			  s->prefix, l->name);
	else
		diag_help(g, "give the tree with it");
	return false;
}

/* The name of the tree that the script loads and changes; NULL if it is another's. */
static const char *loaded_tree(const struct tree_import *in)
{
	const struct boot_script *s = in->script;
	const struct script_load *l = s && s->edits ? boot_script_find(s, s->tree) : NULL;

	return l ? l->name : NULL;
}

enum likeness { UNLIKE, SAME_TREE_NAME, SAME_COMPATIBLE };

static unsigned likeness(void *import, const struct board *b)
{
	const struct tree_import *in = import;
	const char *tree = loaded_tree(in);

	return is_tree_of(in->dt, b) ? SAME_COMPATIBLE
	       : tree && b->device_tree.text &&
			 streq(path_last(tree), path_last(b->device_tree.text))
		       ? SAME_TREE_NAME
		       : UNLIKE;
}

static bool find_board(struct job *j, struct tree_import *in)
{
	bool sketch = in->script && in->script->is_sketch;
	unsigned best;

	in->board = j->options->board;
	if (!in->board)
		in->board = find_likely_board(j, likeness, in, &best);
	return load_board(j, in->board, sketch ? NULL : in->dt, in->at);
}

/* Bytes of RAM in /memory of the tree; 0: it says nothing, as boards' own trees do. */
static uint64_t ram_in_tree(const struct devicetree *dt)
{
	uint64_t sum = 0, address, size;

	for (const struct dt_node *n = dt->root->children; n; n = n->next)
		for (size_t i = 0; dt_is_named(n, "memory") && dt_reg(n, i, &address, &size);
		     i++)
			sum += size;
	return sum;
}

/* Chooses the memory size: the one that is nearest to the tree's, or the largest that the
 * board has. */
static void choose_memory(struct job *j, struct tree_import *in)
{
	uint64_t there = ram_in_tree(in->dt);
	const struct memory_size *best = NULL;
	struct diag *g;

	in->memory = j->options->memory;
	if (in->memory)
		return;
	for (const struct memory_size *m = j->host.board->memory; m; m = NEXT(m))
		if (!best || (there ? ram_total(m) <= there : ram_total(m) > ram_total(best)))
			best = m;
	in->memory = best->o.name;
	if (there)
		return;
	g = diag(&j->diags, W1026, in->at,
		 "the tree does not say how much memory the board has; %s is a guess",
		 in->memory);
	diag_help(g, "give it with --memory");
}

bool import_tree_and_script(struct job *j, const struct import_source *tree,
			    const struct import_source *script, struct yaml *y)
{
	struct tree_import in = { .arena = j->arena, .diags = &j->diags, .yaml = y,
				  .patterns = &j->cache->patterns };
	struct devicetree *given = NULL;
	const char *loaded;

	in.keep_addresses = j->options->layout;
	if (!read_blob(j, &in, tree, &given) || !read_script(j, &in, script, given) ||
	    !choose_tree(j, &in, script, given) || !find_board(j, &in))
		return false;
	loaded = loaded_tree(&in);
	in.base_tree = loaded ? loaded : j->host.board->device_tree.text;
	choose_memory(j, &in);
	return import_tree(&in);
}
