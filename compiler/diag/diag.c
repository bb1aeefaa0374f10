/* SPDX-License-Identifier: BSD-2-Clause */
/* Findings become a list in the order of their places. */
#include "diag/diag.h"

#include <errno.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/list.h"
#include "diag/allow.h"
#include "diag/examples.h"

const struct diag_info diag_info[DIAG_COUNT] = {
#define DIAG(code, severity, title, explanation) { #code, severity, title, explanation },
#include "diag/diag.def"
#undef DIAG
};

static const char *const ways[DIAG_COUNT] = {
#define WAY(code, text) [code] = text,
#include "diag/ways.def"
#undef WAY
};

enum diag_code diag_code_of(const char *name)
{
	for (int i = 0; i < DIAG_COUNT; i++)
		if (strcasecmp(diag_info[i].name, name) == 0)
			return (enum diag_code)i;
	return DIAG_COUNT;
}

static enum severity severity_of(const struct diags *d, enum diag_code code)
{
	bool raised = d->wishes->werror || d->wishes->error[code];

	return diag_info[code].severity == WARNING && !raised ? WARNING : ERROR;
}

static void add(struct diags *d, struct diag *g)
{
	if (g->severity == ERROR)
		d->errors++;
	else
		d->warnings++;
	*(d->last ? &d->last->next : &d->first) = g;
	d->last = g;
}

/* Whether a comment of the text allows the finding, which is then noted there. */
static bool is_allowed(const struct diags *d, enum diag_code code, struct loc at)
{
	bool allowed = false;

	struct allow *a = d->allows;

	while (a && a->code != code)
		a = a->next;
	for (; a; a = a->same) {
		if (a->at.src != at.src || at.at < a->from || at.at >= a->to)
			continue;
		a->used = allowed = true;
	}
	return allowed;
}

struct diag *diag(struct diags *d, enum diag_code code, struct loc at, const char *fmt,
		  ...)
{
	struct diag *g = NEW(d->arena, struct diag);
	va_list ap;

	g->arena = d->arena;
	g->code = code;
	g->severity = severity_of(d, code);
	g->at = at;
	va_start(ap, fmt);
	g->text = arena_vprintf(d->arena, fmt, ap);
	va_end(ap);
	if (!d->wishes->off[code] && !is_allowed(d, code, at))
		add(d, g);
	return g;
}

void diags_add(struct diags *d, const struct diags *others)
{
	for (const struct diag *o = others->first; o; o = o->next) {
		struct diag *g = NEW(d->arena, struct diag);

		*g = *o;
		g->arena = d->arena;
		g->next = NULL;
		add(d, g);
	}
}

void diags_take(struct diags *d, struct diag *g)
{
	g->next = NULL;
	add(d, g);
}

/* What a name can be that is written in a description: path_resolution(7), and EFBIG and EINVAL as
 * our own functions that open files have them. */
bool errno_is_of_names(int error)
{
	static const int all[] = { ENOENT, ENOTDIR, EISDIR, EACCES, EPERM, ELOOP, ENAMETOOLONG,
				   ENXIO, EINVAL, EFBIG };

	for (size_t i = 0; i < countof(all); i++)
		if (all[i] == error)
			return true;
	return false;
}

void diags_file_failed(struct diags *d, int error)
{
	d->io_failed |= !errno_is_of_names(error);
}

void diag_note(struct diag *g, struct loc at, const char *fmt, ...)
{
	struct diag_note *n = NEW(g->arena, struct diag_note);
	va_list ap;

	n->at = at;
	va_start(ap, fmt);
	n->text = arena_vprintf(g->arena, fmt, ap);
	va_end(ap);
	list_append(g->notes, n);
}

void diag_help(struct diag *g, const char *fmt, ...)
{
	struct diag_note *n = NEW(g->arena, struct diag_note);
	va_list ap;

	va_start(ap, fmt);
	n->text = arena_vprintf(g->arena, fmt, ap);
	va_end(ap);
	list_append(g->helps, n);
}

/* Text before places in binary files, and both before findings without a place. */
static int compare_places(struct loc a, struct loc b)
{
	int order;

	if (!a.src || !b.src)
		return !a.src - !b.src;
	order = strcmp(a.src->name, b.src->name);
	if (order)
		return order;
	return (a.at > b.at) - (a.at < b.at);
}

static int compare(const void *a, const void *b)
{
	const struct diag *x = *(const struct diag *const *)a;
	const struct diag *y = *(const struct diag *const *)b;
	int order = compare_places(x->at, y->at);

	if (order == 0)
		order = (int)x->code - (int)y->code;
	return order ? order : strcmp(x->text, y->text);
}

static void forget(struct diags *d, const struct diag *g)
{
	if (g->severity == ERROR)
		d->errors--;
	else
		d->warnings--;
}

void diags_drop(struct diags *d, struct diag *last,
		bool (*drop)(const struct diag *g, const void *what), const void *what)
{
	struct diag **p = last ? &last->next : &d->first;

	d->last = last;
	while (*p) {
		if (drop(*p, what)) {
			forget(d, *p);
			*p = (*p)->next;
			continue;
		}
		d->last = *p;
		p = &(*p)->next;
	}
}

static int by_place(const void *a, const void *b)
{
	const struct loc *x = a, *y = b;

	if (x->src != y->src)
		return (uintptr_t)x->src < (uintptr_t)y->src ? -1 : 1;
	return (x->at > y->at) - (x->at < y->at);
}

struct diag_places diags_error_places(const struct diags *d, const struct diag *last)
{
	struct diag_places p = { .list = arena_alloc(d->arena, (d->errors + 1) * sizeof(*p.list)) };

	for (const struct diag *g = d->first; g; g = g == last ? NULL : g->next)
		if (g->severity == ERROR && g->at.src)
			p.list[p.n++] = g->at;
	qsort(p.list, p.n, sizeof(*p.list), by_place);
	return p;
}

bool diag_places_have(const struct diag_places *p, struct loc at)
{
	return at.src && bsearch(&at, p->list, p->n, sizeof(*p->list), by_place);
}

static bool has_earlier_error(const struct diag *g, const void *what)
{
	return diag_places_have(what, g->at);
}

void diags_once_a_place(struct diags *d, struct diag *last)
{
	struct diag_places p;

	if (!last || !last->next || !d->errors)
		return;
	p = diags_error_places(d, last);
	diags_drop(d, last, has_earlier_error, &p);
}

/* Who reported the finding may not have known what to type; then its code does. */
static void add_way(struct diag *g)
{
	if (!g->helps && ways[g->code])
		diag_help(g, "%s", ways[g->code]);
}

void diags_sort(struct diags *d)
{
	size_t n = d->errors + d->warnings, i = 0;
	struct diag **list, **p = &d->first;

	if (n == 0)
		return;
	list = arena_alloc(d->arena, n * sizeof(*list));
	for (struct diag *g = d->first; g; g = g->next) {
		add_way(g);
		list[i++] = g;
	}
	qsort(list, n, sizeof(*list), compare);
	for (i = 0; i < n; i++) {
		if (i > 0 && compare(&list[i - 1], &list[i]) == 0) {
			forget(d, list[i]);
			continue;
		}
		*p = d->last = list[i];
		p = &list[i]->next;
	}
	*p = NULL;
}

const char *diag_help_text(struct arena *a, enum diag_code code)
{
	const char *way = ways[code];

	return arena_printf(a, "%s%s%s%s", diag_info[code].explanation, way ? "\n\nWay out: " : "",
			    way ? way : "", way ? "." : "");
}

void diag_explain(enum diag_code code, FILE *f)
{
	const struct diag_info *info = &diag_info[code];

	fprintf(f, "%s (%s): %s\n\n%s\n", info->name,
		info->severity == WARNING ? "warning" : "error", info->title,
		info->explanation);
	for (const struct diag_example *e = diag_examples; e->name; e++)
		if (strcmp(e->name, info->name) == 0)
			fprintf(f, "\n%s", e->text);
}

void diag_explain_all(FILE *f)
{
	fputs("<!-- SPDX-License-Identifier: BSD-2-Clause -->\n# Diagnostics\n\nPrinted "
	      "by `xendtc explain all`; do not edit.\n",
	      f);
	for (int i = 0; i < DIAG_COUNT; i++)
		fprintf(f, "\n## <a id=\"%s\"></a>%s: %s\n\n%s\n", diag_info[i].name,
			diag_info[i].name, diag_info[i].title, diag_info[i].explanation);
}
