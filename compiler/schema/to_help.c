/* SPDX-License-Identifier: BSD-2-Clause */
/* A key, as somebody types it, becomes what there is to know of it: its rows, and where each of
 * them stands, with an example. */
#include <string.h>

#include "base/list.h"
#include "base/text.h"
#include "schema/help.h"

#define FOUND_MAX 64
#define KEYS_MAX 512
#define PARTS_MAX 16

/* The keys on the way to a row, the innermost first; those on the stack of the walk. */
struct step {
	const struct field *field;
	const struct step *up;		/* NULL: a key of the file itself */
};

/* A row that is meant, perhaps in several places: `address` is a key of every file. */
struct found {
	const struct field *field;
	const struct record *record;
	struct text places;		/* "xen.image.address, dom0.kernel.address" */
	struct text example;		/* YAML, at the first of them */
};

struct search {
	struct arena *arena;
	const char *parts[PARTS_MAX];	/* of the word between its dots */
	size_t part_count;
	bool elsewhere;			/* the last part is another program's word */
	struct found found[FOUND_MAX];
	size_t n;
};

/* The name in the example of a map of names: "net" of "{net: {kernel: Image}}". */
static const char *sample_name(struct arena *a, const struct field *f)
{
	const char *start = f->example ? f->example + strspn(f->example, "{ ") : "NAME";

	return arena_copy(a, start, strcspn(start, ":"));
}

static bool is_last_part(const struct search *s, const struct field *f)
{
	const char *part = s->parts[s->part_count - 1];

	return s->elsewhere ? field_is_called(f, part) : streq(f->key, part);
}

/* Whether the word, read from its end, names the way to the row. What stands before its first
 * part may be anything; a name that the user chose may be there or not. */
static bool is_meant(const struct search *s, const struct step *at)
{
	size_t left = s->part_count - 1;

	if (!is_last_part(s, at->field))
		return false;
	for (const struct step *step = at->up; step && left; step = step->up) {
		if (step->field->kind == K_NAMED && left > 1 &&
		    !streq(s->parts[left - 1], step->field->key))
			left--;
		if (!streq(s->parts[left - 1], step->field->key))
			return false;
		left--;
	}
	return !left;
}

static void add_place(struct text *t, const struct step *at, bool last)
{
	if (at->up)
		add_place(t, at->up, false);
	text_add(t, "%s%s", at->field->key,
		 last ? "" : at->field->kind == K_NAMED ? ".NAME." : ".");
}

/* Adds the lines above the key, and returns how far what follows is indented. */
static unsigned add_parents(struct text *t, const struct step *at)
{
	unsigned depth;

	if (!at)
		return 0;
	depth = add_parents(t, at->up);
	text_add(t, "%s:\n%*s", at->field->key, 2 * (int)++depth, "");
	if (at->field->kind == K_NAMED)
		text_add(t, "%s:\n%*s", sample_name(t->arena, at->field), 2 * (int)++depth, "");
	else if (at->field->kind == K_LIST) {
		text_add(t, "- ");
		depth++;
	}
	return depth;
}

static void add_example(struct text *t, const struct step *at)
{
	add_parents(t, at->up);
	text_add(t, "%s: %s\n", at->field->key, at->field->example ? at->field->example : "...");
}

static struct found *found_of(struct search *s, const struct field *f)
{
	for (size_t i = 0; i < s->n; i++)
		if (s->found[i].field == f)
			return &s->found[i];
	return s->n < FOUND_MAX ? &s->found[s->n++] : NULL;
}

static void note(struct search *s, const struct record *r, const struct step *at)
{
	struct found *f = found_of(s, at->field);

	if (!f)
		return;
	if (!f->field) {
		*f = (struct found){ .field = at->field, .record = r,
				     .places = { .arena = s->arena },
				     .example = { .arena = s->arena } };
		add_example(&f->example, at);
	}
	if (f->places.len)
		text_add(&f->places, ", ");
	add_place(&f->places, at, true);
}

static void search_record(struct search *s, const struct record *r, const struct step *up)
{
	for (const struct field *f = r->fields; f->key; f++) {
		struct step at = { f, up };

		if (is_meant(s, &at))
			note(s, r, &at);
		if (f->of)
			search_record(s, f->of, &at);
	}
}

static void split_parts(struct search *s, const char *word)
{
	size_t len;

	for (; s->part_count < PARTS_MAX; word += len + 1) {
		len = strcspn(word, ".");
		s->parts[s->part_count++] = arena_copy(s->arena, word, len);
		if (!word[len])
			return;
	}
}

/* How the value stands in the tree. */
static const char *written_as(enum property_form form)
{
	static const char *const forms[] = {
		[DT_NONE] = "", [DT_FLAG] = ", empty where this is true and absent otherwise",
		[DT_U32] = ", a number", [DT_KIB64] = ", KiB in two cells",
		[DT_MIB32] = ", MiB in one cell", [DT_STRING] = ", text",
	};

	return forms[form];
}

static void print_indented(const char *lines, FILE *out)
{
	while (*lines) {
		size_t len = strcspn(lines, "\n") + 1;

		fprintf(out, "    %.*s", (int)len, lines);
		lines += len;
	}
}

/* The keys that can stand below this one, so that one can go on asking. */
static void print_keys(const struct record *r, FILE *out)
{
	if (!r || !r->fields->key)
		return;
	fputs("\nkeys below it: ", out);
	for (const struct field *f = r->fields; f->key; f++)
		fprintf(out, "%s%s", f == r->fields ? "" : ", ", f->key);
}

static void print_found(const struct found *found, FILE *out)
{
	const struct field *f = found->field;

	fprintf(out, "%s, a key of %s%s\n\n%s\n\nvalue: ", f->key, found->record->name,
		f->required ? ", which wants it" : "", f->doc);
	field_print_type(f, out);
	print_keys(f->of, out);
	if (f->preset)
		fprintf(out, "\nif left out: %s", *f->preset ? f->preset : "nothing");
	if (f->since)
		fprintf(out, "\nfirst Xen: %u.%u", VERSION_MAJOR(f->since),
			VERSION_MINOR(f->since));
	if (f->needs)
		fprintf(out, "\nXen must be built with: CONFIG_%s", f->needs);
	if (f->prop)
		fprintf(out, "\nwrites: property `%s`%s", f->prop, written_as(f->as));
	if (f->called)
		fprintf(out, "\nelsewhere it is called: %s", f->called);
	fprintf(out, "\nplaces: %s\n\n", found->places.data);
	print_indented(found->example.data, out);
}

bool schema_explain_key(struct arena *a, const struct record *record, const char *word, FILE *f)
{
	struct search s = { .arena = a };

	split_parts(&s, word);
	search_record(&s, record, NULL);
	s.elsewhere = !s.n;
	if (s.elsewhere)
		search_record(&s, record, NULL);
	for (size_t i = 0; i < s.n; i++) {
		fputs(i ? "\n" : "", f);
		print_found(&s.found[i], f);
	}
	return s.n;
}

struct keys {
	const char **keys;
	size_t n;
};

static void add_key(struct keys *k, const char *key)
{
	for (size_t i = 0; i < k->n; i++)
		if (streq(k->keys[i], key))
			return;
	if (k->n < KEYS_MAX)
		k->keys[k->n++] = key;
}

static void add_keys(struct keys *k, const struct record *r)
{
	for (const struct field *f = r->fields; f->key; f++) {
		add_key(k, f->key);
		if (f->of)
			add_keys(k, f->of);
	}
}

const char *const *schema_keys(struct arena *a, const struct record *record)
{
	struct keys k = { arena_alloc(a, (KEYS_MAX + 1) * sizeof(*k.keys)), 0 };

	add_keys(&k, record);
	k.keys[k.n] = NULL;
	return k.keys;
}
