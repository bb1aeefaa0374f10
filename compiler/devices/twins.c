/* SPDX-License-Identifier: BSD-2-Clause */
/* Nodes of a guest's partial tree, and which node of the base tree each is a copy of. */
#include <string.h>

#include "base/list.h"
#include "devices/make_partial.h"

struct dt_node *partial_node(struct maker *m, struct dt_node *parent, const char *name)
{
	const char *at = dt_path(m->arena, parent), *free = name;

	for (unsigned i = 2; dt_child(parent, free); i++)
		free = arena_printf(m->arena, "%s-%u", name, i);
	return dt_make(m->arena, m->out,
		       arena_printf(m->arena, "%s/%s", parent->parent ? at : "", free));
}

struct twin *partial_twin(struct maker *m, const struct dt_node *host,
			  struct dt_node *guest, const struct passed *by)
{
	struct twin *p = NEW(m->arena, struct twin);

	p->host = host;
	p->guest = guest;
	p->by = by;
	list_append(m->twins, p);
	return p;
}

struct twin *partial_find(struct maker *m, const struct dt_node *host)
{
	struct twin *p = m->twins;

	while (p && p->host != host)
		p = p->next;
	return p;
}

uint32_t partial_phandle(struct maker *m, struct twin *p)
{
	if (!p->phandle) {
		p->phandle = ++m->last_phandle;
		partial_set_cells(m, p->guest, "phandle", p->phandle, 1);
	}
	return p->phandle;
}

void partial_set_cells(struct maker *m, struct dt_node *n, const char *prop, uint64_t v,
		       unsigned cells)
{
	struct text t = { .arena = m->arena };

	put_cells(&t, v, cells);
	dt_set(m->arena, n, prop, t.data, t.len);
}

void partial_set_text(struct maker *m, struct dt_node *n, const char *prop,
		      const char *text)
{
	dt_set(m->arena, n, prop, text, strlen(text) + 1);
}

bool is_memory_bus(const struct dt_node *n)
{
	for (const struct dt_node *c = n->children; c; c = c->next)
		if (dt_address_count(c))
			return true;
	return false;
}
