/* SPDX-License-Identifier: BSD-2-Clause */
/* Names become files and the base tree. */
#include <errno.h>
#include <string.h>

#include "base/path.h"
#include "input/folder.h"
#include "passes/find_base.h"
#include "passes/passes.h"

/* A name that is in the folder and looks like the one that is not. It stands in the path
 * as the user wrote that: of the name only the last part may differ. */
static const char *near_path(struct arena *a, const char *written, const char *path)
{
	const char *name = folder_nearest(a, path), *slash = strrchr(written, '/');
	int folder = slash ? (int)(slash - written) + 1 : 0;

	return name ? arena_printf(a, "%.*s%s", folder, written, name) : NULL;
}

static bool report_missing(struct diags *d, const struct inputs *in, const struct value *v,
			   const char *path)
{
	bool missing = errno == ENOENT;
	struct diag *g = diag(d, E0301, v->at, "'%s' cannot be read: %s", path,
			      inputs_why_unreadable());
	const char *near = missing ? near_path(d->arena, v->text, path) : NULL;

	if (near)
		diag_help(g, "did you mean '%s'?", near);
	if (missing && v->text[0] != '/')
		diag_help(g,
			  "files are looked up in '%s'; --files DIR names another "
			  "folder, --no-files checks without them",
			  in->folder);
	return false;
}

static bool find_file(struct job *j, struct image *i)
{
	const char *path;

	if (!i || inputs_skip(&j->inputs))
		return true;
	path = inputs_path(j->arena, &j->inputs, i->file.text);
	i->found = inputs_open(j->arena, &j->inputs, j->cache, path, i->file.text);
	if (!i->found)
		return report_missing(&j->diags, &j->inputs, &i->file, path);
	if (i->found->size == 0) {
		diag(&j->diags, E0302, i->file.at, "'%s' is empty", path);
		return false;
	}
	return true;
}

#define CONFIG_MAX ((size_t)1 << 20)

/* The .config that Xen was built with. Like the base tree it is read even with --no-files,
 * if it is there. */
static bool find_config(struct job *j)
{
	struct xen *xen = j->system->xen;
	const char *path, *text;
	size_t len;

	if (!xen->config.text)
		return true;
	path = inputs_path(j->arena, &j->inputs, xen->config.text);
	if (!cache_bytes(j->cache, path, CONFIG_MAX, &text, &len)) {
		if (inputs_skip(&j->inputs))
			return true;
		diag(&j->diags, E0301, xen->config.at, "'%s' cannot be read: %s", path,
		     inputs_why_unreadable());
		return false;
	}
	if (strstr(text, "CONFIG_ARM_64=y")) {
		xen->built_with = kconfig_read(j->arena, text);
		return true;
	}
	diag(&j->diags, E0303, xen->config.at,
	     "'%s' is not the .config of an arm64 Xen: it has no line "
	     "CONFIG_ARM_64=y",
	     path);
	return false;
}

/* What is unpacked is Linux if it says so. A packed kernel is not unpacked for that: it is
 * likely Linux if it is an EFI program too, as those of all distributions are. What is not
 * there, or is no arm64 Image, says nothing. */
static enum linux_guess guess_linux(struct cache *cache, const struct file *f)
{
	if (!f || !file_holds_image(f))
		return LINUX_LIKELY;
	if (file_is_packed(f))
		return f->efi ? LINUX_LIKELY : LINUX_MAYBE;
	return cache_linux_version(cache, f) ? LINUX_LIKELY : LINUX_NO;
}

static bool find_domain_files(struct job *j, struct domain *d)
{
	bool ok = find_file(j, d->kernel);

	d->linux_guess = guess_linux(j->cache, d->kernel->found);
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

static const char *tree_name(const struct system *s, const struct board *b)
{
	return path_last(s->device_tree ? s->device_tree->file.text : b->device_tree.text);
}

bool resolve(struct job *j)
{
	struct diag *g;

	j->plan.tree_name = tree_name(j->system, j->host.board);
	if (j->system->dom0)
		j->system->dom0->is_dom0 = true;
	if (!first_domain(j->system)) {
		g = diag(&j->diags, E0813, j->system->o.at,
			 "nothing would run: neither dom0 nor guests are described");
		diag_help(g, "add 'dom0:' or 'guests:'");
	}
	return find_files(j);
}
