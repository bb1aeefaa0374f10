/* SPDX-License-Identifier: BSD-2-Clause */
/* The .config of Xen is held against what the system needs beyond single keys. */
#include <string.h>

#include "checks/checks.h"
#include "xen/config.h"
#include "xen/line.h"

/* A command line that was built into Xen comes before the one that it is given, or in
 * place of it (xen/common/kernel.c, cmdline_parse()). */
static void check_line(struct diags *diags, const struct host *h)
{
	const struct value *at = &h->xen->config;
	const char *line = config_value(h, "CMDLINE");

	if (config_value(h, "CMDLINE_OVERRIDE")) {
		diag(diags, E0837, at->at,
		     "this Xen was built with CONFIG_CMDLINE_OVERRIDE and "
		     "ignores the command line that it is given");
		return;
	}
	if (line && !streq(line, "\"\""))
		diag(diags, W0838, at->at,
		     "this Xen also has a command line of its own, which comes "
		     "first: %s",
		     line);
}

static bool refuse(struct diags *diags, struct loc at, const char *name, const char *what)
{
	struct diag *g = diag(diags, E0818, at,
			      "this Xen was built without CONFIG_%s: %s", name, what);

	diag_help(g, "build Xen with it, which is the default");
	return false;
}

/* Xen has an option for guests that it starts itself since 4.19; before that it always
 * could. */
static void check_dom0less(struct diags *diags, const struct host *h,
			   const struct system *system)
{
	const struct domain *first = first_xen_guest(system);

	if (!first || !xen_since(h, VERSION(4, 19)) || !config_lacks(h, "DOM0LESS_BOOT"))
		return;
	refuse(diags, first->o.at, "DOM0LESS_BOOT", "it starts no guests");
}

static void check_guest(struct diags *diags, const struct host *h, const struct domain *d)
{
	const struct attr *sci = domain_attr(d, "sci");

	if (d->vpl011.n && config_lacks(h, "SBSA_VUART_CONSOLE"))
		refuse(diags, d->vpl011.at, "SBSA_VUART_CONSOLE", "it has no vpl011");
	if (sci && streq(sci->value.text, "scmi_smc") && config_lacks(h, "SCMI_SMC"))
		refuse(diags, sci->value.at, "SCMI_SMC", "it has no scmi_smc");
}

static const char *scheduler_option(const char *word)
{
	return streq(word, "null") ? "SCHED_NULL" : streq(word, "rtds") ? "SCHED_RTDS"
	       : streq(word, "arinc653") ? "SCHED_ARINC653"
	       : streq(word, "credit") ? "SCHED_CREDIT" : "SCHED_CREDIT2";
}

/* Event channels of the tree are an option since 4.19, which is on by default
 * (xen/arch/arm/Kconfig). */
static void check_channels(struct diags *diags, const struct host *h,
			   const struct system *system)
{
	if (!system->channels || !xen_since(h, VERSION(4, 19)) ||
	    !config_lacks(h, "STATIC_EVTCHN"))
		return;
	refuse(diags, system->channels->o.at, "STATIC_EVTCHN",
	       "it makes no event channels");
}

/* Xen stops at a pool whose scheduler it does not have (xen/common/sched/boot-cpupool.c,
 * check_and_get_sched_id()). */
static void check_pool(struct diags *diags, const struct host *h, const struct cpupool *p)
{
	const char *name = p->scheduler.text ? scheduler_option(p->scheduler.text) : NULL;
	struct diag *g;

	if (!name || !config_lacks(h, name))
		return;
	g = diag(diags, E0818, p->scheduler.at,
		 "this Xen was built without CONFIG_%s: it has no "
		 "scheduler '%s'",
		 name, p->scheduler.text);
	diag_help(g, "build Xen with it, or choose another");
}

/* If Xen does not have the scheduler of sched=, it goes on with its default one
 * (xen/common/sched/core.c, scheduler_init()). */
static void check_scheduler(struct diags *diags, const struct host *h)
{
	const struct word *w = xen_word(h, "sched");
	const char *name;
	struct diag *g;

	if (!w || !*w->value)
		return;
	name = scheduler_option(w->value);
	if (!config_lacks(h, name))
		return;
	g = diag(diags, W0746, w->at,
		 "this Xen was built without CONFIG_%s: it does not find the "
		 "scheduler '%s'",
		 name, w->value);
	diag_help(g, "build Xen with it, or choose another");
}

/* The word that chooses FLASK, or the .config that does. */
static struct loc flask_at(const struct host *h)
{
	const struct word *w = xen_word(h, "xsm");

	return w ? w->at : h->xen->config.at;
}

/* At a word that it does not know Xen stops before it looks for a policy. */
static bool is_enforcing(const struct host *h)
{
	const struct word *w = last_word(&h->line, "flask");

	return !w || streq(w->value, "enforcing");
}

/* FLASK keeps its policy strictly unless it is told otherwise, and stops without one
 * (xen/xsm/flask/hooks.c, flask_init()). Xen may have one built in. */
static void check_flask_policy(struct diags *diags, const struct host *h)
{
	const struct xen *x = h->xen;
	struct diag *g;

	if (x->xsm_policy || !chooses_flask(h) || !is_enforcing(h) ||
	    config_value(h, "XSM_FLASK_POLICY"))
		return;
	if (config_is_known(h))
		g = diag(diags, E0725, flask_at(h),
			 "FLASK wants a policy, and there is none: Xen stops");
	else
		g = diag(diags, W0726, flask_at(h),
			 "FLASK wants a policy: Xen stops unless it has one built in "
			 "(CONFIG_XSM_FLASK_POLICY)");
	diag_help(g,
		  "add xsm-policy under xen, or flask=permissive or flask=late to "
		  "its command line");
	if (!config_is_known(h))
		diag_help(g, "name Xen's .config with `config` under xen, and xendtc looks for a "
			     "policy there");
}

/* Guests that Xen starts have no label of FLASK, and the policy of Xen's own source lets
 * nobody create what has none (xen/xsm/flask/hooks.c, flask_domain_create()). */
static void warn_of_labels(struct diags *diags, const struct host *h,
			   const struct system *system)
{
	const struct domain *first = first_xen_guest(system);
	struct diag *g;

	if (!first || !chooses_flask(h) || !is_enforcing(h) ||
	    !(h->xen->xsm_policy || config_value(h, "XSM_FLASK_POLICY")))
		return;
	g = diag(diags, W0861, first->o.at,
		 "%s gets no label of FLASK, and Xen stops unless the policy allows that: its "
		 "own does not",
		 domain_title(h->arena, first));
	diag_help(g,
		  "allow xenboot_t to create unlabeled_t, or add flask=permissive to "
		  "xen.cmdline");
}

/* Only FLASK reads the policy, so it must be built in and chosen (xen/xsm/xsm_core.c). */
static void check_flask(struct diags *diags, const struct host *h)
{
	const struct image *policy = h->xen->xsm_policy;
	struct diag *g;

	if (!policy)
		return;
	if (config_lacks(h, "XSM_FLASK")) {
		g = diag(diags, E0818, policy->file.at,
			 "this Xen was built without "
			 "CONFIG_XSM_FLASK: it does not read the policy");
		diag_help(g, "build Xen with it, or leave the policy out");
		return;
	}
	if (chooses_flask(h))
		return;
	g = diag(diags, W0839, policy->file.at,
		 "Xen reads a policy if FLASK is chosen, and its "
		 "command line does not choose it");
	diag_help(g, "add xsm=flask to xen.cmdline");
}

void check_built(struct job *j)
{
	check_line(&j->diags, &j->host);
	check_dom0less(&j->diags, &j->host, j->system);
	check_channels(&j->diags, &j->host, j->system);
	check_scheduler(&j->diags, &j->host);
	check_flask(&j->diags, &j->host);
	check_flask_policy(&j->diags, &j->host);
	warn_of_labels(&j->diags, &j->host, j->system);
	for (const struct cpupool *p = j->system->cpupools; p; p = NEXT(p))
		check_pool(&j->diags, &j->host, p);
	for (const struct domain *d = first_xen_guest(j->system); d;
	     d = next_xen_guest(d))
		check_guest(&j->diags, &j->host, d);
}
