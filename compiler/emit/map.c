/* SPDX-License-Identifier: BSD-2-Clause */
/* The areas become a memory map: a table for the terminal. */
#include <inttypes.h>

#include "base/utf8.h"
#include "emit/stretch.h"

#define WIDTH 100	/* of a line, in characters */
#define WHAT_WIDTH_MAX 34

struct table {
	const struct plan *p;
	struct text *out;
	int digits;		/* of an address */
	int what_width;
};

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

/* s, or as much of it as has `width` characters together with "..." at its end. */
static const char *clip(struct arena *a, const char *s, int width)
{
	const char *end = s = utf8_shown(a, s);

	if (characters(s) <= width)
		return s;
	for (int left = width - 3; *end && (left > 0 || !starts_character(*end)); end++)
		left -= starts_character(end[1]);
	return arena_printf(a, "%.*s...", (int)(end - s), s);
}

static void print_range(const struct table *t, struct range r, const char *indent)
{
	text_add(t->out, "%s0x%0*" PRIx64 "  0x%0*" PRIx64 "  %6s  ", indent,
		 t->digits, r.start, t->digits, r.end,
		 stretch_size(t->p->arena, range_size(r)));
}

static void print_row(const struct table *t, const struct stretch *s)
{
	const struct area *owner = s->owner;
	struct arena *a = t->p->arena;
	int used = 2 + 2 * (2 + t->digits + 2) + 6 + 2 + t->what_width + 2;
	const char *what;

	print_range(t, s->range, "  ");
	if (!owner) {
		text_add(t->out, "free\n");
		return;
	}
	what = clip(a, owner->what, t->what_width);
	text_add(t->out, "%s%*s  %s\n", what, t->what_width - characters(what), "",
		 clip(a, stretch_origin(a, owner), WIDTH - used));
}

static void print_bank(const struct table *t, struct range bank)
{
	print_range(t, bank, "");
	text_add(t->out, "  RAM\n");
	for (uint64_t at = bank.start; at < bank.end;) {
		struct stretch s = next_stretch(t->p, at, bank.end);

		print_row(t, &s);
		at = s.range.end;
	}
	text_add(t->out, "\n");
}

static void print_heading(const struct table *t)
{
	text_add(t->out, "Memory of %s with %s, as %s fills it\n\n",
		 utf8_shown(t->p->arena, t->p->board_name), t->p->memory_name,
		 utf8_shown(t->p->arena, t->p->system_name));
	if (t->p->uefi)
		text_add(t->out, "The firmware puts files where it likes: their places here only "
			 "show that there is room.\n\n");
	text_add(t->out, "  %-*s  %-*s  %6s  %-*s  %s\n", t->digits + 2, "start",
		 t->digits + 2, "end", "size", t->what_width, "what", "from");
}

/* What was refused before the sum was made has none. */
static void print_sum(const struct table *t)
{
	const struct plan *p = t->p;
	int64_t left = plan_left(p);

	if (!p->ram)
		return;
	text_add(t->out, "RAM %s: dom0 %s, guests %s, files and Xen %s, ",
		 stretch_size(p->arena, p->ram), stretch_size(p->arena, p->dom0_memory),
		 stretch_size(p->arena, p->guest_memory), stretch_size(p->arena, p->overhead));
	if (left < 0)
		text_add(t->out, "%s too much\n", stretch_size(p->arena, (uint64_t)-left));
	else
		text_add(t->out, "left %s\n", stretch_size(p->arena, (uint64_t)left));
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
