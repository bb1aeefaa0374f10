/* SPDX-License-Identifier: BSD-2-Clause */
/* Errors of the binder become the parts of the text that they spoil. */
#include "passes/wrong_parts.h"

#include "passes/passes.h"

/* Whether the byte is in the pair, which ends where the next one begins, or at `end`. */
static bool is_in(const struct pair *p, size_t at, size_t *end)
{
	if (p->next)
		*end = p->next->at.at;
	return p->at.at <= at && at < *end;
}

/* Whether each key of the map is a name that the user chose, as under `guests`. */
static bool has_names(const struct node *map)
{
	const struct pair *p = map->kind == NODE_MAP ? map->pairs : NULL;

	while (p && p->value->kind == NODE_MAP)
		p = p->next;
	return map->kind == NODE_MAP && map->pairs && !p;
}

/* The pair of the map that the byte is in, with its end; NULL: it is in none. */
static const struct pair *find_pair(const struct node *map, size_t at, size_t *end)
{
	for (const struct pair *p = map->pairs; p; p = p->next) {
		size_t ends = *end;

		if (is_in(p, at, &ends)) {
			*end = ends;
			return p;
		}
	}
	return NULL;
}

static struct wrong_part part_of(const struct node *tree, const struct diag *g)
{
	struct wrong_part all = { g->at.src, 0, g->at.src->len, NULL }, part = all;
	const struct pair *p = find_pair(tree, g->at.at, &part.end), *inner;
	size_t end = part.end;

	if (!p || p->at.at == g->at.at)
		return all;
	part.start = p->at.at;
	inner = has_names(p->value) ? find_pair(p->value, g->at.at, &end) : NULL;
	if (inner) {
		part.start = inner->at.at;
		part.end = end;
	}
	return part;
}

struct wrong_part *wrong_parts(const struct node *tree, const struct diags *errors)
{
	struct wrong_part *parts = NULL;

	for (const struct diag *g = errors->first; g; g = g->next) {
		struct wrong_part *part;

		if (g->severity != ERROR || !g->at.src)
			continue;
		part = NEW(errors->arena, struct wrong_part);
		*part = part_of(tree, g);
		part->next = parts;
		parts = part;
	}
	return parts;
}

void note_errors(struct job *j)
{
	j->wrong_parts = wrong_parts(j->tree, &j->diags);
}

static bool is_in_one(const struct diag *g, const void *what)
{
	const struct wrong_part *p = what;

	while (p && !(g->at.src == p->src && p->start <= g->at.at && g->at.at < p->end))
		p = p->next;
	return p;
}

void wrong_parts_mute(const struct wrong_part *parts, struct diags *d, struct diag *last)
{
	if (parts)
		diags_drop(d, last, is_in_one, parts);
}
