/* SPDX-License-Identifier: BSD-2-Clause */
/* Words of bash become text: quotes, escapes, variables, arithmetic (Bash Reference
 * Manual, sections 3.1.2 and 3.5). */
#include "import/shell_words.h"

#include <string.h>

#include "import/shell_values.h"

#define DIGITS "0123456789"
#define DEPTH_MAX 64	/* expansions in each other; bash has no limit */
#define EXPANDED_MAX ((size_t)4 << 20) /* bytes of a config: each line may double another */

struct loc scan_loc(const struct scan *p, const char *from)
{
	const char *text = p->sh->src->text;
	struct loc loc = { p->sh->src, (size_t)(from - text), (size_t)(p->s - from) };

	return loc;
}

void scan_refuse(struct scan *p, const char *from, const char *what)
{
	struct diag *g;

	if (p->failed)
		return;
	p->failed = true;
	if (p->s == from && *p->s)
		p->s++;
	g = diag(p->sh->diags, E1001, scan_loc(p, from),
		 "%s cannot be followed: the config is read, and never run", what);
	diag_help(g, "write in its place what comes out of it");
}

static void refuse_unclosed(struct scan *p, const char *from, const char *what)
{
	if (p->failed)
		return;
	p->failed = true;
	p->s = from + 1;
	diag(p->sh->diags, E1002, scan_loc(p, from), "this %s is never closed", what);
}

bool at_line_end(const char *s)
{
	return !*s || *s == '\n' || (*s == '\r' && s[1] == '\n');
}

static void add_char(struct text *out, char c)
{
	text_bytes(out, &c, 1);
}

/* What a name stands for. One that this file does not set could come from anywhere. */
static const char *value_of(struct scan *p, const char *name, uint64_t index,
			    const char *from, const char *otherwise)
{
	struct shell_value *v = shell_find(p->sh, name, index);
	struct diag *g;

	if (v) {
		v->used = true;
		if (*v->text || !otherwise)
			return v->text;
	}
	if (otherwise)
		return otherwise;
	g = diag(p->sh->diags, W1020, scan_loc(p, from),
		 "'%s' is not set before this line; it is read as nothing", name);
	diag_help(g,
		  "ImageBuilder may have had it from its environment: set it "
		  "in the config");
	return "";
}

static void refuse_size(struct scan *p, const char *from, const char *why)
{
	struct diag *g;

	if (p->failed)
		return;
	p->failed = true;
	g = diag(p->sh->diags, E1010, scan_loc(p, from), "%s", why);
	diag_help(g, "write in its place what comes out of it");
}

void scan_value(struct scan *p, const char *value, const char *from, struct text *out)
{
	size_t len = strlen(value);

	p->sh->expanded += len;
	if (p->sh->expanded <= EXPANDED_MAX) {
		text_bytes(out, value, len);
		return;
	}
	refuse_size(p, from, "the variables of this config stand for more than 4 MiB of "
		    "text; nothing is read from here on");
	p->s += strlen(p->s);
}

static uint64_t read_index(struct scan *p)
{
	struct text t = { .arena = p->sh->arena };
	const char *from = p->s++;
	int64_t n = 0;

	text_bytes(&t, "", 0);
	scan_word(p, IN_INDEX, &t);
	if (!p->failed && *p->s != ']')
		refuse_unclosed(p, from, "bracket");
	if (p->failed)
		return 0;
	p->s++;
	p->failed = !shell_number(p->sh, t.data, scan_loc(p, from), &n);
	return (uint64_t)n;
}

/* ${NAME}, ${NAME[n]}, both also with :- or -, and no other form. */
static void read_braces(struct scan *p, const char *from, struct text *out)
{
	struct text other = { .arena = p->sh->arena };
	const char *name, *otherwise = NULL;
	uint64_t index = 0;
	size_t len;

	p->s++;
	len = name_length(p->s);
	name = arena_copy(p->sh->arena, p->s, len);
	p->s += len;
	if (len && *p->s == '[')
		index = read_index(p);
	if (len && !p->failed && starts_with(p->s, ":-")) {
		p->s += 2;
		text_bytes(&other, "", 0);
		scan_word(p, IN_BRACES, &other);
		otherwise = other.data;
	}
	if (p->failed)
		return;
	if (!*p->s)
		refuse_unclosed(p, from, "brace");
	else if (!len || *p->s != '}')
		scan_refuse(p, from,
			    "an expansion other than ${NAME} and ${NAME:-VALUE}");
	else
		p->s++;
	if (!p->failed)
		scan_value(p, value_of(p, name, index, from, otherwise), from, out);
}

static void read_dollar(struct scan *p, struct text *out);

static void read_arithmetic(struct scan *p, const char *from, struct text *out)
{
	struct text t = { .arena = p->sh->arena };
	unsigned depth = 0;
	int64_t n;

	text_bytes(&t, "", 0);
	for (p->s += 2; !p->failed && (depth || !starts_with(p->s, "))"));) {
		if (!*p->s)
			refuse_unclosed(p, from, "bracket");
		else if (*p->s == '$')
			read_dollar(p, &t);
		else if (*p->s == '`')
			scan_refuse(p, p->s, "a command between backticks");
		else {
			depth += *p->s == '(';
			depth -= *p->s == ')';
			add_char(&t, *p->s++);
		}
	}
	if (p->failed)
		return;
	p->s += 2;
	p->failed = !shell_number(p->sh, t.data, scan_loc(p, from), &n);
	if (!p->failed)
		text_add(out, "%lld", (long long)n);
}

static void read_expansion(struct scan *p, struct text *out)
{
	const char *from = p->s++;
	size_t len = name_length(p->s);

	if (len) {
		const char *name = arena_copy(p->sh->arena, p->s, len);

		p->s += len;
		scan_value(p, value_of(p, name, 0, from, NULL), from, out);
	} else if (*p->s == '{') {
		read_braces(p, from, out);
	} else if (starts_with(p->s, "((")) {
		read_arithmetic(p, from, out);
	} else if (*p->s == '(') {
		scan_refuse(p, from, "a command in $( )");
	} else if (*p->s && strchr("['\"" DIGITS "@*#?-$!", *p->s)) {
		p->s++;
		scan_refuse(p, from, "an expansion other than $NAME, ${NAME} and $(( ))");
	} else {
		add_char(out, '$');
	}
}

static void read_dollar(struct scan *p, struct text *out)
{
	if (p->depth == DEPTH_MAX) {
		refuse_size(p, p->s, "expansions are nested deeper than 64");
		return;
	}
	p->depth++;
	read_expansion(p, out);
	p->depth--;
}

static void read_double_quotes(struct scan *p, struct text *out)
{
	const char *from = p->s++;

	while (!p->failed && *p->s != '"') {
		if (!*p->s)
			refuse_unclosed(p, from, "quote");
		else if (*p->s == '$')
			read_dollar(p, out);
		else if (*p->s == '`')
			scan_refuse(p, p->s, "a command between backticks");
		else if (starts_with(p->s, "\\\n"))
			p->s += 2;
		else if (*p->s == '\\' && p->s[1] && strchr("$`\"\\", p->s[1])) {
			add_char(out, p->s[1]);
			p->s += 2;
		} else {
			add_char(out, *p->s++);
		}
	}
	p->s += !p->failed;
}

static void read_single_quotes(struct scan *p, struct text *out)
{
	const char *from = p->s, *end = strchr(from + 1, '\'');

	if (!end) {
		refuse_unclosed(p, from, "quote");
		return;
	}
	text_bytes(out, from + 1, (size_t)(end - from - 1));
	p->s = end + 1;
}

static bool ends_word(const char *s, enum word_place place)
{
	if (!*s)
		return true;
	if (place == IN_BRACES)
		return *s == '}';
	if (place == IN_INDEX)
		return *s == ']';
	return at_line_end(s) || strchr(" \t;&|<>()", *s);
}

/* What bash would look up in the file system or multiply. */
static bool is_pattern(const char *s, const char *start, enum word_place place)
{
	return (place == IN_LIST && strchr("*?[{", *s)) ||
	       (*s == '~' && s == start && place <= IN_LIST);
}

void scan_word(struct scan *p, enum word_place place, struct text *out)
{
	const char *start = p->s;

	while (!p->failed && !ends_word(p->s, place)) {
		if (*p->s == '"')
			read_double_quotes(p, out);
		else if (*p->s == '\'')
			read_single_quotes(p, out);
		else if (*p->s == '$')
			read_dollar(p, out);
		else if (*p->s == '`')
			scan_refuse(p, p->s, "a command between backticks");
		else if (is_pattern(p->s, start, place))
			scan_refuse(p, p->s, "a pattern that stands for other text");
		else if (starts_with(p->s, "\\\n"))
			p->s += 2;
		else if (starts_with(p->s, "\\\r\n"))
			p->s += 3;
		else if (*p->s == '\\' && p->s[1]) {
			add_char(out, p->s[1]);
			p->s += 2;
		} else {
			add_char(out, *p->s++);
		}
	}
}
