/* SPDX-License-Identifier: BSD-2-Clause */
/* An unfinished command line becomes the words that could come next, by the rows of the verbs
 * and options. */
#include "complete.h"

#include <stdio.h>
#include <string.h>

#include "base/list.h"
#include "base/text.h"
#include "option_rows.h"
#include "passes/boards.h"

/* What the words before the one that is typed say about it. */
struct typed {
	struct run *r;
	const struct verb *verb;	/* NULL: none yet */
	const struct option_row *open;	/* wants its operand; NULL: none does */
	size_t operands;
	bool only_operands;		/* behind -- */
	const char *prefix;		/* of each word: "--format=", where one word is both */
};

static void say(const struct typed *p, const char *word, const char *doc)
{
	printf("%s%s\t%s\n", p->prefix, word, doc);
}

static const struct option_row *row_of_letter(char letter)
{
	for (const struct option_row *row = option_rows; row->name || row->letter; row++)
		if (row->letter == letter)
			return row;
	return NULL;
}

/* The row of an option by a word without its dashes, of which a "=VALUE" is no part;
 * NULL: there is none. */
static const struct option_row *row_of_name(const char *word)
{
	size_t len = strcspn(word, "=");

	for (const struct option_row *row = option_rows; row->name || row->letter; row++)
		if (row->name && strlen(row->name) == len && strncmp(row->name, word, len) == 0)
			return row;
	return NULL;
}

/* The row of the first letter in a word such as -vo that wants an operand; *rest is what
 * follows it. NULL: none does. */
static const struct option_row *row_of_letters(const char *word, const char **rest)
{
	for (const char *c = word + 1; *c; c++) {
		const struct option_row *row = row_of_letter(*c);

		*rest = c + 1;
		if (row && row->operand)
			return row;
	}
	return NULL;
}

static bool is_long(const char *word)
{
	return word[0] == '-' && word[1] == '-';
}

/* The option in a word that wants an operand, if it has one; *rest is what is typed of that, or
 * NULL if it is the next word. */
static const struct option_row *option_with_operand(const char *word, const char **rest)
{
	const struct option_row *row;

	if (!is_long(word)) {
		row = row_of_letters(word, rest);
		if (row && !**rest)
			*rest = NULL;
		return row;
	}
	row = row_of_name(word + 2);
	*rest = strchr(word, '=');
	if (*rest)
		++*rest;
	return row && row->operand ? row : NULL;
}

static void pass_option(struct typed *p, const char *word)
{
	const char *rest;
	const struct option_row *row = option_with_operand(word, &rest);

	if (streq(word, "--"))
		p->only_operands = true;
	else
		p->open = rest ? NULL : row;
}

static void pass_word(struct typed *p, const struct verb *all, const char *word)
{
	if (p->open)
		p->open = NULL;
	else if (word[0] == '-' && word[1] && !p->only_operands)
		pass_option(p, word);
	else if (p->operands++ == 0)
		p->verb = verb_find(all, word);
}

static void say_options(const struct typed *p)
{
	for (const struct option_row *row = option_rows; row->name || row->letter; row++) {
		char letter[] = { '-', row->letter, '\0' };

		if (p->verb && row->verb && !streq(row->verb, p->verb->name))
			continue;
		if (row->name)
			say(p, arena_printf(p->r->arena, "--%s", row->name), row->doc);
		else
			say(p, letter, row->doc);
	}
}

static void say_folders(const struct typed *p, const struct option_row *row)
{
	(void)p, (void)row;
	puts(":folders");
}

static void say_files(const struct typed *p, const struct option_row *row)
{
	(void)p, (void)row;
	puts(":files");
}

static void say_formats(const struct typed *p, const struct option_row *row)
{
	(void)row;
	for (const struct report_format *f = report_formats; f->name; f++)
		say(p, f->name, "");
}

static void say_boards(const struct typed *p, const struct option_row *row)
{
	const char **names;
	size_t n = boards_list(p->r->arena, p->r->options->board_paths, &names);

	(void)row;
	for (size_t i = 0; i < n; i++)
		say(p, names[i], "");
}

/* Says what -W can say of the warnings. */
static void say_warnings(const struct typed *p)
{
	struct arena *a = p->r->arena;

	say(p, "error", "all warnings are errors");
	for (int code = 0; code < DIAG_COUNT; code++) {
		const struct diag_info *info = &diag_info[code];

		if (info->severity != WARNING)
			continue;
		say(p, info->name, info->title);
		say(p, arena_printf(a, "no-%s", info->name), info->title);
		say(p, arena_printf(a, "error=%s", info->name), info->title);
	}
}

static void say_codes(const struct typed *p, const struct option_row *row)
{
	if (row->letter == 'W') {
		say_warnings(p);
		return;
	}
	for (int code = 0; code < DIAG_COUNT; code++)
		if (diag_info[code].severity != FATAL)
			say(p, diag_info[code].name, diag_info[code].title);
}

/* What to say for an operand, by what the rows call it. */
static const struct {
	const char *operand;
	void (*say)(const struct typed *p, const struct option_row *row);
} values[] = {
	{ "DIR", say_folders },
	{ "FILE", say_files },
	{ "FORM", say_formats },
	{ "NAME", say_boards },
	{ "CODE", say_codes },
};

static void say_choices(const struct typed *p, const char *choices)
{
	for (size_t len; *choices; choices += len + (choices[len] == '|')) {
		len = strcspn(choices, "|");
		say(p, arena_copy(p->r->arena, choices, len), "");
	}
}

/* Says the values of an operand; SIZE and its like are typed. */
static void say_values(const struct typed *p, const struct option_row *row)
{
	for (size_t i = 0; i < countof(values); i++)
		if (streq(row->operand, values[i].operand))
			values[i].say(p, row);
	if (strchr(row->operand, '|'))
		say_choices(p, row->operand);
}

static void say_operands(const struct typed *p, const struct verb *all)
{
	const struct verb *verb = p->verb ? p->verb : all;

	if (p->operands == 0)
		for (const struct verb *v = all; v->name; v++)
			if (v->doc)
				say(p, v->name, v->doc);
	if (verb->say_operands && p->operands - (p->verb != NULL) < verb->most)
		verb->say_operands();
}

static void say_word(struct typed *p, const struct verb *all, const char *word)
{
	const struct option_row *row = NULL;
	const char *rest = NULL;

	if (p->open) {
		say_values(p, p->open);
	} else if (word[0] != '-' || p->only_operands) {
		say_operands(p, all);
	} else if ((row = option_with_operand(word, &rest)) && (rest || !is_long(word))) {
		rest = rest ? rest : word + strlen(word);
		p->prefix = arena_copy(p->r->arena, word, (size_t)(rest - word));
		say_values(p, row);
	} else {
		say_options(p);
	}
}

void complete(struct run *r, const struct verb *all)
{
	const struct options *o = r->options;
	struct typed p = { .r = r, .prefix = "" };
	size_t n = o->operand_count;

	for (size_t i = 0; i + 1 < n; i++)
		pass_word(&p, all, o->operands[i]);
	say_word(&p, all, n ? o->operands[n - 1] : "");
}
