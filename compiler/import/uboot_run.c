/* SPDX-License-Identifier: BSD-2-Clause */
/* The text of a U-Boot script is followed: conditions, loops, and what `run` and `source`
 * lead to (U-Boot doc/usage/cmdline.rst). */
#include <string.h>

#include "base/text.h"
#include "import/uboot.h"

#define STEPS_MAX 20000 /* commands; real scripts have hundreds */
#define DEPTH_MAX 32
#define TURNS_MAX 32 /* of a loop whose condition stays true */

static const char *run_list(struct uboot *u, const char *const *ends, enum truth *r);

static void give_up(struct uboot *u, const char *why, const char *way)
{
	struct diag *g;

	if (!u->done) {
		g = diag(u->diags, E1058, uboot_loc(u, u->s),
			 "the script cannot be followed: %s", why);
		if (way)
			diag_help(g, "%s", way);
	}
	u->done = true;
}

static void skip_separators(struct uboot *u)
{
	for (;;) {
		u->s += strspn(u->s, " \t\r\n;&|");
		if (starts_with(u->s, "\\\n"))
			u->s += 2;
		else if (*u->s == '#')
			u->s += strcspn(u->s, "\n");
		else
			return;
	}
}

/* The keyword among `words` that stands here; NULL: none does. */
static const char *keyword(const struct uboot *u, const char *const *words)
{
	for (; *words; words++) {
		size_t len = strlen(*words);

		if (starts_with(u->s, *words) && strchr(" \t\r\n;&|#", u->s[len]))
			return *words;
	}
	return NULL;
}

/* Follows a list of commands, or skips it if its branch is not taken, up to the keyword
 * that ends it, which is returned. */
static const char *run_branch(struct uboot *u, bool taken, const char *const *ends,
			      enum truth *r)
{
	const char *end;

	u->skipping += !taken;
	end = run_list(u, ends, r);
	u->skipping -= !taken;
	return end;
}

static enum truth run_if(struct uboot *u)
{
	static const char *const then[] = { "then", NULL };
	static const char *const others[] = { "else", "elif", "fi", NULL };
	static const char *const fi[] = { "fi", NULL };
	enum truth condition, r = YES, ignored;
	bool taken = false;

	for (;;) {
		const char *end;

		if (!run_branch(u, !taken, then, &condition))
			break;
		condition = taken ? NO : condition;
		end = run_branch(u, condition != NO, others, condition != NO ? &r : &ignored);
		taken |= condition != NO;
		if (!end || streq(end, "fi"))
			return r;
		if (streq(end, "elif"))
			continue;
		if (run_branch(u, !taken, fi, taken ? &ignored : &r))
			return r;
		break;
	}
	give_up(u, "an 'if' that has no 'fi'", "add 'fi' where it ends");
	return NO;
}

/* Reads `do` and what follows once for each word, or once without doing it. */
static enum truth run_for(struct uboot *u)
{
	static const char *const words_do[] = { "do", NULL };
	static const char *const done[] = { "done", NULL };
	struct uboot_command c;
	enum truth r = YES;
	const char *body;

	uboot_read_command(u, &c);
	skip_separators(u);
	if (c.n < 2 || !streq(c.words[1], "in") || !keyword(u, words_do)) {
		give_up(u, "a 'for' that is not 'for NAME in WORDS; do ...; done'",
			"write it in this form");
		return NO;
	}
	body = u->s += 2;
	for (size_t i = 2; i < c.n && !u->skipping && !u->done; i++) {
		uboot_set_for_shell(u, c.words[0], c.words[i]);
		u->s = body;
		if (!run_list(u, done, &r))
			break;
	}
	u->s = body;
	if (!run_branch(u, false, done, &r))
		give_up(u, "a 'for' that has no 'done'", "add 'done' where it ends");
	return YES;
}

static enum truth run_while(struct uboot *u, enum truth until)
{
	static const char *const words_do[] = { "do", NULL };
	static const char *const done[] = { "done", NULL };
	const char *from = u->s;
	enum truth condition, r;

	for (unsigned turn = 0;; turn++) {
		bool taken;

		u->s = from;
		if (!run_list(u, words_do, &condition))
			break;
		taken = turn < TURNS_MAX && !u->skipping && !u->done &&
			(condition == MAYBE ? turn == 0 : condition != until);
		if (!run_branch(u, taken, done, &r))
			break;
		if (!taken)
			return YES;
	}
	give_up(u, "a loop that has no 'do' or no 'done'",
		"write it as in 'while CONDITION; do COMMANDS; done'");
	return NO;
}

/* Follows the value of a variable as a script. */
static enum truth run_text(struct uboot *u, const char *text, struct loc at)
{
	static const char *const none[] = { NULL };
	const char *s = u->s;
	struct loc fixed = u->fixed;
	enum truth r = YES;

	if (u->depth == DEPTH_MAX) {
		give_up(u, "commands that run themselves", NULL);
		return NO;
	}
	u->depth++;
	u->s = text;
	u->fixed = at;
	run_list(u, none, &r);
	u->fixed = fixed;
	u->s = s;
	u->depth--;
	return r;
}

static enum truth run_variables(struct uboot *u, const struct uboot_command *c)
{
	enum truth r = YES;

	for (size_t i = 1; i < c->n && r != NO; i++) {
		const char *text = uboot_value(u, c->words[i], strlen(c->words[i]));

		if (uboot_unknown(text) && streq(uboot_show(u, text),
		    arena_printf(u->arena, "${%s}", c->words[i])))
			diag(u->diags, W1055, c->at[i],
			     "what '%s' runs is not in the script", c->words[i]);
		else
			r = run_text(u, text, c->at[i]);
	}
	return r;
}

/* Follows another script that this one has loaded, if it is there. */
static enum truth run_loaded(struct uboot *u, const struct uboot_command *c)
{
	struct script_load *l;
	uint64_t address;
	char *data;
	size_t len;

	if (c->n < 2 || !uboot_number(c->words[1], 16, &address))
		return MAYBE;
	l = boot_script_find(u->script, address);
	if (!l)
		return MAYBE;
	l->used = true;
	if (!uboot_read_file(u, l->name, &data, &len) ||
	    !boot_script_unpack(&data, &len)) {
		diag(u->diags, W1055, c->at[1], "the script '%s' is not there to be read",
		     l->name);
		return MAYBE;
	}
	return run_text(u, data, c->at[1]);
}

static enum truth run_simple(struct uboot *u)
{
	struct uboot_command c;
	const char *from = u->s;

	uboot_read_command(u, &c);
	if (u->s == from && *u->s)
		u->s++;
	if (++u->steps > STEPS_MAX)
		give_up(u, "a script that does not come to an end", NULL);
	if (u->skipping || u->done)
		return YES;
	uboot_take_assignments(u, &c);
	if (!c.n)
		return YES;
	if (streq(c.words[0], "run"))
		return run_variables(u, &c);
	if (streq(c.words[0], "source") || streq(c.words[0], "autoscr"))
		return run_loaded(u, &c);
	if (streq(c.words[0], "exit") || streq(c.words[0], "reset")) {
		u->done = true;
		return YES;
	}
	return uboot_do(u, &c);
}

static enum truth run_one(struct uboot *u)
{
	static const char *const words[] = { "if", "for", "while", "until", NULL };
	const char *word;
	enum truth r;

	u->s += strspn(u->s, " \t\r\n");
	word = keyword(u, words);
	if (!word)
		return run_simple(u);
	u->s += strlen(word);
	if (u->depth == DEPTH_MAX) {
		give_up(u, "too much within each other", NULL);
		return NO;
	}
	u->depth++;
	if (streq(word, "if"))
		r = run_if(u);
	else if (streq(word, "for"))
		r = run_for(u);
	else
		r = run_while(u, streq(word, "until") ? YES : NO);
	u->depth--;
	return r;
}

/* Follows commands that && and || join. */
static enum truth run_chain(struct uboot *u)
{
	enum truth r = run_one(u);

	for (;;) {
		bool both, taken;
		enum truth next;

		u->s += strspn(u->s, " \t\r");
		both = starts_with(u->s, "&&");
		if (!both && !starts_with(u->s, "||"))
			return r;
		u->s += 2;
		taken = both ? r != NO : r == NO;
		u->skipping += !taken;
		next = run_one(u);
		u->skipping -= !taken;
		if (taken)
			r = next;
	}
}

static const char *run_list(struct uboot *u, const char *const *ends, enum truth *r)
{
	*r = YES;
	for (;;) {
		const char *end;

		skip_separators(u);
		end = keyword(u, ends);
		if (end)
			u->s += strlen(end);
		if (end || !*u->s)
			return end;
		*r = run_chain(u);
	}
}

void uboot_run(struct uboot *u, const struct source *src)
{
	static const char *const none[] = { NULL };
	enum truth r;

	u->src = src;
	u->s = src->text;
	run_list(u, none, &r);
}
