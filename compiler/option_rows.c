/* SPDX-License-Identifier: BSD-2-Clause */
/* The options: a row each, and how its words are read. */
#include "option_rows.h"

#include <stdarg.h>
#include <string.h>

#include "base/list.h"
#include "base/text.h"

void option_wrong(struct option_reader *r, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	if (!r->problem)
		r->problem = arena_vprintf(r->arena, fmt, ap);
	va_end(ap);
}

static bool ends_with(const char *s, const char *end)
{
	size_t len = strlen(s), tail = strlen(end);

	return len >= tail && streq(s + len - tail, end);
}

/* The index of a word in "auto|always|never"; -1 if it is not there. */
static int index_of(const char *words, const char *word)
{
	size_t len;

	for (int i = 0;; i++, words += len + 1) {
		len = strcspn(words, "|");
		if (len == strlen(word) && strncmp(words, word, len) == 0)
			return i;
		if (!words[len])
			return -1;
	}
}

static void read_color(struct option_reader *r, const struct option_row *row, const char *arg)
{
	int n = index_of(row->operand, arg);

	if (n < 0)
		option_wrong(r, "--color is one of %s, not '%s'", row->operand, arg);
	else
		r->o->color = (enum color)n;
}

static const char *format_names(struct arena *a)
{
	struct text t = { .arena = a };

	for (const struct report_format *f = report_formats; f->name; f++)
		text_add(&t, "%s%s", t.len ? ", " : "", f->name);
	return t.data;
}

static const char *near_format(struct arena *a, const char *word)
{
	const char *names[16] = { NULL };
	size_t n = 0;

	for (const struct report_format *f = report_formats; f->name && n < countof(names); f++)
		names[n++] = f->name;
	return did_you_mean(a, word, names, n);
}

static void read_format(struct option_reader *r, const struct option_row *row, const char *arg)
{
	const struct report_format *f = report_formats;

	while (f->name && !streq(f->name, arg))
		f++;
	if (f->name)
		r->o->format = f;
	else if (streq(arg, "html") || streq(arg, "svg"))
		option_wrong(r, "--format is for findings; `xendtc map --%s FILE` draws the map", arg);
	else
		option_wrong(r, "--format is one of %s, not '%s'%s", format_names(r->arena), arg,
			     near_format(r->arena, arg));
	(void)row;
}

static void read_board_path(struct option_reader *r, const struct option_row *row, const char *arg)
{
	(void)row;
	r->o->board_paths[r->o->board_path_count++] = arg;
}

#define PARTS_MAX 16	/* of a path; no key is as deep as that */

/* "a.b=VALUE" */
static void read_setting(struct option_reader *r, const struct option_row *row, const char *arg)
{
	size_t len = strcspn(arg, "="), parts = 1;
	bool good = len && arg[len] && arg[0] != '.' && arg[len - 1] != '.';

	for (size_t i = 0; i < len; i++) {
		parts += arg[i] == '.';
		good &= arg[i] != '.' || arg[i + 1] != '.';
	}
	if (len == strlen("extends") && starts_with(arg, "extends"))
		option_wrong(r, "--%s changes what was read; write 'extends' into a file", row->name);
	else if (!good || parts > PARTS_MAX)
		option_wrong(r, "--%s wants a key and its value, as in dom0.memory=2G, not '%s'",
			     row->name, arg);
	else if (!arg[len + 1])
		option_wrong(r, "--%s %s has no value; %snull takes the key out", row->name, arg,
			     arg);
	r->o->settings[r->o->setting_count++] = arg;
}

/* Reads the name of a file that is written. If it is that of a description, it came too
 * early. */
static void read_written(struct option_reader *r, const struct option_row *row, const char *arg)
{
	if (ends_with(arg, ".yaml") || ends_with(arg, ".yml"))
		option_wrong(r, "--%s would write over '%s': name a file of its own for it",
		      row->name, arg);
	*(const char **)((char *)r->o + row->to) = arg;
}

/* Reads what -W says of one code: "CODE", "no-CODE" or "error=CODE". */
static void read_warning(struct option_reader *r, const struct option_row *row, const char *arg)
{
	bool off = starts_with(arg, "no-"), error = starts_with(arg, "error=");
	const char *name = arg + (off ? strlen("no-") : error ? strlen("error=") : 0);
	enum diag_code code = diag_code_of(name);

	(void)row;
	if (streq(arg, "error"))
		r->o->wishes.werror = true;
	else if (code == DIAG_COUNT)
		option_wrong(r, "no warning is called '%s'; write its code, as in -WW0819, -Wno-W0819 or "
			     "-Werror=W0819", name);
	else if (diag_info[code].severity != WARNING)
		option_wrong(r, "%s is an error; only warnings can be switched",
		      diag_info[code].name);
	else if (error)
		r->o->wishes.error[code] = true;
	else
		r->o->wishes.off[code] = off;
}

static void read_unchecked(struct option_reader *r, const struct option_row *row, const char *arg)
{
	struct diag_wishes *w = &r->o->wishes;
	enum diag_code code = diag_code_of(arg);

	(void)row;
	if (code == DIAG_COUNT)
		option_wrong(r, "no diagnostic is called '%s'", arg);
	else if (diag_info[code].severity == FATAL)
		option_wrong(r, "without %s there would be nothing to compile", arg);
	else
		w->off[code] = w->unchecked[code] = true;
}

#define AT(member) offsetof(struct options, member), NULL
#define WITH(function) 0, function
#define WRITTEN(member) offsetof(struct options, member), read_written

const struct option_row option_rows[] = {
	{ "output", 'o', "DIR", NULL, "write outputs into DIR (default: out/ beside FILE; import, init: a file)", AT(output) },
	{ "files", 0, "DIR", NULL, "look module files up in DIR", AT(files) },
	{ "no-files", 0, NULL, NULL, "check without the module files", AT(no_files) },
	{ "dtb", 0, "FILE", NULL, "the base tree", AT(tree) },
	{ "set", 0, "PATH=VALUE", NULL, "another value for a key, as in dom0.memory=2G; null takes it out", WITH(read_setting) },
	{ "board-path", 0, "DIR", NULL, "look for boards in DIR, too", WITH(read_board_path) },
	{ "stage", 0, NULL, NULL, "put copies of the module files into the output folder, too",
	  AT(stage) },
	{ "stage-links", 0, NULL, NULL, "the same, with hard links where that can be",
	  AT(stage_links) },
	{ "no-hash", 0, NULL, NULL, "leave SHA-256 out of manifest.json", AT(no_hash) },
	{ "skip-others", 0, NULL, "check", "pass over YAML that is no description of a system", AT(skip_others) },
	{ "fix", 0, NULL, "check", "mend in FILE what has one right answer", AT(fix) },
	{ "diff", 0, NULL, "check", "show what --fix would change, and write nothing", AT(diff) },
	{ "json", 0, NULL, "map", "print JSON", AT(map_json) },
	{ "svg", 0, "FILE", "map", "draw it into FILE", WRITTEN(map_svg) },
	{ "html", 0, "FILE", "map", "write a page with files, sums and the drawing", WRITTEN(map_html) },
	{ "board", 0, "NAME", "import", "the board that the config is for", AT(board) },
	{ "memory", 0, "SIZE", "import", "how much memory the board has", AT(memory) },
	{ "layout", 0, NULL, "import", "keep ImageBuilder's addresses", AT(layout) },
	{ "depfile", 0, "FILE", NULL, "write what was read as a make rule", WRITTEN(depfile) },
	{ "stdin-filename", 0, "FILE", NULL, "name of the text on standard input", AT(stdin_name) },
	{ "format", 0, "FORM", NULL, "form of the findings: text, short, json, sarif, github, gitlab, junit", WITH(read_format) },
	{ "color", 0, "auto|always|never", NULL, "colours in the text form", WITH(read_color) },
	{ NULL, 'W', "CODE", NULL, "switch a warning on; -Wno-CODE: off; -Werror=CODE: it is an error; -Werror: all are", WITH(read_warning) },
	{ "quiet", 'q', NULL, NULL, "print nothing but findings", AT(quiet) },
	{ "verbose", 'v', NULL, NULL, "name each output", AT(verbose) },
	{ "unchecked", 0, "CODE", NULL, "write what CODE would refuse; for tests that prove the rule", WITH(read_unchecked) },
	{ "help", 'h', NULL, NULL, "print this page, or the one of a verb", AT(help) },
	{ "version", 'V', NULL, NULL, "print the version", AT(version) },
	{ 0 }
};
