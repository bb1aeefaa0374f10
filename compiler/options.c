/* SPDX-License-Identifier: BSD-2-Clause */
/* argv becomes options, by their rows. */
#include "option_rows.h"

#include <assert.h>
#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/list.h"
#include "base/text.h"
#include "base/utf8.h"

static size_t count_rows(void)
{
	size_t n = 0;

	for (const struct option_row *row = NULL; (row = option_row_next(row));)
		n++;
	return n;
}

/* What getopt calls a row: its letter, or a number that is none. */
static int value_of(const struct option_row *row)
{
	return row->letter ? row->letter : 256 + (int)(row - option_rows);
}

static const struct option_row *row_of(int value)
{
	for (const struct option_row *row = NULL; (row = option_row_next(row));)
		if (value_of(row) == value)
			return row;
	return NULL;
}

static const char *name_of(struct arena *a, const struct option_row *row)
{
	return row->name ? arena_printf(a, "--%s", row->name)
			 : arena_printf(a, "-%c", row->letter);
}

static void read_row(struct option_reader *r, const struct option_row *row, const char *arg)
{
	char *to = (char *)r->o + row->to;

	/* As of a variable that a script has not set: "-o $OUT" would write into /. */
	if (row->operand && !*arg)
		option_wrong(r, "%s wants %s, not an empty word", name_of(r->arena, row),
			     row->operand);
	else if (row->read)
		row->read(r, row, arg);
	else if (row->operand)
		*(const char **)to = arg;
	else
		*(bool *)to = true;
}

/* Reports a long option that getopt did not take: there is none, or several begin so. */
static void report_unknown(struct option_reader *r, const char *given)
{
	const char **names = arena_alloc(r->arena, count_rows() * sizeof(*names)), *near;
	const char *name = arena_copy(r->arena, given + 2, strcspn(given + 2, "="));
	struct text several = { .arena = r->arena };
	size_t n = 0;

	for (const struct option_row *row = NULL; (row = option_row_next(row));) {
		if (!row->name)
			continue;
		names[n++] = row->name;
		if (starts_with(row->name, name))
			text_add(&several, " --%s", row->name);
	}
	near = nearest_word(name, names, n);
	if (several.len)
		option_wrong(r, "'--%s' is short for more than one option:%s", name,
		      several.data);
	else if (near)
		option_wrong(r, "no option is called '--%s'; did you mean '--%s'?", name, near);
	else
		option_wrong(r, "no option is called '--%s'", name);
}

/* Reports a letter that is no option, or a long option behind one dash. */
static void report_letter(struct option_reader *r, const char *word)
{
	const char **names = arena_alloc(r->arena, count_rows() * sizeof(*names)), *near = NULL;
	size_t n = 0, len = word && *word ? strcspn(word + 1, "=") : 0;

	for (const struct option_row *row = NULL; (row = option_row_next(row));)
		if (row->name)
			names[n++] = row->name;
	if (word && word[0] == '-' && word[1] != '-' && len > 2)
		near = nearest_word(arena_copy(r->arena, word + 1, len), names, n);
	if (near)
		option_wrong(r, "no option is called '%s'; did you mean '--%s'?", word, near);
	else
		option_wrong(r, "no option is called '-%c'", optopt);
}

/* The word that getopt is in: it passes over one whose letters it has all read. */
static const char *word_of_letter(char **argv)
{
	const char *word = argv[optind];

	return word && word[0] == '-' && word[1] == optopt && word[2] ? word : argv[optind - 1];
}

/* Reports what getopt did not like. c is ':' if an operand is missing, else '?'. */
static void report_option(struct option_reader *r, int c, const char *word)
{
	const struct option_row *row = row_of(optopt);

	if (c == ':' && row)
		option_wrong(r, "%s wants %s", name_of(r->arena, row), row->operand);
	else if (row)
		option_wrong(r, "--%s takes no value", row->name);
	else if (optopt)
		report_letter(r, word);
	else
		report_unknown(r, word);
}

/* Fills in the two tables that getopt wants; shorts has room for all letters with their
 * colons. */
static void fill_tables(struct option *longs, char *shorts)
{
	*shorts++ = ':';	/* a missing operand is reported here */
	for (const struct option_row *row = NULL; (row = option_row_next(row));) {
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

static void read_words(struct option_reader *r, int argc, char **argv)
{
	size_t n = count_rows();
	struct option *longs = arena_alloc(r->arena, (n + 1) * sizeof(*longs));
	char *shorts = arena_alloc(r->arena, 2 * n + 2);
	int c;

	fill_tables(longs, shorts);
	opterr = 0;
	while (!r->problem && (c = getopt_long(argc, argv, shorts, longs, NULL)) != -1) {
		const struct option_row *row = c == '?' || c == ':' ? NULL : row_of(c);

		if (row)
			read_row(r, row, optarg);
		else
			report_option(r, c, optopt ? word_of_letter(argv) : argv[optind - 1]);
	}
	for (int i = optind; i < argc; i++)
		r->o->operands[r->o->operand_count++] = argv[i];
}

bool options_color(const struct options *o, int fd)
{
	const char *no = getenv("NO_COLOR"), *term = getenv("TERM");

	if (o->color != COLOR_AUTO)
		return o->color == COLOR_ALWAYS;
	return isatty(fd) && !(no && *no) && !(term && streq(term, "dumb"));
}

const struct verb *verb_find(const struct verb *verbs, const char *name)
{
	for (; verbs->name; verbs++)
		if (streq(verbs->name, name))
			return verbs;
	return NULL;
}

/* Whether a word could be meant for a verb: it is no file, and does not look like the
 * name of one. */
static bool could_be_verb(const char *word)
{
	return *word && !strpbrk(word, "./") && access(word, F_OK) != 0 &&
	       !streq(word, "-");
}

/* The verb that other programs call so; NULL: there is none. */
static const char *verb_called(const char *word)
{
	static const char *const pairs[][2] = {
		{ "compile", "build" }, { "make", "build" }, { "run", "build" },
		{ "validate", "check" }, { "lint", "check" }, { "verify", "check" },
		{ "test", "check" }, { "fix", "check" }, { "show", "map" }, { "print", "map" },
		{ "memory", "map" }, { "layout", "map" }, { "convert", "import" },
		{ "new", "init" }, { "create", "init" }, { "generate", "init" },
		{ "list", "boards" }, { "board", "boards" }, { "keys", "schema" },
		{ "why", "explain" }, { "info", "explain" },
	};

	for (size_t i = 0; i < countof(pairs); i++)
		if (streq(pairs[i][0], word))
			return pairs[i][1];
	return NULL;
}

/* "build, check, map" */
static const char *list_names(struct arena *a, const char *const *names, size_t n)
{
	struct text t = { .arena = a };

	for (size_t i = 0; i < n; i++)
		text_add(&t, "%s%s", i ? ", " : "", names[i]);
	return t.data;
}

static void report_verb(struct option_reader *r, const struct verb *verbs, const char *word)
{
	const char *names[16], *near;
	size_t n = 0;

	for (; verbs->name; verbs++) {
		assert(n < countof(names));
		if (verbs->doc)
			names[n++] = verbs->name;
	}
	near = nearest_word(word, names, n);
	if (!near)
		near = verb_called(word);
	if (near)
		option_wrong(r, "no verb is called '%s'; did you mean '%s'?", word, near);
	else
		option_wrong(r, "neither a verb nor a file is called '%s'; verbs are %s", word,
			     list_names(r->arena, names, n));
}

static void take_verb(struct option_reader *r, const struct verb *verbs)
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

static void check_count(struct option_reader *r)
{
	const struct verb *v = r->o->verb;
	size_t n = r->o->operand_count;

	for (size_t i = 0; i < n && v->doc; i++)
		if (!*r->o->operands[i])
			option_wrong(r, "%s wants %s, not an empty word", v->name, v->operands);
	if (n < v->least)
		option_wrong(r, "%s wants %s, as in `%s`", v->name, v->operands, v->example);
	else if (n <= v->most)
		return;
	else if (streq(v->operands, "FILE") && r->o->stage && access(r->o->operands[1], F_OK) != 0)
		option_wrong(r, "%s takes one file, and there is '%s', too; --stage takes no folder: "
			     "-o %s", v->name, r->o->operands[1], r->o->operands[1]);
	else if (streq(v->operands, "FILE"))
		option_wrong(r, "%s takes one file at a time, not '%s' and '%s'; `xendtc check` takes many",
			     v->name, r->o->operands[0], r->o->operands[1]);
	else
		option_wrong(r, "%s takes %s and nothing else", v->name,
		      *v->operands ? v->operands : "options");
}

/* Whether the option of a row was given. */
static bool is_set(const struct options *o, const struct option_row *row)
{
	const char *from = (const char *)o + row->to;

	return row->operand ? *(const char *const *)from != NULL
			    : *(const bool *)from;
}

/* What `map` would print into the document of the findings, or write twice. */
static void check_map(struct option_reader *r)
{
	const struct options *o = r->o;
	bool drawn = o->map_svg || o->map_html;

	if (drawn && o->operand_count > 1)
		option_wrong(r, "--%s takes the map of one file", o->map_svg ? "svg" : "html");
	if (!o->format->for_people && !streq(o->format->name, "json") &&
	    (!drawn || o->map_json))
		option_wrong(r, "--format %s has no place for a map: choose text, short or json",
			     o->format->name);
}

static void check_fix(struct option_reader *r)
{
	const struct options *o = r->o;

	if (o->fix && o->diff)
		option_wrong(r, "--diff shows what --fix would write: choose one of them");
	for (size_t i = 0; i < o->operand_count; i++)
		if (o->fix && streq(o->operands[i], "-"))
			option_wrong(r, "--fix writes into a file, and standard input is none; "
				     "--diff shows what it would write");
	if (o->diff && !o->format->for_people)
		option_wrong(r, "--diff and --format %s would both be printed on standard output",
			     o->format->name);
}

/* Words that are no names of files: a second '-', and one with a dash of a word processor. */
static void check_operands(struct option_reader *r)
{
	size_t inputs = 0;

	for (size_t i = 0; i < r->o->operand_count; i++) {
		const char *word = r->o->operands[i], *next = word;
		const char *typed = utf8_as_typed(utf8_next(&next));

		if (streq(word, "-") && ++inputs == 2)
			option_wrong(r, "standard input is read once, and '-' is given twice");
		else if (typed && streq(typed, "-") && access(word, F_OK) != 0)
			option_wrong(r, "'%s' begins with a dash that is none; write --%s", word,
				     next + strspn(next, "-"));
	}
}

/* One message for a folder that is not there, and not one for each file in it. Who opens these
 * says what is wrong with a disk. */
static void check_files(struct option_reader *r)
{
	const char *folder = r->o->files;
	struct stat st;
	int error;

	if (!folder || r->o->no_files)
		return;
	error = stat(folder, &st) ? errno : 0;
	if (error == ENOENT || error == ENOTDIR)
		option_wrong(r, "--files wants a folder, and '%s' is not there", folder);
	else if (error && errno_is_of_names(error))
		option_wrong(r, "--files wants a folder, and '%s' cannot be read: %s", folder,
			     strerror(error));
	else if (!error && !S_ISDIR(st.st_mode))
		option_wrong(r, "--files wants a folder, and '%s' is none", folder);
}

static void check_together(struct option_reader *r)
{
	const struct options *o = r->o;

	for (const struct option_row *row = NULL; (row = option_row_next(row));)
		if (row->verb && !streq(row->verb, o->verb->name) && is_set(o, row))
			option_wrong(r, "--%s is for %s", row->name, row->verb);
	check_files(r);
	check_operands(r);
	if (o->no_files && streq(o->verb->name, "build"))
		option_wrong(r, "--no-files is for check and map: outputs need the files");
	if (streq(o->verb->name, "check"))
		check_fix(r);
	if (streq(o->verb->name, "map"))
		check_map(r);
	if ((streq(o->verb->name, "import") || streq(o->verb->name, "init")) &&
	    !o->format->for_people && !o->output)
		option_wrong(r, "with --format the YAML needs a file of its own: -o FILE");
}

/* Chooses GitHub's form of findings in its workflows, where it sets this variable for all
 * that runs (https://docs.github.com/actions/reference/variables-reference). Verbs that
 * have something to say on standard output themselves keep theirs. */
static void choose_format(struct options *o)
{
	const char *actions = getenv("GITHUB_ACTIONS");
	const struct report_format *f = report_formats;

	if (o->format)
		return;
	o->format = f;
	if (!actions || !streq(actions, "true") || o->diff ||
	    (!streq(o->verb->name, "check") && !streq(o->verb->name, "build")))
		return;
	while (!streq(f->name, "github"))
		f++;
	o->format = f;
}

/* Takes the second operand of import: a tree may have its script with it. */
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
	struct option_reader r = { .arena = a, .o = o };

	o->settings = arena_alloc(a, ((size_t)argc + 1) * sizeof(*o->settings));
	o->board_paths = arena_alloc(a, ((size_t)argc + 1) * sizeof(*o->board_paths));
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
