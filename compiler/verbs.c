/* SPDX-License-Identifier: BSD-2-Clause */
/* The verbs: a row each, and what it does with its operands. */
#include "verbs.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/list.h"
#include "base/utf8.h"
#include "build.h"
#include "diag/allow.h"
#include "complete.h"
#include "import/import.h"
#include "import/init.h"
#include "input/ours.h"
#include "input/source.h"
#include "maps.h"
#include "mend.h"
#include "passes/boards.h"
#include "printed.h"
#include "rows/rows.h"
#include "version.h"
#include "xen/parameters.h"

static void say_skipped(const struct job *j, const struct options *o)
{
	if (j->inputs.skipped && !o->quiet && o->format->for_people)
		fprintf(stderr,
			"%s: %u files were not looked at (--no-files): their sizes and "
			"contents are not checked\n",
			utf8_shown(j->arena, j->name), j->inputs.skipped);
}

static void begin_report(struct run *r)
{
	const struct report_format *format = r->options->format;

	r->report.arena = r->arena;
	r->report.format = format;
	r->report.f = format->for_people ? stderr : stdout;
	r->report.color = options_color(r->options, STDERR_FILENO);
	r->report.quiet = r->options->quiet;
}

static void report_file(struct run *r, struct job *j, bool good)
{
	if (good && !j->diags.errors && !j->inputs.skipped)
		allows_report_unused(&j->diags);
	diags_sort(&j->diags);
	say_skipped(j, r->options);
	report_add(&r->report, &j->diags, j->name ? j->name : j->path);
	if (j->io_failed || j->diags.io_failed)
		r->status = EXIT_WORLD;
	else if ((!good || j->diags.errors) && r->status == EXIT_GOOD)
		r->status = EXIT_REFUSED;
}

/* What a job is told of the command line. */
static struct job begin_job(struct run *r, struct arena *a, const char *path)
{
	const struct options *o = r->options;
	struct job j = { .arena = a, .cache = &r->cache, .path = path, .options = o,
			 .stdin_name = o->stdin_name, .base_path = o->tree,
			 .settings = o->settings, .board_paths = o->board_paths,
			 .files_folder = o->files };

	j.diags = (struct diags){ .arena = a, .wishes = &o->wishes };
	j.inputs.absent = o->no_files;
	r->cache.unread = NULL;
	return j;
}

/* Each file has an arena of its own, so that many take no more memory than a few. */
static void do_file(struct run *r, const char *path,
		    bool (*work)(struct run *r, struct job *j))
{
	struct arena arena = { .oom = r->arena->oom };
	struct job j = begin_job(r, &arena, path);

	report_file(r, &j, work(r, &j));
	arena_free(&arena);
}

static int do_files(struct run *r, bool (*work)(struct run *r, struct job *j))
{
	begin_report(r);
	for (size_t i = 0; i < r->options->operand_count; i++)
		do_file(r, r->options->operands[i], work);
	report_end(&r->report);
	return r->status;
}

static bool build_file(struct run *r, struct job *j)
{
	return r->compile(j) && build(j, r->options);
}

static int verb_build(struct run *r)
{
	return do_files(r, build_file);
}

/* Whether a file is YAML of somebody else, as hooks are called with. What cannot be read is not: it
 * is reported. */
static bool is_others(const struct job *j)
{
	struct arena scratch = { .oom = j->arena->oom };
	bool ours = true;
	char *text;
	size_t len;

	if (!streq(j->path, "-") && read_file(&scratch, j->path, YAML_MAX, &text, &len))
		ours = text_is_ours(text, len);
	arena_free(&scratch);
	return !ours;
}

static bool check_file(struct run *r, struct job *j)
{
	const struct options *o = r->options;

	if (o->skip_others && is_others(j))
		return true;
	return o->fix || o->diff ? mend_file(r, j) : r->compile(j);
}

static int verb_check(struct run *r)
{
	r->report.praise = true;
	return do_files(r, check_file);
}

static int verb_map(struct run *r)
{
	do_files(r, map_file);
	maps_end(r);
	return r->status;
}

/* A description goes to standard output, or to the file that -o names. */
static bool write_description(struct job *j, struct text yaml)
{
	const char *output = j->options->output;
	struct write set = { 0 };

	if (!output)
		return fwrite(yaml.data, 1, yaml.len, stdout) == yaml.len;
	build_add(j, &set, output, yaml);
	return build_files(j, &set, "choose another name with -o");
}

static bool import_one(struct run *r, struct job *j)
{
	struct text yaml = { .arena = j->arena };

	(void)r;
	return import_file(j, &yaml) && write_description(j, yaml);
}

static int verb_import(struct run *r)
{
	return do_files(r, import_one);
}

static bool init_one(struct run *r, struct job *j)
{
	struct text yaml = { .arena = j->arena };

	(void)r;
	return init_folder(j, &yaml) && write_description(j, yaml);
}

static int verb_init(struct run *r)
{
	begin_report(r);
	do_file(r, r->options->operand_count ? r->options->operands[0] : ".", init_one);
	report_end(&r->report);
	return r->status;
}

/* The code or key that comes nearest to what was typed; NULL: none does. */
static const char *nearest_subject(struct arena *a, const char *word)
{
	const char *const *keys = schema_keys(a, &system_record);
	const char **all;
	size_t n = 0;

	while (keys[n])
		n++;
	all = arena_alloc(a, (n + DIAG_COUNT) * sizeof(*all));
	for (size_t i = 0; i < n; i++)
		all[i] = keys[i];
	for (int code = 0; code < DIAG_COUNT; code++)
		all[n++] = diag_info[code].name;
	return nearest_word(word, all, n);
}

static int refuse_subject(struct arena *a, const char *word)
{
	const char *near = nearest_subject(a, word);
	const struct xen_stranger *stranger = xen_stranger(word);

	if (stranger) {
		fprintf(stderr, "xendtc: '%s' is a word of %s, which Xen on arm64 does not know\n",
			utf8_shown(a, word), stranger->home);
		return EXIT_USAGE;
	}
	fprintf(stderr, "xendtc: no diagnostic and no key is called '%s'%s%s%s\n",
		utf8_shown(a, word), near ? "; did you mean '" : "", near ? near : "",
		near ? "'?" : "");
	return EXIT_USAGE;
}

/* A word may be a key, a parameter of Xen's, or both. */
static bool explain_word(struct arena *a, const char *word)
{
	bool is_key = schema_explain_key(a, &system_record, word, stdout) ||
		      schema_explain_key(a, &board_record, word, stdout);

	if (is_key && xen_parameter(word, 0))
		putchar('\n');
	return xen_explain_parameter(a, word, stdout) || is_key;
}

static int verb_explain(struct run *r)
{
	const char *word = r->options->operands[0];
	enum diag_code code = diag_code_of(word);

	if (streq(word, "all"))
		diag_explain_all(stdout);
	else if (code != DIAG_COUNT)
		diag_explain(code, stdout);
	else if (!explain_word(r->arena, word))
		return refuse_subject(r->arena, word);
	return EXIT_GOOD;
}

/* Whether explain knows it already as a key, or by the row before. */
static bool is_said(const char *const *keys, const struct xen_parameter *p)
{
	for (; *keys; keys++)
		if (streq(*keys, p->name))
			return true;
	return p != xen_parameters && streq(p[-1].name, p->name);
}

static void say_subjects(void)
{
	struct arena a = { 0 };
	const char *const *keys = schema_keys(&a, &system_record);

	for (int code = 0; code < DIAG_COUNT; code++)
		printf("%s\t%s\n", diag_info[code].name, diag_info[code].title);
	for (const char *const *key = keys; *key; key++)
		printf("%s\t\n", *key);
	for (const struct xen_parameter *p = xen_parameters; p->name; p++)
		if (!is_said(keys, p))
			printf("%s\t%s\n", p->name, p->doc);
	arena_free(&a);
}

static int verb_schema(struct run *r)
{
	const char *what = r->options->operand_count ? r->options->operands[0] : "system";

	if (print_table(what))
		return EXIT_GOOD;
	fprintf(stderr, "xendtc: no schema is called '%s'%s\n", utf8_shown(r->arena, what),
		table_nearest(r->arena, what));
	return EXIT_USAGE;
}

static void list_board(struct run *r, const char *name)
{
	struct job j = begin_job(r, r->arena, name);

	if (!board_load(&j, boards_find(r->arena, r->options->board_paths, name))) {
		report_file(r, &j, false);
		return;
	}
	printf("%-14s %s:", name, utf8_shown(r->arena, j.host.board->title.text));
	for (const struct object *m = &j.host.board->memory->o; m; m = m->next)
		printf(" %s", m->name);
	putchar('\n');
}

static int verb_boards(struct run *r)
{
	const char **names;
	size_t n = boards_list(r->arena, r->options->board_paths, &names);

	r->report = (struct report){ .arena = r->arena, .format = report_formats, .f = stderr,
				     .color = options_color(r->options, STDERR_FILENO) };
	for (size_t i = 0; i < n; i++)
		list_board(r, names[i]);
	return r->status;
}

static void say_verbs(void)
{
	for (const struct verb *v = verbs; v->name; v++)
		if (v->doc)
			printf("%s\t%s\n", v->name, v->doc);
}

static const char *near_verb(struct arena *a, const char *word)
{
	const char *names[32] = { NULL };
	size_t n = 0;

	for (const struct verb *v = verbs; v->name && n < countof(names); v++)
		if (v->doc)
			names[n++] = v->name;
	return did_you_mean(a, word, names, n);
}

static int verb_help(struct run *r)
{
	const char *name = r->options->operand_count ? r->options->operands[0] : NULL;
	const struct verb *v = name ? verb_find(verbs, name) : NULL;

	if (v) {
		options_print_verb(r->arena, v, stdout);
		return EXIT_GOOD;
	}
	if (name && !r->options->help) {
		fprintf(stderr, "xendtc: no verb is called '%s'%s\n", utf8_shown(r->arena, name),
			near_verb(r->arena, name));
		return EXIT_USAGE;
	}
	options_print_help(r->arena, verbs, stdout);
	return EXIT_GOOD;
}

static int verb_version(struct run *r)
{
	(void)r;
	puts("xendtc " XENDTC_VERSION);
	return EXIT_GOOD;
}

static int verb_complete(struct run *r)
{
	complete(r, verbs);
	return EXIT_GOOD;
}

static void say_descriptions(void)
{
	puts(":files yaml yml");
}

static void say_folders(void)
{
	puts(":folders");
}

static void say_files(void)
{
	puts(":files");
}

const struct verb verbs[] = {
	{ "build", "FILE", "compile and write all outputs (the default verb)", 1, 1, verb_build,
	  say_descriptions, "xendtc system.yaml" },
	{ "check", "FILE...", "check only; writes nothing", 1, MANY, verb_check, say_descriptions,
	  "xendtc check system.yaml" },
	{ "map", "FILE...", "show the memory map", 1, MANY, verb_map, say_descriptions,
	  "xendtc map system.yaml" },
	{ "import", "CONFIG|DTB|SCRIPT [SCRIPT|DTB]",
	  "make a system.yaml of a config of ImageBuilder, a tree for Xen, or a U-Boot script", 1,
	  2, verb_import, say_files, "xendtc import config" },
	{ "init", "[FOLDER]", "make a system.yaml to begin with, for the files of a folder", 0, 1,
	  verb_init, say_folders, NULL },
	{ "explain", "CODE|KEY", "say what a code means, or what a key or a parameter of Xen is for", 1, 1,
	  verb_explain, say_subjects, "xendtc explain E0401" },
	{ "schema", "[system|board]",
	  "print the JSON Schema; or system-keys, board-keys, system-man, board-man, "
	  "device-rules, xen-parameters, imagebuilder: pages made of tables", 0, 1, verb_schema, say_tables,
	  NULL },
	{ "boards", "", "list the boards that are known", 0, 0, verb_boards, NULL, NULL },
	{ "help", "[VERB]", "print this page, or the one of a verb", 0, 1, verb_help, say_verbs, NULL },
	{ "version", "", "print the version", 0, 0, verb_version, NULL, NULL },
	{ "complete", "-- [WORD...]", NULL, 0, MANY, verb_complete, NULL, NULL },
	{ 0 }
};
