/* SPDX-License-Identifier: BSD-2-Clause */
/* The table of contents: which passes there are, in which order, and what comes of it. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "boards.h"
#include "build.h"
#include "emit/emit.h"
#include "import/import.h"
#include "import/variables.h"
#include "job.h"
#include "schema/device_rules.h"
#include "schema/xen_parameters.h"

enum { EXIT_GOOD, EXIT_REFUSED, EXIT_USAGE, EXIT_WORLD };

/* Would it boot? The parts do not need each other's answers. */
static bool check(struct job *j)
{
	bool ok = check_xen_line(j);

	ok &= check_choices(j);
	ok &= check_uefi(j);
	ok &= check_command_lines(j);
	ok &= check_load_names(j);
	ok &= plan_fit(j);
	ok &= plan_card(j);
	ok &= check_features(j);
	ok &= check_firmware_tree(j);
	ok &= check_domains(j);
	ok &= check_cpu_use(j);
	ok &= check_guests(j);
	ok &= check_colors(j);
	ok &= check_properties(j);
	ok &= check_built(j);
	ok &= check_services(j);
	ok &= check_sharing(j);
	ok &= check_later(j);
	return layout(j) && ok;
}

/* What a pass reports counts, not what it returns: a rule can be switched off to prove
 * it. */
static bool step(struct job *j, bool (*pass)(struct job *))
{
	pass(j);
	return !j->diags.errors;
}

/* The same for a pass without whose work there is nothing to go on with. */
static bool need(struct job *j, bool (*pass)(struct job *))
{
	return pass(j) && !j->diags.errors;
}

/* Each step reads what the steps above it made; it stops us if it reported an error. */
static bool compile(struct job *j)
{
	return need(j, load)		/* text -> model and board */
	    && need(j, resolve)		/* names -> files, the base tree */
	    && step(j, check_files)	/* are they what they should be? */
	    && step(j, check_names)	/* do all names mean something? */
	    && step(j, check_tree)	/* would Xen take the base tree? */
	    && step(j, check_hardware)	/* GIC, timer, CPUs: can Xen use them? */
	    && step(j, check_console)	/* will anybody hear Xen? */
	    && need(j, give)		/* devices for guests, by name */
	    && step(j, make_partials)	/* those -> partial trees */
	    && step(j, read_partials)	/* partial trees -> guests' devices */
	    && step(j, repair)		/* what stops Xen in the tree -> edits */
	    && step(j, make_loads)	/* images -> loads */
	    && step(j, make_claims)	/* static and shared memory -> claims */
	    && step(j, plan_boot)	/* `boot:` -> how U-Boot boots */
	    && step(j, size_tree)	/* model -> how large the tree will be */
	    && step(j, check)		/* sizes -> addresses, and the rules */
	    && step(j, check_colored_xen)	/* is there room for Xen, coloured? */
	    && step(j, check_partial_trees)	/* may guests have their devices? */
	    && step(j, check_memory)	/* is there room for all domains? */
	    && step(j, check_later_memory)	/* and for those that dom0 starts? */
	    && step(j, make_later)	/* those -> files for xl */
	    && step(j, lower);		/* model -> edits of the tree */
}

static void show_map(const struct job *j)
{
	struct text out = { .arena = j->arena };

	if (j->options->map_json)
		emit_map_json(&j->plan, &out);
	else
		emit_map(&j->plan, &out);
	fwrite(out.data, 1, out.len, stdout);
}

static void add_map(struct job *j, struct written **set, const char *name,
		    void (*emit)(const struct plan *p, struct text *out))
{
	struct text bytes = { .arena = j->arena };

	if (!name)
		return;
	emit(&j->plan, &bytes);
	build_add(j, set, name, bytes);
}

/* The map goes to the terminal, unless files are asked for. */
static bool make_map(struct job *j)
{
	struct written *set = NULL;

	add_map(j, &set, j->options->map_svg, emit_map_svg);
	add_map(j, &set, j->options->map_html, emit_map_html);
	if (!set || j->options->map_json)
		show_map(j);
	return !set || build_files(j, set, "choose another name for the map");
}

/* Devicetree Specification, section 5.2. */
static bool is_blob(const char *path)
{
	static const char magic[] = { '\xd0', '\x0d', '\xfe', '\xed' };
	char start[sizeof(magic)];
	FILE *f = streq(path, "-") ? NULL : fopen(path, "re");
	bool same = f && fread(start, 1, sizeof(start), f) == sizeof(start) &&
		    memcmp(start, magic, sizeof(magic)) == 0;

	if (f)
		fclose(f);
	return same;
}

static bool make_yaml(struct job *j)
{
	struct text yaml = { .arena = j->arena };
	struct written *set = NULL;

	if (!(is_blob(j->path) ? import_blob : import_config)(j, &yaml))
		return false;
	if (!j->options->output)
		return fwrite(yaml.data, 1, yaml.len, stdout) == yaml.len;
	build_add(j, &set, j->options->output, yaml);
	return build_files(j, set, "choose another name with -o");
}

static bool run(struct job *j)
{
	if (j->options->verb == VERB_IMPORT)
		return make_yaml(j);
	if (!compile(j)) {
		if (j->options->verb == VERB_MAP && j->plan.areas)
			show_map(j);
		return false;
	}
	switch (j->options->verb) {
	case VERB_MAP:
		return make_map(j);
	case VERB_BUILD:
		if (!build_finish(j) || !build_write(j))
			return false;
		if (j->options->format == FORMAT_TEXT)
			build_report(j);
		return true;
	default:
		return true;
	}
}

static bool use_color(const struct options *o)
{
	const char *no = getenv("NO_COLOR");

	if (o->color != COLOR_AUTO)
		return o->color == COLOR_ALWAYS;
	return isatty(STDERR_FILENO) && !(no && *no);
}

static void print_all(const struct options *o, struct diags *const *all, size_t n)
{
	if (o->format == FORMAT_JSON)
		diags_print_json(all, n, stdout);
	else if (o->format == FORMAT_SARIF)
		diags_print_sarif(all, n, XENDTC_VERSION, stdout);
	for (size_t i = 0; i < n && o->format == FORMAT_TEXT; i++)
		diags_print_text(all[i], stderr, use_color(o));
}

static void say_skipped(const struct job *j)
{
	if (j->skipped && !j->options->quiet && j->options->format == FORMAT_TEXT)
		fprintf(stderr,
			"%s: %u files were not looked at (--no-files): their sizes and "
			"contents are not checked\n",
			j->name, j->skipped);
}

static int run_files(struct arena *a, const struct options *o)
{
	struct diags **all = arena_alloc(a, o->operand_count * sizeof(struct diags *));
	int status = EXIT_GOOD;

	for (size_t i = 0; i < o->operand_count; i++) {
		struct job *j = NEW(a, struct job);
		bool good;

		j->arena = j->diags.arena = a;
		j->diags.wishes = &o->wishes;
		j->options = o;
		j->path = o->operands[i];
		good = run(j);
		diags_sort(&j->diags);
		say_skipped(j);
		all[i] = &j->diags;
		if (j->world_failed)
			status = EXIT_WORLD;
		else if ((!good || j->diags.errors) && status == EXIT_GOOD)
			status = EXIT_REFUSED;
	}
	print_all(o, all, o->operand_count);
	return status;
}

static int explain(const struct options *o)
{
	enum diag_code code = diag_code_of(o->operands[0]);

	if (streq(o->operands[0], "all")) {
		diag_explain_all(stdout);
		return EXIT_GOOD;
	}
	if (code == DIAG_COUNT) {
		fprintf(stderr, "xendtc: no diagnostic is called '%s'\n", o->operands[0]);
		return EXIT_USAGE;
	}
	diag_explain(code, stdout);
	return EXIT_GOOD;
}

static int print_schema(const struct options *o)
{
	const char *what = o->operand_count ? o->operands[0] : "system";

	if (streq(what, "system"))
		schema_print_json(&system_record, "xendtc system", stdout);
	else if (streq(what, "board"))
		schema_print_json(&board_record, "xendtc board", stdout);
	else if (streq(what, "system-keys"))
		schema_print_keys(&system_record, "Keys of system.yaml", stdout);
	else if (streq(what, "board-keys"))
		schema_print_keys(&board_record, "Keys of board.yaml", stdout);
	else if (streq(what, "imagebuilder"))
		ib_print_variables(stdout);
	else if (streq(what, "xen-parameters"))
		xen_print_parameters(stdout);
	else if (streq(what, "device-rules"))
		device_print_rules(stdout);
	else
		return fprintf(stderr, "xendtc: no schema is called '%s'\n", what),
		       EXIT_USAGE;
	return EXIT_GOOD;
}

static int list_boards(struct arena *a, const struct options *o)
{
	const char **names;
	size_t n = boards_list(a, o, &names);
	int status = EXIT_GOOD;

	for (size_t i = 0; i < n; i++) {
		struct job j = { .arena = a, .options = o,
				 .diags = { .arena = a, .wishes = &o->wishes } };

		if (board_load(&j, boards_find(a, o, names[i]))) {
			printf("%-14s %s:", names[i], j.board->title.text);
			for (struct object *m = &j.board->memory->o; m; m = m->next)
				printf(" %s", m->name);
			putchar('\n');
			continue;
		}
		diags_print_text(&j.diags, stderr, use_color(o));
		status = EXIT_REFUSED;
	}
	return status;
}

static int dispatch(struct arena *a, const struct options *o)
{
	switch (o->verb) {
	case VERB_HELP:
		options_print_help(stdout);
		return EXIT_GOOD;
	case VERB_VERSION:
		puts("xendtc " XENDTC_VERSION);
		return EXIT_GOOD;
	case VERB_EXPLAIN:
		return explain(o);
	case VERB_SCHEMA:
		return print_schema(o);
	case VERB_BOARDS:
		return list_boards(a, o);
	default:
		return run_files(a, o);
	}
}

int main(int argc, char **argv)
{
	struct arena arena = { 0 };
	struct options o = { 0 };
	const char *problem;
	uint64_t now;
	jmp_buf oom;
	int status;

	if (setjmp(oom)) {
		fputs("xendtc: out of memory\n", stderr);
		return EXIT_WORLD;
	}
	arena.oom = &oom;
	if (!build_timestamp(&now)) {
		fputs("xendtc: SOURCE_DATE_EPOCH is not a number of seconds\n", stderr);
		return EXIT_USAGE;
	}
	if (!options_read(&arena, argc, argv, &o, &problem)) {
		if (*problem)
			fprintf(stderr, "xendtc: %s\n", problem);
		fputs("Try 'xendtc --help'.\n", stderr);
		arena_free(&arena);
		return EXIT_USAGE;
	}
	status = dispatch(&arena, &o);
	arena_free(&arena);
	if (fflush(stdout)) {
		fprintf(stderr, "xendtc: standard output: %s\n", strerror(errno));
		return EXIT_WORLD;
	}
	return status;
}
