/* SPDX-License-Identifier: BSD-2-Clause */
/* The areas and the domains become a map for the terminal: a bar and a table of each bank, then
 * what each domain has. */
#include <inttypes.h>
#include <string.h>

#include "base/list.h"
#include "base/utf8.h"
#include "emit/stretch.h"

#define WHAT_WIDTH_MAX 34	/* unless there is room for more */
#define FROM_WIDTH_MIN 12	/* a narrower column would say nothing */
#define FROM_WIDTH 30		/* what most need */
#define TEXT_WIDTH_MIN 14
#define CUT "..."

struct table {
	const struct plan *p;
	struct text *out;
	struct map_look look;
	int digits;		/* digits of an address */
	int what_width, from_width;	/* from_width 0: there is no such column */
	bool with_end;			/* the column with the end of a stretch */
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

/* Where the first n characters of s end. */
static const char *after_characters(const char *s, int n)
{
	for (; *s && (n > 0 || !starts_character(*s)); s++)
		n -= starts_character(*s);
	while (*s && !starts_character(*s))
		s++;
	return s;
}

/* s with no more than `width` characters: its beginning and its end with "..." between,
 * for names often differ at their ends. */
static const char *clip(struct arena *a, const char *s, int width)
{
	int all = characters(s = utf8_shown(a, s)), kept = width - (int)strlen(CUT), head;

	if (all <= width)
		return s;
	if (kept < 1)
		return arena_printf(a, "%.*s", width, CUT);
	head = (kept + 1) / 2;
	return arena_printf(a, "%.*s" CUT "%s", (int)(after_characters(s, head) - s), s,
			    after_characters(s, all - (kept - head)));
}

/* The character for an owner, so that a map without colours can be read, too. */
static char letter_of(struct owner o)
{
	static const char letters[] = "0123456789abcdefghijklmnopqrstuvwyz";
	static const char others[] = {
		[OWNER_NOBODY] = '.', [OWNER_BOARD] = '#', [OWNER_XEN] = 'X',
		[OWNER_SEVERAL] = '*',
	};

	if (o.kind != OWNER_DOMAIN)
		return others[o.kind];
	return o.index < sizeof(letters) - 1 ? letters[o.index] : '?';
}

/* The colour of an owner, as Select Graphic Rendition (ECMA-48): one that is visible on
 * black and on white. */
static const char *paint_of(struct owner o)
{
	static const char *const others[] = {
		[OWNER_NOBODY] = "2", [OWNER_BOARD] = "90", [OWNER_XEN] = "1",
		[OWNER_SEVERAL] = "7",
	};
	static const char *const domains[] = { "32", "36", "35", "33", "34", "31" };

	return o.kind == OWNER_DOMAIN ? domains[o.index % countof(domains)] : others[o.kind];
}

static void print_painted(const struct table *t, struct owner o, const char *s, int len)
{
	if (t->look.color)
		text_add(t->out, "\033[%sm%.*s\033[0m", paint_of(o), len, s);
	else
		text_add(t->out, "%.*s", len, s);
}

static void print_letter(const struct table *t, struct owner o)
{
	print_painted(t, o, (char[]){ letter_of(o) }, 1);
}

static void print_range(const struct table *t, struct range r, const char *indent)
{
	text_add(t->out, "%s0x%0*" PRIx64 "  ", indent, t->digits, r.start);
	if (t->with_end)
		text_add(t->out, "0x%0*" PRIx64 "  ", t->digits, r.end);
	text_add(t->out, "%6s  ", stretch_size(t->p->arena, range_size(r)));
}

static void print_row(const struct table *t, const struct stretch *s)
{
	struct owner o = area_owner(t->p, s->owner);
	struct arena *a = t->p->arena;
	const char *what;

	print_range(t, s->range, "  ");
	print_letter(t, o);
	if (!s->owner) {
		text_add(t->out, " free\n");
		return;
	}
	what = clip(a, s->owner->what, t->what_width);
	text_add(t->out, " ");
	print_painted(t, o, what, (int)strlen(what));
	if (t->from_width)
		text_add(t->out, "%*s  %s", t->what_width - characters(what), "",
			 clip(a, stretch_origin(a, s->owner), t->from_width));
	text_add(t->out, "\n");
}

/* The owner who has most of a part of the bank. */
static struct owner owner_of_part(const struct plan *p, struct range part)
{
	uint64_t most = 0;
	struct owner best = { 0 };

	for (uint64_t at = part.start; at < part.end;) {
		struct stretch s = next_stretch(p, at, part.end);

		if (range_size(s.range) > most) {
			most = range_size(s.range);
			best = area_owner(p, s.owner);
		}
		at = s.range.end;
	}
	return best;
}

static bool is_same_owner(struct owner a, struct owner b)
{
	return a.kind == b.kind && a.domain == b.domain;
}

/* Prints the letters of one owner that stand in a row, and begins the next row. */
static void print_run(const struct table *t, struct owner o, struct text *run)
{
	if (run->len)
		print_painted(t, o, run->data, (int)run->len);
	*run = (struct text){ .arena = run->arena };
}

/* Prints the bank in its true scale: each character is an equal part of it. */
static void print_bar(const struct table *t, struct range bank)
{
	uint64_t cells = (uint64_t)t->look.width - 4;
	uint64_t step = range_size(bank) / cells;
	struct text run = { .arena = t->p->arena };
	struct owner last = { 0 }, o;

	text_add(t->out, "  [");
	for (uint64_t i = 0; i < cells && step; i++, last = o) {
		o = owner_of_part(t->p, (struct range){
			bank.start + i * step,
			i == cells - 1 ? bank.end : bank.start + (i + 1) * step });
		if (!is_same_owner(o, last))
			print_run(t, last, &run);
		text_add(&run, "%c", letter_of(o));
	}
	print_run(t, last, &run);
	text_add(t->out, "]\n");
}

static void print_bank(const struct table *t, struct range bank)
{
	print_range(t, bank, "");
	text_add(t->out, "  RAM\n");
	print_bar(t, bank);
	for (uint64_t at = bank.start; at < bank.end;) {
		struct stretch s = next_stretch(t->p, at, bank.end);

		print_row(t, &s);
		at = s.range.end;
	}
	text_add(t->out, "\n");
}

/* Prints text in lines that fit, broken at spaces; those after the first are indented.
 * *column is where the text goes on, and then where it ends. */
static void print_words(const struct table *t, const char *s, int *column, int indent)
{
	struct arena *a = t->p->arena;

	while (*s) {
		size_t len = strcspn(s, " ");
		const char *word = clip(a, arena_copy(a, s, len), t->look.width - indent);
		bool first = *column <= indent;

		if (!first && *column + 1 + characters(word) > t->look.width) {
			text_add(t->out, "\n%*s", indent, "");
			*column = indent;
			first = true;
		}
		text_add(t->out, "%s%s", first ? "" : " ", word);
		*column += characters(word) + !first;
		s += len + strspn(s + len, " ");
	}
}

static void print_heading(const struct table *t)
{
	int column = 0;

	print_words(t, arena_printf(t->p->arena, "Memory of %s with %s, as %s fills it",
				    utf8_shown(t->p->arena, t->p->board_name),
				    t->p->memory_name,
				    utf8_shown(t->p->arena, t->p->system_name)), &column, 0);
	text_add(t->out, "\n\n");
	column = 0;
	if (t->p->uefi) {
		print_words(t, "The firmware puts files where it likes: their places here only "
			    "show that there is room.", &column, 0);
		text_add(t->out, "\n\n");
	}
	text_add(t->out, "  %-*s  ", t->digits + 2, "start");
	if (t->with_end)
		text_add(t->out, "%-*s  ", t->digits + 2, "end");
	if (t->from_width)
		text_add(t->out, "%6s    %-*s  from\n", "size", t->what_width, "what");
	else
		text_add(t->out, "%6s    what\n", "size");
}

static void print_mark(const struct table *t, struct owner o, const char *name, int *column)
{
	struct arena *a = t->p->arena;
	const char *text = clip(a, name, t->look.width - 6);
	int len = characters(text) + 4;

	if (*column + len > t->look.width) {
		text_add(t->out, "\n");
		*column = 0;
	}
	text_add(t->out, "  ");
	print_letter(t, o);
	text_add(t->out, " %s", text);
	*column += len;
}

/* Prints what the letters mean. */
static void print_legend(const struct table *t)
{
	static const struct {
		enum owner_kind kind;
		const char *name;
	} others[] = {
		{ OWNER_BOARD, "board" }, { OWNER_XEN, "Xen and boot" }, { OWNER_SEVERAL, "several" },
	};
	int column = 0;

	print_mark(t, (struct owner){ 0 }, "free", &column);
	for (size_t i = 0; i < countof(others); i++)
		if (map_has(t->p, others[i].kind))
			print_mark(t, (struct owner){ .kind = others[i].kind }, others[i].name,
				   &column);
	for (const struct sheet *s = t->p->sheets; s; s = s->next)
		print_mark(t, (struct owner){ OWNER_DOMAIN, s, sheet_index(t->p, s) }, s->name,
			   &column);
	text_add(t->out, "\n\n");
}

static void print_entry(const struct table *t, const char *key, const char *text)
{
	int column = 11;

	text_add(t->out, "    %-7s", key);
	print_words(t, utf8_shown(t->p->arena, text), &column, 11);
	text_add(t->out, "\n");
}

static void print_lines(const struct table *t, const char *key, const struct sheet_line *list)
{
	for (const struct sheet_line *l = list; l; l = l->next)
		print_entry(t, l == list ? key : "", l->text);
}

static void print_sheet(const struct table *t, const struct sheet *s)
{
	struct arena *a = t->p->arena;

	text_add(t->out, "  ");
	print_letter(t, (struct owner){ OWNER_DOMAIN, s, sheet_index(t->p, s) });
	text_add(t->out, " %s%s\n", clip(a, s->name, t->look.width - 16),
		 s->deferred ? ", by dom0" : "");
	print_entry(t, "RAM", stretch_size(a, s->memory));
	print_lines(t, "CPUs", s->cpus);
	print_lines(t, "files", s->files);
	print_lines(t, "device", s->devices);
	print_lines(t, "shared", s->shared);
	print_lines(t, "events", s->channels);
}

static void print_sheets(const struct table *t)
{
	if (t->p->sheets)
		text_add(t->out, "Domains\n\n");
	for (const struct sheet *s = t->p->sheets; s; s = s->next)
		print_sheet(t, s);
	if (t->p->sheets)
		text_add(t->out, "\n");
}

/* Prints the sum; a plan that was refused before it was made has none. */
static void print_sum(const struct table *t, const struct plan *p)
{
	int64_t left = plan_left(p);
	struct text sum = { .arena = p->arena };
	int column = 0;

	if (!p->ram)
		return;
	if (p != t->p || p->next_size)
		text_add(&sum, "With %s: ", p->memory_name);
	text_add(&sum, "RAM %s: ", stretch_size(p->arena, p->ram));
	if (p->dom0_memory)
		text_add(&sum, "dom0 %s, ", stretch_size(p->arena, p->dom0_memory));
	if (p->guest_memory)
		text_add(&sum, "guests %s, ", stretch_size(p->arena, p->guest_memory));
	text_add(&sum, "files and Xen %s, ", stretch_size(p->arena, p->overhead));
	if (left < 0)
		text_add(&sum, "%s too much", stretch_size(p->arena, (uint64_t)-left));
	else
		text_add(&sum, "left %s", stretch_size(p->arena, (uint64_t)left));
	print_words(t, sum.data, &column, 0);
	text_add(t->out, "\n");
}

static int smaller(int a, int b)
{
	return a < b ? a : b;
}

static int larger(int a, int b)
{
	return a > b ? a : b;
}

static int longest_what(const struct plan *p)
{
	int longest = (int)strlen("what");

	for (const struct area *a = p->areas; a; a = a->next)
		if (characters(a->what) > longest)
			longest = characters(a->what);
	return longest;
}

/* Decides how wide columns are. Those that there is no room for are left out: first the
 * one that says where an address comes from, then where a stretch ends. */
static void measure(struct table *t)
{
	const struct plan *p = t->p;
	int used, left;

	t->digits = 8;
	for (size_t i = 0; i < p->bank_count; i++)
		while (t->digits < 16 && (p->banks[i].end - 1) >> (4 * t->digits))
			t->digits++;
	used = 2 + 2 * (2 + t->digits + 2) + 6 + 2 + 2;
	t->with_end = t->look.width - used >= TEXT_WIDTH_MIN;
	if (!t->with_end)
		used -= 2 + t->digits + 2;
	left = t->look.width - used;
	t->what_width = smaller(longest_what(p), larger(WHAT_WIDTH_MAX, left - 2 - FROM_WIDTH));
	t->from_width = left - t->what_width - 2;
	if (t->from_width < FROM_WIDTH_MIN)
		t->from_width = 0;
	if (!t->from_width && t->what_width > left)
		t->what_width = left;
}

static void print_machine(const struct plan *p, struct map_look look, struct text *out)
{
	struct table t = { .p = p, .out = out, .look = look };

	measure(&t);
	print_heading(&t);
	for (size_t i = 0; i < p->bank_count; i++)
		print_bank(&t, p->banks[i]);
}

/* The domains are the same with all sizes of memory, for one set of outputs is. */
void emit_map(const struct plan *p, struct map_look look, struct text *out)
{
	struct table t = { .p = p, .out = out, .look = look };

	for (const struct plan *each = p; each; each = each->next_size)
		print_machine(each, look, out);
	print_legend(&t);
	print_sheets(&t);
	for (const struct plan *each = p; each; each = each->next_size)
		print_sum(&t, each);
}
