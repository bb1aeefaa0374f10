/* SPDX-License-Identifier: BSD-2-Clause */
/* Nodes of a guest's partial tree, and which node of the base tree each is a copy of. */
#include <string.h>

#include "base/list.h"
#include "devices/make_partial.h"
#include "xen/interrupts.h"
#include "xen/partial.h"

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
	list_append_last(m->twins, m->last_twin, p);
	m->of_host.arena = m->of_guest.arena = m->arena;
	if (host)
		table_add(&m->of_host, "", (uintptr_t)host, p);
	table_add(&m->of_guest, "", (uintptr_t)guest, p);
	return p;
}

struct twin *partial_find(struct maker *m, const struct dt_node *host)
{
	return table_find(&m->of_host, "", (uintptr_t)host);
}

struct twin *partial_find_guest(struct maker *m, const struct dt_node *guest)
{
	return table_find(&m->of_guest, "", (uintptr_t)guest);
}

/* The number by which the machine's tree names the node; 0: none that the guest's can
 * have, for Xen needs some (E0548), and of equal ones only the first counts. */
static uint32_t machine_phandle(const struct host *h, const struct dt_node *n)
{
	uint32_t own = n ? dt_cell(n, "phandle", 0, 0) : 0;

	return own < PARTIAL_GIC_PHANDLE - 1 && own && phandle_node(h->phandles, own) == n
		       ? own : 0;
}

/* One that means nothing in the machine's tree, so that no cell which was copied from there
 * names the wrong node. */
static uint32_t new_number(struct maker *m)
{
	do
		m->last_phandle++;
	while (phandle_node(m->host->phandles, m->last_phandle));
	return m->last_phandle;
}

uint32_t partial_phandle(struct maker *m, struct twin *p)
{
	if (!p->phandle) {
		p->phandle = machine_phandle(m->host, p->host);
		if (!p->phandle)
			p->phandle = new_number(m);
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
