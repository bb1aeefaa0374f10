/* SPDX-License-Identifier: BSD-2-Clause */
/* The text of a U-Boot script becomes a list of loads (U-Boot doc/usage/cmdline.rst). */
#include "import/boot_script.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"

#define WORDS_MAX 16		/* U-Boot CONFIG_SYS_MAXARGS */

struct variable {
	const char *name, *value;
	struct variable *next;
};

struct command {
	const char *words[WORDS_MAX];
	struct loc at[WORDS_MAX];
	size_t n;
};

struct reader {
	struct arena *arena;
	const struct source *src;
	const char *s;			/* what is read next */
	struct boot_script *script;
	struct variable *variables;
};

static const char *value_of(const struct reader *r, const char *name, size_t len)
{
	for (const struct variable *v = r->variables; v; v = v->next)
		if (strlen(v->name) == len && memcmp(v->name, name, len) == 0)
			return v->value;
	return NULL;
}

/* $name or ${name}, whose value is added if the script has set it. */
static void read_variable(struct reader *r, struct text *word)
{
	const char *from = r->s++, *name, *value;
	size_t len;

	name = r->s += *r->s == '{';
	len = strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
		     "0123456789_");
	r->s = name + len + (name[-1] == '{' && name[len] == '}');
	value = value_of(r, name, len);
	if (value)
		text_add(word, "%s", value);
	else
		text_bytes(word, from, (size_t)(r->s - from));
}

static const char *read_word(struct reader *r)
{
	struct text word = { .arena = r->arena };
	char quote = '\0';

	text_bytes(&word, "", 0);
	while (*r->s && *r->s != '\n' && (quote || !strchr(" \t;&|", *r->s))) {
		if (*r->s == quote || (!quote && (*r->s == '"' || *r->s == '\''))) {
			quote = quote ? '\0' : *r->s;
			r->s++;
		} else if (*r->s == '\\' && r->s[1] && quote != '\'') {
			text_bytes(&word, r->s + 1, 1);
			r->s += 2;
		} else if (*r->s == '$' && quote != '\'') {
			read_variable(r, &word);
		} else {
			text_bytes(&word, r->s++, 1);
		}
	}
	return word.data;
}

static bool is_keyword(const char *word)
{
	static const char *const words[] = {
		"if", "then", "else", "elif", "fi", "while", "until", "do", "done", "!", NULL
	};

	for (const char *const *w = words; *w; w++)
		if (streq(*w, word))
			return true;
	return false;
}

/* Up to the end of one command; the words that only steer are left out. */
static void read_command(struct reader *r, struct command *c)
{
	c->n = 0;
	for (;;) {
		const char *from, *word;

		r->s += strspn(r->s, " \t\r");
		if (!*r->s || strchr("\n;&|", *r->s))
			break;
		if (*r->s == '#') {
			r->s += strcspn(r->s, "\n");
			break;
		}
		from = r->s;
		word = read_word(r);
		if ((!c->n && is_keyword(word)) || c->n == WORDS_MAX)
			continue;
		c->at[c->n].src = r->src;
		c->at[c->n].at = (size_t)(from - r->src->text);
		c->at[c->n].len = (size_t)(r->s - from);
		c->words[c->n++] = word;
	}
	r->s += *r->s != '\0';
}

static bool read_address(const char *word, uint64_t *n)
{
	char *end;

	*n = strtoull(word, &end, 16);
	return end != word && !*end;
}

static void add_load(struct reader *r, const struct command *c, size_t address,
		     const char *device)
{
	struct script_load *l = NEW(r->arena, struct script_load);
	struct script_load **p = &r->script->loads;

	if (c->n <= address + 1 || !read_address(c->words[address], &l->address))
		return;
	l->name = c->words[address + 1];
	l->at = c->at[address + 1];
	l->device = device;
	while (*p)
		p = &(*p)->next;
	*p = l;
}

static void set_variable(struct reader *r, const struct command *c)
{
	struct variable *v = NEW(r->arena, struct variable);

	v->name = c->words[1];
	v->value = c->n > 2 ? c->words[2] : "";
	v->next = r->variables;
	r->variables = v;
	if (streq(v->name, "serverip"))
		r->script->server = v->value;
	else if (streq(v->name, "ipaddr"))
		r->script->client = v->value;
}

static void read_boot(struct reader *r, const struct command *c)
{
	bool efi = streq(c->words[0], "bootefi");

	r->script->command = c->words[0];
	read_address(c->words[1], &r->script->xen);
	if (c->n > (efi ? 2 : 3))
		read_address(c->words[efi ? 2 : 3], &r->script->tree);
}

static bool is_one_of(const char *word, const char *a, const char *b, const char *c)
{
	return streq(word, a) || streq(word, b) || streq(word, c);
}

static void take_command(struct reader *r, const struct command *c)
{
	const char *verb = c->words[0];

	if (c->n < 2) {
		if (c->n && streq(verb, "dhcp"))
			r->script->client = "dhcp";
	} else if (is_one_of(verb, "tftp", "tftpb", "tftpboot")) {
		add_load(r, c, 1, "tftp");
	} else if (streq(verb, "load") || is_one_of(verb, "fatload", "ext4load", "ext2load")) {
		add_load(r, c, 3, arena_printf(r->arena, "%s %s", c->words[1],
					       c->n > 2 ? c->words[2] : ""));
	} else if (is_one_of(verb, "booti", "bootm", "bootefi")) {
		read_boot(r, c);
	} else if (streq(verb, "crc32")) {
		r->script->crc32 = true;
	} else if (streq(verb, "setenv")) {
		set_variable(r, c);
	}
}

static bool all_begin_with(const struct boot_script *s, const char *prefix)
{
	for (const struct script_load *l = s->loads; l; l = l->next)
		if (!starts_with(l->name, prefix))
			return false;
	return true;
}

/* The longest folder that is in front of all names is taken off them. */
static void split_prefix(struct arena *a, struct boot_script *s)
{
	const char *first = s->loads ? s->loads->name : "";

	s->prefix = "";
	for (const char *slash = strchr(first, '/'); slash; slash = strchr(slash + 1, '/')) {
		const char *folder = arena_copy(a, first, (size_t)(slash + 1 - first));

		if (!all_begin_with(s, folder))
			break;
		s->prefix = folder;
	}
	for (struct script_load *l = s->loads; l; l = l->next)
		l->name += strlen(s->prefix);
}

struct boot_script *boot_script_read(struct arena *a, const struct source *src)
{
	struct reader r = { .arena = a, .src = src, .s = src->text };
	struct command c;

	r.script = NEW(a, struct boot_script);
	while (*r.s) {
		read_command(&r, &c);
		take_command(&r, &c);
	}
	split_prefix(a, r.script);
	return r.script;
}

struct script_load *boot_script_find(const struct boot_script *s, uint64_t address)
{
	for (struct script_load *l = s ? s->loads : NULL; l; l = l->next)
		if (l->address == address)
			return l;
	return NULL;
}
