/* SPDX-License-Identifier: BSD-2-Clause */
/* Guests that dom0 starts are held against what xl can say of a guest: xl.cfg(5). */
#include "checks/checks.h"
#include "passes/xl_options.h"

/* Whether xl has an option for the key. To every guest it gives what `pv: enabled` asks
 * for. */
static bool is_taken(const struct attr *a)
{
	return xl_option(a->field->key) ||
	       (streq(a->field->key, "pv") && streq(a->value.text, "enabled"));
}

static bool check_key(struct diags *diags, const struct host *h, const struct attr *a)
{
	const struct xl_option *o = xl_option(a->field->key);
	unsigned xen = h->xen->version;
	struct diag *g;

	if (!is_taken(a)) {
		g = diag(diags, E0940, a->value.key,
			 "a guest that dom0 starts cannot have '%s': xl has no option "
			 "for it",
			 a->field->key);
		diag_help(g, "leave it out, or leave 'boot: false' out, and Xen starts the guest");
		return false;
	}
	if (o && o->form == XL_MIB && a->value.n % MiB) {
		g = diag(diags, E0940, a->value.at,
			 "xl counts '%s' in MiB, and this is not a whole number of them",
			 a->field->key);
		diag_help(g, "use %s", number_show(h->arena, round_up(a->value.n, MiB)));
		return false;
	}
	if (!o || !xen || o->since <= xen)
		return true;
	g = diag(diags, E0809, a->value.key, "xl reads '%s' since %u.%u; this is %u.%u",
		 o->option, VERSION_MAJOR(o->since), VERSION_MINOR(o->since),
		 VERSION_MAJOR(xen), VERSION_MINOR(xen));
	diag_help(g, "leave it out, or use a newer Xen");
	return false;
}

/* Whether there is a domain that can run xl: dom0, or one with the capability to make
 * others. */
static bool has_starter(const struct system *system)
{
	for (const struct domain *d = first_domain(system); d; d = next_domain(system, d))
		if (d->is_dom0 || domain_capability(d, "control"))
			return true;
	return false;
}

static bool check_guest(struct diags *diags, const struct host *h,
			const struct system *system, const struct domain *d)
{
	bool ok = has_starter(system);

	if (!ok) {
		struct diag *g = diag(diags, E0941, d->boot.at,
				      "nobody could start guest '%s': there is no dom0",
				      d->o.name);

		diag_help(g, "leave 'boot' out, or add 'dom0:'");
	}
	for (const struct attr *a = d->o.attrs; a; a = a->next)
		ok &= check_key(diags, h, a);
	return ok;
}

/* Refuses what only xl does for a guest where Xen starts it. */
static void check_started(struct diags *diags, const struct domain *d)
{
	const struct attr *a = domain_attr(d, "driver-domain");
	struct diag *g;

	if (!a || !a->value.n)
		return;
	g = diag(diags, E0948, a->value.key,
		 "guest '%s' is started by Xen, which knows no driver domains: xl does", d->o.name);
	diag_help(g, "leave it out, or add 'boot: false'");
}

static void check_folder(struct diags *diags, const struct system *system)
{
	const struct value *v = &system->dom0->guest_folder;
	struct diag *g;

	if (v->text[0] == '/')
		return;
	g = diag(diags, E0942, v->at, "'%s' is not the whole path of a folder in dom0",
		 v->text);
	diag_help(g, "write it from '/' on, as in /etc/xen");
}

void check_deferred(struct job *j)
{
	if (j->system->dom0 && first_deferred(j->system))
		check_folder(&j->diags, j->system);
	for (const struct domain *d = first_deferred(j->system); d; d = next_deferred(d))
		check_guest(&j->diags, &j->host, j->system, d);
	for (const struct domain *d = first_xen_guest(j->system); d;
	     d = next_xen_guest(d))
		check_started(&j->diags, d);
}

void check_deferred_memory(struct job *j)
{
	const struct plan *p = &j->plan;
	uint64_t given = p->overhead + p->dom0_memory + p->guest_memory;
	uint64_t left = given < p->ram ? p->ram - given : 0;

	for (const struct domain *d = first_deferred(j->system); d;
	     d = next_deferred(d)) {
		struct diag *g;

		if (d->memory.n <= left)
			continue;
		g = diag(&j->diags, W0943, d->memory.at,
			 "guest '%s' wants %s, and %s are left when the others run: xl "
			 "would have to take memory from dom0", d->o.name, d->memory.text,
			 number_show(j->arena, left / MiB * MiB));
		diag_help(g, "give it or the others less memory");
	}
}
