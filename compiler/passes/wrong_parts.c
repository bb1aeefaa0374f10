/* SPDX-License-Identifier: BSD-2-Clause */
/* Errors of the binder become the parts of the text that they spoil. */
#include "passes/wrong_parts.h"

#include "passes/passes.h"

/* Whether the place is in the pair as its own text has it, where it ends before the next one,
 * or at `end`. */
static bool is_in_written(const struct pair *p, struct loc at, size_t *end)
{
	if (p->at.src != at.src)
		return false;
	if (p->next)
		*end = p->next->at.at;
	return p->at.at <= at.at && at.at < *end;
}

/* The pair as it was written where the place is in it, with its end there; NULL: it is not. One
 * that was merged was written in several texts. */
static const struct pair *is_in(const struct pair *p, struct loc at, size_t *end)
{
	for (; p && (p->base || p->over); p = p->base)
		if (p->over && is_in_written(p->over, at, end))
			return p->over;
	return p && is_in_written(p, at, end) ? p : NULL;
}

/* Whether each key of the map is a name that the user chose, as under `guests`. */
static bool has_names(const struct node *map)
{
	const struct pair *p = map->kind == NODE_MAP ? map->pairs : NULL;

	while (p && p->value->kind == NODE_MAP)
		p = p->next;
	return map->kind == NODE_MAP && map->pairs && !p;
}

/* The pair of the map that the place is in, as its text has it, with its end; NULL: it is in
 * none. *merged is what became of it. */
static const struct pair *find_pair(const struct node *map, struct loc at, size_t *end,
				    const struct pair **merged)
{
	for (const struct pair *p = map->pairs; p; p = p->next) {
		size_t ends = *end;
		const struct pair *found = is_in(p, at, &ends);

		if (!found)
			continue;
		*end = ends;
		*merged = p;
		return found;
	}
	return NULL;
}

static struct wrong_part part_of(const struct node *tree, const struct diag *g)
{
	struct wrong_part all = { g->at.src, 0, g->at.src->len, NULL }, part = all;
	const struct pair *merged, *p = find_pair(tree, g->at, &part.end, &merged), *inner;
	size_t end = part.end;

	if (!p || p->at.at == g->at.at)
		return all;
	part.start = p->at.at;
	inner = has_names(merged->value) ? find_pair(merged->value, g->at, &end, &merged) : NULL;
	if (inner) {
		part.start = inner->at.at;
		part.end = end;
	}
	return part;
}

/* With more errors than anybody reads, all is wrong: looking for the part of each takes time
 * that grows with their square. */
#define PARTS_MAX 200

struct wrong_part *wrong_parts(const struct node *tree, const struct diags *errors)
{
	struct wrong_part *parts = NULL;
	size_t n = 0;

	for (const struct diag *g = errors->first; g && n <= PARTS_MAX; g = g->next) {
		struct wrong_part *part;

		if (g->severity != ERROR || !g->at.src)
			continue;
		part = NEW(errors->arena, struct wrong_part);
		if (n++ < PARTS_MAX)
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

	while (p && p->src &&
	       !(g->at.src == p->src && p->start <= g->at.at && g->at.at < p->end))
		p = p->next;
	return p;
}

void wrong_parts_mute(const struct wrong_part *parts, struct diags *d, struct diag *last)
{
	if (parts)
		diags_drop(d, last, is_in_one, parts);
}
