/* SPDX-License-Identifier: BSD-2-Clause */
/* The records of a format, each once, in the order in which a reader meets them; and which keys a
 * record has. */
#include <string.h>

#include "base/text.h"
#include "schema/bind.h"

#define RECORDS_MAX 64

struct walk {
	const struct record *seen[RECORDS_MAX];
	size_t n;
	void (*print)(const struct record *r, FILE *f);
	FILE *f;
};

static bool is_new(struct walk *w, const struct record *r)
{
	for (size_t i = 0; i < w->n; i++)
		if (w->seen[i] == r)
			return false;
	if (w->n < RECORDS_MAX)
		w->seen[w->n++] = r;
	return true;
}

static void visit(struct walk *w, const struct record *r)
{
	if (!is_new(w, r))
		return;
	w->print(r, w->f);
	for (const struct field *f = r->fields; f->key; f++)
		if (f->of)
			visit(w, f->of);
}

void schema_walk(const struct record *record,
		 void (*print)(const struct record *r, FILE *f), FILE *f)
{
	struct walk w = { .print = print, .f = f };

	visit(&w, record);
}

const struct field *find_field(const struct record *r, const char *key)
{
	for (const struct field *f = r->fields; f->key; f++)
		if (streq(f->key, key))
			return f;
	return NULL;
}

/* Whether the line begins with one of the keys. */
static bool begins_with_key(const struct record *r, const char *line)
{
	for (const struct field *f = r->fields; f->key; f++)
		if (starts_with(line, f->key) && line[strlen(f->key)] == ':')
			return true;
	return false;
}

/* Whether something begins at the left edge that is no key of ours: what is in a list or closes a
 * bracket, comments, and marks of documents say nothing. */
static bool begins_otherwise(const char *line)
{
	return *line && !strchr(" \t\r\n#%]}", *line) && !starts_with(line, "- ") &&
	       !starts_with(line, "---\n") && !starts_with(line, "...");
}

bool schema_fits(const struct record *record, const char *text, size_t least)
{
	size_t known = 0, others = 0;

	for (const char *line = text; line; line = strchr(line, '\n')) {
		line += *line == '\n';
		if (begins_with_key(record, line))
			known++;
		else
			others += begins_otherwise(line);
	}
	return known >= least && known + 1 >= least + others;
}
