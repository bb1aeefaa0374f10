/* SPDX-License-Identifier: BSD-2-Clause */
/* Quotes that are not closed, or close too early, are found in the lines (YAML 1.1, 9.1). */
#include "input/syntax_quotes.h"

#include <string.h>

#include "diag/fix.h"

/* Quotes in the first len bytes of a line. */
static size_t count_quotes(const struct line *l, size_t len, char quote)
{
	size_t n = 0;

	for (size_t i = 0; i < len; i++)
		n += l->text[i] == quote && (i == 0 || l->text[i - 1] != '\\');
	return n;
}

/* Where the value ends with the other kind of quote, that was meant to close it. */
static bool ends_with_other(const struct line *l, size_t from, char quote)
{
	char last = l->text[l->len - 1];

	return l->len - from > 2 && (last == '"' || last == '\'') && last != quote &&
	       !memchr(l->text + from, last, l->len - 1 - from);
}

bool report_open_quote(struct diags *d, const struct line *l, size_t from)
{
	char quote = l->text[from];
	struct diag *g = diag(d, E0101, line_part(l, from, 1), "the quote that opens here is not closed");

	if (ends_with_other(l, from, quote)) {
		diag_help(g, "close it with the same quote: %.*s%c", (int)(l->len - 1 - from),
			  l->text + from, quote);
		fix_replace(g, line_part(l, l->len - 1, 1), quote == '"' ? "\"" : "'");
		return true;
	}
	diag_help(g, "close it at the end of its value: %.*s%c", (int)(l->len - from),
		  l->text + from, quote);
	if (!has_comment(l) && l->text[l->len - 1] != '\\')
		fix_replace(g, line_part(l, l->len, 0), quote == '"' ? "\"" : "'");
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

/* cmdline: "console=hvc0" quiet */
static void help_whole_quotes(struct diag *g, const struct line *l, char quote)
{
	size_t value = value_start(l);
	const char *close = value && l->text[value] == quote
			  ? memchr(l->text + value + 1, quote, l->len - value - 1) : NULL;
	size_t at = close ? (size_t)(close - l->text) : 0;

	if (!close || has_comment(l) || memchr(close + 1, quote, l->len - at - 1) ||
	    memchr(l->text, '\\', l->len)) {
		diag_help(g, "put one pair of quotes around the whole value");
		return;
	}
	diag_help(g, "put the quotes around the whole value: %.*s%.*s%c", (int)at, l->text,
		  (int)(l->len - at - 1), close + 1, quote);
	fix_replace(g, line_part(l, at, 1), "");
	fix_replace(g, line_part(l, l->len, 0), quote == '"' ? "\"" : "'");
}

bool report_behind_quote(struct diags *d, const struct line *l, struct loc at)
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
	help_whole_quotes(g, l, quote);
	return true;
}
