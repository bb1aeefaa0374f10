/* SPDX-License-Identifier: BSD-2-Clause */
/* The plan becomes one page to read and to keep: the memory of the machine, what each domain has
 * and sees, the files, and the description itself, to whose lines all of it is linked. There are
 * no scripts in it, and nothing is loaded from elsewhere. */
#include <inttypes.h>
#include <string.h>

#include "base/list.h"
#include "base/number.h"
#include "base/path.h"
#include "emit/page_style.h"
#include "emit/stretch.h"

#define DOMAIN_LOOKS 6		/* classes d0 to d5 of the style */

struct page {
	const struct plan *p;
	struct text *out;
	const struct source *yaml;	/* whose lines can be linked; NULL: none */
	unsigned machine;		/* number of the size of memory that p is for, of several */
};

static void put(const struct page *g, const char *s)
{
	emit_xml_text(g->out, s);
}

/* Whether a place is in the description, so that a link leads somewhere. */
static bool is_linked(const struct page *g, struct loc at)
{
	return at.src && at.src == g->yaml && at.src->text;
}

/* Adds text that is a link to the line that says so, if one does. */
static void put_linked(const struct page *g, const char *s, struct loc at)
{
	if (is_linked(g, at))
		text_add(g->out, "<a href=\"#L%zu\">", loc_position(at).line);
	put(g, s);
	if (is_linked(g, at))
		text_add(g->out, "</a>");
}

static const char *class_of(struct arena *a, struct owner o)
{
	static const char *const others[] = {
		[OWNER_NOBODY] = "free", [OWNER_BOARD] = "board", [OWNER_XEN] = "xen",
		[OWNER_SEVERAL] = "several",
	};

	if (o.kind == OWNER_DOMAIN)
		return arena_printf(a, "d%u", o.index % DOMAIN_LOOKS);
	return others[o.kind];
}

static const char *kind_of(const struct area *area)
{
	static const char *const kinds[] = {
		[AREA_LOAD] = "file", [AREA_CLAIM] = "kept", [AREA_SCRIPT] = "file",
		[AREA_BOARD] = "kept", [AREA_RESERVED] = "kept",
	};

	return area ? kinds[area->kind] : "";
}

/* The name of an owner; "" where the area's own name says it. */
static const char *owner_name(struct owner o)
{
	static const char *const others[] = {
		[OWNER_NOBODY] = "", [OWNER_BOARD] = "board", [OWNER_XEN] = "Xen",
		[OWNER_SEVERAL] = "several",
	};

	return o.kind == OWNER_DOMAIN ? o.domain->name : others[o.kind];
}

/* The word that put an area there: its address, or else what needs the area. */
static struct loc word_of(const struct area *a)
{
	return a->at.src ? a->at : a->load ? a->load->at : a->claim ? a->claim->at : a->at;
}

/* The name of a stretch's row. Maps of several sizes of memory have rows of the same address. */
static const char *row_id(const struct page *g, const struct stretch *s)
{
	return arena_printf(g->p->arena, "m%u-%" PRIx64, g->machine, s->range.start);
}

/* Adds a part of a bar, as wide as it is in truth. It leads to its row; keys pass it by, for the
 * rows below have links of their own. */
static void add_part(const struct page *g, const struct stretch *s, double percent)
{
	struct arena *a = g->p->arena;

	text_add(g->out, "<a href=\"#%s\" tabindex=\"-1\" class=\"%s %s\" style=\"width:%.4f%%\""
		 " title=\"", row_id(g, s), class_of(a, area_owner(g->p, s->owner)),
		 kind_of(s->owner), percent);
	put(g, arena_printf(a, "%s, %s", s->owner ? s->owner->what : "free",
			    stretch_size(a, range_size(s->range))));
	text_add(g->out, "\"></a>");
}

static void add_bar(const struct page *g, struct range bank)
{
	text_add(g->out, "<div class=\"bar\" aria-hidden=\"true\">");
	for (uint64_t at = bank.start; at < bank.end;) {
		struct stretch s = next_stretch(g->p, at, bank.end);

		add_part(g, &s, 100.0 * (double)range_size(s.range) / (double)range_size(bank));
		at = s.range.end;
	}
	text_add(g->out, "</div>\n");
}

static void begin_table(const struct page *g, const char *caption, const char *const *heads)
{
	text_add(g->out, "<table>\n<caption>");
	put(g, caption);
	text_add(g->out, "</caption>\n<thead><tr>");
	for (; *heads; heads++)
		text_add(g->out, "<th scope=\"col\">%s</th>", *heads);
	text_add(g->out, "</tr></thead>\n<tbody>\n");
}

static void end_table(const struct page *g)
{
	text_add(g->out, "</tbody>\n</table>\n");
}

/* Adds the columns that every row of addresses begins with. */
static void add_place(const struct page *g, struct range r)
{
	text_add(g->out, "<td><code>0x%08" PRIx64 "</code></td><td class=\"size\">%s</td>",
		 r.start, stretch_size(g->p->arena, range_size(r)));
}

static void add_swatch(const struct page *g, const char *class, const char *kind)
{
	text_add(g->out, "<i class=\"swatch %s %s\"></i>", class, kind);
}

static void add_stretch(const struct page *g, const struct stretch *s)
{
	struct arena *a = g->p->arena;
	struct owner o = area_owner(g->p, s->owner);

	text_add(g->out, "<tr id=\"%s\"%s>", row_id(g, s), s->owner ? "" : " class=\"nobody\"");
	add_place(g, s->range);
	text_add(g->out, "<td>");
	add_swatch(g, class_of(a, o), kind_of(s->owner));
	if (s->owner)
		put_linked(g, s->owner->what, word_of(s->owner));
	else
		put(g, "free");
	text_add(g->out, "</td><td>");
	put(g, owner_name(o));
	text_add(g->out, "</td><td>");
	put(g, s->owner ? stretch_origin(a, s->owner) : "");
	text_add(g->out, "</td></tr>\n");
}

static void add_bank(const struct page *g, struct range bank)
{
	static const char *const heads[] = { "from", "size", "what", "whose", "chosen by", NULL };
	struct arena *a = g->p->arena;

	add_bar(g, bank);
	begin_table(g, arena_printf(a, "RAM from 0x%08" PRIx64 ", %s", bank.start,
				    stretch_size(a, range_size(bank))), heads);
	for (uint64_t at = bank.start; at < bank.end;) {
		struct stretch s = next_stretch(g->p, at, bank.end);

		add_stretch(g, &s);
		at = s.range.end;
	}
	end_table(g);
}

static void add_key(const struct page *g, const char *class, const char *kind, const char *name)
{
	text_add(g->out, "<li>");
	add_swatch(g, class, kind);
	put(g, name);
	text_add(g->out, "</li>\n");
}

static void add_legend(const struct page *g)
{
	static const struct {
		enum owner_kind kind;
		const char *class, *name;
	} others[] = {
		{ OWNER_BOARD, "board", "the board and its firmware" },
		{ OWNER_XEN, "xen", "Xen, the tree, scripts" },
		{ OWNER_SEVERAL, "several", "more than one domain" },
	};

	text_add(g->out, "<ul class=\"legend\" aria-label=\"Colours and patterns\">\n");
	add_key(g, "free", "", "free");
	for (size_t i = 0; i < countof(others); i++)
		if (map_has(g->p, others[i].kind))
			add_key(g, others[i].class, "", others[i].name);
	for (const struct sheet *s = g->p->sheets; s; s = s->next)
		add_key(g, class_of(g->p->arena, (struct owner){ OWNER_DOMAIN, s,
				    sheet_index(g->p, s) }), "", s->name);
	add_key(g, "several", "file", "hatched: a file that U-Boot loads");
	text_add(g->out, "</ul>\n");
}

static void add_sum(const struct page *g, const char *who, uint64_t bytes)
{
	text_add(g->out, "<div><dt>%s</dt><dd>%s</dd></div>\n", who,
		 stretch_size(g->p->arena, bytes));
}

static void add_sums(const struct page *g)
{
	const struct plan *p = g->p;

	text_add(g->out, "<dl class=\"sums\">\n");
	add_sum(g, "dom0", p->dom0_memory);
	add_sum(g, "guests", p->guest_memory);
	add_sum(g, "files and Xen", p->overhead);
	add_sum(g, "left", (uint64_t)plan_left(p));	/* a good plan has some */
	add_sum(g, "RAM", p->ram);
	text_add(g->out, "</dl>\n");
}

/* Adds the machine with one of the sizes of memory that the description names. */
static void add_machine(const struct page *g, bool is_one_of_several)
{
	if (is_one_of_several) {
		text_add(g->out, "<h3>With %s</h3>\n", g->p->memory_name);
		add_sums(g);
	}
	for (size_t i = 0; i < g->p->bank_count; i++)
		add_bank(g, g->p->banks[i]);
}

static void add_memory(const struct page *g)
{
	struct page each = *g;

	text_add(g->out, "<section id=\"memory\">\n<h2>Memory of the machine</h2>\n");
	if (g->p->uefi)
		text_add(g->out, "<p>The firmware puts files where it likes: their places here only "
			 "show that there is room.</p>\n");
	add_legend(g);
	for (; each.p; each.p = each.p->next_size, each.machine++)
		add_machine(&each, g->p->next_size);
	text_add(g->out, "</section>\n");
}

static void add_entry(const struct page *g, const char *key, const char *text, struct loc at)
{
	text_add(g->out, "<div><dt>%s</dt><dd>", key);
	put_linked(g, text, at);
	text_add(g->out, "</dd></div>\n");
}

static void add_lines(const struct page *g, const char *key, const struct sheet_line *list)
{
	for (const struct sheet_line *l = list; l; l = l->next)
		add_entry(g, key, l->text, l->at);
}

static void add_space(const struct page *g, const struct sheet *s)
{
	static const char *const heads[] = { "from", "size", "machine's", "what", NULL };

	if (!s->space)
		return;
	begin_table(g, arena_printf(g->p->arena, "Addresses that %s sees, and the machine's", s->name), heads);
	for (const struct sheet_range *r = s->space; r; r = r->next) {
		text_add(g->out, "<tr>");
		add_place(g, r->range);
		text_add(g->out, "<td>");
		if (r->has_host)
			text_add(g->out, "<code>0x%08" PRIx64 "</code>", r->host);
		text_add(g->out, "</td><td>");
		put_linked(g, r->what, r->at);
		text_add(g->out, "</td></tr>\n");
	}
	end_table(g);
}

static void add_sheet(const struct page *g, const struct sheet *s)
{
	struct arena *a = g->p->arena;
	const char *class = class_of(a, (struct owner){ OWNER_DOMAIN, s, sheet_index(g->p, s) });

	text_add(g->out, "<article>\n<h3>");
	add_swatch(g, class, "kept");
	put_linked(g, s->name, s->at);
	text_add(g->out, "%s</h3>\n<dl>\n", s->deferred ? ", started by dom0" : "");
	add_entry(g, "RAM", stretch_size(a, s->memory), s->memory_at);
	add_lines(g, "CPUs", s->cpus);
	add_lines(g, "file", s->files);
	add_lines(g, "device", s->devices);
	add_lines(g, "shared", s->shared);
	add_lines(g, "channel", s->channels);
	text_add(g->out, "</dl>\n");
	if (s->is_dom0)
		text_add(g->out, "<p>dom0 sees the machine's own addresses; which memory it gets, "
			 "Xen decides when it boots.</p>\n");
	add_space(g, s);
	text_add(g->out, "</article>\n");
}

static void add_sheets(const struct page *g)
{
	if (!g->p->sheets)
		return;
	text_add(g->out, "<section id=\"domains\">\n<h2>Domains</h2>\n<div class=\"cards\">\n");
	for (const struct sheet *s = g->p->sheets; s; s = s->next)
		add_sheet(g, s);
	text_add(g->out, "</div>\n</section>\n");
}

static void add_load(const struct page *g, const struct load *l)
{
	text_add(g->out, "<tr><td>");
	put_linked(g, l->name, l->at);
	text_add(g->out, "</td><td>");
	put(g, l->what);
	text_add(g->out, "</td><td>");
	put(g, l->users ? l->users : "");
	text_add(g->out, "</td><td class=\"size\">%s</td><td><code>0x%08" PRIx64 "</code></td>"
		 "<td><code>0x%08" PRIx64 "</code></td></tr>\n",
		 l->size ? number_show(g->p->arena, l->size) : "", l->start, l->start + l->span);
}

static void add_loads(const struct page *g)
{
	static const char *const heads[] = {
		"file", "what", "used by", "size", "from", "to", NULL
	};

	text_add(g->out, "<section id=\"files\">\n<h2>Files</h2>\n");
	begin_table(g, "What is loaded, in this order", heads);
	for (const struct load *l = g->p->loads; l; l = l->next)
		add_load(g, l);
	end_table(g);
	text_add(g->out, "</section>\n");
}

static void add_yaml(const struct page *g)
{
	const char *s = g->yaml ? g->yaml->text : NULL;
	size_t len;

	if (!s)
		return;
	text_add(g->out, "<section id=\"description\">\n<h2>");
	put(g, g->p->system_name);
	text_add(g->out, "</h2>\n<div class=\"yaml\" role=\"region\" tabindex=\"0\" aria-label=\""
		 "The description, with numbers of lines\"><ol>\n");
	for (size_t line = 1; *s; line++, s += len + (s[len] == '\n')) {
		len = strcspn(s, "\n");
		text_add(g->out, "<li id=\"L%zu\">", line);
		put(g, arena_copy(g->p->arena, s, len));
		text_add(g->out, "</li>\n");
	}
	text_add(g->out, "</ol></div>\n</section>\n");
}

static void add_head(const struct page *g)
{
	const struct plan *p = g->p;

	text_add(g->out, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
		 "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
		 "<title>");
	put(g, p->system_name);
	text_add(g->out, "</title>\n<style>\n%s</style>\n</head>\n<body>\n<header>\n<h1>",
		 page_style);
	put(g, arena_printf(p->arena, "%s on %s with %s", p->system_name, p->board_name,
			    p->memory_names));
	text_add(g->out, "</h1>\n<nav aria-label=\"Parts of this page\"><a href=\"#memory\">Memory"
		 "</a> %s<a href=\"#files\">Files</a> %s</nav>\n</header>\n<main>\n",
		 p->sheets ? "<a href=\"#domains\">Domains</a> " : "",
		 g->yaml ? "<a href=\"#description\">Description</a>" : "");
}

/* The file that named the board is the description. */
void emit_map_html(const struct plan *p, struct text *out)
{
	struct page g = { .p = p, .out = out, .yaml = p->description };

	add_head(&g);
	if (!p->next_size)
		add_sums(&g);
	add_memory(&g);
	add_sheets(&g);
	add_loads(&g);
	add_yaml(&g);
	text_add(out, "</main>\n</body>\n</html>\n");
}
