/* SPDX-License-Identifier: BSD-2-Clause */
/* Xen's command line becomes words with the rows of their parameters. */
#include "xen/line.h"

#include <string.h>

#include "base/text.h"
#include "xen/config.h"
#include "xen/parameters.h"

const char *parameter_name(const struct word *w)
{
	return w->key + (starts_with(w->key, "no-") ? 3 : 0);
}

/* What is behind the end Xen does not see (xen/common/kernel.c, parse_params()). */
static void cut_word(struct arena *a, struct word *w)
{
	size_t key = strlen(w->key);

	if (w->len <= XEN_OPTION_MAX)
		return;
	if (key < XEN_OPTION_MAX)
		w->value = arena_copy(a, w->value, XEN_OPTION_MAX - 1 - key);
	else
		*w = (struct word){ .key = arena_copy(a, w->key, XEN_OPTION_MAX),
				    .value = "", .len = w->len, .at = w->at };
}

struct words xen_line(const struct host *h)
{
	struct words line = split_words(h->arena, &h->xen->cmdline);

	for (size_t i = 0; i < line.n; i++) {
		cut_word(h->arena, &line.w[i]);
		line.w[i].row = xen_parameter(parameter_name(&line.w[i]), h->xen->version);
	}
	return line;
}

bool is_of_fork(const struct host *h, const struct word *w)
{
	const struct values *v = &h->xen->parameters;

	for (size_t i = 0; i < v->n; i++)
		if (streq(v->v[i].text, w->key) || streq(v->v[i].text, parameter_name(w)))
			return true;
	return false;
}

/* Xen passes over what its release does not have, and what it was built without. */
static bool is_known(const struct host *h, const struct word *w)
{
	const struct xen_parameter *p = w->row;
	unsigned version = h->xen->version;

	if (is_of_fork(h, w))
		return true;
	return (!version || xen_knows(p, version)) &&
	       !(p->needs && config_lacks_all(h, p->needs));
}

struct xen_reading xen_read_word(const struct host *h, const struct word *w)
{
	const struct xen_reader reader = { h->arena, h->patterns };

	return xen_read(&reader, w->row, w->key, w->value);
}

const struct word *xen_word(const struct host *h, const char *key)
{
	const struct xen_reader reader = { h->arena, h->patterns };

	for (size_t i = h->line.n; i-- > 0;) {
		const struct word *w = &h->line.w[i];

		if (streq(w->key, key) && w->row && is_known(h, w) &&
		    xen_stores(&reader, w->row, w->key, w->value))
			return w;
	}
	return NULL;
}

bool chooses_flask(const struct host *h)
{
	const struct word *w = xen_word(h, "xsm");

	return w ? streq(w->value, "flask")
		 : config_value(h, "XSM_FLASK_DEFAULT") != NULL;
}
