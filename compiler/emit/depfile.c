/* SPDX-License-Identifier: BSD-2-Clause */
/* The inputs of a build become a rule for make, whose target is the manifest: the set
 * is as old as that file. */
#include <string.h>

#include "emit/emit.h"

/* Adds a name as make reads it (GNU make manual, section 4.3). */
static void add_escaped(struct text *t, const char *path)
{
	for (; *path; path++)
		text_add(t, "%s%c",
			 *path == '$' ? "$" : strchr(" #", *path) ? "\\" : "", *path);
}

bool make_depfile(struct workshop *w, struct output *o)
{
	struct text *rule = &o->bytes;

	add_escaped(rule, w->target);
	text_add(rule, "/manifest.json:");
	for (const struct input *in = w->inputs; in; in = in->next) {
		text_add(rule, " \\\n  ");
		add_escaped(rule, in->path);
	}
	text_add(rule, "\n");
	return true;
}
