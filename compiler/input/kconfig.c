/* SPDX-License-Identifier: BSD-2-Clause */
/* The text of a .config becomes options in order. */
#include "input/kconfig.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"

#define PREFIX "CONFIG_"

static int by_name(const void *a, const void *b)
{
	const struct kconfig_option *x = a, *y = b;

	return strcmp(x->name, y->name);
}

static size_t count_lines(const char *text)
{
	size_t n = 1;

	for (; *text; text++)
		n += *text == '\n';
	return n;
}

static void read_line(struct arena *a, struct kconfig *k, const char *line, size_t len)
{
	const size_t prefix = sizeof(PREFIX) - 1;
	const char *equals = memchr(line, '=', len);

	if (!starts_with(line, PREFIX) || !equals)
		return;
	k->options[k->n++] = (struct kconfig_option) {
		.name = arena_copy(a, line + prefix, (size_t)(equals - line) - prefix),
		.value = arena_copy(a, equals + 1, (size_t)(line + len - equals - 1)),
	};
}

struct kconfig *kconfig_read(struct arena *a, const char *text)
{
	struct kconfig *k = NEW(a, struct kconfig);
	size_t len;

	k->options = arena_alloc(a, count_lines(text) * sizeof(*k->options));
	for (; *text; text += len + (text[len] == '\n')) {
		len = strcspn(text, "\n");
		read_line(a, k, text, len);
	}
	qsort(k->options, k->n, sizeof(*k->options), by_name);
	return k;
}

const char *kconfig_value(const struct kconfig *k, const char *name)
{
	struct kconfig_option wanted = { .name = name }, *found;

	found = bsearch(&wanted, k->options, k->n, sizeof(*k->options), by_name);
	return found ? found->value : NULL;
}
