/* SPDX-License-Identifier: BSD-2-Clause */
/* Text becomes a tree: system.yaml over the one that it extends, and --set over both. */
#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "base/path.h"
#include "base/text.h"
#include "diag/allow.h"
#include "input/folder.h"
#include "input/form.h"
#include "input/kinds.h"
#include "input/merge.h"
#include "passes/passes.h"
#include "rows/rows.h"

#define SIZES_MAX 16	/* of one `memory` list */
#define BASES_MAX 32	/* descriptions, each of which extends the next */

/* A description that is being read, and those that extend it. */
struct reading {
	const char *path, *name;
	dev_t device;
	ino_t inode;
	struct loc at;		/* the value of `extends` that names it; src NULL: nobody does */
	const struct reading *extended_by;
};

static bool is_yaml(const char *name)
{
	const char *dot = strrchr(name, '.');

	return dot && (streq(dot, ".yaml") || streq(dot, ".yml"));
}

/* The file that was meant: one with a name like that, or one in the folder. */
static void help_unreadable(struct diag *g, const char *path, int why)
{
	const char *near = why == ENOENT ? folder_nearest(g->arena, path) : NULL;
	int folder = (int)(path_last(path) - path);

	if (near && is_yaml(near))
		diag_help(g, "did you mean '%.*s%s'?", folder, path, near);
	else if (why == EISDIR)
		diag_help(g, "this is a folder: name the file in it, as in %s/system.yaml", path);
}

void report_unreadable_yaml(struct job *j, const char *path)
{
	struct source *src = source_of_binary(j->arena, path);

	if (errno == EFBIG) {
		diag_help(diag(&j->diags, E0110, loc_of_source(src),
			       "larger than %zu MiB: not a description", YAML_MAX >> 20),
			  "name a system.yaml, in which this file can be named; `xendtc init` "
			  "writes one for the files of a folder");
		return;
	}
	help_unreadable(diag(&j->diags, E0301, loc_of_source(src), "cannot be read: %s",
			     strerror(errno)), path, errno);
	j->io_failed = true;
}

static const char *kind_name(const char *text, size_t len)
{
	enum file_kind kind = file_kind_of((const uint8_t *)text, len);

	return kind == FILE_UNKNOWN || kind == FILE_TEXT ? description_form_name(FORM_IS_BINARY)
	     : kind == FILE_ARM64_IMAGE ? "an arm64 Image (Xen or a kernel)" : file_kind_name(kind);
}

/* What else a file may be that was given in place of a system.yaml. */
static bool is_system(struct diags *d, const struct reading *r, const char *text, size_t len)
{
	enum description_form form = description_form(text, len);
	struct diag *g;

	if (form == FORM_IS_SYSTEM || form == FORM_IS_UNKNOWN)
		return true;
	g = diag(d, E0112, loc_of_source(source_of_binary(d->arena, r->name)),
		 "this is %s, not a system.yaml", form == FORM_IS_BINARY ? kind_name(text, len)
		 : description_form_name(form));
	if (r->at.src)
		diag_note(g, r->at, "it is named here");
	if (form == FORM_IS_BOARD)
		diag_help(g, "check a system that names it: board: %s", r->name);
	else if (form == FORM_IS_XL)
		diag_help(g, "describe that guest under 'guests:', with boot: false, and xendtc writes "
			  "its file for xl");
	else if (form == FORM_IS_LIBVIRT)
		diag_help(g, "describe that guest under 'guests:'");
	else if (form == FORM_IS_EFI || form == FORM_IS_MENU)
		diag_help(g, "`xendtc init` describes the files that it names; its command lines go into "
			  "'cmdline' of xen and of dom0");
	else if (form == FORM_IS_FIRMWARE)
		diag_help(g, "xendtc writes one of its own: name the system.yaml");
	else if (form == FORM_IS_BINARY)
		diag_help(g, "name a system.yaml, in which this file can be named; `xendtc init` "
			  "writes one for the files of a folder");
	else if (form == FORM_IS_SOURCE)
		diag_help(g, "compile it with dtc, and name the result: device-tree: FILE.dtb");
	else
		diag_help(g, "make a system.yaml of it: xendtc import%s %s",
			  form == FORM_IS_CONFIG ? " --board rpi4 --memory 4G" : "", r->name);
	return false;
}

static void report_unreadable(struct job *j, const struct reading *r)
{
	if (r->at.src) {
		diags_file_failed(&j->diags, errno);
		diag_help(diag(&j->diags, E0334, r->at, "'%s' cannot be read: %s", r->path,
			       inputs_why_unreadable()),
			  "write the path from the folder of this file on: '%s'",
			  r->at.src->folder);
		return;
	}
	report_unreadable_yaml(j, r->name);
}

static void find_inode(struct reading *r)
{
	struct stat st;

	if (stat(r->path, &st))
		return;
	r->device = st.st_dev;
	r->inode = st.st_ino;
}

/* A pipe is read to its end where a shell made it for us, but nobody extends one. */
static bool read_reading(struct arena *a, struct reading *r, char **text, size_t *len)
{
	find_inode(r);
	return r->at.src ? read_file(a, r->path, YAML_MAX, text, len)
			 : read_operand(a, r->path, YAML_MAX, text, len);
}

/* Nothing of the file is shown: who wrote the description may not be who can read it. */
static struct node *report_strange(struct diags *d, const struct reading *r)
{
	diag_help(diag(d, E0334, r->at, "'%s' is no system.yaml", r->path),
		  "name one, with keys such as board or memory at the left edge");
	return NULL;
}

static struct node *read_text(struct job *j, struct reading *r)
{
	struct source *src;
	char *text;
	size_t len;

	if (j->text && !r->at.src) {
		text = j->text->data;
		len = j->text->len;
	} else if (!read_reading(j->arena, r, &text, &len)) {
		report_unreadable(j, r);
		return NULL;
	}
	if (!is_system(&j->diags, r, text, len))
		return NULL;
	if (r->at.src && !schema_fits(&system_record, text, 1))
		return report_strange(&j->diags, r);
	src = source_of_text(j->arena, r->name, text, len);
	src->folder = path_folder(j->arena, r->name);
	if (!r->at.src)
		j->source = src;
	allows_read(&j->diags, src);
	return tree_read(src, &j->diags);
}

/* Whether the bases come to no end: one of them is there already, or there are too many. */
static bool is_circle(struct diags *d, const struct reading *r)
{
	struct diag *g;
	unsigned n = 0;

	for (const struct reading *o = r->extended_by; o; o = o->extended_by) {
		if (++n > BASES_MAX) {
			diag_help(diag(d, E0333, r->at, "more than %d descriptions extend each other",
				       BASES_MAX),
				  "put what they say into fewer files");
			return true;
		}
		if (!streq(o->path, r->path) &&
		    !(o->inode && o->device == r->device && o->inode == r->inode))
			continue;
		g = diag(d, E0333, r->at, "'%s' extends itself", r->name);
		diag_help(g, "name the file that has what both have in common");
		return true;
	}
	return false;
}

static struct node *read_description(struct job *j, struct reading *r);

/* NULL: the base is not to be had, which was reported. */
static struct node *read_base(struct job *j, struct node *value, const struct reading *by)
{
	struct reading r = { .at = value->at, .extended_by = by };

	r.path = r.name = path_in(j->arena, value->at.src->folder, value->text);
	find_inode(&r);
	if (is_circle(&j->diags, &r))
		return NULL;
	inputs_add(j->arena, &j->inputs, r.path);
	return read_description(j, &r);
}

/* A key `extends` that is no text stays where it is, for the binder to report. */
static struct node *read_description(struct job *j, struct reading *r)
{
	struct node *tree = read_text(j, r), *base;
	struct pair *extends = NULL;

	if (tree && tree->kind == NODE_MAP)
		extends = tree_find(tree, "extends");
	if (!extends || extends->value->kind != NODE_SCALAR || !*extends->value->text)
		return tree;
	tree_take(tree, "extends");
	base = read_base(j, extends->value, r);
	return base ? tree_merge(j->arena, base, tree) : NULL;
}

/* "PATH=VALUE" over the tree, with places of its own. NULL: the value is no YAML, which was
 * reported. */
static struct node *set(struct job *j, struct node *tree, const char *setting)
{
	size_t len = strlen(setting);
	struct source *src = source_of_text(j->arena, "--set",
					    arena_copy(j->arena, setting, len), len);
	struct loc path = { src, 0, strcspn(setting, "=") };
	struct node *value = tree_read_from(src, path.len + 1, &j->diags);

	return value ? tree_merge(j->arena, tree, tree_of_path(j->arena, path, value)) : NULL;
}

/* Several sizes of memory: the tree has the first of them from here on. */
static void take_sizes(struct job *j)
{
	struct pair *memory = j->tree->kind == NODE_MAP ? tree_find(j->tree, "memory") : NULL;
	size_t n = 0;

	if (!memory || memory->value->kind != NODE_LIST)
		return;
	for (const struct item *i = memory->value->items; i; i = i->next)
		if (++n > SIZES_MAX) {
			diag_help(diag(&j->diags, E0335, i->value->at,
				       "a system has at most %d sizes of memory", SIZES_MAX),
				  "describe the others in a file of their own, which extends "
				  "this one");
			break;
		}
	if (n <= SIZES_MAX)
		j->sizes = memory->value->items;
	describe_size(j, memory->value->items);
}

void describe_size(struct job *j, const struct item *size)
{
	struct node *tree = NEW(j->arena, struct node);
	struct pair **tail = &tree->pairs;

	if (!size)
		return;
	*tree = *j->tree;
	tree->merged = NULL;
	for (const struct pair *p = j->tree->pairs; p; p = p->next) {
		*tail = NEW(j->arena, struct pair);
		**tail = *p;
		if (streq(p->key, "memory"))
			(*tail)->value = size->value;
		tail = &(*tail)->next;
	}
	j->tree = tree;
}

void describe(struct job *j)
{
	bool from_stdin = streq(j->path, "-");
	struct reading r = { .path = j->path };
	struct node *tree;

	job_set_name(j, !from_stdin ? j->path : j->stdin_name ? j->stdin_name : "<stdin>");
	r.name = j->name;
	tree = read_description(j, &r);
	for (const char *const *s = j->settings; s && *s && tree; s++)
		tree = set(j, tree, *s);
	j->tree = tree;
	if (tree)
		take_sizes(j);
}
