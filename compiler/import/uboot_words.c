/* SPDX-License-Identifier: BSD-2-Clause */
/* Text becomes the words of a command, as U-Boot's shell reads them (U-Boot
 * common/cli_hush.c): a backslash stands for the next character even in quotes, and a
 * command that uses a variable is read a second time, so that words of an unquoted value
 * come apart and escaped quotes hold it together. */
#include "import/uboot.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

#define NAME_LETTERS \
	"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_"

/* Longer text comes from a variable that contains itself over and over. */
#define WORD_MAX ((size_t)64 << 10)
#define EXPANDED_MAX ((size_t)4 << 20) /* of a script; real ones have some kilobytes */

struct loc uboot_loc(const struct uboot *u, const char *from)
{
	struct loc at = { u->src, (size_t)(from - u->src->text), (size_t)(u->s - from) };

	return u->fixed.src ? u->fixed : at;
}

static void set(struct table *variables, const char *name, const char *value)
{
	struct uboot_variable *v = table_find(variables, name, 0);

	if (!v)
		v = table_add(variables, name, 0, NEW(variables->arena, struct uboot_variable));
	v->value = value;
}

void uboot_set(struct uboot *u, const char *name, const char *value)
{
	set(&u->variables, name, value);
}

/* The value, NULL if the script sets none. The environment comes before the shell (U-Boot
 * common/cli_hush.c, get_local_var()), but for what it has no value of. */
static const char *value_of(struct uboot *u, const char *name, size_t len)
{
	const struct uboot_variable *v = table_find_bytes(&u->variables, name, len, 0), *shell;

	shell = v && *v->value ? NULL : table_find_bytes(&u->shell_variables, name, len, 0);
	return shell ? shell->value : v ? v->value : NULL;
}

const char *uboot_value(struct uboot *u, const char *name, size_t len)
{
	const char *value = value_of(u, name, len);

	return value ? value : arena_printf(u->arena, "%c%.*s%c", UBOOT_UNKNOWN, (int)len,
					    name, UBOOT_UNKNOWN);
}

/* Where the value of NAME=VALUE begins; NULL: it is another word. */
static const char *assigned_value(const char *word)
{
	size_t len = strspn(word, NAME_LETTERS);

	return isalpha((unsigned char)*word) && word[len] == '=' ? word + len + 1 : NULL;
}

static bool only_assigns(const struct uboot_command *c)
{
	size_t i = 0;

	while (i < c->n && assigned_value(c->words[i]))
		i++;
	return i == c->n;
}

void uboot_set_for_shell(struct uboot *u, const char *name, const char *value)
{
	set(&u->shell_variables, name, value);
}

void uboot_take_assignments(struct uboot *u, struct uboot_command *c)
{
	const char *value;
	size_t count = 0;

	for (; count < c->n && (value = assigned_value(c->words[count])); count++)
		uboot_set_for_shell(u, arena_copy(u->arena, c->words[count],
						  (size_t)(value - 1 - c->words[count])), value);
	c->n -= count;
	memmove(c->words, c->words + count, c->n * sizeof(*c->words));
	memmove(c->at, c->at + count, c->n * sizeof(*c->at));
}

bool uboot_unknown(const char *text)
{
	return strchr(text, UBOOT_UNKNOWN);
}

const char *uboot_show(struct uboot *u, const char *text)
{
	struct text t = { .arena = u->arena };
	bool inside = false;

	text_bytes(&t, "", 0);
	for (; *text; text++) {
		if (*text != UBOOT_UNKNOWN) {
			text_bytes(&t, text, 1);
			continue;
		}
		text_add(&t, "%s", inside ? "}" : "${");
		inside = !inside;
	}
	return t.data;
}

/* The number that stands for a name, always the same one: FNV-1a of it. */
static uint64_t stand_in(const char *name)
{
	uint32_t hash = 0x811c9dc5;

	for (; *name && *name != UBOOT_UNKNOWN; name++)
		hash = (hash ^ (unsigned char)*name) * 0x01000193;
	return BOOT_SCRIPT_STAND_IN | (hash & 0x0ffffff0);
}

bool uboot_number(const char *text, int base, uint64_t *n)
{
	const char *digits = starts_with(text, "0x") ? text + 2 : text;
	char *end;

	if (*digits == UBOOT_UNKNOWN) {
		*n = stand_in(digits + 1);
		return true;
	}
	*n = strtoull(text, &end, base);
	return end != text && !*end;
}

/* The end of ${NAME...}: the brace that closes it. */
static const char *brace_end(const char *s)
{
	while (*s && *s != '}' && *s != '\n')
		s++;
	return s;
}

static void give_up(struct uboot *u, const char *why)
{
	if (!u->done)
		diag(u->diags, E1058, uboot_loc(u, u->s), "the script cannot be followed: %s", why);
	u->done = true;
}

static void add_value(struct uboot *u, struct text *word, const char *value)
{
	size_t len = strlen(value);

	u->expanded += len;
	if (u->expanded <= EXPANDED_MAX)
		text_bytes(word, value, len);
	else
		give_up(u, "its variables stand for more than 4 MiB of text");
}

/* $NAME, ${NAME} or ${NAME:-VALUE}, whose value is added. */
static void read_variable(struct uboot *u, struct text *word)
{
	const char *from = u->s++, *name, *end, *value;
	bool braces = *u->s == '{';
	size_t len;

	name = u->s += braces;
	len = strspn(name, NAME_LETTERS);
	end = braces ? brace_end(name + len) : name + len;
	u->s = end + (braces && *end == '}');
	if (!len) {
		text_bytes(word, from, (size_t)(u->s - from));
		return;
	}
	value = value_of(u, name, len);
	if (value)
		add_value(u, word, value);
	else if (braces && name[len] == ':' && end > name + len + 1)
		text_bytes(word, name + len + 2, (size_t)(end - name) - len - 2);
	else
		text_add(word, "%s", uboot_value(u, name, len));
}

struct reading {
	bool replace;	/* variables */
	bool replaced;	/* one was */
	bool again;	/* the second time: nothing but spaces and quotes means anything */
};

/* Whether a quote begins here. Within double quotes a single one begins a part that is taken as it
 * is, too, and both are gone then (U-Boot common/cli_hush.c, parse_stream()). One that nothing
 * closes there would end the script; it is more likely an apostrophe. */
static bool quote_begins(const struct reading *r, char quote, const char *s)
{
	if (quote == '"' && *s == '\'')
		return !r->again && s[1 + strcspn(s + 1, "'\"")] == '\'';
	return !quote && (*s == '"' || *s == '\'');
}

/* Reads one word. *quoted says whether a part of it stands in quotes, so that it stays
 * one. */
static const char *read_word(struct uboot *u, struct reading *r, bool *quoted)
{
	const char *end = r->again ? " \t" : " \t\r;&|";
	struct text word = { .arena = u->arena };
	char quote = '\0', outer = '\0';

	text_bytes(&word, "", 0);
	*quoted = false;
	while (*u->s && (quote || (!strchr(end, *u->s) && (r->again || *u->s != '\n')))) {
		if (*u->s == quote) {
			quote = outer;
			outer = '\0';
			u->s++;
		} else if (quote_begins(r, quote, u->s)) {
			outer = quote;
			quote = *u->s++;
			*quoted = true;
		} else if (*u->s == '\\' && u->s[1]) {
			text_bytes(&word, u->s + 1, u->s[1] != '\n');
			u->s += 2;
		} else if (*u->s == '$' && quote != '\'' && r->replace) {
			r->replaced = true;
			read_variable(u, &word);
		} else {
			text_bytes(&word, u->s++, 1);
		}
		if (word.len > WORD_MAX) {
			give_up(u, "a value that grows without an end");
			break;
		}
	}
	return word.data;
}

static void add_word(struct uboot_command *c, const char *word, struct loc at)
{
	if (c->n == UBOOT_WORDS_MAX)
		return;
	c->at[c->n] = at;
	c->words[c->n++] = word;
}

/* Goes on to the next word. false: the command ends here. */
static bool skip_blanks(struct uboot *u)
{
	for (;; u->s++) {
		if (starts_with(u->s, "\\\n"))
			u->s++;
		else if (!*u->s || !strchr(" \t\r", *u->s))
			break;
	}
	if (*u->s == '#')
		u->s += strcspn(u->s, "\n");
	return *u->s && !strchr("\n;&|", *u->s);
}

/* A word as the second reading gets it: what stood in quotes is in quotes again. */
static void add_for_again(struct text *t, const char *word, bool quoted)
{
	const char *quote = !quoted ? "" : strchr(word, '\'') ? "\"" : "'";

	text_add(t, "%s%s%s%s", t->len ? " " : "", quote, word, quote);
}

/* The second reading. A word is at the place of the one that it begins in: starts[] has
 * where those begin in the text. */
static void read_again(struct uboot *u, const char *text, const size_t *starts,
		       const struct uboot_command *first, struct uboot_command *c)
{
	struct uboot inner = *u;
	struct reading r = { .again = true };
	size_t i = 0;

	for (inner.s = text;;) {
		bool quoted;

		inner.s += strspn(inner.s, " \t\n");
		if (!*inner.s)
			break;
		while (i + 1 < first->n && starts[i + 1] <= (size_t)(inner.s - text))
			i++;
		add_word(c, read_word(&inner, &r, &quoted), first->at[i]);
	}
	u->done = inner.done;
}

void uboot_read_command(struct uboot *u, struct uboot_command *c)
{
	struct uboot_command first = { .n = 0 };
	struct text again = { .arena = u->arena };
	size_t starts[UBOOT_WORDS_MAX];
	struct reading r = { .replace = !u->skipping };

	text_bytes(&again, "", 0);
	while (skip_blanks(u)) {
		const char *from = u->s, *word;
		bool quoted;

		word = read_word(u, &r, &quoted);
		if (first.n < UBOOT_WORDS_MAX)
			starts[first.n] = again.len + (again.len > 0);
		add_word(&first, word, uboot_loc(u, from));
		if (r.replace)
			add_for_again(&again, word, quoted);
	}
	*c = first;
	if (!r.replaced || only_assigns(&first))
		return;
	c->n = 0;
	read_again(u, again.data, starts, &first, c);
}
