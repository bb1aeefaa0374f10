/* SPDX-License-Identifier: BSD-2-Clause */
/* The set of a build: files are added while it is listed, and found while it is made. */
#include "emit/output.h"

#include "base/list.h"

struct output *output_add(struct workshop *w, const struct output_row *row,
			  const char *name)
{
	struct output *o = NEW(w->arena, struct output);

	o->row = row;
	o->name = name;
	o->role = row->role;
	o->doc = row->doc;
	o->bytes.arena = w->arena;
	list_append(w->set, o);
	return o;
}

struct output *output_find(const struct workshop *w, const char *name)
{
	struct output *o = w->set;

	while (o && !streq(o->name, name))
		o = o->next;
	return o;
}
