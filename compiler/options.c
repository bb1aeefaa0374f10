/* SPDX-License-Identifier: BSD-2-Clause */
/* argv becomes options. */
#include "options.h"

#include <getopt.h>
#include <string.h>

#include "base/text.h"

static const struct {
	const char *name;
	enum verb verb;
	const char *operands, *doc;
} verbs[] = {
	{ "build", VERB_BUILD, "FILE", "compile and write all outputs (the default verb)" },
	{ "check", VERB_CHECK, "FILE...", "check only; writes nothing" },
	{ "map", VERB_MAP, "FILE", "show the memory map" },
	{ "import", VERB_IMPORT, "CONFIG|DTB [SCRIPT]",
	  "ImageBuilder's config, or a tree made for Xen, becomes system.yaml" },
	{ "explain", VERB_EXPLAIN, "CODE", "what a diagnostic means, and the way out" },
	{ "schema", VERB_SCHEMA, "[system|board]",
	  "print the JSON Schema (also: system-keys, board-keys, device-rules, xen-parameters, "
	  "imagebuilder)" },
	{ "boards", VERB_BOARDS, "", "list the boards that are known" },
};

enum {
	O_DTB = 256, O_BOARD_PATH, O_FILES, O_FORMAT, O_COLOR, O_DEPFILE, O_NO_FILES,
	O_STDIN_NAME, O_STAGE, O_JSON, O_SVG, O_HTML, O_NO_HASH,
	O_UNCHECKED, O_BOARD, O_MEMORY, O_LAYOUT
};

static const struct {
	struct option o;
	const char *operand, *doc;
} table[] = {
	{ { "output", 1, NULL, 'o' }, "DIR", "write outputs into DIR (default: out/ beside FILE; import: a file)" },
	{ { "files", 1, NULL, O_FILES }, "DIR", "look module files up in DIR" },
	{ { "no-files", 0, NULL, O_NO_FILES }, "", "check without the module files" },
	{ { "dtb", 1, NULL, O_DTB }, "FILE", "base device tree" },
	{ { "board-path", 1, NULL, O_BOARD_PATH }, "DIR", "look for boards in DIR too" },
	{ { "stage", 0, NULL, O_STAGE }, "", "put the module files into the output folder too" },
	{ { "no-hash", 0, NULL, O_NO_HASH }, "", "leave SHA-256 out of manifest.json" },
	{ { "json", 0, NULL, O_JSON }, "", "map: print JSON" },
	{ { "svg", 1, NULL, O_SVG }, "FILE", "map: draw it into FILE" },
	{ { "html", 1, NULL, O_HTML }, "FILE", "map: write a page with files, sums and the drawing" },
	{ { "board", 1, NULL, O_BOARD }, "NAME", "import: the board that the config is for" },
	{ { "memory", 1, NULL, O_MEMORY }, "SIZE", "import: how much memory the board has" },
	{ { "layout", 0, NULL, O_LAYOUT }, "", "import: keep ImageBuilder's addresses" },
	{ { "depfile", 1, NULL, O_DEPFILE }, "FILE", "write what was read as a make rule" },
	{ { "stdin-filename", 1, NULL, O_STDIN_NAME }, "NAME", "name of the text on standard input" },
	{ { "format", 1, NULL, O_FORMAT }, "text|json|sarif", "form of the diagnostics" },
	{ { "color", 1, NULL, O_COLOR }, "auto|always|never", "colours in the text form" },
	{ { "quiet", 0, NULL, 'q' }, "", "no output but diagnostics" },
	{ { "verbose", 0, NULL, 'v' }, "", "say what is read and written" },
	{ { "unchecked", 1, NULL, O_UNCHECKED }, "CODE",
	  "write what CODE would refuse; for tests that prove the rule" },
	{ { "help", 0, NULL, 'h' }, "", "this page" },
	{ { "version", 0, NULL, 'V' }, "", "the version" },
};

#define OPTION_COUNT (sizeof(table) / sizeof(*table))

static bool choose(const char *word, const char *const *words, int *out)
{
	for (int i = 0; words[i]; i++) {
		if (streq(words[i], word)) {
			*out = i;
			return true;
		}
	}
	return false;
}

static bool read_warning(struct arena *a, const char *arg, struct diag_wishes *w,
			 const char **problem)
{
	bool off = starts_with(arg, "no-");
	enum diag_code code = diag_code_of(off ? arg + 3 : arg);

	if (streq(arg, "error")) {
		w->werror = true;
		return true;
	}
	if (code == DIAG_COUNT)
		*problem = arena_printf(a, "no diagnostic is called '%s'", off ? arg + 3 : arg);
	else if (diag_info[code].severity == ERROR)
		*problem = arena_printf(a, "%s is an error; only warnings can be switched",
					diag_info[code].name);
	else
		w->off[code] = off;
	return !*problem;
}

/* Whether there is something to go on with where the rule is broken. */
static bool can_go_on_without(enum diag_code code)
{
	return diag_info[code].severity == WARNING || code == E0303 || code == E0308 ||
	       strcmp(diag_info[code].name + 1, "0312") >= 0;
}

static bool read_unchecked(struct arena *a, const char *arg, struct diag_wishes *w,
			   const char **problem)
{
	enum diag_code code = diag_code_of(arg);

	if (code == DIAG_COUNT)
		*problem = arena_printf(a, "no diagnostic is called '%s'", arg);
	else if (!can_go_on_without(code))
		*problem = arena_printf(a, "without %s there would be nothing to compile",
					arg);
	else
		w->off[code] = w->unchecked[code] = true;
	return !*problem;
}

static bool read_option(struct arena *a, int c, struct options *o, const char **problem)
{
	static const char *const formats[] = { "text", "json", "sarif", NULL };
	static const char *const colors[] = { "auto", "always", "never", NULL };
	int n = 0;

	switch (c) {
	case 'o': o->output = optarg; return true;
	case 'q': o->quiet = true; return true;
	case 'v': o->verbose = true; return true;
	case 'h': o->verb = VERB_HELP; return true;
	case 'V': o->verb = VERB_VERSION; return true;
	case 'W': return read_warning(a, optarg, &o->wishes, problem);
	case O_DTB: o->tree = optarg; return true;
	case O_BOARD_PATH: o->board_paths[o->board_path_count++] = optarg; return true;
	case O_FILES: o->files = optarg; return true;
	case O_DEPFILE: o->depfile = optarg; return true;
	case O_NO_FILES: o->no_files = true; return true;
	case O_STDIN_NAME: o->stdin_name = optarg; return true;
	case O_BOARD: o->board = optarg; return true;
	case O_MEMORY: o->memory = optarg; return true;
	case O_LAYOUT: o->layout = true; return true;
	case O_STAGE: o->stage = true; return true;
	case O_JSON: o->map_json = true; return true;
	case O_SVG: o->map_svg = optarg; return true;
	case O_HTML: o->map_html = optarg; return true;
	case O_NO_HASH: o->no_hash = true; return true;
	case O_UNCHECKED: return read_unchecked(a, optarg, &o->wishes, problem);
	case O_FORMAT:
		if (choose(optarg, formats, &n)) {
			o->format = (enum format)n;
			return true;
		}
		*problem = arena_printf(a, "--format is text, json or sarif, not '%s'", optarg);
		return false;
	case O_COLOR:
		if (choose(optarg, colors, &n)) {
			o->color = (enum color)n;
			return true;
		}
		*problem = arena_printf(a, "--color is auto, always or never, not '%s'", optarg);
		return false;
	default:
		*problem = "";		/* getopt has printed it */
		return false;
	}
}

static bool take_verb(struct options *o)
{
	for (size_t i = 0; o->operand_count && i < sizeof(verbs) / sizeof(*verbs); i++) {
		if (!streq(o->operands[0], verbs[i].name))
			continue;
		o->verb = verbs[i].verb;
		o->operands++;
		o->operand_count--;
		return true;
	}
	return false;
}

/* A tree may have its script with it. */
static void take_script(struct options *o)
{
	if (o->verb != VERB_IMPORT || o->operand_count != 2)
		return;
	o->script = o->operands[1];
	o->operand_count = 1;
}

static bool check_operands(const struct options *o, const char **problem)
{
	size_t n = o->operand_count;

	bool empty = false;

	for (size_t i = 0; i < n; i++)
		empty |= !*o->operands[i];
	if ((n == 0 || empty) && o->verb <= VERB_IMPORT)
		*problem = "no file is named";
	else if (n > 1 && o->verb != VERB_CHECK && o->verb <= VERB_IMPORT)
		*problem = "one file at a time; `xendtc check` takes many";
	else if ((o->map_svg || o->map_html || o->map_json) && o->verb != VERB_MAP)
		*problem = "--json, --svg and --html are for map";
	else if ((o->board || o->memory || o->layout) && o->verb != VERB_IMPORT)
		*problem = "--board, --memory and --layout are for import";
	else if (o->verb == VERB_IMPORT && o->format != FORMAT_TEXT && !o->output)
		*problem = "with --format the YAML needs a file of its own: -o FILE";
	else if (n != 1 && o->verb == VERB_EXPLAIN)
		*problem = "explain wants one code, as in `xendtc explain E0401`";
	else if (o->no_files && o->verb == VERB_BUILD)
		*problem = "--no-files is for check and map: outputs need the files";
	return !*problem;
}

bool options_read(struct arena *a, int argc, char **argv, struct options *o,
		  const char **problem)
{
	struct option longs[OPTION_COUNT + 1] = { 0 };
	int c;

	for (size_t i = 0; i < OPTION_COUNT; i++)
		longs[i] = table[i].o;
	*problem = NULL;
	o->board_paths = arena_alloc(a, (size_t)argc * sizeof(*o->board_paths));
	o->operands = arena_alloc(a, ((size_t)argc + 1) * sizeof(*o->operands));
	while ((c = getopt_long(argc, argv, "o:qvhVW:", longs, NULL)) != -1)
		if (!read_option(a, c, o, problem))
			return false;
	for (int i = optind; i < argc; i++)
		o->operands[o->operand_count++] = argv[i];
	if (o->verb == VERB_HELP || o->verb == VERB_VERSION)
		return true;
	take_verb(o);
	take_script(o);
	return check_operands(o, problem);
}

void options_print_help(FILE *f)
{
	fputs("usage: xendtc [VERB] [OPTIONS] FILE\n\n"
	      "Compiles a description of a Xen system into the device tree and the U-Boot\n"
	      "scripts that boot it, and refuses what would not boot.\n\nverbs:\n", f);
	for (size_t i = 0; i < sizeof(verbs) / sizeof(*verbs); i++)
		fprintf(f, "  %-8s %-16s %s\n", verbs[i].name, verbs[i].operands, verbs[i].doc);
	fputs("\noptions:\n", f);
	for (size_t i = 0; i < OPTION_COUNT; i++) {
		int letter = table[i].o.val;
		char shorthand[] = { letter < 256 ? '-' : ' ',
				     letter < 256 ? (char)letter : ' ',
				     letter < 256 ? ',' : ' ', '\0' };

		fprintf(f, "  %s --%-15s %-17s %s\n", shorthand, table[i].o.name,
			table[i].operand, table[i].doc);
	}
	fputs("  -W CODE, -Wno-CODE, -Werror            switch a warning on or off; all are errors\n"
	      "\nexit status: 0 good, 1 refused, 2 usage, 3 the world failed (I/O, memory)\n", f);
}
