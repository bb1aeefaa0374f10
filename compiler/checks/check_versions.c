/* SPDX-License-Identifier: BSD-2-Clause */
/* The releases of Xen and of dom0's Linux are held against what the board needs. */
#include "checks/checks.h"
#include "input/cache.h"

void check_versions(struct job *j)
{
	const struct xen *x = j->system->xen;
	const struct domain *dom0 = j->system->dom0;
	unsigned first = version_read(j->host.board->first_xen.text), linux_version;

	if (x->version && x->version < first) {
		diag(&j->diags, E0810,
		     x->version_text.text ? x->version_text.at : x->image->file.at,
		     "Xen %u.%u does not work on %s; the first that does is %s",
		     VERSION_MAJOR(x->version), VERSION_MINOR(x->version),
		     j->host.board->title.text, j->host.board->first_xen.text);
		return;
	}
	if (!dom0 || !dom0->kernel->found)
		return;
	linux_version = cache_linux_version(j->cache, dom0->kernel->found);
	if (linux_version &&
	    linux_version < version_read(j->host.board->first_linux.text))
		diag(&j->diags, W0811, dom0->kernel->file.at,
		     "Linux %u.%u is older than %s, the "
		     "first that works as dom0 on %s",
		     VERSION_MAJOR(linux_version), VERSION_MINOR(linux_version),
		     j->host.board->first_linux.text, j->host.board->title.text);
}
