/* SPDX-License-Identifier: BSD-2-Clause */
/* The areas become a drawing of the memory: SVG 1.1, without scripts or fonts of its
 * own. */
#include <inttypes.h>

#include "base/json.h"
#include "base/list.h"
#include "base/number.h"
#include "emit/stretch.h"

/* All in pixels. */
#define MARGIN 16
#define LINE 18			/* a line of text, and the least height of a stretch */
#define BOX_X 130		/* addresses stand to its left */
#define BOX_WIDTH 220
#define LABEL_X (BOX_X + BOX_WIDTH + 12)
#define WIDTH 900

struct drawing {
	const struct plan *p;
	struct text *out;
	unsigned y;
};

static const struct look {
	const char *fill, *word;
} looks[] = {
	[OWNER_NOBODY] = { "#ffffff", "free" },
	[OWNER_BOARD] = { "#8c8c8c", "the board and its firmware" },
	[OWNER_XEN] = { "#3d3d3d", "Xen, the tree, scripts" },
	[OWNER_SEVERAL] = { "#0072b2", "more than one domain" },
};

/* Colours that people with all kinds of colour vision tell apart (Okabe and Ito, 2008), as on the
 * page. */
static const char *const fills[] = {
	"#009e73", "#e69f00", "#56b4e9", "#cc79a7", "#d55e00", "#b8a800"
};

static const char *fill_of(struct owner o)
{
	return o.kind == OWNER_DOMAIN ? fills[o.index % countof(fills)] : looks[o.kind].fill;
}

static bool is_file(const struct area *a)
{
	return a && (a->kind == AREA_LOAD || a->kind == AREA_SCRIPT);
}

void emit_xml_text(struct text *out, const char *s)
{
	json_t *name = json_name(out->arena, s);

	if (!name)
		arena_exhausted(out->arena);
	for (const char *c = json_string_value(name); *c; c++) {
		switch (*c) {
		case '<': text_add(out, "&lt;"); break;
		case '>': text_add(out, "&gt;"); break;
		case '&': text_add(out, "&amp;"); break;
		case '"': text_add(out, "&quot;"); break;
		default: text_add(out, "%c", (unsigned char)*c < ' ' ? '?' : *c);
		}
	}
	json_decref(name);
}

/* The height of a stretch in pixels. It grows with the logarithm of the size, because
 * kilobytes and gigabytes are in one picture: a line of text for a page, and a little
 * more for each doubling. */
static unsigned height_of(struct range r)
{
	unsigned doublings = 0;

	while (range_size(r) >> doublings > PAGE_SIZE_4K)
		doublings++;
	return LINE + 3 * doublings;
}

static void draw_text(struct drawing *d, unsigned x, unsigned y, const char *class,
		      const char *s)
{
	text_add(d->out, "<text x=\"%u\" y=\"%u\" class=\"%s\">", x, y, class);
	emit_xml_text(d->out, s);
	text_add(d->out, "</text>\n");
}

static void draw_address(struct drawing *d, uint64_t address)
{
	text_add(d->out, "<text x=\"%d\" y=\"%u\" class=\"a\">0x%08" PRIx64 "</text>\n",
		 BOX_X - 8, d->y + 4, address);
}

static const char *label_of(struct arena *a, const struct stretch *s)
{
	const char *size = stretch_size(a, range_size(s->range));

	if (!s->owner)
		return arena_printf(a, "free, %s", size);
	return arena_printf(a, "%s, %s (%s)", s->owner->what, size,
			    stretch_origin(a, s->owner));
}

static void draw_stretch(struct drawing *d, const struct stretch *s)
{
	unsigned height = height_of(s->range);
	const char *label = label_of(d->p->arena, s);

	text_add(d->out, "<g><title>");
	emit_xml_text(d->out, label);
	text_add(d->out, "</title>\n<rect x=\"%d\" y=\"%u\" width=\"%d\" height=\"%u\" "
		 "fill=\"%s\"/>\n", BOX_X, d->y, BOX_WIDTH, height,
		 fill_of(area_owner(d->p, s->owner)));
	if (is_file(s->owner))
		text_add(d->out, "<rect x=\"%d\" y=\"%u\" width=\"%d\" height=\"%u\" "
			 "fill=\"url(#file)\"/>\n", BOX_X, d->y, BOX_WIDTH, height);
	draw_address(d, s->range.start);
	draw_text(d, LABEL_X, d->y + height / 2 + 4, s->owner ? "w" : "f", label);
	text_add(d->out, "</g>\n");
	d->y += height;
}

static void draw_bank(struct drawing *d, struct range bank)
{
	draw_text(d, BOX_X, d->y + 12, "h",
		  arena_printf(d->p->arena, "RAM, %s",
			       stretch_size(d->p->arena, range_size(bank))));
	d->y += LINE + 4;
	for (uint64_t at = bank.start; at < bank.end;) {
		struct stretch s = next_stretch(d->p, at, bank.end);

		draw_stretch(d, &s);
		at = s.range.end;
	}
	draw_address(d, bank.end);
	d->y += 2 * LINE;
}

static void draw_key(struct drawing *d, const char *fill, const char *word)
{
	text_add(d->out, "<rect x=\"%d\" y=\"%u\" width=\"12\" height=\"12\" "
		 "fill=\"%s\"/>\n", BOX_X, d->y, fill);
	draw_text(d, BOX_X + 20, d->y + 10, "w", word);
	d->y += LINE;
}

static void draw_legend(struct drawing *d)
{
	for (enum owner_kind kind = OWNER_BOARD; kind < OWNER_DOMAIN; kind++)
		if (map_has(d->p, kind))
			draw_key(d, looks[kind].fill, looks[kind].word);
	for (const struct sheet *s = d->p->sheets; s; s = s->next)
		draw_key(d, fill_of((struct owner){ OWNER_DOMAIN, s, sheet_index(d->p, s) }),
			 s->name);
	text_add(d->out, "<rect x=\"%d\" y=\"%u\" width=\"12\" height=\"12\" "
		 "fill=\"#3d3d3d\"/>\n", BOX_X, d->y);
	draw_key(d, "url(#file)", "hatched: a file that U-Boot loads");
}

static void draw_machine(struct drawing *d)
{
	const struct plan *p = d->p;

	draw_text(d, MARGIN, d->y + 14, "t",
		  arena_printf(p->arena, "%s with %s, as %s fills it", p->board_name,
			       p->memory_name, p->system_name));
	d->y += 2 * LINE;
	for (size_t i = 0; i < p->bank_count; i++)
		draw_bank(d, p->banks[i]);
}

/* One below the other, if there are several sizes of memory. */
static void draw_all(struct drawing *d)
{
	const struct plan *first = d->p;

	d->y = MARGIN;
	for (; d->p; d->p = d->p->next_size)
		draw_machine(d);
	d->p = first;
	draw_legend(d);
}

void emit_map_svg(const struct plan *p, struct text *out)
{
	struct text body = { .arena = p->arena };
	struct drawing d = { .p = p, .out = &body };

	draw_all(&d);
	text_add(out, "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%u\" "
		 "viewBox=\"0 0 %d %u\">\n", WIDTH, d.y + MARGIN, WIDTH, d.y + MARGIN);
	text_add(out, "<style>text{font:12px sans-serif;fill:#222}.a{font-family:monospace;"
		 "text-anchor:end}.f{fill:#595959}.h{font-weight:bold}"
		 ".t{font-size:16px;font-weight:bold}rect{stroke:#666;stroke-width:.5}"
		 "</style>\n<defs><pattern id=\"file\" width=\"6\" height=\"6\" patternUnits="
		 "\"userSpaceOnUse\" patternTransform=\"rotate(45)\"><path d=\"M1 0V6\" "
		 "stroke=\"#fff\" stroke-opacity=\".75\" stroke-width=\"2\"/></pattern></defs>\n"
		 "<rect width=\"%d\" height=\"%u\" fill=\"#fff\" stroke=\"none\"/>\n",
		 WIDTH, d.y + MARGIN);
	text_bytes(out, body.data, body.len);
	text_add(out, "</svg>\n");
}
