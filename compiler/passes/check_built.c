/* SPDX-License-Identifier: BSD-2-Clause */
/* The .config of Xen is held against what the system needs beyond single keys. */
#include <string.h>

#include "job.h"
#include "passes/words.h"

/* The value of an option, to the end of its line; NULL: not set, or nothing is known. */
static const char *option(const struct job *j, const char *name)
{
	const char *text = j->system->xen->config_text;
	const char *line =
		text ? strstr(text, arena_printf(j->arena, "\nCONFIG_%s=", name)) : NULL;
	const char *value = line ? strchr(line, '=') + 1 : NULL;

	return value ? arena_copy(j->arena, value, strcspn(value, "\n")) : NULL;
}

static bool is_off(const struct job *j, const char *name)
{
	return j->system->xen->config_text && !option(j, name);
}

/* Xen xen/common/kernel.c, cmdline_parse(). */
static bool check_line(struct job *j)
{
	const struct value *at = &j->system->xen->config;
	const char *line = option(j, "CMDLINE");

	if (option(j, "CMDLINE_OVERRIDE")) {
		diag(&j->diags, E0837, at->at,
		     "this Xen was built with CONFIG_CMDLINE_OVERRIDE and "
		     "ignores the command line that it is given");
		return false;
	}
	if (line && !streq(line, "\"\""))
		diag(&j->diags, W0838, at->at,
		     "this Xen also has a command line of its own, which comes "
		     "first: %s",
		     line);
	return true;
}

static bool refuse(struct job *j, struct loc at, const char *name, const char *what)
{
	struct diag *g = diag(&j->diags, E0818, at,
			      "this Xen was built without CONFIG_%s: %s", name, what);

	diag_help(&j->diags, g, "build Xen with it, which is the default");
	return false;
}

/* The option is there since 4.19; before, guests are always built in. */
static bool check_dom0less(struct job *j)
{
	unsigned xen = j->system->xen->version;

	if (!j->system->guests || xen < VERSION(4, 19) || !is_off(j, "DOM0LESS_BOOT"))
		return true;
	return refuse(j, j->system->guests->o.at, "DOM0LESS_BOOT", "it starts no guests");
}

static bool check_guest(struct job *j, const struct domain *d)
{
	const struct attr *sci = domain_attr(d, "sci");
	bool ok = true;

	if (d->vpl011.n && is_off(j, "SBSA_VUART_CONSOLE"))
		ok = refuse(j, d->vpl011.at, "SBSA_VUART_CONSOLE", "it has no vpl011");
	if (sci && streq(sci->value.text, "scmi_smc") && is_off(j, "SCMI_SMC"))
		ok = refuse(j, sci->value.at, "SCMI_SMC", "it has no scmi_smc");
	return ok;
}

static const char *scheduler_option(const char *word)
{
	return streq(word, "null") ? "SCHED_NULL" : streq(word, "rtds") ? "SCHED_RTDS"
	       : streq(word, "arinc653") ? "SCHED_ARINC653"
	       : streq(word, "credit") ? "SCHED_CREDIT" : "SCHED_CREDIT2";
}

/* Xen xen/common/sched/boot-cpupool.c, check_and_get_sched_id(). */
static bool check_pool(struct job *j, const struct cpupool *p)
{
	const char *name = p->scheduler.text ? scheduler_option(p->scheduler.text) : NULL;
	struct diag *g;

	if (!name || !is_off(j, name))
		return true;
	g = diag(&j->diags, E0818, p->scheduler.at,
		 "this Xen was built without CONFIG_%s: it has no "
		 "scheduler '%s'",
		 name, p->scheduler.text);
	diag_help(&j->diags, g, "build Xen with it, or choose another");
	return false;
}

/* Xen xen/xsm/xsm_core.c: the policy is read by FLASK alone. */
static bool check_flask(struct job *j)
{
	const struct image *policy = j->system->xen->xsm_policy;
	struct word w;
	struct diag *g;
	bool said;

	if (!policy)
		return true;
	if (is_off(j, "XSM_FLASK")) {
		g = diag(&j->diags, E0818, policy->file.at, "this Xen was built without "
			 "CONFIG_XSM_FLASK: it does not read the policy");
		diag_help(&j->diags, g, "build Xen with it, or leave the policy out");
		return false;
	}
	said = last_word(j->arena, &j->system->xen->cmdline, "xsm", &w);
	if (said ? streq(w.value, "flask") : option(j, "XSM_FLASK_DEFAULT") != NULL)
		return true;
	g = diag(&j->diags, W0839, policy->file.at,
		 "Xen reads a policy if FLASK is chosen, and its "
		 "command line does not choose it");
	diag_help(&j->diags, g, "add xsm=flask to xen.cmdline");
	return true;
}

bool check_built(struct job *j)
{
	bool ok = check_line(j);

	ok &= check_dom0less(j);
	ok &= check_flask(j);
	for (const struct cpupool *p = j->system->cpupools; p;
	     p = (const struct cpupool *)p->o.next)
		ok &= check_pool(j, p);
	for (const struct domain *d = j->system->guests; d; d = next_domain(j, d))
		ok &= check_guest(j, d);
	return ok;
}
