/* SPDX-License-Identifier: BSD-2-Clause */
/* The rows of verbs and options become the pages that `xendtc help` prints. */
#include <string.h>

#include "base/text.h"
#include "option_rows.h"

#define HELP_WIDTH 80
#define VERB_WIDTH 11		/* columns before what a verb is for */
#define OPTION_WIDTH 33		/* the same of an option */

/* Ends a line, of which `width` columns are written, with text that is broken at spaces. */
static void print_doc(const char *text, int width, FILE *f)
{
	int column = width;

	for (int len; *text; text += len, text += *text == ' ') {
		len = (int)strcspn(text, " ");
		if (column > width && column + 1 + len > HELP_WIDTH)
			column = fprintf(f, "\n%*s", width, "") - 1;
		column += fprintf(f, "%s%.*s", column > width ? " " : "", len, text);
	}
	fputc('\n', f);
}

static void print_row(struct arena *a, const struct option_row *row, bool with_verb, FILE *f)
{
	char letter[] = { '-', row->letter, '\0' };
	const char *name = row->name ? arena_printf(a, "--%s", row->name) : "";
	const char *typed = !row->letter ? arena_printf(a, "    %s", name)
			  : row->name ? arena_printf(a, "%s, %s", letter, name) : letter;
	const char *of = with_verb && row->verb ? arena_printf(a, "%s: ", row->verb) : "";

	fprintf(f, "%-*s", OPTION_WIDTH,
		arena_printf(a, "  %s %s", typed, row->operand ? row->operand : ""));
	print_doc(arena_printf(a, "%s%s", of, row->doc), OPTION_WIDTH, f);
}

void options_print_help(struct arena *a, const struct verb *verbs, FILE *f)
{
	fputs("usage: xendtc [VERB] [OPTIONS] FILE\n\n"
	      "Compiles a description of a Xen system into the device tree and the U-Boot\n"
	      "scripts that boot it, and refuses what would not boot.\n\nverbs:\n", f);
	for (const struct verb *v = verbs; v->name; v++) {
		if (!v->doc)
			continue;
		fprintf(f, "  %-*s", VERB_WIDTH - 2, v->name);
		print_doc(v->doc, VERB_WIDTH, f);
	}
	fputs("\n'xendtc help VERB' says more of one.\n\noptions:\n", f);
	for (const struct option_row *row = NULL; (row = option_row_next(row));)
		print_row(a, row, true, f);
	fputs("\nexit status: 0 good, 1 refused, 2 usage, 3 failure of files, memory or programs\n", f);
}

void options_print_verb(struct arena *a, const struct verb *verb, FILE *f)
{
	bool any = false;

	fprintf(f, "usage: xendtc %s [OPTIONS] %s\n\n", verb->name, verb->operands);
	print_doc(verb->doc, 0, f);
	for (const struct option_row *row = NULL; (row = option_row_next(row));) {
		if (!row->verb || !streq(row->verb, verb->name))
			continue;
		fputs(any ? "" : "\noptions of its own:\n", f);
		print_row(a, row, false, f);
		any = true;
	}
	fputs("\n'xendtc help' lists the options that all verbs share.\n", f);
}
