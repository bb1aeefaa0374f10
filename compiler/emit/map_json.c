/* SPDX-License-Identifier: BSD-2-Clause */
/* The areas become a memory map in JSON. */
#include "base/json.h"
#include "emit/emit.h"
#include "emit/stretch.h"

static json_t *json_range(struct arena *a, struct range r)
{
	json_t *o = json_object();

	json_put(a, o, "start", json_hex(a, r.start));
	json_put(a, o, "end", json_hex(a, r.end));
	return o;
}

static json_t *json_place(struct arena *a, struct loc at)
{
	json_t *o;

	if (!at.src)
		return json_null();
	o = json_object();
	json_put(a, o, "file", json_name(a, at.src->name));
	if (at.src->text) {
		struct position from = loc_position(at);

		json_put(a, o, "line", json_integer((json_int_t)from.line));
		json_put(a, o, "column", json_integer((json_int_t)from.column));
	}
	return o;
}

static const char *owner_name(struct owner o)
{
	static const char *const others[] = {
		[OWNER_BOARD] = "board", [OWNER_XEN] = "xen", [OWNER_SEVERAL] = "several",
	};

	return o.kind == OWNER_DOMAIN ? o.domain->name : others[o.kind];
}

static json_t *json_lines(struct arena *a, const struct sheet_line *list)
{
	json_t *o = json_array();

	for (const struct sheet_line *l = list; l; l = l->next)
		json_push(a, o, json_name(a, l->text));
	return o;
}

/* What a guest sees at its own addresses, as JSON. */
static json_t *json_space(struct arena *a, const struct sheet *s)
{
	json_t *list = json_array();

	for (const struct sheet_range *r = s->space; r; r = r->next) {
		json_t *o = json_range(a, r->range);

		json_put(a, o, "what", json_name(a, r->what));
		json_put(a, o, "host", r->has_host ? json_hex(a, r->host) : json_null());
		json_push(a, list, o);
	}
	return list;
}

static json_t *json_sheet(struct arena *a, const struct sheet *s)
{
	json_t *o = json_object();

	json_put(a, o, "name", json_name(a, s->name));
	json_put(a, o, "by_xen", json_boolean(!s->deferred));
	json_put(a, o, "memory", json_integer((json_int_t)s->memory));
	json_put(a, o, "cpus", json_lines(a, s->cpus));
	json_put(a, o, "files", json_lines(a, s->files));
	json_put(a, o, "devices", json_lines(a, s->devices));
	json_put(a, o, "shared", json_lines(a, s->shared));
	json_put(a, o, "channels", json_lines(a, s->channels));
	json_put(a, o, "space", json_space(a, s));
	json_put(a, o, "place", json_place(a, s->at));
	return o;
}

static json_t *json_area(const struct plan *p, const struct area *area)
{
	struct arena *a = p->arena;

	static const char *const kinds[] = {
		[AREA_LOAD] = "load", [AREA_CLAIM] = "claim", [AREA_SCRIPT] = "script",
		[AREA_BOARD] = "board", [AREA_RESERVED] = "reserved",
	};
	json_t *o = json_object();

	json_put(a, o, "kind", json_string(kinds[area->kind]));
	json_put(a, o, "start", json_hex(a, area->range.start));
	json_put(a, o, "end", json_hex(a, area->range.end));
	json_put(a, o, "what", json_name(a, area->what));
	json_put(a, o, "owner", json_name(a, owner_name(area_owner(p, area))));
	json_put(a, o, "until_boot", json_boolean(area->until_boot));
	json_put(a, o, "place", json_place(a, area->at));
	return o;
}

/* The sum of the memory as JSON; null for a plan that was refused before the sum was
 * made. */
static json_t *json_memory(const struct plan *p)
{
	json_t *o;

	if (!p->ram)
		return json_null();
	o = json_object();
	json_put(p->arena, o, "ram", json_integer((json_int_t)p->ram));
	json_put(p->arena, o, "dom0", json_integer((json_int_t)p->dom0_memory));
	json_put(p->arena, o, "guests", json_integer((json_int_t)p->guest_memory));
	json_put(p->arena, o, "overhead", json_integer((json_int_t)p->overhead));
	json_put(p->arena, o, "left", json_integer(plan_left(p)));
	return o;
}

json_t *emit_map_json(const struct plan *p, const char *file)
{
	json_t *root = json_object(), *banks = json_array(), *areas = json_array();
	json_t *domains = json_array();

	for (size_t i = 0; i < p->bank_count; i++)
		json_push(p->arena, banks, json_range(p->arena, p->banks[i]));
	for (const struct area *a = p->areas; a; a = a->next)
		json_push(p->arena, areas, json_area(p, a));
	json_put(p->arena, root, "file", json_name(p->arena, file));
	json_put(p->arena, root, "size", json_name(p->arena, p->memory_name));
	json_put(p->arena, root, "banks", banks);
	for (const struct sheet *s = p->sheets; s; s = s->next)
		json_push(p->arena, domains, json_sheet(p->arena, s));
	json_put(p->arena, root, "areas", areas);
	json_put(p->arena, root, "domains", domains);
	json_put(p->arena, root, "memory", json_memory(p));
	return root;
}
