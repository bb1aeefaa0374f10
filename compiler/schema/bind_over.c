/* SPDX-License-Identifier: BSD-2-Clause */
/* Names that only what lies over a description has: an `extends`, or a --set. */
#include <string.h>

#include "base/text.h"
#include "diag/fix.h"
#include "schema/bind.h"

#define NAMES_MAX 32		/* more than that are not read in one message */

/* The text that had the pair first. */
static const struct source *home_of(const struct pair *p)
{
	while (p->base)
		p = p->base;
	return p->at.src;
}

/* The keys that a new record needs and this one lacks: "'kernel' and 'vcpus'"; NULL: none. */
static const char *lacking(struct binder *b, const struct record *r, const struct node *n)
{
	struct text keys = { .arena = b->arena };

	for (const struct field *f = r->fields; f->key; f++)
		if (f->required && !tree_find(n, f->key))
			text_add(&keys, "%s'%s'", keys.len ? " and " : "", f->key);
	return keys.data;
}

/* The first names that the description has itself; a merged map begins with them. There may be
 * ten thousand, each of them lacking something: who misspells one has few. */
static size_t list_own(const struct pair *first, const char *names[NAMES_MAX + 1])
{
	size_t n = 0;

	for (const struct pair *p = first; p && home_of(p) == home_of(first) && n < NAMES_MAX;
	     p = p->next)
		names[n++] = p->key;
	names[n] = NULL;
	return n;
}

bool report_new_name(struct binder *b, const struct field *f, const struct node *map,
		     const struct pair *p)
{
	const char *missing, *near, *names[NAMES_MAX + 1];
	struct diag *g;

	if (p->value->kind != NODE_MAP || home_of(p) == home_of(map->pairs))
		return false;
	missing = lacking(b, f->of, p->value);
	if (!missing)
		return false;
	near = nearest_word(p->key, names, list_own(map->pairs, names));
	g = diag(b->diags, E0202, p->at, "'%s' is not under '%s' yet, and as a new one it lacks %s",
		 p->key, f->key, missing);
	if (near)
		fix_meant(g, p->at, p->key, near);
	else
		diag_help(g, "add %s, or write a name that is there: %s", strchr(missing, ' ') ? "them" : "it",
			  list_words(b, names));
	return true;
}
