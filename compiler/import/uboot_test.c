/* SPDX-License-Identifier: BSD-2-Clause */
/* `test`, `[` and `itest` become true, false, or not known (U-Boot cmd/test.c, cmd/itest.c). */
#include <stdlib.h>
#include <string.h>

#include "base/list.h"
#include "base/text.h"
#include "import/uboot.h"

struct terms {
	const char *const *words;
	size_t n;
};

static enum truth truth_of(bool b)
{
	return b ? YES : NO;
}

static enum truth compare(const char *a, const char *op, const char *b)
{
	long long x = strtoll(a, NULL, 0), y = strtoll(b, NULL, 0);

	if (uboot_unknown(a) || uboot_unknown(b))
		return MAYBE;
	return truth_of(streq(op, "=") || streq(op, "==") ? streq(a, b)
			: streq(op, "!=")		  ? !streq(a, b)
			: streq(op, "<")		  ? strcmp(a, b) < 0
			: streq(op, ">")		  ? strcmp(a, b) > 0
			: streq(op, "-eq")		  ? x == y
			: streq(op, "-ne")		  ? x != y
			: streq(op, "-lt")		  ? x < y
			: streq(op, "-le")		  ? x <= y
			: streq(op, "-gt")		  ? x > y
							  : x >= y);
}

static bool is_comparison(const char *word)
{
	static const char *const words[] = { "=",   "==",  "!=",  "<",	 ">",	"-eq",
					     "-ne", "-lt", "-le", "-gt", "-ge", NULL };

	for (const char *const *w = words; *w; w++)
		if (streq(*w, word))
			return true;
	return false;
}

static const char *take(struct terms *t)
{
	const char *word = t->n ? *t->words : "";

	t->words += t->n > 0;
	t->n -= t->n > 0;
	return word;
}

/* Evaluates one comparison. A value without quotes that is empty is not there at all. */
static enum truth term(struct terms *t)
{
	const char *a = take(t), *op;

	if (streq(a, "!")) {
		enum truth r = term(t);

		return r == MAYBE ? MAYBE : truth_of(r == NO);
	}
	if (streq(a, "-n") || streq(a, "-z")) {
		const char *b = take(t);

		return uboot_unknown(b) ? MAYBE : truth_of((*b != '\0') == streq(a, "-n"));
	}
	if (streq(a, "-e")) {
		t->n = 0;
		return MAYBE;
	}
	if (t->n < 1 || !is_comparison(*t->words))
		return uboot_unknown(a) ? MAYBE : truth_of(*a != '\0');
	op = take(t);
	return compare(a, op, take(t));
}

static enum truth both(enum truth a, enum truth b)
{
	return a == NO || b == NO ? NO : a == MAYBE || b == MAYBE ? MAYBE : YES;
}

static enum truth either(enum truth a, enum truth b)
{
	return a == YES || b == YES ? YES : a == MAYBE || b == MAYBE ? MAYBE : NO;
}

/* Whether the first unknown value in the text is one that the script does not set itself,
 * such as the size of a file that is not here. */
static bool is_the_boards(const struct uboot *u, const char *text)
{
	const char *name = strchr(text, UBOOT_UNKNOWN);
	size_t len = name ? strcspn(name + 1, (const char[]){ UBOOT_UNKNOWN, 0 }) : 0;

	/* Where firmware's tree is: xendtc's scripts ask, and need it. */
	if (len == 8 && starts_with(name + 1, "fdt_addr"))
		return false;
	return name && !table_find_bytes(&u->variables, name + 1, len, 0);
}

static void report_unknown(struct uboot *u, const struct uboot_command *c)
{
	for (size_t i = 1; i < c->n; i++) {
		if (!is_the_boards(u, c->words[i]))
			continue;
		diag(u->diags, W1055, c->at[i],
		     "only the board knows '%s': this is taken to be true",
		     uboot_show(u, c->words[i]));
		return;
	}
}

static enum truth whole(struct terms t)
{
	enum truth r = term(&t);

	while (t.n) {
		const char *op = take(&t);

		if (streq(op, "-a"))
			r = both(r, term(&t));
		else if (streq(op, "-o"))
			r = either(r, term(&t));
		else
			return MAYBE;
	}
	return r;
}

enum truth uboot_test(struct uboot *u, const struct uboot_command *c)
{
	struct terms t = { c->words + 1, c->n - 1 };
	enum truth r;

	if (t.n && streq(t.words[t.n - 1], "]"))
		t.n--;
	r = t.n ? whole(t) : NO;
	if (r == MAYBE)
		report_unknown(u, c);
	return r;
}

/* An operator of itest: whether it is true when the first value is less, equal, or more. */
static const struct integer_test {
	const char *word;
	bool less, equal, more;
} integer_tests[] = {
	{ "<", true, false, false },  { "-lt", true, false, false },
	{ ">", false, false, true },  { "-gt", false, false, true },
	{ "==", false, true, false }, { "-eq", false, true, false },
	{ "!=", true, false, true },  { "-ne", true, false, true },
	{ "<>", true, false, true },
	{ "<=", true, true, false },  { "-le", true, true, false },
	{ ">=", false, true, true },  { "-ge", false, true, true },
};

/* What the operator makes of two values, by the sign of their difference. */
static enum truth apply(const char *op, int sign)
{
	for (size_t i = 0; i < countof(integer_tests); i++) {
		const struct integer_test *t = &integer_tests[i];

		if (streq(t->word, op))
			return truth_of(sign < 0 ? t->less : sign > 0 ? t->more : t->equal);
	}
	return MAYBE;
}

/* A number in hex, up to the first letter that is none, of which the lowest bits count: 32, if
 * the command does not end in .b, .w or .q. */
static int64_t integer(const char *word, const char *command)
{
	const char *dot = strchr(command, '.');
	uint64_t n = strtoull(word, NULL, 16);

	if (dot && streq(dot, ".q"))
		return (int64_t)n;
	return (int64_t)(n & (dot && streq(dot, ".b") ? 0xff : dot && streq(dot, ".w")
					? 0xffff : 0xffffffff));
}

enum truth uboot_itest(struct uboot *u, const struct uboot_command *c)
{
	const char *verb = c->words[0], *a, *b;
	int64_t x, y;

	if (c->n < 4)
		return NO;
	a = c->words[1];
	b = c->words[3];
	if (uboot_unknown(a) || uboot_unknown(b)) {
		report_unknown(u, c);
		return MAYBE;
	}
	if (streq(verb, "itest.s"))
		return apply(c->words[2], strcmp(a, b));
	if (*a == '*' || *b == '*')	/* what memory holds */
		return MAYBE;
	x = integer(a, verb);
	y = integer(b, verb);
	return apply(c->words[2], (x > y) - (x < y));
}
