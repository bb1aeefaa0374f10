/* SPDX-License-Identifier: BSD-2-Clause */
/* Keys are held against the release of Xen, and against how it was built. */
#include "checks/checks.h"
#include "xen/config.h"

/* Whether this Xen reads the key: one that it does not know it ignores without a word. */
static bool check_age(struct diags *diags, const struct host *h, const struct attr *a)
{
	const struct field *f = a->field;
	unsigned xen = h->xen->version;
	struct diag *g;

	if (!xen || f->since <= xen)
		return true;
	g = diag(diags, E0809, a->value.key, "Xen reads '%s' since %u.%u; this is %u.%u",
		 f->key, VERSION_MAJOR(f->since), VERSION_MINOR(f->since),
		 VERSION_MAJOR(xen), VERSION_MINOR(xen));
	diag_help(g, "leave it out, or use a newer Xen");
	return false;
}

#define OPTIONS_MAX 16

/* The options that were spoken of, each with the key that it was for: others that need it go
 * without saying. */
struct spoken {
	const struct field *of[OPTIONS_MAX];
	size_t n;
};

static bool was_spoken_of(struct spoken *s, const struct field *f)
{
	for (size_t i = 0; i < s->n; i++)
		if (streq(s->of[i]->needs, f->needs))
			return s->of[i] != f;
	if (s->n < OPTIONS_MAX)
		s->of[s->n++] = f;
	return false;
}

/* Whether Xen was built with the option that the key needs. These options are all off by
 * default (xen/Kconfig and those below it). */
static void check_option(struct diags *diags, const struct host *h, const struct attr *a,
			 struct spoken *spoken)
{
	const char *option = a->field->needs;
	struct diag *g;

	if (!option || config_value(h, option) || was_spoken_of(spoken, a->field))
		return;
	if (config_is_known(h)) {
		g = diag(diags, E0818, a->value.key,
			 "this Xen was built without CONFIG_%s, which "
			 "'%s' needs",
			 option, a->field->key);
		diag_help(g, "build Xen with it, or leave the key out");
		return;
	}
	g = diag(diags, W0819, a->value.key,
		 "'%s' needs a Xen that was built with CONFIG_%s, "
		 "which is off by default",
		 a->field->key, option);
	diag_help(g, "name the .config of that Xen with `config:` under xen, and xendtc looks");
}

static void check_object(struct diags *diags, const struct host *h, const struct object *o,
			 struct spoken *spoken)
{
	for (const struct attr *a = o ? o->attrs : NULL; a; a = a->next) {
		const struct field *f = a->field;
		bool off = f->kind == K_BOOL && f->as == DT_FLAG && !a->value.n;

		if (off || (f->preset && streq(f->preset, a->value.text)))
			continue;
		if (check_age(diags, h, a))
			check_option(diags, h, a, spoken);
	}
}

void check_features(struct job *j)
{
	struct spoken spoken = { .n = 0 };

	check_object(&j->diags, &j->host, &j->system->o, &spoken);
	check_object(&j->diags, &j->host, &j->system->xen->o, &spoken);
	for (struct domain *d = first_domain(j->system); d; d = next_domain(j->system, d))
		check_object(&j->diags, &j->host, &d->o, &spoken);
}
