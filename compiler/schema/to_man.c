/* SPDX-License-Identifier: BSD-2-Clause */
/* The rows become man pages of section 5, in scdoc's language (scdoc(5)). */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "schema/schema.h"

/* Markdown as our sentences have it: `code` becomes bold, *names* underlined, and what means
 * something to scdoc is escaped. */
static void print_text(const char *text, FILE *out)
{
	bool code = false;

	for (const char *c = text; *c; c++) {
		if (*c == '`') {
			code = !code;
			fputc('*', out);
		} else if (*c == '*' && !code) {
			fputc('_', out);
		} else {
			fputs(strchr("*_\\<>#~", *c) ? "\\" : "", out);
			fputc(*c, out);
		}
	}
}

static void print_type(const struct field *f, FILE *out)
{
	char *words = NULL;
	size_t len;
	FILE *memory = open_memstream(&words, &len);

	if (memory)
		field_print_type(f, memory);
	if (!memory || fclose(memory) || !words)
		memory_exhausted();
	print_text(words, out);
	free(words);
}

static void print_more(const struct field *f, FILE *out)
{
	if (f->preset) {
		fputs(" Left out: ", out);
		print_text(*f->preset ? f->preset : "nothing", out);
		fputc('.', out);
	}
	if (f->prop) {
		fputs(" Property: ", out);
		print_text(f->prop, out);
		fputc('.', out);
	}
	if (f->since)
		fprintf(out, " First Xen: %u.%u.", VERSION_MAJOR(f->since),
			VERSION_MINOR(f->since));
}

static void print_field(const struct field *f, FILE *out)
{
	fputs("\n*", out);
	print_text(f->key, out);
	fprintf(out, "*%s: ", f->required ? " (required)" : "");
	print_type(f, out);
	fputs("\n\t", out);
	print_text(f->doc, out);
	print_more(f, out);
	if (f->example) {
		fputs(" Example: ", out);
		print_text(f->example, out);
		fputc('.', out);
	}
	fputc('\n', out);
}

static void print_record(const struct record *r, FILE *out)
{
	fputs("\n# ", out);
	for (const char *c = r->name; *c; c++)
		fputc(toupper((unsigned char)*c), out);
	fputs("\n\n", out);
	print_text(r->doc, out);
	if (r->shorthand) {
		fputs(" A bare value stands for *", out);
		print_text(r->shorthand, out);
		fputs("*.", out);
	}
	fputc('\n', out);
	for (const struct field *f = r->fields; f->key; f++)
		print_field(f, out);
	if (r->any)
		print_field(r->any, out);
}

void schema_print_man(const struct record *record, const char *name, const char *about, FILE *f)
{
	fprintf(f, "%s(5)\n\n"
		   "; SPDX-License-Identifier: BSD-2-Clause\n"
		   "; Printed by `xendtc schema`; do not edit.\n\n"
		   "# NAME\n\n%s - %s\n\n"
		   "# DESCRIPTION\n\n"
		   "A file in YAML, for *xendtc*(1). Sizes are *512M*, *1G*, *64K* or bytes in hex; "
		   "addresses are hex; counts are decimal. The sections below are the maps that it "
		   "is made of, the outermost first.\n", name, name, about);
	schema_walk(record, print_record, f);
	fputs("\n# SEE ALSO\n\n*xendtc*(1), *xendtc.yaml*(5), *xendtc-board*(5)\n", f);
}
