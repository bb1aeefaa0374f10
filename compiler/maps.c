/* SPDX-License-Identifier: BSD-2-Clause */
/* Plans become maps: on the terminal one after the other, in JSON one document. */
#include "maps.h"

#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/json.h"
#include "base/utf8.h"
#include "build.h"
#include "emit/emit.h"

static bool is_in_report(const struct run *r)
{
	return streq(r->options->format->name, "json");
}

#define WIDTH 100		/* of a map that goes to no terminal */

/* How wide the terminal is: COLUMNS of the environment (POSIX, section 8.3), or what it says of
 * itself. */
static int terminal_width(void)
{
	const char *columns = getenv("COLUMNS");
	long width = columns ? strtol(columns, NULL, 10) : 0;
	struct winsize size;

	if (width <= 0)
		width = isatty(STDOUT_FILENO) && ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 &&
			size.ws_col ? size.ws_col : WIDTH;
	return width < MAP_WIDTH_MIN ? MAP_WIDTH_MIN : width > 1000 ? 1000 : (int)width;
}

static struct map_look look_of(const struct options *o)
{
	return (struct map_look){
		.width = terminal_width(),
		.color = options_color(o, STDOUT_FILENO),
	};
}

/* In JSON the maps are kept until all files are done. */
static void show_map(struct run *r, const struct job *j)
{
	struct text out = { .arena = j->arena };

	if (r->options->map_json || is_in_report(r)) {
		if (!r->report.maps)
			r->report.maps = json_array();
		for (const struct plan *p = &j->plan; p; p = p->next_size)
			json_push(j->arena, r->report.maps, emit_map_json(p, j->name));
		return;
	}
	if (r->options->operand_count > 1)
		text_add(&out, "%s:\n", utf8_shown_first(j->arena, j->name));
	emit_map(&j->plan, look_of(r->options), &out);
	fwrite(out.data, 1, out.len, stdout);
}

static void add_map(struct job *j, struct write *set, const char *name,
		    void (*emit)(const struct plan *p, struct text *out))
{
	struct text bytes = { .arena = j->arena };

	if (!name)
		return;
	emit(&j->plan, &bytes);
	build_add(j, set, name, bytes);
}

bool map_file(struct run *r, struct job *j)
{
	const struct options *o = r->options;
	struct write set = { 0 };
	bool on_stdout = o->map_json || o->format->for_people || is_in_report(r);

	if (!r->compile(j)) {
		if (j->plan.areas && on_stdout)
			show_map(r, j);
		return false;
	}
	add_map(j, &set, o->map_svg, emit_map_svg);
	add_map(j, &set, o->map_html, emit_map_html);
	if (!set.files || o->map_json)
		show_map(r, j);
	return !set.files || build_files(j, &set, "choose another name for the map");
}

/* The only map is the document; those of several files, or sizes of memory, are a list. */
void maps_end(struct run *r)
{
	json_t *maps = r->report.maps;

	if (is_in_report(r))	/* which has them */
		return;
	if (r->options->map_json &&
	    (r->options->operand_count > 1 || json_array_size(maps) > 1))
		json_dumpf(maps ? maps : (maps = json_array()), stdout, JSON_INDENT(2));
	else if (maps)
		json_dumpf(json_array_get(maps, 0), stdout, JSON_INDENT(2));
	if (maps)
		putchar('\n');
	json_decref(maps);
}
