/* SPDX-License-Identifier: BSD-2-Clause */
/* The image of Xen becomes its release. */
#include <errno.h>
#include <string.h>

#include "input/cache.h"
#include "passes/passes.h"

static void report_unreadable(struct diags *d, const struct image *i, int error)
{
	diags_file_failed(d, error);
	diag(d, E0301, i->file.at, "'%s' cannot be read: %s", i->found->path, strerror(error));
}

void find_version(struct job *j)
{
	struct xen *x = j->system->xen;
	const struct file *f = x->image->found;

	if (x->version_text.text) {
		x->version = version_read(x->version_text.text);
		return;
	}
	if (!f || f->kind != FILE_ARM64_IMAGE)
		return;
	x->version = cache_xen_version(j->cache, f);
	if (!x->version && errno)
		report_unreadable(&j->diags, x->image, errno);
}
