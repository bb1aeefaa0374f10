/* SPDX-License-Identifier: BSD-2-Clause */
/* libyaml's problems become messages about the lines that caused them. Its own words tell what
 * its grammar (YAML 1.1, sections 7 to 9) expected next, which is rarely what went wrong. */
#include "input/syntax.h"

#include <string.h>

#include "base/list.h"
#include "base/text.h"
#include "diag/fix.h"

/* A line of the text: where it begins, how many spaces it begins with, and what is in it
 * without those and without a line end. */
struct line {
	const struct source *src;
	size_t number;		/* from 0 */
	size_t start;		/* offset of its first byte */
	size_t indent;
	const char *text;	/* behind the indentation; not terminated */
	size_t len;
};

static struct line line_at(const struct source *src, size_t number)
{
	struct line l = { src, number, src->lines[number], 0, NULL, 0 };

	l.len = source_line_length(src, number);
	l.text = src->text + l.start;
	while (l.indent < l.len && l.text[l.indent] == ' ')
		l.indent++;
	l.text += l.indent;
	l.len -= l.indent;
	while (l.len > 0 && (l.text[l.len - 1] == ' ' || l.text[l.len - 1] == '\t'))
		l.len--;
	return l;
}

static struct line line_of(struct loc at)
{
	return line_at(at.src, loc_position(at).line - 1);
}

static bool says_nothing(const struct line *l)
{
	return l->len == 0 || l->text[0] == '#';
}

/* The nearest line above that says something; false if there is none. */
static bool line_above(const struct line *l, struct line *above)
{
	for (size_t n = l->number; n > 0; n--) {
		*above = line_at(l->src, n - 1);
		if (!says_nothing(above))
			return true;
	}
	return false;
}

/* The same for the lines below. */
static bool line_below(const struct line *l, struct line *below)
{
	for (size_t n = l->number + 1; n < l->src->line_count; n++) {
		*below = line_at(l->src, n);
		if (!says_nothing(below))
			return true;
	}
	return false;
}

static struct loc part_of(const struct line *l, size_t from, size_t len)
{
	struct loc loc = { l->src, l->start + l->indent + from, len };

	return loc;
}

/* Length of the key that a line begins with, up to its colon; 0 if it begins with none. The
 * characters are those of our keys and names. */
static size_t key_length(const struct line *l)
{
	size_t n = 0;

	while (n < l->len && (l->text[n] == '-' || l->text[n] == '_' ||
			      (l->text[n] >= '0' && l->text[n] <= '9') ||
			      ((l->text[n] | 0x20) >= 'a' && (l->text[n] | 0x20) <= 'z')))
		n++;
	return n < l->len && l->text[n] == ':' ? n : 0;
}

/* Where the value of a line "key: value" begins; 0 if it has none. */
static size_t value_start(const struct line *l)
{
	size_t n = key_length(l);

	if (n == 0)
		return 0;
	for (n++; n < l->len && l->text[n] == ' ';)
		n++;
	return n < l->len && l->text[n] != '#' ? n : 0;
}

/* "memory:512M" */
static bool lacks_space(const struct line *l)
{
	size_t n = key_length(l);

	return n > 0 && n + 1 < l->len && l->text[n + 1] != ' ' && l->text[n + 1] != '\t' &&
	       l->text[n + 1] != ':' && l->text[n + 1] != '/';
}

static bool report_colon(struct diags *d, const struct line *l)
{
	size_t n = key_length(l);
	struct diag *g;

	if (!lacks_space(l))
		return false;
	g = diag(d, E0101, part_of(l, n, 1), "a space belongs behind the colon");
	diag_help(g, "write %.*s: %.*s", (int)n, l->text, (int)(l->len - n - 1),
		  l->text + n + 1);
	fix_replace(g, part_of(l, n + 1, 0), " ");
	return true;
}

/* "key: |" or "key: >-", behind which a block of text comes. */
static bool opens_block(const struct line *l)
{
	size_t value = value_start(l);

	return value && l->len - value <= 3 && strchr("|>", l->text[value]);
}

/* A line without a key, which may have been meant as more of the value above. */
static bool report_block(struct diags *d, const struct line *l)
{
	struct line above;
	struct diag *g;

	if (!line_above(l, &above) || !opens_block(&above))
		return false;
	g = diag(d, E0101, part_of(l, 0, l->len),
		 "the lines of a block of text are indented deeper than its key");
	diag_help(g, "indent it by %zu spaces", above.indent + 2);
	return true;
}

/* "memory 512M", "memory=512M" */
static void help_colon(struct diag *g, const struct line *l, size_t word)
{
	diag_help(g, "write %.*s: %.*s", (int)word, l->text, (int)(l->len - word - 1),
		  l->text + word + 1);
	fix_replace(g, part_of(l, word, 1), ": ");
}

/* A line that is neither a key nor more of the value above. */
static bool report_no_colon(struct diags *d, const struct line *l)
{
	struct line below;
	size_t word = 0;
	struct diag *g;

	if (report_colon(d, l) || report_block(d, l))
		return true;
	while (word < l->len && l->text[word] != ' ' && l->text[word] != '=')
		word++;
	g = diag(d, E0101, part_of(l, 0, l->len), "a key wants a colon behind it");
	if (word < l->len)
		help_colon(g, l, word);
	else if (line_below(l, &below) && below.indent > l->indent)
		diag_help(g, "write %.*s:", (int)word, l->text);
	else
		diag_help(g, "write %.*s: and a value, or remove the line", (int)word, l->text);
	return true;
}

/* As deep as the line above, or two spaces deeper if that has no value. */
static void fix_tabs(struct diag *g, const struct line *l, size_t end)
{
	struct line above;
	size_t key;

	if (l->indent > 0 || !line_above(l, &above) || above.text[0] == '\t')
		return;
	key = key_length(&above);
	if (key > 0)
		fix_replace(g, part_of(l, 0, end),
			    arena_printf(g->arena, "%*s",
					 (int)(above.indent + (value_start(&above) ? 0 : 2)), ""));
}

static bool report_tab(struct diags *d, struct loc at)
{
	struct line l = line_of(at);
	size_t tabs = 0, end = 0;
	struct diag *g;

	while (end < l.len && (l.text[end] == '\t' || l.text[end] == ' '))
		tabs += l.text[end++] == '\t';
	if (tabs == 0)
		return false;
	g = diag(d, E0101, part_of(&l, 0, end), "a line is indented with spaces, not with a tab");
	diag_help(g, "put spaces in place of the tab, as many as the lines beside it have");
	fix_tabs(g, &l, end);
	return true;
}

/* The columns in which keys begin that a line at `l` could continue with, from the innermost:
 * the indentations of the lines above, each smaller than the last. */
static size_t open_columns(const struct line *l, size_t columns[], size_t most)
{
	struct line at = *l, above;
	size_t n = 0;

	while (line_above(&at, &above)) {
		if (key_length(&above) && (n == 0 || above.indent < columns[n - 1])) {
			if (n == most)
				break;
			columns[n++] = above.indent;
		}
		at = above;
	}
	return n;
}

#define COLUMNS_MAX 8

static const char *say_indent(struct arena *a, size_t n)
{
	return n == 0 ? "begin it in the first column, without spaces"
	     : n == 1 ? "indent it by 1 space" : arena_printf(a, "indent it by %zu spaces", n);
}

/* Where a line may begin that began at no open column: at the one it missed by a space, or
 * else at the nearest on either side. *sure is changed if it is clear which. */
static const char *say_columns(struct arena *a, const struct line *l, size_t *sure)
{
	size_t columns[COLUMNS_MAX], n = open_columns(l, columns, COLUMNS_MAX), deeper = 0;

	for (size_t i = 0; i < n; i++)
		if (columns[i] + 1 == l->indent || columns[i] == l->indent + 1) {
			*sure = columns[i];
			return say_indent(a, columns[i]);
		}
	while (deeper + 1 < n && columns[deeper + 1] > l->indent)
		deeper++;
	if (n == 0 || deeper + 1 >= n)
		return say_indent(a, n ? columns[deeper] : 0);
	return arena_printf(a, "indent it by %zu or %zu spaces", columns[deeper + 1],
			    columns[deeper]);
}

/* Gives a line so many spaces. */
static void fix_columns(struct diag *g, const struct line *l, size_t indent)
{
	struct loc at = part_of(l, 0, 0);

	at.at -= l->indent;
	if (indent > l->indent) {
		fix_replace(g, at, arena_printf(g->arena, "%*s", (int)(indent - l->indent), ""));
	} else if (indent < l->indent) {
		at.len = l->indent - indent;
		fix_replace(g, at, "");
	}
}

static struct loc first_word(const struct line *l)
{
	return part_of(l, 0, key_length(l) ? key_length(l) : 1);
}

static const char *say_spaces(struct arena *a, size_t n)
{
	return n == 1 ? "1 space" : arena_printf(a, "%zu spaces", n);
}

/* The first line has spaces in front, so that those below end the document. */
static bool report_first_line(struct diags *d, const struct line *l)
{
	struct line first = *l, above;
	struct diag *g;

	while (line_above(&first, &above))
		first = above;
	if (l->indent > 0 || first.indent == 0)
		return false;
	g = diag(d, E0101, first_word(&first), "the first key is indented by %s, and those below "
		 "it are not", say_spaces(d->arena, first.indent));
	diag_help(g, "begin it in the first column, without spaces");
	return true;
}

/* Indented less than the keys that it should stand beside. */
static bool report_shallow(struct diags *d, const struct line *l)
{
	size_t sure = l->indent;
	struct diag *g;

	if (report_first_line(d, l))
		return true;
	if (!key_length(l) && l->text[0] != '-') {
		g = diag(d, E0101, part_of(l, 0, l->len),
			 "this is no key, and not indented enough to be more of the value above");
		diag_help(g, "put it on the line above, or write a key in front of it");
		return true;
	}
	g = diag(d, E0101, first_word(l), "indented by %s, where no key above begins",
		 say_spaces(d->arena, l->indent));
	diag_help(g, "%s", say_columns(d->arena, l, &sure));
	if (key_length(l))
		fix_columns(g, l, sure);
	return true;
}

/* Whether the line above is the one that is off by a space: the others have even numbers of
 * them, or one below stands where this one does. */
static bool is_above_off(const struct line *l, const struct line *above)
{
	struct line below;

	if (l->indent != above->indent + 1)
		return false;
	return above->indent % 2 || (line_below(l, &below) && below.indent == l->indent);
}

/* Indented more than the line above, which has a value, so that YAML takes this line for more
 * of that. One level deeper it was meant to be below that key. */
static bool report_deep(struct diags *d, const struct line *l, const struct line *above)
{
	size_t value = value_start(above);
	struct diag *g;

	if (l->indent <= above->indent || !value)
		return false;
	if (is_above_off(l, above)) {
		g = diag(d, E0101, first_word(above), "indented by %s, and the line below by %s",
			 say_spaces(d->arena, above->indent), say_spaces(d->arena, l->indent));
		diag_help(g, "%s", say_indent(d->arena, l->indent));
		fix_columns(g, above, l->indent);
		return true;
	}
	if (l->indent - above->indent < 2) {
		g = diag(d, E0101, first_word(l), "indented deeper than the line above, so it "
			 "continues the value there");
		diag_help(g, "%s, like its neighbours", say_indent(d->arena, above->indent));
		fix_columns(g, l, above->indent);
	} else {
		g = diag(d, E0101, first_word(l), "'%.*s' has a value already; a key has a value "
			 "or keys below it, not both", (int)key_length(above), above->text);
		diag_help(g, "%s, or remove '%.*s' above", say_indent(d->arena, above->indent),
			  (int)(above->len - value), above->text + value);
	}
	diag_note(g, part_of(above, value, above->len - value), "this is the value");
	return true;
}

/* Whether something in a line could be a comment, which belongs to no value. */
static bool has_comment(const struct line *l)
{
	for (size_t i = 1; i < l->len; i++)
		if (l->text[i] == '#' && l->text[i - 1] == ' ')
			return true;
	return false;
}

/* A second ": " in a line. */
static bool report_colon_in_value(struct diags *d, const struct line *l, struct loc at)
{
	size_t value = value_start(l), colon = at.at - (l->start + l->indent);
	const char *quote;
	struct diag *g;

	if (!value || colon <= value || colon >= l->len)
		return false;
	quote = memchr(l->text + value, '"', l->len - value) ? "'" : "\"";
	at.len = 1;
	g = diag(d, E0101, at, "': ' in a value looks like a key of its own");
	diag_help(g, "put the value in quotes: %.*s%s%.*s%s", (int)value, l->text, quote,
		  (int)(l->len - value), l->text + value, quote);
	if (!memchr(l->text + value, *quote, l->len - value) && !has_comment(l)) {
		fix_replace(g, part_of(l, value, 0), quote);
		fix_replace(g, part_of(l, l->len, 0), quote);
	}
	return true;
}

/* "mapping values are not allowed in this context": a colon where no key can be. */
static bool report_no_key(struct diags *d, struct loc at)
{
	struct line l = line_of(at), above;

	if (report_colon_in_value(d, &l, at))
		return true;
	if (!line_above(&l, &above))
		return false;
	if (above.indent == l.indent && report_colon(d, &above))
		return true;
	if (above.indent == l.indent && !key_length(&above) && above.text[0] != '-')
		return report_no_colon(d, &above);
	return report_deep(d, &l, &above);
}

/* Quotes in the first len bytes of a line. */
static size_t count_quotes(const struct line *l, size_t len, char quote)
{
	size_t n = 0;

	for (size_t i = 0; i < len; i++)
		n += l->text[i] == quote && (i == 0 || l->text[i - 1] != '\\');
	return n;
}

static bool report_open_quote(struct diags *d, const struct line *l, size_t from)
{
	char quote = l->text[from];
	struct diag *g = diag(d, E0101, part_of(l, from, 1), "the quote that opens here is not closed");

	diag_help(g, "close it at the end of its value: %.*s%c", (int)(l->len - from),
		  l->text + from, quote);
	if (!has_comment(l) && l->text[l->len - 1] != '\\')
		fix_replace(g, part_of(l, l->len, 0), quote == '"' ? "\"" : "'");
	return true;
}

/* Reading stopped behind a quote that closes what a line above opened. */
static bool report_quote_above(struct diags *d, const struct line *l, char quote)
{
	struct line at = *l, above;

	while (line_above(&at, &above)) {
		const char *first = memchr(above.text, quote, above.len);

		if (first && count_quotes(&above, above.len, quote) % 2)
			return report_open_quote(d, &above, (size_t)(first - above.text));
		at = above;
	}
	return false;
}

/* More text behind a value in quotes. */
static bool report_behind_quote(struct diags *d, const struct line *l, struct loc at)
{
	size_t here = at.at - (l->start + l->indent);
	struct diag *g;
	char quote;

	while (here > 0 && l->text[here - 1] == ' ')
		here--;
	quote = here > 0 ? l->text[here - 1] : ' ';
	if (quote != '"' && quote != '\'')
		quote = here < l->len && strchr("\"'", l->text[here]) ? l->text[here] : ' ';
	if (quote == ' ')
		return false;
	if (count_quotes(l, here, quote) % 2 && report_quote_above(d, l, quote))
		return true;
	at.len = l->start + l->indent + l->len - at.at;
	g = diag(d, E0101, at, "a value in quotes ends with its quote, and more follows");
	diag_help(g, "put one pair of quotes around the whole value");
	return true;
}

/* "did not find expected key": what comes next continues nothing that is open. */
static bool report_out_of_place(struct diags *d, struct loc at)
{
	struct line l = line_of(at);
	struct diag *g;

	if (report_behind_quote(d, &l, at))
		return true;
	if (at.at < at.src->len && strchr("]}", at.src->text[at.at])) {
		at.len = 1;
		g = diag(d, E0101, at, "'%c' closes nothing that is open", at.src->text[at.at]);
		diag_help(g, "remove it");
		fix_replace(g, at, "");
		return true;
	}
	return at.at == l.start + l.indent && l.len > 0 && report_shallow(d, &l);
}

/* "did not find expected ',' or '}'": a list or map in brackets goes on where it cannot. */
static bool report_bracket(struct diags *d, const struct syntax_problem *p)
{
	struct line l = line_of(p->context_at);
	char open = p->context_at.src->text[p->context_at.at], close = open == '{' ? '}' : ']';
	size_t end = l.start + l.indent + l.len;
	struct loc at = p->context_at;
	struct diag *g;

	if (memchr(at.src->text + at.at, close, end > at.at ? end - at.at : 0)) {
		g = diag(d, E0101, p->at, "a comma is missing before this, or a quote around it");
		diag_help(g, "the parts between '%c' and '%c' have commas between them", open, close);
		return true;
	}
	at.len = 1;
	g = diag(d, E0101, at, "the '%c' that opens here is not closed", open);
	diag_help(g, "close it with '%c': %.*s%c", close, (int)(end - at.at), at.src->text + at.at,
		  close);
	if (!has_comment(&l) && l.text[l.len - 1] != ',' && end > at.at + 1)
		fix_replace(g, part_of(&l, l.len, 0), close == '}' ? "}" : "]");
	return true;
}

/* A plain value cannot begin with some characters (YAML 1.1, section 5.3, indicators). */
static bool report_first_character(struct diags *d, struct loc at)
{
	struct line l = line_of(at);
	size_t here = at.at - (l.start + l.indent);
	struct diag *g;

	if (here >= l.len)
		return false;
	at.len = 1;
	g = diag(d, E0101, at, "a value cannot begin with '%c'", l.text[here]);
	diag_help(g, "put it in quotes: \"%.*s\"", (int)(l.len - here), l.text + here);
	if (!has_comment(&l) && !memchr(l.text + here, '"', l.len - here) &&
	    !memchr(l.text + here, '\\', l.len - here) && value_start(&l) == here) {
		fix_replace(g, part_of(&l, here, 0), "\"");
		fix_replace(g, part_of(&l, l.len, 0), "\"");
	}
	return true;
}

/* The only entry, and a plain one, goes into brackets. */
static void fix_dash(struct diag *g, const struct line *l, size_t value)
{
	const char *entry = arena_copy(g->arena, l->text + value, l->len - value);
	struct line below;

	if (has_comment(l) || strlen(entry) < 3 || strpbrk(entry, ":,[]{}") ||
	    (line_below(l, &below) && below.text[0] == '-'))
		return;
	fix_replace(g, part_of(l, value, 2), "[");
	fix_replace(g, part_of(l, l->len, 0), "]");
}

static bool report_dash(struct diags *d, struct loc at)
{
	struct line l = line_of(at);
	size_t value = value_start(&l);
	struct diag *g;

	if (!value || l.start + l.indent + value != at.at)
		return false;
	at.len = 1;
	g = diag(d, E0101, at, "a list does not begin in the line of its key");
	diag_help(g, "write %.*s[%.*s], or put each '- ' on a line of its own", (int)value, l.text,
		  (int)(l.len - value - 2), l.text + value + 2);
	fix_dash(g, &l, value);
	return true;
}

static bool report_escape(struct diags *d, struct loc at)
{
	struct diag *g;

	at.len = 1;
	g = diag(d, E0101, at, "a backslash in double quotes begins an escape, and this is none");
	diag_help(g, "write it twice, or put the value in single quotes");
	return true;
}

static bool says(const char *text, const char *part)
{
	return text && strstr(text, part);
}

/* false: nothing was seen that explains the problem. */
static bool report_seen(struct diags *d, const struct syntax_problem *p)
{
	struct line l = line_of(p->at);

	if (says(p->text, "tab character") ||
	    (says(p->text, "cannot start any token") && p->at.src->text[p->at.at] == '\t'))
		return report_tab(d, p->at);
	if (says(p->text, "could not find expected ':'")) {
		l = line_of(p->context_at);
		return report_no_colon(d, &l);
	}
	if (says(p->text, "mapping values are not allowed"))
		return report_no_key(d, p->at);
	if (says(p->context, "quoted scalar") && !says(p->text, "unexpected"))
		return report_escape(d, p->at);
	if (says(p->context, "quoted scalar")) {
		l = line_of(p->context_at);
		return report_open_quote(d, &l, p->context_at.at - (l.start + l.indent));
	}
	if (says(p->context, "flow mapping") || says(p->context, "flow sequence"))
		return report_bracket(d, p);
	if (says(p->text, "block sequence entries are not allowed"))
		return report_dash(d, p->at);
	if (says(p->text, "cannot start any token"))
		return report_first_character(d, p->at);
	if (says(p->context, "while scanning an a"))	/* an alias, an anchor */
		return report_first_character(d, p->context_at);
	return (says(p->text, "did not find expected key") ||
		says(p->text, "did not find expected '-' indicator") ||
		says(p->text, "expected <document start>")) && report_out_of_place(d, p->at);
}

void report_syntax(struct diags *d, const struct syntax_problem *p)
{
	struct diag *g;

	if (report_seen(d, p))
		return;
	g = diag(d, E0101, p->at, "%s", p->text);
	if (p->context && p->context_at.at != p->at.at)
		diag_note(g, p->context_at, "%s", p->context);
	diag_help(g, "the line shown or one above it is not as YAML wants it: look for a quote, a "
		  "bracket or a colon");
}
