/* SPDX-License-Identifier: BSD-2-Clause */
/* The set of a build: files are added while it is listed, and found while it is made. */
#include "emit/output.h"

#include "base/list.h"

struct output *output_add(struct workshop *w, const struct output_row *row,
			  const char *name)
{
	struct output *o = NEW(w->arena, struct output);

	o->row = row;
	o->name = o->target = name;
	o->role = row->role;
	o->doc = row->doc;
	o->bytes.arena = w->arena;
	list_append(w->set, o);
	return o;
}

const char *output_path(const struct workshop *w, const struct place *place, const char *name)
{
	return w->stage ? plan_path(w->arena, place->prefix, name) : name;
}

const char *output_load_path(const struct workshop *w, const struct load *l)
{
	return w->plan->fit ? l->name
			    : output_path(w, &l->place, plan_load_name(w->arena, l));
}

struct output *output_find(const struct workshop *w, const char *name)
{
	struct output *o = w->set;

	while (o && !streq(o->name, name))
		o = o->next;
	return o;
}
