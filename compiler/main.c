/* SPDX-License-Identifier: BSD-2-Clause */
/* The table of contents: which passes there are, in which order, and what comes of it. */
#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "boards.h"
#include "emit/card.h"
#include "emit/emit.h"
#include "emit/fit.h"
#include "emit/write.h"
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
	    && step(j, lower)		/* model -> edits; sizes the tree */
	    && step(j, check)		/* sizes -> addresses, and the rules */
	    && step(j, check_colored_xen)	/* is there room for Xen, coloured? */
	    && step(j, check_partial_trees)	/* may guests have their devices? */
	    && step(j, check_memory)	/* is there room for all domains? */
	    && step(j, check_later_memory)	/* and for those that dom0 starts? */
	    && step(j, make_later)	/* those -> files for xl */
	    && step(j, lower);		/* once more, with the addresses */
}

static void add_written(struct job *j, struct written **set, const char *name,
			struct text bytes, const char *copy_of)
{
	struct written *w = NEW(j->arena, struct written);

	w->name = name;
	w->bytes = bytes;
	w->copy_of = copy_of;
	while (*set)
		set = &(*set)->next;
	*set = w;
}

static void add_outputs(struct job *j, struct written **set)
{
	for (const struct output *o = outputs; o->write; o++) {
		struct text bytes = { .arena = j->arena };

		if (o->wanted && !o->wanted(&j->plan))
			continue;
		text_bytes(&bytes, "", 0);
		o->write(&j->plan, &bytes);
		add_written(j, set, output_name(o, &j->plan), bytes, NULL);
	}
	for (const struct config *c = j->plan.configs; c; c = c->next)
		add_written(j, set, c->name, c->text, NULL);
}

static void add_module(struct job *j, struct written **set, const char *name,
		       const struct file *file)
{
	struct text none = { .arena = j->arena };
	const struct written *w = *set;

	while (w && !streq(w->name, name))
		w = w->next;
	if (!w)
		add_written(j, set, name, none, file->path);
}

/* Whether it is a tree of ours without a row among the outputs. */
static bool is_partial(const struct load *l)
{
	return l->made && l->role == ROLE_PASSTHROUGH;
}

static void add_partials(struct job *j, struct written **set)
{
	for (const struct load *l = j->plan.loads; l; l = l->next)
		if (is_partial(l))
			add_written(j, set, l->name, *l->made, NULL);
}

static void add_modules(struct job *j, struct written **set)
{
	for (const struct load *l = j->plan.loads; l; l = l->next)
		if (l->file)
			add_module(j, set, l->name, l->file);
	for (const struct staged *s = j->plan.staged; s; s = s->next)
		add_module(j, set, s->name, s->file);
}

static void add_input(struct job *j, struct input **inputs, const char *path)
{
	struct input *in = NEW(j->arena, struct input);

	in->path = path;
	in->next = *inputs;
	*inputs = in;
}

static struct input *list_inputs(struct job *j)
{
	struct input *inputs = NULL;

	for (const struct file *f = j->files; f; f = f->next)
		add_input(j, &inputs, f->path);
	add_input(j, &inputs, j->board_file);
	if (!streq(j->path, "-"))
		add_input(j, &inputs, j->path);
	return inputs;
}

static const char *output_folder(struct job *j)
{
	if (j->options->output)
		return j->options->output;
	return streq(j->folder, ".") ? "out"
				     : arena_printf(j->arena, "%s/out", j->folder);
}

/* What make reads as part of a name (GNU make manual, section 4.3). */
static void add_escaped(struct text *t, const char *path)
{
	for (; *path; path++)
		text_add(t, "%s%c",
			 *path == '$' ? "$" : strchr(" #", *path) ? "\\" : "", *path);
}

/* A make rule for the set, named by the manifest. It is one of the set. */
static void add_depfile(struct job *j, struct written **set, const char *folder,
			const struct input *inputs)
{
	const char *name = j->options->depfile;
	struct text rule = { .arena = j->arena };
	char here[PATH_MAX];

	if (!name)
		return;
	add_escaped(&rule, folder);
	text_add(&rule, "/manifest.json:");
	for (const struct input *in = inputs; in; in = in->next) {
		text_add(&rule, " \\\n  ");
		add_escaped(&rule, in->path);
	}
	text_add(&rule, "\n");
	if (name[0] != '/' && getcwd(here, sizeof(here)))
		name = arena_printf(j->arena, "%s/%s", here, name);
	add_written(j, set, name, rule, NULL);
}

static bool write_files(struct job *j, const char *folder, struct written *set,
			const struct input *inputs, const char *way_out)
{
	const char *problem;
	struct diag *g;
	bool refused;

	if (write_set(j->arena, folder, set, inputs, &problem, &refused))
		return true;
	g = diag(&j->diags, refused ? E0902 : E0901, loc_none(), "%s", problem);
	if (refused)
		diag_help(&j->diags, g, "%s", way_out);
	j->world_failed = !refused;
	return false;
}

static bool add_fit(struct job *j, struct card_maker *m, struct written **set)
{
	struct text none = { .arena = j->arena };
	const char *image;

	if (!j->plan.fit)
		return true;
	m->at = j->plan.fit->at;
	if (!fit_make(m, *set, &image))
		return false;
	add_written(j, set, j->plan.fit->name, none, image);
	return true;
}

static bool add_card(struct job *j, struct card_maker *m, struct written **set)
{
	struct text none = { .arena = j->arena };
	const char *image;

	if (!m->card)
		return true;
	m->at = m->card->at;
	if (!card_make(m, *set, &image))
		return false;
	add_written(j, set, CARD_NAME, none, image);
	return true;
}

static bool write_all_outputs(struct job *j, struct card_maker *m, const char *folder)
{
	struct input *inputs = list_inputs(j);
	struct written *set = NULL;

	if ((m->card || j->plan.fit) && !card_begin(m, folder))
		return false;
	if (m->card && !card_prepare(m))
		return false;
	add_outputs(j, &set);
	add_partials(j, &set);
	if (!add_fit(j, m, &set) || !add_card(j, m, &set))
		return false;
	if (j->options->stage)
		add_modules(j, &set);
	add_depfile(j, &set, folder, inputs);
	return write_files(j, folder, set, inputs, "choose another folder with -o");
}

/* Signals wait until nothing temporary is left. */
static bool write_outputs(struct job *j)
{
	struct card_maker m = { .arena = j->arena, .diags = &j->diags, .plan = &j->plan,
				.card = j->plan.card };
	sigset_t all, before;
	bool ok;

	sigfillset(&all);
	sigprocmask(SIG_BLOCK, &all, &before);
	ok = write_all_outputs(j, &m, output_folder(j));
	card_clean(&m);
	if (!ok)
		rmdir(output_folder(j));	/* made for this; stays unless empty */
	sigprocmask(SIG_SETMASK, &before, NULL);
	j->world_failed |= m.world_failed;
	return ok;
}

static bool digest_file(struct job *j, const struct file *f, struct loc at, uint32_t *crc,
			char *sha256)
{
	if (file_digest(f, crc, sha256))
		return true;
	diag(&j->diags, E0301, at, "'%s' cannot be read: %s", f->path, strerror(errno));
	j->world_failed = true;
	return false;
}

static bool digest(struct job *j)
{
	uint32_t unused;

	for (struct load *l = j->plan.loads; l; l = l->next) {
		bool crc = !j->options->no_hash || j->plan.verify_crc;
		bool sha = !j->options->no_hash || j->plan.verify_sha256;

		if (!l->file || (!crc && !sha))
			continue;
		if (!digest_file(j, l->file, l->at, crc ? &l->crc : NULL,
				 sha ? l->sha256 : NULL))
			return false;
	}
	for (struct staged *s = j->plan.staged; s && !j->options->no_hash; s = s->next)
		if (!digest_file(j, s->file, s->at, &unused, s->sha256))
			return false;
	return true;
}

static void report_clash(struct job *j, const char *name, struct loc at)
{
	struct diag *g = diag(&j->diags, E0903, at,
			      "'%s' would have the name of a file that xendtc writes", name);

	diag_help(&j->diags, g, "rename it");
}

/* Whether a file that xendtc writes beside the tree is called so. */
static bool is_output(const struct plan *p, const char *name)
{
	for (const struct output *o = outputs; o->write; o++)
		if (o->name && (!o->wanted || o->wanted(p)) && streq(o->name, name))
			return true;
	if ((p->card && streq(name, CARD_NAME)) || (p->fit && streq(name, p->fit->name)))
		return true;
	for (const struct config *c = p->configs; c; c = c->next)
		if (streq(c->name, name))
			return true;
	return false;
}

/* The FIT's name is the user's choice: it must not be that of another output. */
static void check_fit_name(struct job *j)
{
	const struct plan *p = &j->plan;
	struct plan others = *p;

	others.fit = NULL;
	if (p->fit && (streq(p->fit->name, p->tree_name) || streq(p->fit->name, "boot.its") ||
		       is_output(&others, p->fit->name)))
		report_clash(j, p->fit->name, p->fit->name_at);
}

/* U-Boot and dom0 would get our file instead of the user's. */
static void check_outputs(struct job *j)
{
	const struct plan *p = &j->plan;

	for (const struct load *l = p->loads; l; l = l->next)
		if (l->file && is_output(p, l->name))
			report_clash(j, l->name, l->at);
	for (const struct staged *s = p->staged; s; s = s->next)
		if (is_output(p, s->name))
			report_clash(j, s->name, s->at);
	check_fit_name(j);
}

#define XEN_MAX ((size_t)64 << 20)	/* U-Boot's CONFIG_SYS_BOOTM_LEN */

/* Xen becomes a uImage, if bootm is to start it. */
static bool wrap_xen(struct job *j)
{
	const struct image *i = j->system->xen->image;
	struct plan *p = &j->plan;
	struct text xen = { .arena = j->arena };

	if (!p->wrap_xen || !i->found)
		return true;
	if (!read_file(j->arena, i->found->path, NULL, XEN_MAX, &xen.data, &xen.len)) {
		diag(&j->diags, E0301, i->file.at, "'%s' cannot be read: %s",
		     i->found->path, strerror(errno));
		j->world_failed = true;
		return false;
	}
	p->xen_image.arena = j->arena;
	emit_kernel_image(&xen, "Xen", p->xen->start + p->xen->lead, p->timestamp,
			  &p->xen_image);
	plan_finish_made(p->xen, &p->xen_image);
	return true;
}

/* The time in the scripts' headers
 * (https://reproducible-builds.org/specs/source-date-epoch), 0 without the variable: the
 * same input gives the same bytes. false: not a number, or too large for the header. */
static bool read_timestamp(uint64_t *n)
{
	const char *epoch = getenv("SOURCE_DATE_EPOCH");

	*n = 0;
	return !epoch || (number_count(epoch, n) == NUMBER_OK && *n <= UINT32_MAX);
}

static bool finish(struct job *j)
{
	struct plan *p = &j->plan;
	struct text script = { .arena = j->arena };
	uint64_t now;

	p->version = XENDTC_VERSION;
	read_timestamp(&now);
	p->timestamp = (uint32_t)now;
	plan_finish_trees(p);
	check_outputs(j);
	if (j->diags.errors || !wrap_xen(j) || !digest(j) || !check_contents(j))
		return false;
	if (p->uefi || p->fit)
		return true;
	emit_boot2_script(p, &script);
	if (script.len <= p->script_room)
		return true;
	diag(&j->diags, E0904, j->system->o.at,
	     "boot2.scr has %zu bytes; the board keeps 0x%" PRIx64 " for it", script.len,
	     p->script_room);
	return false;
}

static void report_build(struct job *j)
{
	if (!j->options->quiet)
		printf("xendtc: %s -> %s/\n", j->name, output_folder(j));
	for (const struct output *o = outputs; o->write && j->options->verbose; o++)
		if (!o->wanted || o->wanted(&j->plan))
			printf("  %-26s %s\n", output_name(o, &j->plan), o->doc);
	for (const struct load *l = j->plan.loads; l && j->options->verbose; l = l->next)
		if (is_partial(l))
			printf("  %-26s The %s.\n", l->name, l->what);
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
	add_written(j, set, name, bytes, NULL);
}

/* The map goes to the terminal, unless files are asked for. */
static bool make_map(struct job *j)
{
	struct written *set = NULL;

	add_map(j, &set, j->options->map_svg, emit_map_svg);
	add_map(j, &set, j->options->map_html, emit_map_html);
	if (!set || j->options->map_json)
		show_map(j);
	return !set ||
	       write_files(j, ".", set, list_inputs(j), "choose another name for the map");
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
	add_written(j, &set, j->options->output, yaml, NULL);
	return write_files(j, ".", set, list_inputs(j), "choose another name with -o");
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
		if (!finish(j) || !write_outputs(j))
			return false;
		if (j->options->format == FORMAT_TEXT)
			report_build(j);
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
	if (!read_timestamp(&now)) {
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
