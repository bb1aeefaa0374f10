/* SPDX-License-Identifier: BSD-2-Clause */
/* The rows become the reference of the keys, in Markdown. */
#include <inttypes.h>

#include "schema/schema.h"

static void print_limits(const struct field *f, FILE *out)
{
	struct arena a = { 0 };

	if (f->kind == K_COUNT && f->max)
		fprintf(out, ", %" PRIu64 " to %" PRIu64, f->min, f->max);
	else if (f->kind == K_COUNT && f->min)
		fprintf(out, ", at least %" PRIu64, f->min);
	else if (f->kind == K_SIZE && f->max)
		fprintf(out, ", %s to %s", number_show(&a, f->min),
			number_show(&a, f->max));
	arena_free(&a);
}

static void print_words(const struct field *f, FILE *out)
{
	for (size_t i = 0; f->words[i]; i++)
		fprintf(out, "%s`%s`", i ? ", " : "one of ", f->words[i]);
}

static void print_kind(const struct field *f, enum kind kind, FILE *out)
{
	static const char *const phrases[KIND_COUNT] = {
		[K_BOOL] = "`true` or `false`", [K_COUNT] = "a count",
		[K_SIZE] = "a size", [K_ADDRESS] = "an address in hex",
		[K_NAMED] = "names, each with the keys below", [K_LIST] = "a list",
	};

	if (kind == K_TEXT)
		fputs(form_doc(f->form), out);
	else if (kind == K_WORD)
		print_words(f, out);
	else if (kind == K_RECORD)
		fprintf(out, "keys, see *%s*", f->of->name);
	else
		fputs(phrases[kind], out);
	if (kind == K_LIST && f->of) {
		fprintf(out, " of records, see *%s*", f->of->name);
	} else if (kind == K_LIST) {
		fputs("; each entry is ", out);
		print_kind(f, f->item, out);
	} else {
		print_limits(f, out);
	}
	if (f->word)
		fprintf(out, ", or `%s`", f->word);
	if (f->several)
		fputs(", or a list of them", out);
}

void field_print_type(const struct field *f, FILE *out)
{
	print_kind(f, f->kind, out);
}

/* As it is typed. A row of free keys has a key in its example. */
static void print_example(const struct field *f, bool free_key, FILE *out)
{
	if (!f->example)
		return;
	if (free_key)
		fprintf(out, "`%s`", f->example);
	else
		fprintf(out, "`%s: %s`", f->key, f->example);
}

static void print_field(const struct field *f, bool free_key, FILE *out)
{
	fprintf(out, "| `%s`%s | ", f->key, f->required ? " (required)" : "");
	field_print_type(f, out);
	fputs(" | ", out);
	if (f->preset)
		fprintf(out, *f->preset ? "`%s`" : "%snothing", f->preset);
	fputs(" | ", out);
	if (f->prop)
		fprintf(out, "`%s`", f->prop);
	if (f->since)
		fprintf(out, "%sXen %u.%u", f->prop ? ", " : "", VERSION_MAJOR(f->since),
			VERSION_MINOR(f->since));
	fputs(" | ", out);
	print_example(f, free_key, out);
	fprintf(out, " | %s |\n", f->doc);
}

static void print_record(const struct record *r, FILE *out)
{
	fprintf(out, "\n## %s\n\n%s", r->name, r->doc);
	if (r->shorthand)
		fprintf(out, " A bare value stands for `%s`.", r->shorthand);
	fputs("\n\n| key | value | if left out | property, first Xen | example | meaning |\n"
	      "|---|---|---|---|---|---|\n", out);
	for (const struct field *f = r->fields; f->key; f++)
		print_field(f, false, out);
	if (r->any)
		print_field(r->any, true, out);
}

void schema_print_keys(const struct record *record, const char *title, FILE *f)
{
	fprintf(f,
		"<!-- SPDX-License-Identifier: BSD-2-Clause -->\n# %s\n\nPrinted by "
		"`xendtc schema`; do not edit. Sizes are `512M`, `1G`, "
		"`64K` or bytes in hex; addresses are hex; counts are decimal.\n",
		title);
	schema_walk(record, print_record, f);
}
