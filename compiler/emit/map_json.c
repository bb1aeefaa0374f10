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

static json_t *json_area(struct arena *a, const struct area *area)
{
	static const char *const kinds[] = {
		[AREA_LOAD] = "load", [AREA_CLAIM] = "claim", [AREA_SCRIPT] = "script",
		[AREA_BOARD] = "board", [AREA_RESERVED] = "reserved",
	};
	json_t *o = json_object();

	json_put(a, o, "kind", json_string(kinds[area->kind]));
	json_put(a, o, "start", json_hex(a, area->range.start));
	json_put(a, o, "end", json_hex(a, area->range.end));
	json_put(a, o, "what", json_name(a, area->what));
	json_put(a, o, "until_boot", json_boolean(area->until_boot));
	json_put(a, o, "place", json_place(a, area->at));
	return o;
}

/* null: what was refused before the sum was made has none. */
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

	for (size_t i = 0; i < p->bank_count; i++)
		json_push(p->arena, banks, json_range(p->arena, p->banks[i]));
	for (const struct area *a = p->areas; a; a = a->next)
		json_push(p->arena, areas, json_area(p->arena, a));
	json_put(p->arena, root, "file", json_name(p->arena, file));
	json_put(p->arena, root, "banks", banks);
	json_put(p->arena, root, "areas", areas);
	json_put(p->arena, root, "memory", json_memory(p));
	return root;
}
