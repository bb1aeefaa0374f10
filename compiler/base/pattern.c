/* SPDX-License-Identifier: BSD-2-Clause */
/* Patterns are compiled when they are first asked for. */
#include "base/pattern.h"

#include <assert.h>
#include <regex.h>

struct pattern {
	const char *text;	/* the constant itself: the same place is the same pattern */
	regex_t compiled;
	struct pattern *next;
};

static struct pattern *compile(struct patterns *all, const char *text)
{
	struct pattern *p = NEW(all->arena, struct pattern);
	int error = regcomp(&p->compiled, text, REG_EXTENDED | REG_NOSUB);

	if (error == REG_ESPACE)
		arena_exhausted(all->arena);
	assert(!error);
	p->text = text;
	p->next = all->first;
	all->first = p;
	return p;
}

bool pattern_fits(struct patterns *all, const char *pattern, const char *text)
{
	struct pattern *p = all->first;
	int error;

	while (p && p->text != pattern)
		p = p->next;
	if (!p)
		p = compile(all, pattern);
	error = regexec(&p->compiled, text, 0, NULL, 0);
	if (error == REG_ESPACE)
		arena_exhausted(all->arena);
	return error == 0;
}

void patterns_free(struct patterns *all)
{
	for (struct pattern *p = all->first; p; p = p->next)
		regfree(&p->compiled);
	all->first = NULL;
}
