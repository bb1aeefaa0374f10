/* SPDX-License-Identifier: BSD-2-Clause */
/* argv becomes options, by a table of them; the help pages are made from the same rows. */
#include "options.h"

#include <assert.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/list.h"
#include "base/text.h"

struct row;

/* What a command line is read with. */
struct reader {
	struct arena *arena;
	struct options *o;
	const char *problem;	/* NULL: nothing is wrong so far */
};

struct row {
	const char *name;	/* NULL: only the letter */
	char letter;		/* 0: none */
	const char *operand;	/* NULL: a flag; words that it can be are split by '|' */
	const char *verb;	/* the only verb that it is for; NULL: all */
	const char *doc;
	size_t to;		/* a bool, or the text; without a function that reads it */
	void (*read)(struct reader *r, const struct row *row, const char *arg);
};

__attribute__((format(printf, 2, 3)))
static void wrong(struct reader *r, const char *fmt, ...)
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

static void read_color(struct reader *r, const struct row *row, const char *arg)
{
	int n = index_of(row->operand, arg);

	if (n < 0)
		wrong(r, "--color is one of %s, not '%s'", row->operand, arg);
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

static void read_format(struct reader *r, const struct row *row, const char *arg)
{
	const struct report_format *f = report_formats;

	while (f->name && !streq(f->name, arg))
		f++;
	if (f->name)
		r->o->format = f;
	else
		wrong(r, "--format is one of %s, not '%s'", format_names(r->arena), arg);
	(void)row;
}

static void read_board_path(struct reader *r, const struct row *row, const char *arg)
{
	(void)row;
	r->o->board_paths[r->o->board_path_count++] = arg;
}

/* A file that is written: where a description is meant, its name came too early. */
static void read_written(struct reader *r, const struct row *row, const char *arg)
{
	if (ends_with(arg, ".yaml") || ends_with(arg, ".yml"))
		wrong(r, "--%s would write over '%s': name a file of its own for it",
		      row->name, arg);
	*(const char **)((char *)r->o + row->to) = arg;
}

/* What -W says of one code: "CODE", "no-CODE" or "error=CODE". */
static void read_warning(struct reader *r, const struct row *row, const char *arg)
{
	bool off = starts_with(arg, "no-"), error = starts_with(arg, "error=");
	const char *name = arg + (off ? strlen("no-") : error ? strlen("error=") : 0);
	enum diag_code code = diag_code_of(name);

	(void)row;
	if (streq(arg, "error"))
		r->o->wishes.werror = true;
	else if (code == DIAG_COUNT)
		wrong(r, "no diagnostic is called '%s'", name);
	else if (diag_info[code].severity != WARNING)
		wrong(r, "%s is an error; only warnings can be switched",
		      diag_info[code].name);
	else if (error)
		r->o->wishes.error[code] = true;
	else
		r->o->wishes.off[code] = off;
}

static void read_unchecked(struct reader *r, const struct row *row, const char *arg)
{
	struct diag_wishes *w = &r->o->wishes;
	enum diag_code code = diag_code_of(arg);

	(void)row;
	if (code == DIAG_COUNT)
		wrong(r, "no diagnostic is called '%s'", arg);
	else if (diag_info[code].severity == FATAL)
		wrong(r, "without %s there would be nothing to compile", arg);
	else
		w->off[code] = w->unchecked[code] = true;
}

#define AT(member) offsetof(struct options, member), NULL
#define WITH(function) 0, function
#define WRITTEN(member) offsetof(struct options, member), read_written

static const struct row rows[] = {
	{ "output", 'o', "DIR", NULL, "write outputs into DIR (default: out/ beside FILE; import: a file)", AT(output) },
	{ "files", 0, "DIR", NULL, "look module files up in DIR", AT(files) },
	{ "no-files", 0, NULL, NULL, "check without the module files", AT(no_files) },
	{ "dtb", 0, "FILE", NULL, "base device tree", AT(tree) },
	{ "board-path", 0, "DIR", NULL, "look for boards in DIR too", WITH(read_board_path) },
	{ "stage", 0, NULL, NULL, "put copies of the module files into the output folder, too",
	  AT(stage) },
	{ "stage-links", 0, NULL, NULL, "the same, with hard links where that can be",
	  AT(stage_links) },
	{ "no-hash", 0, NULL, NULL, "leave SHA-256 out of manifest.json", AT(no_hash) },
	{ "json", 0, NULL, "map", "print JSON", AT(map_json) },
	{ "svg", 0, "FILE", "map", "draw it into FILE", WRITTEN(map_svg) },
	{ "html", 0, "FILE", "map", "write a page with files, sums and the drawing", WRITTEN(map_html) },
	{ "board", 0, "NAME", "import", "the board that the config is for", AT(board) },
	{ "memory", 0, "SIZE", "import", "how much memory the board has", AT(memory) },
	{ "layout", 0, NULL, "import", "keep ImageBuilder's addresses", AT(layout) },
	{ "depfile", 0, "FILE", NULL, "write what was read as a make rule", WRITTEN(depfile) },
	{ "stdin-filename", 0, "NAME", NULL, "name of the text on standard input", AT(stdin_name) },
	{ "format", 0, "FORM", NULL, "of the findings: text, short, json, sarif, github, gitlab, junit", WITH(read_format) },
	{ "color", 0, "auto|always|never", NULL, "colours in the text form", WITH(read_color) },
	{ NULL, 'W', "CODE", NULL, "switch a warning on; -Wno-CODE: off; -Werror=CODE: it is an error; -Werror: all are", WITH(read_warning) },
	{ "quiet", 'q', NULL, NULL, "no output but diagnostics", AT(quiet) },
	{ "verbose", 'v', NULL, NULL, "say what is read and written", AT(verbose) },
	{ "unchecked", 0, "CODE", NULL, "write what CODE would refuse; for tests that prove the rule", WITH(read_unchecked) },
	{ "help", 'h', NULL, NULL, "this page, or the one of a verb", AT(help) },
	{ "version", 'V', NULL, NULL, "the version", AT(version) },
};

/* What getopt calls a row: its letter, or a number that is none. */
static int value_of(const struct row *row)
{
	return row->letter ? row->letter : 256 + (int)(row - rows);
}

static const struct row *row_of(int value)
{
	for (const struct row *row = rows; row < rows + countof(rows); row++)
		if (value_of(row) == value)
			return row;
	return NULL;
}

static const char *name_of(struct arena *a, const struct row *row)
{
	return row->name ? arena_printf(a, "--%s", row->name)
			 : arena_printf(a, "-%c", row->letter);
}

static void read_row(struct reader *r, const struct row *row, const char *arg)
{
	char *to = (char *)r->o + row->to;

	if (row->read)
		row->read(r, row, arg);
	else if (row->operand)
		*(const char **)to = arg;
	else
		*(bool *)to = true;
}

/* A long option that getopt did not take: there is none, or several begin so. */
static void report_unknown(struct reader *r, const char *given)
{
	const char *names[countof(rows)], *near;
	const char *name = arena_copy(r->arena, given + 2, strcspn(given + 2, "="));
	struct text several = { .arena = r->arena };
	size_t n = 0;

	for (size_t i = 0; i < countof(rows); i++) {
		if (!rows[i].name)
			continue;
		names[n++] = rows[i].name;
		if (starts_with(rows[i].name, name))
			text_add(&several, " --%s", rows[i].name);
	}
	near = nearest_word(name, names, n);
	if (several.len)
		wrong(r, "'--%s' is short for more than one option:%s", name,
		      several.data);
	else if (near)
		wrong(r, "no option is called '--%s'; did you mean '--%s'?", name, near);
	else
		wrong(r, "no option is called '--%s'", name);
}

/* What getopt did not like. c is ':' if an operand is missing, else '?'. */
static void report_option(struct reader *r, int c, const char *word)
{
	const struct row *row = row_of(optopt);

	if (c == ':' && row)
		wrong(r, "%s wants %s", name_of(r->arena, row), row->operand);
	else if (row)
		wrong(r, "--%s takes no value", row->name);
	else if (optopt)
		wrong(r, "no option is called '-%c'", optopt);
	else
		report_unknown(r, word);
}

/* The two tables that getopt wants; shorts has room for all letters with their colons. */
static void fill_tables(struct option *longs, char *shorts)
{
	*shorts++ = ':';	/* we report what is missing */
	for (size_t i = 0; i < countof(rows); i++) {
		const struct row *row = &rows[i];

		if (row->name)
			*longs++ = (struct option){ row->name, !!row->operand, NULL,
						    value_of(row) };
		if (!row->letter)
			continue;
		*shorts++ = row->letter;
		if (row->operand)
			*shorts++ = ':';
	}
}

static void read_words(struct reader *r, int argc, char **argv)
{
	struct option longs[countof(rows) + 1] = { 0 };
	char shorts[2 * countof(rows) + 2] = { 0 };
	int c;

	fill_tables(longs, shorts);
	opterr = 0;
	while (!r->problem && (c = getopt_long(argc, argv, shorts, longs, NULL)) != -1) {
		const struct row *row = c == '?' || c == ':' ? NULL : row_of(c);

		if (row)
			read_row(r, row, optarg);
		else
			report_option(r, c, argv[optind - 1]);
	}
	for (int i = optind; i < argc; i++)
		r->o->operands[r->o->operand_count++] = argv[i];
}

const struct verb *verb_find(const struct verb *verbs, const char *name)
{
	for (; verbs->name; verbs++)
		if (streq(verbs->name, name))
			return verbs;
	return NULL;
}

/* A word that is no file, and does not look like the name of one. */
static bool could_be_verb(const char *word)
{
	return *word && !strpbrk(word, "./") && access(word, F_OK) != 0 &&
	       !streq(word, "-");
}

static void report_verb(struct reader *r, const struct verb *verbs, const char *word)
{
	const char *names[16], *near;
	size_t n = 0;

	for (; verbs->name; verbs++) {
		assert(n < countof(names));
		names[n++] = verbs->name;
	}
	near = nearest_word(word, names, n);
	if (near)
		wrong(r, "no verb is called '%s'; did you mean '%s'?", word, near);
	else
		wrong(r, "neither a verb nor a file is called '%s'", word);
}

static void take_verb(struct reader *r, const struct verb *verbs)
{
	struct options *o = r->o;

	if (o->operand_count)
		o->verb = verb_find(verbs, o->operands[0]);
	if (o->verb) {
		o->operands++;
		o->operand_count--;
		return;
	}
	if (o->operand_count && could_be_verb(o->operands[0]))
		report_verb(r, verbs, o->operands[0]);
	else
		o->verb = verbs;
}

static void check_count(struct reader *r)
{
	const struct verb *v = r->o->verb;
	size_t n = r->o->operand_count;

	for (size_t i = 0; i < n; i++)
		if (!*r->o->operands[i])
			wrong(r, "%s wants %s, not an empty word", v->name, v->operands);
	if (n < v->least)
		wrong(r, "%s wants %s", v->name, v->operands);
	else if (n <= v->most)
		return;
	else if (streq(v->operands, "FILE"))
		wrong(r, "%s takes one file at a time; `xendtc check` takes many",
		      v->name);
	else
		wrong(r, "%s takes %s and nothing else", v->name,
		      *v->operands ? v->operands : "options");
}

/* Whether the option of a row was given. */
static bool is_set(const struct options *o, const struct row *row)
{
	const char *from = (const char *)o + row->to;

	return row->operand ? *(const char *const *)from != NULL
			    : *(const bool *)from;
}

static void check_together(struct reader *r)
{
	const struct options *o = r->o;

	for (size_t i = 0; i < countof(rows); i++)
		if (rows[i].verb && !streq(rows[i].verb, o->verb->name) &&
		    is_set(o, &rows[i]))
			wrong(r, "--%s is for %s", rows[i].name, rows[i].verb);
	if (o->no_files && streq(o->verb->name, "build"))
		wrong(r, "--no-files is for check and map: outputs need the files");
	if (streq(o->verb->name, "import") && !o->format->for_people && !o->output)
		wrong(r, "with --format the YAML needs a file of its own: -o FILE");
}

/* GitHub sets the variable for all that runs in its workflows
 * (https://docs.github.com/actions/reference/variables-reference). The other verbs have
 * something to say on standard output themselves. */
static void choose_format(struct options *o)
{
	const char *actions = getenv("GITHUB_ACTIONS");
	const struct report_format *f = report_formats;

	if (o->format)
		return;
	o->format = f;
	if (!actions || !streq(actions, "true") ||
	    (!streq(o->verb->name, "check") && !streq(o->verb->name, "build")))
		return;
	while (!streq(f->name, "github"))
		f++;
	o->format = f;
}

/* A tree may have its script with it. */
static void take_script(struct options *o)
{
	if (!streq(o->verb->name, "import") || o->operand_count != 2)
		return;
	o->script = o->operands[1];
	o->operand_count = 1;
}

bool options_read(struct arena *a, int argc, char **argv, const struct verb *verbs,
		  struct options *o, const char **problem)
{
	struct reader r = { .arena = a, .o = o };

	o->board_paths = arena_alloc(a, (size_t)argc * sizeof(*o->board_paths));
	o->operands = arena_alloc(a, ((size_t)argc + 1) * sizeof(*o->operands));
	read_words(&r, argc, argv);
	if (o->help || o->version)
		o->verb = verb_find(verbs, o->help ? "help" : "version");
	else if (!r.problem)
		take_verb(&r, verbs);
	if (!r.problem && !o->help && !o->version) {
		choose_format(o);
		check_count(&r);
		check_together(&r);
		take_script(o);
	}
	*problem = r.problem;
	return !r.problem;
}

static void print_row(const struct row *row, bool with_verb, FILE *f)
{
	char letter[] = { '-', row->letter, row->name ? ',' : '\0', '\0' };

	fprintf(f, "  %3s %s%-15s %-18s %s%s%s\n", row->letter ? letter : "",
		row->name ? "--" : "  ", row->name ? row->name : "",
		row->operand ? row->operand : "", with_verb && row->verb ? row->verb : "",
		with_verb && row->verb ? ": " : "", row->doc);
}

void options_print_help(const struct verb *verbs, FILE *f)
{
	fputs("usage: xendtc [VERB] [OPTIONS] FILE\n\n"
	      "Compiles a description of a Xen system into the device tree and the U-Boot\n"
	      "scripts that boot it, and refuses what would not boot.\n\nverbs:\n", f);
	for (const struct verb *v = verbs; v->name; v++)
		fprintf(f, "  %-8s %-16s %s\n", v->name, v->operands, v->doc);
	fputs("\noptions:\n", f);
	for (size_t i = 0; i < countof(rows); i++)
		print_row(&rows[i], true, f);
	fputs("\nexit status: 0 good, 1 refused, 2 usage, 3 the world failed (I/O, memory)\n", f);
}

void options_print_verb(const struct verb *verb, FILE *f)
{
	bool any = false;

	fprintf(f, "usage: xendtc %s [OPTIONS] %s\n\n%s\n", verb->name, verb->operands,
		verb->doc);
	for (size_t i = 0; i < countof(rows); i++) {
		if (!rows[i].verb || !streq(rows[i].verb, verb->name))
			continue;
		fputs(any ? "" : "\noptions of its own:\n", f);
		print_row(&rows[i], false, f);
		any = true;
	}
	fputs("\n'xendtc help' lists the options that all verbs share.\n", f);
}
