/* SPDX-License-Identifier: BSD-2-Clause */
/* Areas become stretches of RAM with one owner each: what every kind of map shows. */
#include "emit/stretch.h"

#include <inttypes.h>
#include <string.h>

#include "base/number.h"
#include "base/path.h"

/* The rank of an area: where some overlap, the stretch is shown as that of the highest
 * rank. Only those of the board and of the base tree may overlap others. */
static int rank(const struct area *a)
{
	switch (a->kind) {
	case AREA_LOAD:
	case AREA_SCRIPT:
	case AREA_CLAIM:
		return 3;
	case AREA_RESERVED:
		return 2;
	case AREA_BOARD:
		return 1;
	}
	return 0;
}

static const struct area *owner_of(const struct plan *p, uint64_t at)
{
	const struct area *best = NULL;

	for (const struct area *a = p->areas; a; a = a->next)
		if (a->range.start <= at && at < a->range.end &&
		    (!best || rank(a) > rank(best)))
			best = a;
	return best;
}

/* The nearest border after `at` of any area, at most limit. */
static uint64_t next_border(const struct plan *p, uint64_t at, uint64_t limit)
{
	for (const struct area *a = p->areas; a; a = a->next) {
		if (a->range.start > at && a->range.start < limit)
			limit = a->range.start;
		if (a->range.end > at && a->range.end < limit)
			limit = a->range.end;
	}
	return limit;
}

struct stretch next_stretch(const struct plan *p, uint64_t at, uint64_t limit)
{
	struct stretch s = { { at, next_border(p, at, limit) }, owner_of(p, at) };

	while (s.range.end < limit && owner_of(p, s.range.end) == s.owner)
		s.range.end = next_border(p, s.range.end, limit);
	return s;
}

static bool has_area(const struct sheet *s, const struct area *area)
{
	for (size_t i = 0; area->load && i < s->load_count; i++)
		if (s->loads[i] == area->load)
			return true;
	for (size_t i = 0; area->claim && i < s->claim_count; i++)
		if (s->claims[i] == area->claim)
			return true;
	return false;
}

unsigned sheet_index(const struct plan *p, const struct sheet *domain)
{
	unsigned n = p->sheets && p->sheets->is_dom0 ? 0 : 1;

	for (const struct sheet *s = p->sheets; s != domain; s = s->next)
		n++;
	return n;
}

struct owner area_owner(const struct plan *p, const struct area *area)
{
	struct owner o = { .kind = OWNER_XEN };

	if (!area)
		return (struct owner){ .kind = OWNER_NOBODY };
	if (area->kind == AREA_BOARD || area->kind == AREA_RESERVED)
		return (struct owner){ .kind = OWNER_BOARD };
	for (const struct sheet *s = p->sheets; s; s = s->next) {
		if (!has_area(s, area))
			continue;
		if (o.domain)
			return (struct owner){ .kind = OWNER_SEVERAL };
		o = (struct owner){ OWNER_DOMAIN, s, sheet_index(p, s) };
	}
	return o;
}

bool map_has(const struct plan *p, enum owner_kind kind)
{
	for (const struct area *a = p->areas; a; a = a->next)
		if (area_owner(p, a).kind == kind)
			return true;
	return false;
}

const char *stretch_size(struct arena *a, uint64_t bytes)
{
	static const char letters[] = "KMGT";
	const char *exact = number_show(a, bytes);
	uint64_t unit = KiB;
	size_t i = 0;

	if (bytes < KiB)
		return arena_printf(a, "%" PRIu64, bytes);
	if (exact[0] != '0' && strlen(exact) <= 5)
		return exact;
	while (bytes / unit >= 1024 && letters[i + 1]) {
		unit <<= 10;
		i++;
	}
	return arena_printf(a, "%" PRIu64 ".%" PRIu64 "%c", bytes / unit,
			    bytes % unit * 10 / unit, letters[i]);
}

static const char *place(struct arena *a, struct loc at)
{
	return arena_printf(a, "fixed at %s:%zu", path_last(at.src->name),
			    loc_position(at).line);
}

const char *stretch_origin(struct arena *arena, const struct area *a)
{
	switch (a->kind) {
	case AREA_LOAD:
		if (a->load && a->load->fixed.src)
			return place(arena, a->load->fixed);
		return "automatic";
	case AREA_CLAIM:
		return a->at.src ? place(arena, a->at) : "automatic";
	case AREA_SCRIPT:
		return a->at.src ? place(arena, a->at) : "board";
	case AREA_RESERVED:
		return "base tree";
	case AREA_BOARD:
		return a->until_boot ? "board, until boot" : "board";
	}
	return "";
}

int64_t plan_left(const struct plan *p)
{
	return (int64_t)(p->ram - p->overhead - p->dom0_memory - p->guest_memory);
}
