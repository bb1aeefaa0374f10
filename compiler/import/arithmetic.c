/* SPDX-License-Identifier: BSD-2-Clause */
/* Arithmetic of bash becomes numbers of 64 bits (Bash Reference Manual, section 6.5). */
#include <stdlib.h>
#include <string.h>

#include "import/shell_values.h"

#define DEPTH_MAX 64 /* brackets, signs and names in each other; bash has no limit */
#define OPERANDS_MAX 250000 /* of a config: names that stand for sums of names double */

struct sum {
	struct shell *sh;
	const char *s;
	struct loc at;
	unsigned depth;
	bool failed;
};

static int64_t expression(struct sum *x, unsigned level);

static int64_t refuse(struct sum *x, const char *what)
{
	if (!x->failed)
		diag(x->sh->diags, E1004, x->at, "%s", what);
	x->failed = true;
	return 0;
}

static void skip_space(struct sum *x)
{
	x->s += strspn(x->s, " \t\n\r");
}

/* The value of a name, which is read the same way; a name that is not set is 0. */
static int64_t name(struct sum *x, size_t len)
{
	char *word = arena_copy(x->sh->arena, x->s, len);
	struct shell_value *v = shell_find(x->sh, word, 0);
	struct sum inner;
	int64_t n;

	x->s += len;
	if (!v || !*v->text) {
		diag(x->sh->diags, W1020, x->at,
		     "'%s' is not set before this line; to bash it "
		     "is 0 here",
		     word);
		return 0;
	}
	v->used = true;
	inner = *x;
	inner.s = v->text;
	n = expression(&inner, 0);
	x->failed |= inner.failed;
	if (!x->failed && *inner.s)
		return refuse(
			x, arena_printf(x->sh->arena, "'%s' is not a number", v->text));
	return n;
}

static void warn_octal(struct sum *x, const char *digits, uint64_t n)
{
	struct diag *g;

	g = diag(x->sh->diags, W1022, x->at, "'%s' is octal to bash: it is %llu", digits,
		 (unsigned long long)n);
	diag_help(g,
		  "%llu is written here, as ImageBuilder takes it; was '%s' "
		  "meant to be decimal?",
		  (unsigned long long)n, digits);
}

/* The number n, written as `digits`, goes on as none does. */
static int64_t refuse_number(struct sum *x, const char *digits, uint64_t n)
{
	const char *rest = x->s;
	bool gib = strchr("Gg", *rest), mib = strchr("Mm", *rest);

	if (*rest && (gib || mib) && !x->failed && n < UINT64_MAX >> 10)
		diag_help(diag(x->sh->diags, E1004, x->at,
			       "'%s%.*s' is not a number to bash, which knows no units", digits,
			       (int)strcspn(rest, " )"), rest),
			  "ImageBuilder counts memory in MiB: write %llu",
			  (unsigned long long)(gib ? n << 10 : n));
	else
		refuse(x, arena_printf(x->sh->arena, "'%s%.*s' is not a number to bash", digits,
				       (int)strcspn(rest, " )"), rest));
	x->failed = true;
	return 0;
}

static int64_t number(struct sum *x)
{
	size_t len = strspn(x->s, "0123456789abcdefABCDEFxX");
	char *digits = arena_copy(x->sh->arena, x->s, len), *end;
	uint64_t n = strtoull(digits, &end, 0);

	x->s += len;
	if (*end || *x->s == '#' || name_length(x->s))
		return refuse_number(x, digits, n);
	if (digits[0] == '0' && len > 1 && !strpbrk(digits, "xX"))
		warn_octal(x, digits, n);
	return (int64_t)n;
}

static int64_t operand(struct sum *x);

/* Reads what stands in brackets, behind a sign, or for a name. */
static int64_t nested_operand(struct sum *x)
{
	size_t len = name_length(x->s);
	int64_t n;

	if (len)
		return name(x, len);
	if (*x->s == '-' || *x->s == '+' || *x->s == '~') {
		char sign = *x->s++;

		n = operand(x);
		return sign == '-' ? (int64_t) - (uint64_t)n : sign == '~' ? ~n : n;
	}
	if (*x->s != '(')
		return refuse(x, *x->s ? arena_printf(x->sh->arena,
						      "'%s' is not a number to "
						      "bash",
						      x->s)
				       : "a number is missing here");
	x->s++;
	n = expression(x, 0);
	if (!x->failed && *x->s != ')')
		return refuse(x, "this bracket is never closed");
	if (!x->failed)
		x->s++;
	return n;
}

static int64_t operand(struct sum *x)
{
	int64_t n;

	skip_space(x);
	if (x->failed)
		return 0;
	if (++x->sh->operands > OPERANDS_MAX)
		return refuse(x, "names stand for sums of names, more than 250000 "
			      "numbers in all");
	if (*x->s && strchr("0123456789", *x->s))
		return number(x);
	if (x->depth == DEPTH_MAX)
		return refuse(x, "names, signs and brackets are nested deeper than 64, "
			      "as where names stand for each other in a circle");
	x->depth++;
	n = nested_operand(x);
	x->depth--;
	return n;
}

static int64_t calculate(struct sum *x, char op, int64_t left, int64_t right)
{
	uint64_t a = (uint64_t)left, b = (uint64_t)right;

	switch (op) {
	case '|':
		return (int64_t)(a | b);
	case '^':
		return (int64_t)(a ^ b);
	case '&':
		return (int64_t)(a & b);
	case '<':
		return (int64_t)(a << (b & 63));
	case '>':
		return left >> (b & 63);
	case '+':
		return (int64_t)(a + b);
	case '-':
		return (int64_t)(a - b);
	case '*':
		return (int64_t)(a * b);
	default:
		if (!right || (right == -1 && left == INT64_MIN))
			return refuse(x, "a division that has no result");
		return op == '/' ? left / right : left % right;
	}
}

/* Reads an expression: the operators of a level, from those that bind least on, with the
 * operands between them. */
static int64_t expression(struct sum *x, unsigned level)
{
	static const char *const levels[] = { "|", "^", "&", "<>", "+-", "*/%", NULL };
	int64_t n;

	if (!levels[level])
		return operand(x);
	n = expression(x, level + 1);
	for (;;) {
		char op;

		skip_space(x);
		op = *x->s;
		if (x->failed || !op || !strchr(levels[level], op) ||
		    (strchr("<>", op) && x->s[1] != op) ||
		    (strchr("|&*", op) && x->s[1] == op))
			return n;
		x->s += 1 + (strchr("<>", op) != NULL);
		n = calculate(x, op, n, expression(x, level + 1));
	}
}

bool shell_number(struct shell *sh, const char *text, struct loc at, int64_t *n)
{
	struct sum x = { .sh = sh, .s = text, .at = at };

	*n = 0;
	skip_space(&x);
	if (!*x.s)
		return true; /* nothing is 0 */
	*n = expression(&x, 0);
	if (!x.failed && *x.s)
		refuse(&x, arena_printf(sh->arena,
					"'%s' is not arithmetic that can be carried "
					"over",
					text));
	return !x.failed;
}
