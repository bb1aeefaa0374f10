/* SPDX-License-Identifier: BSD-2-Clause */
/* Domains' command lines are held against what Xen passes on and what the domains have.
 */
#include <string.h>

#include "checks/checks.h"

#define BOOTARGS_MAX 1023	/* Xen xen/include/xen/bootinfo.h, BOOTMOD_MAX_CMDLINE */

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

/* The first console= of that kind; NULL: there is none. */
static const struct word *find_console(const struct domain *d, const char *prefix)
{
	for (const struct word *w = d->words.w; w < d->words.w + d->words.n; w++)
		if (streq(w->key, "console") && starts_with(w->value, prefix))
			return w;
	return NULL;
}

static void check_guest_console(struct diags *diags, const struct domain *d)
{
	const struct word *w = find_console(d, "ttyAMA");
	struct diag *g;

	if (d->vpl011.n || !w)
		return;
	g = diag(diags, W0705, w->at, "%s has no UART: its console %s will stay silent",
		 domain_title(diags->arena, d), w->value);
	diag_help(g, "add vpl011: true");
}

/* Xen hides its own UART from dom0, which talks through Xen's console instead. */
static void check_dom0_console(struct diags *diags, const struct host *h,
			       const struct domain *d)
{
	const struct word *other = find_console(d, "ttyAMA");
	struct diag *g;

	if (!other)
		other = find_console(d, "ttyS");
	if (!h->console || find_console(d, "hvc") || !other)
		return;
	g = diag(diags, W0706, other->at,
		 "Xen keeps its UART from dom0: the console %s may not "
		 "be there",
		 other->value);
	diag_help(g, "use console=hvc0, which goes through Xen");
}

void check_command_lines(struct job *j)
{
	for (const struct domain *d = first_domain(j->system); d;
	     d = next_domain(j->system, d)) {
		check_length(&j->diags, d);
		if (d->is_dom0)
			check_dom0_console(&j->diags, &j->host, d);
		else
			check_guest_console(&j->diags, d);
	}
}
