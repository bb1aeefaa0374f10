/* SPDX-License-Identifier: BSD-2-Clause */
/* Names become files, with what their headers say. */
#include <errno.h>
#include <limits.h>
#include <string.h>
#include <unistd.h>

#include "base/utf8.h"
#include "diag/fix.h"
#include "input/folder.h"
#include "passes/passes.h"

/* The name of a file in the folder that looks like the one which is not there; NULL:
 * there is none. It stands in the path as the user wrote that: only the last part of it
 * may differ. */
static const char *near_path(struct arena *a, const char *written, const char *path)
{
	const char *name = folder_nearest(a, path), *slash = strrchr(written, '/');
	int folder = slash ? (int)(slash - written) + 1 : 0;

	return name ? arena_printf(a, "%.*s%s", folder, written, name) : NULL;
}

/* "Image@0x200000" and "Image,0x200000", as other programs write an address. */
static bool help_address(struct diag *g, const char *written)
{
	const char *address = strstr(written, "0x");

	if (!address || address == written || !strchr("@, ", address[-1]) ||
	    address[2 + strspn(address + 2, "0123456789abcdefABCDEF")])
		return false;
	diag_help(g, "an address has a key of its own: {file: %.*s, address: %s}",
		  (int)(address - written) - 1, written, address);
	return true;
}

static void report_missing(struct diags *d, const struct inputs *in, const struct value *v,
			   const char *path)
{
	int error = errno;
	bool missing = error == ENOENT, folder = error == EISDIR;
	struct diag *g = diag(d, E0301, v->at, "'%s' cannot be read: %s", path,
			      inputs_why_unreadable());
	const char *near = missing ? near_path(d->arena, v->text, path) : NULL;
	char leads[PATH_MAX];
	ssize_t len = missing ? readlink(path, leads, sizeof(leads)) : -1;

	diags_file_failed(d, error);
	if (len > 0) {
		diag_help(g, "it is a link to '%s', which is not there",
			  utf8_shown(d->arena, arena_copy(d->arena, leads, (size_t)len)));
		return;
	}
	if (near)
		fix_meant(g, v->at, v->text, near);
	if (folder)
		diag_help(g, "it is a folder: write the name of a file in it");
	if (missing && !help_address(g, v->text) && v->text[0] != '/')
		diag_help(g,
			  "files are looked up in '%s'; --files DIR names another "
			  "folder, --no-files checks without them",
			  inputs_folder(in, v->at));
}

/* Opens the file of an image. One without a name was reported already. */
static void find_file(void *with, struct image *i)
{
	struct job *j = with;
	const char *path;

	if (!i || !*i->file.text || inputs_skip(&j->inputs))
		return;
	path = inputs_path(j->arena, &j->inputs, i->file.text, i->file.at);
	i->found = inputs_open(j->arena, &j->inputs, j->cache, path, i->file.text);
	if (!i->found) {
		report_missing(&j->diags, &j->inputs, &i->file, path);
	} else if (i->found->size == 0) {
		diag(&j->diags, E0302, i->file.at, "'%s' is empty", path);
		i->found = NULL;
	}
}

#define CONFIG_MAX ((size_t)1 << 20)

/* Reads the .config that Xen was built with. Like the base tree it is read even with
 * --no-files, if it is there. */
static void find_config(struct job *j)
{
	struct xen *xen = j->system->xen;
	const char *path, *text;
	size_t len;

	if (!xen->config.text)
		return;
	path = inputs_path(j->arena, &j->inputs, xen->config.text, xen->config.at);
	if (!cache_bytes(j->cache, path, CONFIG_MAX, &text, &len)) {
		if (!inputs_skip(&j->inputs)) {
			diags_file_failed(&j->diags, errno);
			diag(&j->diags, E0301, xen->config.at, "'%s' cannot be read: %s",
			     path, inputs_why_unreadable());
		}
		return;
	}
	if (strstr(text, "CONFIG_ARM_64=y"))
		xen->built_with = kconfig_read(j->arena, text);
	else
		diag_help(diag(&j->diags, E0303, xen->config.at,
			       "'%s' is not the .config of an arm64 Xen: it has no line "
			       "CONFIG_ARM_64=y", path),
			  "name the .config in the folder xen/ where Xen was built");
}

/* Guesses whether the kernel of a domain is Linux. An unpacked one is, if it says so. A
 * packed kernel is not unpacked for that: it is likely Linux if it is an EFI program,
 * too, as those of all distributions are. Whatever is no arm64 Image counts as Linux, and
 * so does a file that nobody looks at; of one that should be there and is not, nothing is
 * known. */
static enum linux_guess guess_linux(struct cache *cache, const struct inputs *in,
				    const struct domain *d)
{
	const struct file *f = d->kernel->found;

	if (!f)
		return in->absent ? LINUX_LIKELY : LINUX_MAYBE;
	if (!file_holds_image(f))
		return LINUX_LIKELY;
	if (file_is_packed(f))
		return f->efi ? LINUX_LIKELY : LINUX_MAYBE;
	return cache_linux_version(cache, f) ? LINUX_LIKELY : LINUX_NO;
}

/* Calls visit(with, image) for each image of a description; images may be NULL. */
static void visit_images(const struct system *s, void (*visit)(void *with, struct image *i),
			 void *with)
{
	struct domain *d;

	visit(with, s->xen->image);
	visit(with, s->xen->xsm_policy);
	if (s->dom0) {
		visit(with, s->dom0->kernel);
		visit(with, s->dom0->ramdisk);
	}
	for (d = first_guest(s); d; d = next_guest(s, d)) {
		visit(with, d->kernel);
		visit(with, d->ramdisk);
		visit(with, d->passthrough_dtb);
	}
}

static void guess_all(struct cache *cache, const struct inputs *in, const struct system *s)
{
	struct domain *d = s->dom0;

	if (d)
		d->linux_guess = guess_linux(cache, in, d);
	for (d = first_guest(s); d; d = next_guest(s, d))
		d->linux_guess = guess_linux(cache, in, d);
}

void find_files(struct job *j)
{
	visit_images(j->system, find_file, j);
	find_config(j);
	guess_all(j->cache, &j->inputs, j->system);
}

static void leave_out(void *wrong, struct image *i)
{
	if (i && i->found && diag_places_have(wrong, i->file.at))
		i->found = NULL;
}

void leave_out_files(struct job *j)
{
	struct diag_places wrong = diags_error_places(&j->diags, NULL);

	visit_images(j->system, leave_out, &wrong);
	guess_all(j->cache, &j->inputs, j->system);
}
