/* SPDX-License-Identifier: BSD-2-Clause */
/* The model becomes answers to what several passes ask of it. */
#include "model.h"

#include <stdio.h>

#include "base/text.h"

const char *domain_title(struct arena *a, const struct domain *d)
{
	return d->is_dom0 ? "dom0" : arena_printf(a, "guest '%s'", d->o.name);
}

const struct domain *find_domain(const struct system *s, const char *name)
{
	const struct domain *d = s->dom0;

	if (d && streq(name, "dom0"))
		return d;
	for (d = s->guests; d; d = NEXT(d))
		if (streq(d->o.name, name))
			return d;
	return NULL;
}

const struct value *domain_capability(const struct domain *d, const char *word)
{
	for (size_t i = 0; i < d->capabilities.n; i++)
		if (streq(d->capabilities.v[i].text, word))
			return &d->capabilities.v[i];
	return NULL;
}

const struct attr *domain_attr(const struct domain *d, const char *key)
{
	const struct attr *a = d->o.attrs;

	while (a && !streq(a->field->key, key))
		a = a->next;
	return a;
}

unsigned version_read(const char *text)
{
	unsigned major = 0, minor = 0;

	sscanf(text, "%u.%u", &major, &minor);
	return VERSION(major, minor);
}
