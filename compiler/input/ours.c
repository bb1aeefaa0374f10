/* SPDX-License-Identifier: BSD-2-Clause */
/* The text of a YAML file becomes a yes or no: is it a description of a system? */
#include "input/ours.h"

#include <string.h>

#include "base/list.h"

#define SCHEMA "system.schema.json"

struct line {
	const char *text;
	size_t len;
};

/* The line at the beginning of the rest, which gets shorter. */
static struct line take_line(struct line *rest)
{
	const char *end = memchr(rest->text, '\n', rest->len);
	struct line line = { rest->text, end ? (size_t)(end - rest->text) : rest->len };
	size_t taken = line.len + (end != NULL);

	rest->text += taken;
	rest->len -= taken;
	while (line.len && strchr(" \t\r", line.text[line.len - 1]))
		line.len--;
	return line;
}

static bool begins_with(struct line l, const char *word)
{
	return l.len >= strlen(word) && memcmp(l.text, word, strlen(word)) == 0;
}

static bool is_word(struct line l, const char *word)
{
	size_t len = strlen(word);

	return begins_with(l, word) && (l.len == len || (l.text[len] && strchr("\t:,.", l.text[len])));
}

/* A comment of editors: redhat's yaml-language-server, and IDEs that follow it. */
static bool names_schema(struct line l)
{
	const char *at = memmem(l.text, l.len, "$schema", strlen("$schema"));
	size_t len = strlen(SCHEMA);

	return at && l.len >= len && memcmp(l.text + l.len - len, SCHEMA, len) == 0;
}

static struct line without(struct line l, const char *characters)
{
	while (l.len && *l.text && strchr(characters, *l.text))
		l.text++, l.len--;
	return l;
}

static bool comment_is_ours(struct line l)
{
	return is_word(without(l, " \t#"), "xendtc") || names_schema(l);
}

/* "# xendtc runs on these": a sentence, which stands above YAML of whoever calls xendtc, too. */
static bool comment_mentions_us(struct line l)
{
	return begins_with(without(l, " \t#"), "xendtc ");
}

/* "KEY:" at the left edge, in quotes or not. */
static bool is_key(struct line l, const char *key)
{
	struct line rest = without(l, "\"'");

	if (!begins_with(rest, key))
		return false;
	rest.text += strlen(key);
	rest.len -= strlen(key);
	return begins_with(without(rest, "\"' "), ":");
}

/* A key that says something of a system. Other formats have `extends` at the left edge, too. */
static bool is_changed_key(struct line l)
{
	static const char *const keys[] = { "board", "memory", "xen", "dom0", "guests", "boot" };

	for (size_t i = 0; i < countof(keys); i++)
		if (is_key(l, keys[i]))
			return true;
	return false;
}

bool text_is_ours(const char *text, size_t len)
{
	struct line rest = without((struct line){ text, len }, "\xef\xbb\xbf");
	bool above = true, mentioned = false;
	bool board = false, xen = false, extends = false, changes = false;

	while (rest.len) {
		struct line l = take_line(&rest), comment = without(l, " \t");

		above &= !comment.len || begins_with(comment, "#") || strchr("%-", *l.text);
		if (above && begins_with(comment, "#")) {
			if (comment_is_ours(comment))
				return true;
			mentioned |= comment_mentions_us(comment);
		}
		board |= is_key(l, "board");
		xen |= is_key(l, "xen");
		extends |= is_key(l, "extends");
		changes |= is_changed_key(l);
	}
	return (board && xen) || (changes && (extends || mentioned));
}
