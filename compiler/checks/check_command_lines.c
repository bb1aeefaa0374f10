/* SPDX-License-Identifier: BSD-2-Clause */
/* Domains' command lines are held against what Xen passes on and what the domains have.
 */
#include <string.h>

#include "job.h"
#include "xen/words.h"

#define BOOTARGS_MAX 1023	/* Xen xen/include/xen/bootinfo.h, BOOTMOD_MAX_CMDLINE */

static bool check_length(struct job *j, const struct domain *d)
{
	size_t len = strlen(d->cmdline.text);

	if (len <= BOOTARGS_MAX)
		return true;
	diag(&j->diags, E0702, d->cmdline.at,
	     "the command line of %s is %zu characters long; Xen "
	     "takes at most %d",
	     domain_title(j->arena, d), len, BOOTARGS_MAX);
	return false;
}

static bool has_console(struct job *j, const struct domain *d, const char *prefix,
			struct word *found)
{
	struct word w;

	for (size_t i = 0; nth_word(j->arena, &d->cmdline, i, &w); i++) {
		if (!streq(w.key, "console") || !starts_with(w.value, prefix))
			continue;
		*found = w;
		return true;
	}
	return false;
}

static void check_guest_console(struct job *j, const struct domain *d)
{
	struct word w;
	struct diag *g;

	if (d->vpl011.n || !has_console(j, d, "ttyAMA", &w))
		return;
	g = diag(&j->diags, W0705, w.at,
		 "%s has no UART: its console %s will stay silent",
		 domain_title(j->arena, d), w.value);
	diag_help(&j->diags, g, "add vpl011: true");
}

/* Xen hides its own UART from dom0, which talks through Xen's console instead. */
static void check_dom0_console(struct job *j, const struct domain *d)
{
	struct word w, other;
	struct diag *g;

	if (!j->host.console || has_console(j, d, "hvc", &w) ||
	    !(has_console(j, d, "ttyAMA", &other) || has_console(j, d, "ttyS", &other)))
		return;
	g = diag(&j->diags, W0706, other.at,
		 "Xen keeps its UART from dom0: the console %s may not "
		 "be there",
		 other.value);
	diag_help(&j->diags, g, "use console=hvc0, which goes through Xen");
}

bool check_command_lines(struct job *j)
{
	bool ok = true;

	for (const struct domain *d = first_domain(j->system); d;
	     d = next_domain(j->system, d)) {
		ok &= check_length(j, d);
		if (d->is_dom0)
			check_dom0_console(j, d);
		else
			check_guest_console(j, d);
	}
	return ok;
}
