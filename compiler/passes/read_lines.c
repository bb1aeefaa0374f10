/* SPDX-License-Identifier: BSD-2-Clause */
/* Command lines become words: Xen's, and those of all domains. */
#include "passes/passes.h"
#include "xen/line.h"

void read_lines(struct job *j)
{
	struct domain *d = j->system->dom0;

	j->host.line = xen_line(&j->host);
	if (d)
		d->words = linux_words(j->arena, &d->cmdline);
	for (d = first_guest(j->system); d; d = next_guest(j->system, d))
		d->words = linux_words(j->arena, &d->cmdline);
}
