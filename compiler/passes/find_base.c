/* SPDX-License-Identifier: BSD-2-Clause */
/* The base tree is found and read, and changed by the overlays of the description. */
#include <errno.h>
#include <string.h>

#include "base/path.h"
#include "diag/fix.h"
#include "input/folder.h"
#include "passes/passes.h"
#include "xen/interrupts.h"

#define TREE_MAX ((size_t)16 << 20)

static bool report_unreadable(struct diags *diags, struct loc at, const char *path)
{
	diags_file_failed(diags, errno);
	diag(diags, E0301, at, "'%s' cannot be read: %s", path, inputs_why_unreadable());
	return false;
}

/* So that what a check finds in the tree can be blamed on the overlay that brought it. */
static void remember_overlay(struct host *h, const struct value *v, const char *blob,
			     size_t len)
{
	struct overlaid *o = NEW(h->arena, struct overlaid);
	const char *why;

	o->at = v->at;
	o->without = dt_read(h->arena, blob, len, &why);
	o->earlier = h->overlaid;
	h->overlaid = o;
}

/* What to do about an overlay that does not fit the tree which it was to change. */
static void help_with_overlay(struct diag *g, const struct devicetree *base, bool sound)
{
	if (!sound)
		diag_help(g, "name an overlay that is compiled: dtc -@ -O dtb -o NAME.dtbo NAME.dtso");
	else if (!base || !dt_find(base, "/__symbols__"))
		diag_help(g, "use a base tree with labels (dtc -@), as Debian's since 6.12 have them");
	else
		diag_help(g, "correct the overlay: name labels and paths that the base tree has");
}

/* Whether a tree has something to put over another one: fragments with a node __overlay__
 * (Linux Documentation/devicetree/overlay-notes.rst). libfdt takes any other tree, and does
 * nothing with it. */
static bool has_fragments(const struct devicetree *dt)
{
	const struct dt_node *n = dt->root->children;

	while (n && !dt_child(n, "__overlay__"))
		n = n->next;
	return n;
}

/* config.txt of the Pi's firmware names overlays without folder and ending. */
static bool report_no_overlay(struct diags *diags, const struct value *v, const char *path)
{
	int error = errno;
	const char *why = inputs_why_unreadable(), *dot = strrchr(path_last(v->text), '.');
	const char *near = error == ENOENT ? folder_nearest(diags->arena, path) : NULL;
	struct diag *g;

	diags_file_failed(diags, error);
	g = diag(diags, E0301, v->at, "the overlay '%s' cannot be read: %s", path, why);
	if (near)
		diag_help(g, "did you mean '%s'?", near);
	else if (error == ENOENT && !dot)
		diag_help(g, "an overlay is a file, which the firmware has as overlays/%s.dtbo: copy it "
			  "here, and write its name", path_last(v->text));
	else
		diag_help(g, "name a file that is there and can be read");
	return false;
}

static bool apply_overlay(struct job *j, const struct value *v, const char **blob,
			  size_t *len)
{
	const char *path = inputs_path(j->arena, &j->inputs, v->text, v->at), *overlay, *why;
	const struct file *f = inputs_open(j->arena, &j->inputs, j->cache, path, v->text);
	const struct devicetree *dt;
	struct diag *g;
	size_t size;

	if (!f || !cache_bytes(j->cache, path, TREE_MAX, &overlay, &size))
		return report_no_overlay(&j->diags, v, path);
	if (f->size > 0 && f->kind != FILE_DTB && f->kind != FILE_UNKNOWN) {
		g = diag(&j->diags, E0521, v->at, "the overlay '%s' cannot be applied: it is %s, not a "
			 "device tree", path, file_what(j->arena, f));
		diag_help(g, f->kind == FILE_TEXT
			  ? "if it is the source of an overlay, compile it: dtc -@ -O dtb -o NAME.dtbo"
			  : "name an overlay, a file that ends in .dtbo");
		return false;
	}
	remember_overlay(&j->host, v, *blob, *len);
	if (dt_overlay(j->arena, blob, len, overlay, size, &why)) {
		dt = dt_read(j->arena, overlay, size, &why);
		if (dt && !has_fragments(dt))
			diag(&j->diags, W0569, v->at, "'%s' is a device tree, but no overlay: it "
			     "changes nothing", path);
		return true;
	}
	g = diag(&j->diags, E0521, v->at, "the overlay '%s' cannot be applied: %s", path,
		 why);
	help_with_overlay(g, j->host.overlaid->without, dt_read(j->arena, overlay, size, &why));
	return false;
}

/* The tree and the index of its phandles come together: whoever finds the one asks the other,
 * even of a tree that Xen cannot use. false: there is no tree. */
static bool take_base(struct host *h, const struct devicetree *dt)
{
	h->base = dt;
	h->phandles = dt ? interrupts_index(h->arena, dt) : NULL;
	return dt;
}

/* Applies the overlays in the order of the list, to the blob, as firmware would. false:
 * reported. */
static bool apply_overlays(struct job *j, const char *path)
{
	const struct values *all = &j->system->overlays;
	const char *blob, *why;
	size_t len;

	if (!all->n)
		return true;
	if (!cache_bytes(j->cache, path, TREE_MAX, &blob, &len))
		return report_unreadable(&j->diags, j->host.tree_at, path);
	for (size_t i = 0; i < all->n; i++)
		if (!apply_overlay(j, &all->v[i], &blob, &len))
			return false;
	return take_base(&j->host, dt_read(j->arena, blob, len, &why));
}

/* A kernel, a ramdisk, a text: what it is, and where that is written. */
static bool report_other(struct job *j, const struct file *f, const char *path)
{
	struct diag *g = diag(&j->diags, E0501, j->host.tree_at, "'%s' is %s, not a device tree", path,
			      file_what(j->arena, f));

	diag_help(g, f->kind == FILE_TEXT ? "if it is the source of a tree, compile it: dtc -I dts -O dtb"
		  : "name the board's tree, a file that ends in .dtb");
	return false;
}

static bool read_base(struct job *j, const struct file *f, const char *path)
{
	const char *why;

	if (f->size == 0) {
		diag(&j->diags, E0302, j->host.tree_at, "'%s' is empty", path);
		return false;
	}
	if (f->kind != FILE_DTB && f->kind != FILE_UNKNOWN)
		return report_other(j, f, path);
	if (take_base(&j->host, cache_tree(j->cache, path, TREE_MAX, &why)))
		return apply_overlays(j, path);
	if (!why)
		return report_unreadable(&j->diags, j->host.tree_at, path);
	diag(&j->diags, E0501, j->host.tree_at, "'%s' is not a sound device tree: %s", path,
	     why);
	return false;
}

/* A file of the folder whose name is nearly that of the path, and ends as that does. */
static const char *near_tree(struct arena *a, const char *path)
{
	const char *near = folder_nearest(a, path), *dot = strrchr(path, '.');
	const char *end = near ? strrchr(near, '.') : NULL;

	return dot && end && streq(dot, end) ? near : NULL;
}

static bool report_missing(struct diags *diags, struct loc at, const char *path)
{
	int error = errno;
	bool missing = error == ENOENT;
	const char *why = inputs_why_unreadable();
	const char *near = missing ? near_tree(diags->arena, path) : NULL;
	struct diag *g = diag(diags, E0301, at,
			      "the base tree '%s' cannot be read: %s", path, why);

	diags_file_failed(diags, error);
	if (near)
		diag_help(g, "did you mean '%s'?", near);
	if (near && fix_is_sure(path_last(path), near))
		fix_part(g, at, path_last(path), near);
	diag_help(g,
		  "'device-tree:' or --dtb FILE names the board's tree; Debian has "
		  "it in its linux-image packages");
	return false;
}

/* The path of the base tree. --dtb comes before the key `device-tree`, and that before
 * the board's. *at is the word that chooses it, *written the name as it was written. */
static const char *choose_tree(struct job *j, struct loc *at, const char **written)
{
	const struct image *i = j->system->device_tree;

	if (j->base_path) {
		*at = loc_of_source(source_of_binary(j->arena, "--dtb"));
		*written = j->base_path;
		return j->base_path;
	}
	*at = i ? i->file.at : j->system->board.at;
	*written = i ? i->file.text : j->host.board->device_tree.text;
	return inputs_path(j->arena, &j->inputs, *written, *at);
}

static const char *tree_name(const struct system *s, const struct board *b)
{
	return path_last(s->device_tree ? s->device_tree->file.text : b->device_tree.text);
}

/* The base tree is small and often in the repository, so with --no-files it is read if it
 * is there. */
bool find_base(struct job *j)
{
	const char *written, *path = choose_tree(j, &j->host.tree_at, &written);
	const struct file *f;

	j->plan.tree_name = tree_name(j->system, j->host.board);
	if (!*written)		/* no name, which was reported */
		return false;
	f = inputs_open(j->arena, &j->inputs, j->cache, path, written);
	if (f)
		return read_base(j, f, path);
	return inputs_skip(&j->inputs) || report_missing(&j->diags, j->host.tree_at, path);
}
