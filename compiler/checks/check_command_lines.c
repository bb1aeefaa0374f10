/* SPDX-License-Identifier: BSD-2-Clause */
/* Command lines of domains are held against what Xen passes on of them. */
#include <string.h>

#include "checks/checks.h"

#define BOOTARGS_MAX 1023	/* xen/include/xen/bootinfo.h, BOOTMOD_MAX_CMDLINE */

static void check_length(struct diags *diags, const struct domain *d)
{
	size_t len = strlen(d->cmdline.text);

	if (len <= BOOTARGS_MAX)
		return;
	diag(diags, E0702, d->cmdline.at,
	     "the command line of %s is %zu characters long; Xen "
	     "takes at most %d",
	     domain_title(diags->arena, d), len, BOOTARGS_MAX);
}

void check_command_lines(struct job *j)
{
	for (const struct domain *d = first_domain(j->system); d;
	     d = next_domain(j->system, d))
		check_length(&j->diags, d);
}
