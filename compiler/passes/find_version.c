/* SPDX-License-Identifier: BSD-2-Clause */
/* The image of Xen becomes its release. */
#include "input/cache.h"
#include "passes/passes.h"

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
}
