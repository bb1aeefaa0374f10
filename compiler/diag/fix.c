/* SPDX-License-Identifier: BSD-2-Clause */
/* Findings become edits, and edits a new text. All bytes that no edit names stay as they are. */
#include "diag/fix.h"

#include <stdlib.h>
#include <string.h>


void fix_replace(struct diag *g, struct loc at, const char *text)
{
	struct diag_edit *e = NEW(g->arena, struct diag_edit);

	e->at = at;
	e->text = arena_copy(g->arena, text, strlen(text));
	*(g->edits ? &g->last_edit->next : &g->edits) = e;
	g->last_edit = e;
}

/* Where exactly `old` is: the place itself, or what is inside its quotes. false: neither. */
static bool find_word(struct loc *at, const char *old)
{
	size_t len = strlen(old);
	const char *there;

	if (!at->src || !at->src->text || at->at + at->len > at->src->len)
		return false;
	there = at->src->text + at->at;
	if (at->len == len + 2 && (*there == '"' || *there == '\'') && there[len + 1] == *there) {
		at->at++;
		at->len = len;
		there++;
	}
	return at->len == len && memcmp(there, old, len) == 0;
}

void fix_word(struct diag *g, struct loc at, const char *old, const char *text)
{
	if (find_word(&at, old) && strcmp(old, text) != 0)
		fix_replace(g, at, text);
}

static bool is_in_text(struct loc at)
{
	return at.src && at.src->text && at.at + at.len <= at.src->len;
}

void fix_value(struct diag *g, struct loc at, const char *text)
{
	if (!is_in_text(at) || at.len == 0)
		return;
	for (size_t i = 0; i < at.len; i++) {
		char c = at.src->text[at.at + i];

		if (!strchr("._/-+", c) && !(c >= '0' && c <= '9') &&
		    !((c | 0x20) >= 'a' && (c | 0x20) <= 'z'))
			return;
	}
	fix_replace(g, at, text);
}

void fix_part(struct diag *g, struct loc at, const char *old, const char *text)
{
	struct loc part = { NULL, 0, strlen(old) };

	if (!is_in_text(at) || part.len == 0)
		return;
	for (size_t i = at.at; i + part.len <= at.at + at.len; i++) {
		if (memcmp(at.src->text + i, old, part.len) != 0)
			continue;
		if (part.src)
			return;
		part.src = at.src;
		part.at = i;
	}
	if (part.src)
		fix_replace(g, part, text);
}

void fix_remove_word(struct diag *g, struct loc at)
{
	const char *text;

	if (!is_in_text(at) || at.len == 0)
		return;
	text = at.src->text;
	if (memchr(text + at.at, ' ', at.len) || memchr(text + at.at, '\n', at.len))
		return;
	if (at.at > 1 && text[at.at - 1] == ' ' && text[at.at - 2] != ':') {
		at.at--;
		at.len++;
	} else if (text[at.at + at.len] == ' ') {
		at.len++;
	} else {
		return;		/* it is all of the line */
	}
	fix_replace(g, at, "");
}

void fix_remove_line(struct diag *g, struct loc key)
{
	struct position p = loc_position(key);
	struct loc at = key;
	const char *line;

	at.at -= p.column - 1;
	line = key.src->text + at.at;
	at.len = (p.line < key.src->line_count ? key.src->lines[p.line] : key.src->len) - at.at;
	if (strspn(line, " ") >= p.column - 1 && !memchr(line, '#', at.len) &&
	    !memchr(line, '&', at.len) && !memchr(line, '}', at.len) && !memchr(line, ',', at.len))
		fix_replace(g, at, "");
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

#define SLIPS_MAX 2		/* one wrong letter, or two that changed places */

bool fix_is_sure(const char *word, const char *near)
{
	if (word_distance(word, near) > SLIPS_MAX)
		return false;
	for (const char *n = near; ; word++, n++) {
		while (*word && !is_digit(*word))
			word++;
		while (*n && !is_digit(*n))
			n++;
		if (*word != *n)
			return false;
		if (!*word)
			return true;
	}
}

void fix_surely(struct diag *g, struct loc at, const char *old, const char *near)
{
	diag_help(g, "did you mean '%s'?", near);
	fix_word(g, at, old, near);
}

void fix_meant(struct diag *g, struct loc at, const char *old, const char *near)
{
	if (fix_is_sure(old, near))
		fix_surely(g, at, old, near);
	else
		diag_help(g, "did you mean '%s'?", near);
}

void fix_indent(struct diag *g, struct loc from, size_t to, int more)
{
	const struct source *src = from.src;
	size_t line;

	if (!src || !src->text)
		return;
	for (line = loc_position(from).line - 1; line < src->line_count; line++) {
		struct loc at = { src, src->lines[line], more < 0 ? (size_t)-more : 0 };

		if (at.at > to)
			break;
		if (source_line_length(src, line) <= at.len)
			continue;	/* an empty line stays one */
		if (at.len > strspn(src->text + at.at, " "))
			at.len = strspn(src->text + at.at, " ");	/* a comment further left */
		fix_replace(g, at, more > 0 ? arena_printf(g->arena, "%*s", more, "") : "");
	}
}

void fix_append(struct diag *g, struct loc at, const char *old, const char *words)
{
	if (!find_word(&at, old))
		return;
	at.at += at.len;
	at.len = 0;
	fix_replace(g, at, arena_printf(g->arena, "%s%s", *old ? " " : "", words));
}

const char *fix_line_end(const struct source *src)
{
	return strstr(src->text, "\r\n") ? "\r\n" : "\n";
}

/* The last character in front of `at` that is neither space nor line end; 0 if there is none. */
static char character_before(const struct source *src, size_t at)
{
	while (at > 0 && strchr(" \r\n", src->text[at - 1]))
		at--;
	return at > 0 ? src->text[at - 1] : 0;
}

void fix_add_key(struct diag *g, struct loc key, const char *pair)
{
	char before;
	size_t indent;

	if (!key.src || !key.src->text)
		return;
	indent = loc_position(key).column - 1;
	before = character_before(key.src, key.at);
	key.len = 0;
	/* Behind one of these it may be a map in braces that goes over several lines. */
	if (strspn(key.src->text + key.at - indent, " ") >= indent) {
		if (before != '{' && before != ',')
			fix_replace(g, key, arena_printf(g->arena, "%s%s%*s", pair,
							 fix_line_end(key.src), (int)indent, ""));
	} else if (before == '{' || before == ',') {
		fix_replace(g, key, arena_printf(g->arena, "%s, ", pair));
	}
}

struct chosen {			/* edits that do not touch each other */
	const struct diag_edit **list;
	size_t n;
	char *taken;		/* 1 where one of them is, or ends, in the text */
};

/* Whether all edits of a fix are in this text, and none touches one that was chosen. */
static bool can_be_chosen(const struct chosen *c, const struct diag *g,
			  const struct source *src)
{
	for (const struct diag_edit *e = g->edits; e; e = e->next)
		if (e->at.src != src || e->at.at + e->at.len > src->len ||
		    memchr(c->taken + e->at.at, 1, e->at.len + 1))
			return false;
	return g->edits;
}

static void choose(struct chosen *c, const struct diag_edit *edits)
{
	for (const struct diag_edit *e = edits; e; e = e->next) {
		c->list[c->n++] = e;
		memset(c->taken + e->at.at, 1, e->at.len + 1);
	}
}

static size_t count_edits(const struct diags *d)
{
	size_t n = 0;

	for (const struct diag *g = d->first; g; g = g->next)
		for (const struct diag_edit *e = g->edits; e; e = e->next)
			n++;
	return n;
}

static int by_place(const void *x, const void *y)
{
	const struct diag_edit *a = *(const struct diag_edit *const *)x;
	const struct diag_edit *b = *(const struct diag_edit *const *)y;

	return (a->at.at > b->at.at) - (a->at.at < b->at.at);
}

static void write_text(struct chosen *c, const struct source *src, struct text *out)
{
	size_t at = 0;

	qsort(c->list, c->n, sizeof(*c->list), by_place);
	for (size_t i = 0; i < c->n; i++) {
		const struct diag_edit *e = c->list[i];

		text_bytes(out, src->text + at, e->at.at - at);
		text_bytes(out, e->text, strlen(e->text));
		at = e->at.at + e->at.len;
	}
	text_bytes(out, src->text + at, src->len - at);
}

size_t fixes_apply(const struct diags *d, const struct source *src, struct text *out)
{
	struct chosen c = { .n = 0 };
	size_t fixes = 0;

	c.list = arena_alloc(d->arena, (count_edits(d) + 1) * sizeof(*c.list));
	c.taken = arena_alloc(d->arena, src->len + 1);
	for (const struct diag *g = d->first; g; g = g->next)
		if (can_be_chosen(&c, g, src)) {
			choose(&c, g->edits);
			fixes++;
		}
	if (fixes)
		write_text(&c, src, out);
	return fixes;
}
