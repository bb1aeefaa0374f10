/* SPDX-License-Identifier: BSD-2-Clause */
/* Names become files and the base tree. */
#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "base/path.h"
#include "input/cache.h"
#include "input/folder.h"
#include "passes/passes.h"

/* The name that U-Boot asks for: the path as written, as long as that stays below the
 * folder of files; else only its last part. */
static const char *script_name(const char *written)
{
	const char *slash = strrchr(written, '/');

	if (slash && (written[0] == '/' || strstr(written, "..")))
		return slash + 1;
	return starts_with(written, "./") ? written + 2 : written;
}

/* Only regular files have a size and can be loaded; a pipe would be waited for. */
static const char *why_unreadable(void)
{
	return errno == EINVAL ? "it is no file, but a pipe, a socket or a device"
			       : strerror(errno);
}

/* With the path in the file's own words: of the name only the last part may differ. */
static const char *near_path(struct job *j, const char *written, const char *path)
{
	const char *name = folder_nearest(j->arena, path), *slash = strrchr(written, '/');
	int folder = slash ? (int)(slash - written) + 1 : 0;

	return name ? arena_printf(j->arena, "%.*s%s", folder, written, name) : NULL;
}

static bool report_missing(struct job *j, const struct image *i, const char *path)
{
	bool missing = errno == ENOENT;
	struct diag *g = diag(&j->diags, E0301, i->file.at, "'%s' cannot be read: %s",
			      path, why_unreadable());
	const char *near = missing ? near_path(j, i->file.text, path) : NULL;

	if (near)
		diag_help(g, "did you mean '%s'?", near);
	if (missing && i->file.text[0] != '/')
		diag_help(g,
			  "files are looked up in '%s'; --files DIR names another "
			  "folder, --no-files checks without them",
			  job_folder(j));
	return false;
}

static struct file *known_file(struct job *j, const struct stat *st)
{
	for (struct file *f = j->files; f; f = f->next)
		if (f->device == st->st_dev && f->inode == st->st_ino)
			return f;
	return NULL;
}

static struct file *open_file(struct job *j, const char *path, const char *written)
{
	struct stat st;
	struct file *f;

	if (stat(path, &st) == 0 && (f = known_file(j, &st)))
		return f;
	f = NEW(j->arena, struct file);
	if (!cache_file(j->cache, j->arena, path, f))
		return NULL;
	f->written = written;
	f->name = script_name(written);
	f->next = j->files;
	j->files = f;
	return f;
}

static bool find_file(struct job *j, struct image *i)
{
	const char *path;

	if (!i)
		return true;
	if (j->options->no_files) {
		j->skipped++;
		return true;
	}
	path = job_path(j, i->file.text);
	i->found = open_file(j, path, i->file.text);
	if (!i->found)
		return report_missing(j, i, path);
	if (i->found->size == 0) {
		diag(&j->diags, E0302, i->file.at, "'%s' is empty", path);
		return false;
	}
	return true;
}

#define TREE_MAX ((size_t)16 << 20)

static bool report_unreadable(struct diags *diags, const struct host *h, const char *path)
{
	diag(diags, E0301, h->tree_at, "'%s' cannot be read: %s", path, why_unreadable());
	return false;
}

/* So that what a check finds in the tree can be blamed on the overlay that brought it. */
static void remember_overlay(struct job *j, const struct value *v, const char *blob,
			     size_t len)
{
	struct overlaid *o = NEW(j->arena, struct overlaid);
	const char *why;

	o->at = v->at;
	o->without = dt_read(j->arena, blob, len, &why);
	o->earlier = j->host.overlaid;
	j->host.overlaid = o;
}

static bool apply_overlay(struct job *j, const struct value *v, const char **blob,
			  size_t *len)
{
	const char *path = job_path(j, v->text), *overlay, *why;
	size_t size;
	struct diag *g;

	if (!open_file(j, path, v->text) ||
	    !cache_bytes(j->cache, path, TREE_MAX, &overlay, &size)) {
		diag(&j->diags, E0301, v->at, "'%s' cannot be read: %s", path,
		     why_unreadable());
		return false;
	}
	remember_overlay(j, v, *blob, *len);
	if (dt_overlay(j->arena, blob, len, overlay, size, &why))
		return true;
	g = diag(&j->diags, E0521, v->at, "the overlay '%s' cannot be applied: %s", path,
		 why);
	diag_help(g,
		  "overlays want a base tree with labels (dtc -@), as Debian's since "
		  "6.12 have them");
	return false;
}

/* In the order of the list, on the blob, as the firmware would. */
static bool apply_overlays(struct job *j, const char *path)
{
	const struct values *all = &j->system->overlays;
	const char *blob, *why;
	size_t len;

	if (!all->n)
		return true;
	if (!cache_bytes(j->cache, path, TREE_MAX, &blob, &len))
		return report_unreadable(&j->diags, &j->host, path);
	for (size_t i = 0; i < all->n; i++)
		if (!apply_overlay(j, &all->v[i], &blob, &len))
			return false;
	j->host.base = dt_read(j->arena, blob, len, &why);
	return j->host.base;
}

static bool read_base(struct job *j, const struct file *f, const char *path)
{
	const char *why;

	if (f->size == 0) {
		diag(&j->diags, E0302, j->host.tree_at, "'%s' is empty", path);
		return false;
	}
	j->host.base = cache_tree(j->cache, path, TREE_MAX, &why);
	if (j->host.base)
		return apply_overlays(j, path);
	if (!why)
		return report_unreadable(&j->diags, &j->host, path);
	diag(&j->diags, E0501, j->host.tree_at, "'%s' is not a sound device tree: %s", path,
	     why);
	return false;
}

/* The base tree is small and often in the repository, so --no-files uses it if it is
 * there. */
static bool find_base(struct job *j)
{
	const struct image *i = j->system->device_tree;
	const char *written = j->options->tree ? j->options->tree
			    : i ? i->file.text : j->host.board->device_tree.text;
	const char *path = j->options->tree ? written : job_path(j, written);
	const struct file *f;
	struct diag *g;

	j->host.tree_at = j->options->tree
				  ? loc_of_source(source_of_binary(j->arena, "--dtb"))
			  : i ? i->file.at
			      : j->system->board.at;
	f = open_file(j, path, written);
	if (f)
		return read_base(j, f, path);
	if (j->options->no_files) {
		j->skipped++;
		return true;
	}
	g = diag(&j->diags, E0301, j->host.tree_at,
		 "the base tree '%s' cannot be read: %s", path, why_unreadable());
	diag_help(g,
		  "'device-tree:' or --dtb FILE names the board's tree; Debian has "
		  "it in its linux-image packages");
	return false;
}

#define CONFIG_MAX ((size_t)1 << 20)

/* The .config that Xen was built with, kept as text. */
static bool find_config(struct job *j)
{
	const struct value *v = &j->system->xen->config;
	const char *path, *text;
	size_t len;

	if (!v->text)
		return true;
	path = job_path(j, v->text);
	if (!cache_bytes(j->cache, path, CONFIG_MAX, &text, &len)) {
		if (j->options->no_files) {
			j->skipped++;
			return true;
		}
		diag(&j->diags, E0301, v->at, "'%s' cannot be read: %s", path,
		     why_unreadable());
		return false;
	}
	if (strstr(text, "CONFIG_ARM_64=y")) {
		j->system->xen->built_with = kconfig_read(j->arena, text);
		return true;
	}
	diag(&j->diags, E0303, v->at,
	     "'%s' is not the .config of an arm64 Xen: it has no line "
	     "CONFIG_ARM_64=y",
	     path);
	return false;
}

/* A kernel that is not there counts as Linux, and so does a compressed one that is also an
 * EFI program, as those of all distributions are. */
static bool may_be_linux(struct job *j, const struct file *f)
{
	if (!f || (f->kind != FILE_ARM64_IMAGE && f->inside != FILE_ARM64_IMAGE))
		return true;
	return f->kind == FILE_ARM64_IMAGE ? cache_linux_version(j->cache, f) != 0 : f->efi;
}

static bool find_domain_files(struct job *j, struct domain *d)
{
	bool ok = find_file(j, d->kernel);

	d->is_linux = may_be_linux(j, d->kernel->found);
	ok &= find_file(j, d->ramdisk);
	return find_file(j, d->passthrough_dtb) && ok;
}

static bool find_files(struct job *j)
{
	bool ok = find_file(j, j->system->xen->image);

	ok &= find_file(j, j->system->xen->xsm_policy);
	ok &= find_config(j);
	for (struct domain *d = first_domain(j->system); d; d = next_domain(j->system, d))
		ok &= find_domain_files(j, d);
	for (struct domain *d = first_deferred(j->system); d; d = next_deferred(d))
		ok &= find_domain_files(j, d);
	return find_base(j) && ok;
}

static const char *tree_name(const struct job *j)
{
	const struct image *i = j->system->device_tree;
	const char *written = i ? i->file.text : j->host.board->device_tree.text;

	return path_last(written);
}

bool resolve(struct job *j)
{
	j->plan.tree_name = tree_name(j);
	if (j->system->dom0)
		j->system->dom0->is_dom0 = true;
	if (!first_domain(j->system)) {
		struct diag *g =
			diag(&j->diags, E0813, j->system->o.at,
			     "nothing would run: neither dom0 nor guests are described");

		diag_help(g, "add 'dom0:' or 'guests:'");
	}
	return find_files(j);
}
