/* SPDX-License-Identifier: BSD-2-Clause */
/* Xen's command line becomes words with the rows of their parameters. */
#include "xen/line.h"

#include "base/text.h"
#include "xen/parameters.h"

const char *parameter_name(const struct word *w)
{
	return w->key + (starts_with(w->key, "no-") ? 3 : 0);
}

struct words xen_line(const struct host *h)
{
	struct words line = split_words(h->arena, &h->xen->cmdline);

	for (size_t i = 0; i < line.n; i++)
		line.w[i].row = xen_parameter(parameter_name(&line.w[i]), h->xen->version);
	return line;
}

const struct word *xen_word(const struct host *h, const char *key)
{
	return last_word(&h->line, key);
}
