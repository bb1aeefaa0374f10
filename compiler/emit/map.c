/* SPDX-License-Identifier: BSD-2-Clause */
/* The areas become a memory map: a table for the terminal, or JSON. */
#include <inttypes.h>
#include <string.h>

#include "base/number.h"
#include "emit/emit.h"
#include "base/json.h"

#define WIDTH 100	/* of a line, in characters */
#define WHAT_WIDTH_MAX 34

struct table {
	const struct plan *p;
	struct text *out;
	int digits;		/* of an address */
	int what_width;
};

/* Whose stretch it is where areas overlap: those of the board and the base tree may. */
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

/* The stretch from `at` on that belongs to one owner. */
static struct range next_row(const struct plan *p, uint64_t at, uint64_t limit)
{
	struct range row = { at, next_border(p, at, limit) };

	while (row.end < limit && owner_of(p, row.end) == owner_of(p, at))
		row.end = next_border(p, row.end, limit);
	return row;
}

/* "948M", or cut to a tenth where that would be a long number: the addresses beside it
 * are exact. */
static const char *show_size(struct arena *a, uint64_t bytes)
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

static bool starts_character(char c)
{
	return ((unsigned char)c & 0xc0) != 0x80;
}

static int characters(const char *s)
{
	int n = 0;

	for (; *s; s++)
		n += starts_character(*s);
	return n;
}

/* At most width characters of s. */
static const char *clip(struct arena *a, const char *s, int width)
{
	const char *end = s;

	if (characters(s) <= width)
		return s;
	for (int left = width - 3; *end && (left > 0 || !starts_character(*end)); end++)
		left -= starts_character(end[1]);
	return arena_printf(a, "%.*s...", (int)(end - s), s);
}

static const char *place(struct arena *a, struct loc at)
{
	const char *slash = strrchr(at.src->name, '/');

	return arena_printf(a, "fixed at %s:%zu", slash ? slash + 1 : at.src->name,
			    loc_position(at).line);
}

static const char *origin(const struct plan *p, const struct area *a)
{
	switch (a->kind) {
	case AREA_LOAD:
		if (a->load && a->load->fixed.src)
			return place(p->arena, a->load->fixed);
		return "automatic";
	case AREA_CLAIM:
		return a->at.src ? place(p->arena, a->at) : "automatic";
	case AREA_SCRIPT:
		return a->at.src ? place(p->arena, a->at) : "board";
	case AREA_RESERVED:
		return "base tree";
	case AREA_BOARD:
		return a->until_boot ? "board, until boot" : "board";
	}
	return "";
}

static void print_range(const struct table *t, struct range r, const char *indent)
{
	text_add(t->out, "%s0x%0*" PRIx64 "  0x%0*" PRIx64 "  %6s  ", indent,
		 t->digits, r.start, t->digits, r.end,
		 show_size(t->p->arena, range_size(r)));
}

static void print_row(const struct table *t, struct range r)
{
	const struct area *owner = owner_of(t->p, r.start);
	struct arena *a = t->p->arena;
	int used = 2 + 2 * (2 + t->digits + 2) + 6 + 2 + t->what_width + 2;
	const char *what;

	print_range(t, r, "  ");
	if (!owner) {
		text_add(t->out, "free\n");
		return;
	}
	what = clip(a, owner->what, t->what_width);
	text_add(t->out, "%s%*s  %s\n", what, t->what_width - characters(what), "",
		 clip(a, origin(t->p, owner), WIDTH - used));
}

static void print_bank(const struct table *t, struct range bank)
{
	print_range(t, bank, "");
	text_add(t->out, "  RAM\n");
	for (uint64_t at = bank.start; at < bank.end;) {
		struct range row = next_row(t->p, at, bank.end);

		print_row(t, row);
		at = row.end;
	}
	text_add(t->out, "\n");
}

static void print_heading(const struct table *t)
{
	text_add(t->out, "Memory of %s with %s, as %s fills it\n\n", t->p->board_name,
		 t->p->memory_name, t->p->system_name);
	text_add(t->out, "  %-*s  %-*s  %6s  %-*s  %s\n", t->digits + 2, "start",
		 t->digits + 2, "end", "size", t->what_width, "what", "from");
}

static uint64_t left(const struct plan *p)
{
	uint64_t given = p->overhead + p->dom0_memory + p->guest_memory;

	return given < p->ram ? p->ram - given : 0;
}

static void print_sum(const struct table *t)
{
	const struct plan *p = t->p;

	text_add(t->out, "RAM %s: dom0 %s, guests %s, files and Xen %s, left %s\n",
		 show_size(p->arena, p->ram), show_size(p->arena, p->dom0_memory),
		 show_size(p->arena, p->guest_memory), show_size(p->arena, p->overhead),
		 show_size(p->arena, left(p)));
}

static void measure(struct table *t)
{
	const struct plan *p = t->p;

	t->digits = 8;
	for (size_t i = 0; i < p->bank_count; i++)
		while (t->digits < 16 && (p->banks[i].end - 1) >> (4 * t->digits))
			t->digits++;
	t->what_width = 4;
	for (const struct area *a = p->areas; a; a = a->next)
		if (characters(a->what) > t->what_width)
			t->what_width = characters(a->what);
	if (t->what_width > WHAT_WIDTH_MAX)
		t->what_width = WHAT_WIDTH_MAX;
}

void emit_map(const struct plan *p, struct text *out)
{
	struct table t = { .p = p, .out = out };

	measure(&t);
	print_heading(&t);
	for (size_t i = 0; i < p->bank_count; i++)
		print_bank(&t, p->banks[i]);
	print_sum(&t);
}

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
		[AREA_LOAD] = "load", [AREA_SCRIPT] = "script",
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

static json_t *json_memory(const struct plan *p)
{
	json_t *o = json_object();

	json_put(p->arena, o, "ram", json_integer((json_int_t)p->ram));
	json_put(p->arena, o, "dom0", json_integer((json_int_t)p->dom0_memory));
	json_put(p->arena, o, "guests", json_integer((json_int_t)p->guest_memory));
	json_put(p->arena, o, "overhead", json_integer((json_int_t)p->overhead));
	json_put(p->arena, o, "left", json_integer((json_int_t)left(p)));
	return o;
}

void emit_map_json(const struct plan *p, struct text *out)
{
	json_t *root = json_object(), *banks = json_array(), *areas = json_array();

	for (size_t i = 0; i < p->bank_count; i++)
		json_push(p->arena, banks, json_range(p->arena, p->banks[i]));
	for (const struct area *a = p->areas; a; a = a->next)
		json_push(p->arena, areas, json_area(p->arena, a));
	json_put(p->arena, root, "banks", banks);
	json_put(p->arena, root, "areas", areas);
	json_put(p->arena, root, "memory", json_memory(p));
	json_write(root, out);
}
