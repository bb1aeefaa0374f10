/* SPDX-License-Identifier: BSD-2-Clause */
/* Xen and Linux become releases, which are held against what the board needs. */
#include <stdio.h>

#include "input/cache.h"
#include "job.h"

static unsigned parse_version(const char *s)
{
	unsigned major = 0, minor = 0;

	sscanf(s, "%u.%u", &major, &minor);
	return VERSION(major, minor);
}

bool find_versions(struct job *j)
{
	struct xen *x = j->system->xen;
	const struct file *f = x->image->found;
	struct diag *g;

	if (x->version_text.text) {
		x->version = parse_version(x->version_text.text);
		return true;
	}
	if (!f || f->kind != FILE_ARM64_IMAGE)
		return true;
	x->version = cache_xen_version(j->cache, f);
	if (x->version)
		return true;
	if (cache_linux_version(j->cache, f)) {
		diag(&j->diags, E0303, x->image->file.at,
		     "'%s' is a Linux kernel, not Xen", f->path);
		return false;
	}
	g = diag(&j->diags, E0309, x->image->file.at,
		 "'%s' does not tell which Xen it is", f->path);
	diag_help(&j->diags, g, "add 'version:' under xen, as in version: \"4.20\"");
	return false;
}

bool check_versions(struct job *j)
{
	const struct xen *x = j->system->xen;
	const struct domain *dom0 = j->system->dom0;
	unsigned first = parse_version(j->host.board->first_xen.text), linux_version;

	if (x->version && x->version < first) {
		diag(&j->diags, E0810,
		     x->version_text.text ? x->version_text.at : x->image->file.at,
		     "Xen %u.%u does not work on %s; the first that does is %s",
		     VERSION_MAJOR(x->version), VERSION_MINOR(x->version),
		     j->host.board->title.text, j->host.board->first_xen.text);
		return false;
	}
	if (!dom0 || !dom0->kernel->found)
		return true;
	linux_version = cache_linux_version(j->cache, dom0->kernel->found);
	if (linux_version &&
	    linux_version < parse_version(j->host.board->first_linux.text))
		diag(&j->diags, W0811, dom0->kernel->file.at,
		     "Linux %u.%u is older than %s, the "
		     "first that works as dom0 on %s",
		     VERSION_MAJOR(linux_version), VERSION_MINOR(linux_version),
		     j->host.board->first_linux.text, j->host.board->title.text);
	return true;
}
