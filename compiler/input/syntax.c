/* SPDX-License-Identifier: BSD-2-Clause */
/* libyaml's problems become messages about the lines that caused them. Its own words tell what
 * its grammar (YAML 1.1, sections 7 to 9) expected next, which is rarely what went wrong. */
#include "input/syntax.h"

#include <string.h>

#include "base/utf8.h"
#include "diag/fix.h"
#include "input/lines.h"
#include "input/syntax_indent.h"
#include "input/syntax_quotes.h"

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
	g = diag(d, E0101, line_part(l, n, 1), "a space belongs behind the colon");
	diag_help(g, "write %.*s: %.*s", (int)n, l->text, (int)(l->len - n - 1),
		  l->text + n + 1);
	fix_replace(g, line_part(l, n + 1, 0), " ");
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
	g = diag(d, E0101, line_part(l, 0, l->len),
		 "the lines of a block of text are indented deeper than its key");
	diag_help(g, "indent it by %zu spaces", above.indent + 2);
	return true;
}

/* "memory 512M", "memory=512M", "memory = 512M" */
static void help_colon(struct diag *g, const struct line *l, size_t word)
{
	size_t value = word;

	while (value < l->len && l->text[value] == ' ')
		value++;
	value += value < l->len && l->text[value] == '=';
	while (value < l->len && l->text[value] == ' ')
		value++;
	diag_help(g, "write %.*s: %.*s", (int)word, l->text, (int)(l->len - value), l->text + value);
	fix_replace(g, line_part(l, word, value - word), ": ");
}

/* "; a comment", "// a comment" */
static bool report_comment(struct diags *d, const struct line *l)
{
	size_t len = 0;
	struct diag *g;

	while (len < l->len && (l->text[len] == ';' || l->text[len] == '/'))
		len++;
	if (len == 0 || (l->text[0] == '/' && (len < 2 || l->text[1] != '/')))
		return false;
	g = diag(d, E0101, line_part(l, 0, len), "a comment begins with '#'");
	diag_help(g, "write '#' in place of '%.*s'", (int)len, l->text);
	fix_replace(g, line_part(l, 0, len), "#");
	return true;
}

/* What git leaves where two changes meet. */
static bool report_conflict(struct diags *d, const struct source *src)
{
	for (size_t i = 0; i < src->line_count; i++) {
		struct loc at = { src, src->lines[i], 7 };

		if (source_line_length(src, i) < at.len ||
		    memcmp(src->text + at.at, "<<<<<<<", at.len) != 0)
			continue;
		diag_help(diag(d, E0101, at, "a conflict of git begins here"),
			  "keep one of the two parts, and remove the lines with <<<<<<<, ======= and "
			  ">>>>>>>");
		return true;
	}
	return false;
}

/* Spaces, colons and dashes that are none, in front of a value: "512M" may be behind one. */
static size_t find_untyped(const struct line *l, struct loc *at, const char **typed)
{
	const char *s = l->src->text + l->start, *end = l->text + l->len;
	bool first = true;

	while (s < end && *s != '#') {
		const char *from = s;
		uint32_t c = utf8_next(&s);

		*typed = utf8_as_typed(c);
		if (*typed && (strchr(" :", **typed) || (first && **typed == '-'))) {
			at->src = l->src;
			at->at = (size_t)(from - l->src->text);
			at->len = (size_t)(s - from);
			return c;
		}
		first &= c == ' ';
	}
	return 0;
}

static bool report_untyped(struct diags *d, const struct line *l)
{
	const char *typed;
	struct diag *g;
	struct loc at;
	size_t c = find_untyped(l, &at, &typed);

	if (!c)
		return false;
	g = diag(d, E0101, at, "the character U+%04zX is no %s to YAML", c, *typed == ' ' || !*typed ? "space"
		 : *typed == ':' ? "colon" : "'-'");
	if (!*typed)
		diag_help(g, "remove it; it has no width, and cannot be seen");
	else
		diag_help(g, *typed == ' ' ? "write a space, as the space bar does" : "write '%s'", typed);
	fix_replace(g, at, typed);
	return true;
}

/* A line that is neither a key nor more of the value above. */
static bool report_no_colon(struct diags *d, const struct line *l)
{
	struct line below;
	size_t word = 0;
	struct diag *g;

	if (report_comment(d, l) || report_colon(d, l) || report_block(d, l))
		return true;
	while (word < l->len && l->text[word] != ' ' && l->text[word] != '=')
		word++;
	g = diag(d, E0101, line_part(l, 0, l->len), "a key wants a colon behind it");
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
		fix_replace(g, line_part(l, 0, end),
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
	g = diag(d, E0101, line_part(&l, 0, end), "a line is indented with spaces, not with a tab");
	diag_help(g, "put spaces in place of the tab, as many as the lines beside it have");
	fix_tabs(g, &l, end);
	return true;
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
	if (colon + 1 == l->len && !memchr(l->text + value, ' ', l->len - value)) {
		g = diag(d, E0101, at, "a value does not end with a colon");
		diag_help(g, "remove it: %.*s", (int)(l->len - 1), l->text);
		fix_replace(g, at, "");
		return true;
	}
	g = diag(d, E0101, at, "': ' in a value looks like a key of its own");
	diag_help(g, "put the value in quotes: %.*s%s%.*s%s", (int)value, l->text, quote,
		  (int)(l->len - value), l->text + value, quote);
	if (!memchr(l->text + value, *quote, l->len - value) && !has_comment(l)) {
		fix_replace(g, line_part(l, value, 0), quote);
		fix_replace(g, line_part(l, l->len, 0), quote);
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
	struct line l = line_of(p->context_at), below, above;
	char open = p->context_at.src->text[p->context_at.at], close = open == '{' ? '}' : ']';
	size_t end = l.start + l.indent + l.len;
	struct loc at = p->context_at;
	struct diag *g;

	for (below = line_of(p->at); below.start > at.at; below = above) {
		if (report_comment(d, &below))
			return true;
		if (!line_above(&below, &above))
			break;
	}
	if (p->at.at > 0 && strchr("$%@", p->at.src->text[p->at.at - 1]) &&
	    strchr("{[", p->at.src->text[p->at.at])) {
		diag_help(diag(d, E0101, p->at, "nobody fills in '%c{...}' here",
			       p->at.src->text[p->at.at - 1]), "write the value itself");
		return true;
	}
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
		fix_replace(g, line_part(&l, l.len, 0), close == '}' ? "}" : "]");
	return true;
}

/* Where a value that begins there ends: at the end of the line, or between brackets at a comma or
 * the bracket. */
static size_t value_end(const struct line *l, size_t from)
{
	size_t end = from;

	if (!memchr(l->text, '{', from) && !memchr(l->text, '[', from))
		return l->len;
	while (end < l->len && !strchr(",}]", l->text[end]))
		end++;
	return end;
}

/* A plain value cannot begin with some characters (YAML 1.1, section 5.3, indicators). */
static bool report_first_character(struct diags *d, struct loc at)
{
	struct line l = line_of(at);
	size_t here = at.at - (l.start + l.indent), end, quoted;
	struct diag *g;

	if (here >= l.len)
		return false;
	at.len = 1;
	end = value_end(&l, here);
	quoted = l.text[here] == '`' && end > here + 1 && l.text[end - 1] == '`';
	g = diag(d, E0101, at, "a value cannot begin with '%c'", l.text[here]);
	diag_help(g, quoted ? "write other quotes: \"%.*s\"" : "put it in quotes: \"%.*s\"",
		  (int)(end - here - 2 * quoted), l.text + here + quoted);
	if (!has_comment(&l) && !memchr(l.text + here, '"', end - here) &&
	    !memchr(l.text + here, '\\', end - here) &&
	    (value_start(&l) == here || end < l.len)) {
		fix_replace(g, line_part(&l, here, quoted), "\"");
		fix_replace(g, line_part(&l, end - quoted, quoted), "\"");
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
	fix_replace(g, line_part(l, value, 2), "[");
	fix_replace(g, line_part(l, l->len, 0), "]");
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
	struct line l = line_of(p->at), above;

	if (report_conflict(d, p->at.src) || report_untyped(d, &l) ||
	    (line_above(&l, &above) && report_untyped(d, &above)))
		return true;
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
