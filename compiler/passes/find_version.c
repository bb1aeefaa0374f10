/* SPDX-License-Identifier: BSD-2-Clause */
/* The image of Xen becomes its release. */
#include "input/cache.h"
#include "passes/passes.h"

void find_version(struct job *j)
{
	struct xen *x = j->system->xen;
	const struct file *f = x->image->found;
	struct diag *g;

	if (x->version_text.text) {
		x->version = version_read(x->version_text.text);
		return;
	}
	if (!f || f->kind != FILE_ARM64_IMAGE)
		return;
	x->version = cache_xen_version(j->cache, f);
	if (x->version)
		return;
	if (cache_linux_version(j->cache, f)) {
		diag(&j->diags, E0303, x->image->file.at,
		     "'%s' is a Linux kernel, not Xen", f->path);
		return;
	}
	g = diag(&j->diags, E0309, x->image->file.at,
		 "'%s' does not tell which Xen it is", f->path);
	diag_help(&j->diags, g, "add 'version:' under xen, as in version: \"4.20\"");
}
