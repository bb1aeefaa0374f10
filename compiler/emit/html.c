/* SPDX-License-Identifier: BSD-2-Clause */
/* The plan becomes one page to read and to keep: what is loaded where, the sums, the
 * map. */
#include <inttypes.h>

#include "base/number.h"
#include "emit/stretch.h"

static void cell(struct text *out, const char *s)
{
	text_add(out, "<td>");
	emit_xml_text(out, s);
	text_add(out, "</td>");
}

static void begin_table(struct text *out, const char *title, const char *heads)
{
	text_add(out, "<h2>%s</h2>\n<table>\n<tr>%s</tr>\n", title, heads);
}

static void add_loads(const struct plan *p, struct text *out)
{
	begin_table(out, "Files", "<th>file</th><th>what</th><th>used by</th><th>size</th>"
		    "<th>from</th><th>to</th>");
	for (const struct load *l = p->loads; l; l = l->next) {
		text_add(out, "<tr>");
		cell(out, l->name);
		cell(out, l->what);
		cell(out, l->users ? l->users : "");
		cell(out, l->size ? number_show(p->arena, l->size) : "");
		text_add(out, "<td><code>0x%08" PRIx64 "</code></td>"
			 "<td><code>0x%08" PRIx64 "</code></td></tr>\n",
			 l->start, l->start + l->span);
	}
	text_add(out, "</table>\n");
}

static void add_sum(const struct plan *p, struct text *out, const char *who, uint64_t bytes)
{
	text_add(out, "<tr><td>%s</td><td>%s</td></tr>\n", who,
		 stretch_size(p->arena, bytes));
}

static void add_sums(const struct plan *p, struct text *out)
{
	begin_table(out, "Memory", "<th>who</th><th>how much</th>");
	add_sum(p, out, "dom0", p->dom0_memory);
	add_sum(p, out, "guests", p->guest_memory);
	add_sum(p, out, "files and Xen", p->overhead);
	add_sum(p, out, "left", (uint64_t)plan_left(p));	/* a good plan has some */
	add_sum(p, out, "RAM", p->ram);
	text_add(out, "</table>\n");
}

static void add_head(const struct plan *p, struct text *out)
{
	text_add(out, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
		 "<title>");
	emit_xml_text(out, p->system_name);
	text_add(out, "</title>\n<style>body{font:15px sans-serif;margin:2em}"
		 "table{border-collapse:collapse}td,th{border:1px solid #ccc;padding:.3em .6em;"
		 "text-align:left}svg{max-width:100%%;height:auto}</style>\n</head>\n<body>\n"
		 "<h1>");
	emit_xml_text(out, arena_printf(p->arena, "%s on %s with %s", p->system_name,
					p->board_name, p->memory_name));
	text_add(out, "</h1>\n");
}

void emit_map_html(const struct plan *p, struct text *out)
{
	add_head(p, out);
	add_loads(p, out);
	add_sums(p, out);
	text_add(out, "<h2>Map</h2>\n");
	emit_map_svg(p, out);
	text_add(out, "</body>\n</html>\n");
}
