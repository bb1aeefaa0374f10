/* SPDX-License-Identifier: BSD-2-Clause */
/* Statements of bash become variables, as long as they are assignments. */
#include "import/shell.h"

#include <string.h>

#include "base/list.h"
#include "import/shell_values.h"
#include "import/shell_words.h"

/* What is being assigned to. */
struct target {
	const char *name, *from;
	uint64_t index, second;
	bool indexed, paired, append;
};

static void store(struct scan *p, const struct target *t, const char *from,
		  const char *text)
{
	struct shell_value *v =
		shell_place(p->sh, t->name, t->index, t->second, t->paired);
	struct text all = { .arena = p->sh->arena };

	if (t->append) {
		scan_value(p, v->text, t->from, &all);
		text_bytes(&all, text, strlen(text));
	}
	v->text = t->append ? all.data : text;
	v->at = scan_loc(p, from);
	v->used = false;
	if (v->at.len)
		return;
	v->at = scan_loc(p, t->from);
	v->at.len = strcspn(t->from, "=");
}

static void skip_blanks(struct scan *p)
{
	for (;; p->s++) {
		if (starts_with(p->s, "\\\n"))
			p->s++;
		else if (starts_with(p->s, "\\\r\n"))
			p->s += 2;
		else if (*p->s != ' ' && *p->s != '\t')
			return;
	}
}

static void skip_comment(struct scan *p)
{
	while (*p->s && *p->s != '\n')
		p->s++;
}

static bool read_subscript(struct scan *p, struct target *t)
{
	struct text text = { .arena = p->sh->arena };
	const char *from = ++p->s;
	int64_t n[2] = { 0, 0 };
	char *comma;

	text_bytes(&text, "", 0);
	scan_word(p, IN_INDEX, &text);
	if (p->failed)
		return false;
	comma = strchr(text.data, ',');
	t->indexed = true;
	t->paired = comma;
	if (comma)
		*comma = '\0';
	p->failed = !shell_number(p->sh, text.data, scan_loc(p, from), &n[0]) ||
		    (comma && !shell_number(p->sh, comma + 1, scan_loc(p, from), &n[1]));
	t->index = (uint64_t)n[0];
	t->second = (uint64_t)n[1];
	if (*p->s != ']' || n[0] < 0 || n[1] < 0)
		scan_refuse(p, from, "an index that is not a number");
	p->s += !p->failed;
	return !p->failed;
}

/* An element of NAME=( ): one word, or as many as an unquoted $NAME holds. */
static void read_element(struct scan *p, struct target *t)
{
	struct text text = { .arena = p->sh->arena };
	const char *from = p->s;
	bool quoted;

	if (*p->s == '[') {
		if (!read_subscript(p, t))
			return;
		if (*p->s != '=') {
			scan_refuse(p, from, "a pattern that stands for other text");
			return;
		}
		from = ++p->s;
	}
	text_bytes(&text, "", 0);
	scan_word(p, IN_LIST, &text);
	quoted = memchr(from, '"', (size_t)(p->s - from)) ||
		 memchr(from, '\'', (size_t)(p->s - from));
	if (!p->failed && !quoted && strpbrk(text.data, " \t\n*?["))
		scan_refuse(p, from, "a value without quotes that bash takes apart");
	if (p->failed || (!quoted && !text.len))
		return;
	store(p, t, from, text.data);
	t->index++;
}

static void read_list(struct scan *p, struct target *t)
{
	const char *from = p->s++;

	if (t->append)
		t->index = shell_count(p->sh, t->name);
	else
		shell_forget(p->sh, t->name);
	t->append = false;
	while (!p->failed) {
		skip_blanks(p);
		if (*p->s == ')')
			break;
		if (*p->s == '#')
			skip_comment(p);
		else if (!*p->s || strchr(";&|<>(", *p->s))
			scan_refuse(p, from, "a list that is not one of words");
		else if (at_line_end(p->s))
			p->s++;
		else
			read_element(p, t);
	}
	p->s += !p->failed;
}

/* Whether NAME=, NAME+= or NAME[ stands here. */
static bool is_assignment(const char *s)
{
	size_t len = name_length(s);

	return len &&
	       (s[len] == '=' || s[len] == '[' || (s[len] == '+' && s[len + 1] == '='));
}

/* `A = b` and `A[0] = b` run A. The name from `from` on has been read. */
static void report_spaces(struct scan *p, const char *from)
{
	int len = (int)(p->s - from);
	struct diag *g;

	p->failed = true;
	p->s += strspn(p->s, " \t") + 1;
	g = diag(p->sh->diags, E1003, scan_loc(p, from),
		 "bash runs '%.*s' as a command, for there is a space in front of '='", len, from);
	diag_help(g, "write '%.*s=VALUE' without spaces", len, from);
}

static void read_assignment(struct scan *p)
{
	struct target t = { .from = p->s };
	struct text text = { .arena = p->sh->arena };
	size_t len = name_length(p->s);
	const char *from;

	t.name = arena_copy(p->sh->arena, p->s, len);
	p->s += len;
	if (*p->s == '[' && !read_subscript(p, &t))
		return;
	t.append = *p->s == '+';
	p->s += t.append;
	if (*p->s != '=') {
		if (p->s[strspn(p->s, " \t")] == '=')
			report_spaces(p, t.from);
		else
			scan_refuse(p, t.from, "a command");
		return;
	}
	from = ++p->s;
	if (*p->s == '(' && !t.indexed) {
		read_list(p, &t);
		return;
	}
	text_bytes(&text, "", 0);
	scan_word(p, IN_VALUE, &text);
	if (!p->failed && *p->s && strchr("&|<>()", *p->s))
		scan_refuse(p, p->s, "an operator of the shell");
	if (!p->failed)
		store(p, &t, from, text.data);
}

/* `A = b` runs A. */
static bool refuse_spaces(struct scan *p)
{
	size_t len = name_length(p->s), blanks = strspn(p->s + len, " \t");
	const char *from = p->s;

	if (!len || !blanks || from[len + blanks] != '=' || from[len + blanks + 1] == '=')
		return false;
	p->s += len;
	report_spaces(p, from);
	return true;
}

static void refuse_command(struct scan *p)
{
	static const struct {
		const char *word, *what;
	} rows[] = {
		{ "if", "a condition" },
		{ "case", "a condition" },
		{ "[", "a condition" },
		{ "[[", "a condition" },
		{ "test", "a condition" },
		{ "for", "a loop" },
		{ "then", "a condition" },
		{ "elif", "a condition" },
		{ "else", "a condition" },
		{ "fi", "a condition" },
		{ "esac", "a condition" },
		{ "do", "a loop" },
		{ "done", "a loop" },
		{ "while", "a loop" },
		{ "until", "a loop" },
		{ "function", "a function" },
		{ "source", "another file" },
		{ ".", "another file" },
		{ "((", "arithmetic as a command" },
		{ "let", "arithmetic as a command" },
	};
	const char *from = p->s, *what = "a command";
	size_t len = strcspn(from, " \t\r\n;");

	if (refuse_spaces(p))
		return;
	for (size_t i = 0; i < countof(rows); i++)
		if (strlen(rows[i].word) == len && !memcmp(from, rows[i].word, len))
			what = rows[i].what;
	if (name_length(from) && starts_with(from + name_length(from), "()"))
		what = "a function";
	p->s += len;
	scan_refuse(p, from, what);
}

/* `A=b c` runs c with A set for it alone: quotes were forgotten. */
static void refuse_leftover(struct scan *p)
{
	const char *from = p->s;
	struct diag *g;

	if (strchr("&|<>()", *from)) {
		scan_refuse(p, from, "an operator of the shell");
		return;
	}
	p->failed = true;
	p->s += strcspn(p->s, " \t\r\n;");
	g = diag(
		p->sh->diags, E1003, scan_loc(p, from),
		"bash runs this word as a command, and the variable is set for it alone");
	diag_help(g, "put the whole value into quotes, as in DOM0_CMD=\"console=hvc0 quiet\"");
}

static bool skip_prefix(struct scan *p)
{
	static const char *const words[] = { "export", "declare", "typeset", "readonly",
					     NULL };

	for (const char *const *w = words; *w; w++) {
		size_t len = strlen(*w);

		if (!starts_with(p->s, *w) || !strchr(" \t", p->s[len]) || !p->s[len])
			continue;
		p->s += len;
		for (skip_blanks(p); *p->s == '-'; skip_blanks(p)) {
			size_t letters = strspn(p->s + 1, "aAxr");

			if (!strchr(" \t", p->s[1 + letters]))
				scan_refuse(p, p->s, "an attribute that changes values");
			p->s += 1 + letters;
		}
		return !p->failed;
	}
	return false;
}

static void read_statement(struct scan *p)
{
	const char *from = p->s;
	bool declares = skip_prefix(p);

	if (p->failed)
		return;
	if (!is_assignment(p->s) && !declares) {
		p->s = from;
		refuse_command(p);
	}
	while (!p->failed) {
		skip_blanks(p);
		if (at_line_end(p->s) || *p->s == ';' || *p->s == '#')
			return;
		if (is_assignment(p->s))
			read_assignment(p);
		else if (declares && name_length(p->s))
			p->s += name_length(p->s);
		else
			refuse_leftover(p);
	}
}

static void warn_line_ends(struct shell *sh)
{
	const char *cr = strstr(sh->src->text, "\r\n");
	struct loc at = { sh->src, cr ? (size_t)(cr - sh->src->text) : 0, 0 };
	struct diag *g;

	if (!cr)
		return;
	g = diag(sh->diags, W1021, at,
		 "lines end as on Windows; bash takes the carriage "
		 "return for part of the value");
	diag_help(g, "xendtc leaves it out; dos2unix takes it out of the config");
}

bool shell_read(struct shell *sh)
{
	struct scan p = { .sh = sh };
	unsigned before = sh->diags->errors;

	p.s = sh->src->text + source_text_start(sh->src);
	if (strlen(p.s) + source_text_start(sh->src) != sh->src->len) {
		p.s += strlen(p.s);
		diag(sh->diags, E1001, scan_loc(&p, p.s),
		     "a NUL byte: this is not a config");
		return false;
	}
	warn_line_ends(sh);
	while (*p.s) {
		skip_blanks(&p);
		if (*p.s == '#')
			skip_comment(&p);
		else if (*p.s == ';' || *p.s == '\n' || *p.s == '\r')
			p.s++;
		else if (*p.s)
			read_statement(&p);
		/* The next line may be understood again. */
		if (p.failed)
			skip_comment(&p);
		p.failed = false;
	}
	return sh->diags->errors == before;
}
