/* SPDX-License-Identifier: BSD-2-Clause */
/* A value on Xen's command line becomes what Xen makes of it: taken, refused or misread.
 */
#include <ctype.h>
#include <string.h>

#include "xen/parameters.h"

static const struct xen_reading taken = { XEN_TAKES, NULL, NULL };

static struct xen_reading refuses(const char *item)
{
	return (struct xen_reading){ XEN_REFUSES, item, NULL };
}

static struct xen_reading misreads(const char *how)
{
	return (struct xen_reading){ XEN_MISREADS, NULL, how };
}

/* What Xen makes of a value that is none of the words, patterns or numbers of the row. */
static struct xen_reading outside(const struct xen_parameter *p, const char *item)
{
	return p->quiet ? misreads("takes another value in its place, and does not say so")
			: refuses(item);
}

/* The words that Xen takes for a boolean (xen/common/kernel.c, parse_bool()). */
static bool is_bool(const char *s)
{
	static const char *const words[] = { "1",      "on",      "yes", "true",
					     "enable", "0",       "no",  "off",
					     "false",  "disable", NULL };

	for (const char *const *w = words; *w; w++)
		if (streq(s, *w))
			return true;
	return false;
}

/* Numbers, as Xen's strtoull() and strtoll() read them with base 0 (xen/lib/), and sizes,
 * as its parse_size_and_unit() does (xen/lib/parse-size.c). */

struct literal {
	uint64_t n;
	bool negative, empty, wraps;
	bool octal;		/* it begins with 0, and is another number in decimal */
	const char *end;
};

static unsigned digit(char c)
{
	if (isdigit((unsigned char)c))
		return (unsigned)(c - '0');
	return isxdigit((unsigned char)c) ? (unsigned)(tolower(c) - 'a' + 10) : 99;
}

static struct literal read_literal(const char *s)
{
	struct literal l = { .negative = *s == '-' };
	unsigned base = 10;

	s += l.negative;
	if (*s == '0') {
		base = 8;
		s++;
		if (toupper(*s) == 'X' && isxdigit((unsigned char)s[1])) {
			base = 16;
			s++;
		}
	}
	l.empty = base == 10 && digit(*s) >= base;
	for (; digit(*s) < base; s++) {
		l.wraps |= __builtin_mul_overflow(l.n, base, &l.n);
		l.wraps |= __builtin_add_overflow(l.n, digit(*s), &l.n);
	}
	l.octal = base == 8 && l.n >= 8;
	l.end = s;
	return l;
}

/* Whether the number fits Xen's variable (xen/common/kernel.c, assign_integer_param()).
 */
static bool fits(const struct xen_parameter *p, const struct literal *l)
{
	unsigned bits = p->bytes * 8;
	uint64_t n = l->negative ? -l->n : l->n;

	if (!bits || bits >= 64)
		return true;
	return n <= UINT64_MAX >> (64 - bits) || n >= -(UINT64_C(1) << (bits - 1));
}

static bool in_range(const struct xen_parameter *p, const struct literal *l)
{
	if (!p->min && !p->max)
		return true;
	if (l->n == 0 && p->zero)
		return true;
	return !l->negative && l->n >= p->min && (!p->max || l->n <= p->max);
}

static struct xen_reading read_integer(const struct xen_parameter *p, const char *s)
{
	struct literal l = read_literal(s);

	if (*l.end || (l.negative && p->type == XEN_CUSTOM) || !fits(p, &l))
		return refuses(s);
	if (l.empty)
		return misreads("reads the missing number as 0");
	if (l.wraps)
		return misreads("cuts it to 64 bits");
	if (!in_range(p, &l))
		return outside(p, s);
	if (l.octal)
		return misreads("reads a number that begins with 0 as octal");
	if (l.negative && l.n && !p->negative)
		return misreads("reads it as a very large number");
	return taken;
}

/* Times 1024 as often as the letter at its end says; end is then behind the letter. */
static const char *scale(struct literal *l)
{
	const char *unit = *l->end ? strchr("bBkKmMgGtT", *l->end) : NULL;
	unsigned shift = unit ? (unsigned)((unit - "bBkKmMgGtT") / 2 * 10) : 10;

	l->wraps |= shift && l->n >> (64 - shift);
	l->n <<= shift;
	l->end += unit != NULL;
	return unit;
}

static struct xen_reading read_size(const struct xen_parameter *p, const char *s)
{
	struct literal l = read_literal(*s == '-' ? "" : s);
	const char *unit = scale(&l);

	if (*s == '-' || *l.end)
		return refuses(s);
	if (l.empty)
		return misreads("reads the missing number as 0");
	if (!fits(p, &l))
		return refuses(s);
	if (l.wraps)
		return misreads("cuts it to 64 bits");
	if (l.octal)
		return misreads("reads a number that begins with 0 as octal");
	return unit || !l.n ? taken : misreads("counts it in KiB");
}


/* A part of a list that switches something on or off: name, no-name or name=yes
 * (xen/common/kernel.c, parse_boolean()). */
static bool is_switch(const char *s, const char *name, size_t len)
{
	bool no = starts_with(s, "no-");

	s += no ? 3 : 0;
	if (strncmp(s, name, len) != 0)
		return false;
	return !s[len] || (!no && s[len] == '=' && is_bool(s + len + 1));
}

/* Whether s is what one word of a row stands for: see the head of xen_parameters.def. */
static bool is_word(const char *s, const char *word, size_t len)
{
	char last = word[len - 1];

	if (last == '?')
		return len == 1 ? is_bool(s) : is_switch(s, word, len - 1);
	if (last == '*')
		return strncmp(s, word, len - 1) == 0;
	return strlen(s) == len && memcmp(s, word, len) == 0;
}

static bool among_words(const char *s, const char *words)
{
	size_t len;

	for (const char *w = words; w && *w; w += len + strspn(w + len, " ")) {
		len = strcspn(w, " ");
		if (is_word(s, w, len))
			return true;
	}
	return false;
}

static bool takes_item(struct patterns *all, const struct xen_parameter *p, const char *s)
{
	if (p->pattern && pattern_fits(all, p->pattern, s))
		return true;
	return among_words(s, p->words);
}

static struct xen_reading read_words(const struct xen_reader *x,
				     const struct xen_parameter *p, const char *s)
{
	size_t len = 0;

	for (; p->list; s += len + 1) {
		const char *item = arena_copy(x->arena, s, len = strcspn(s, ","));

		if (!takes_item(x->patterns, p, item))
			return outside(p, item);
		if (!s[len])
			return taken;
	}
	return takes_item(x->patterns, p, s) ? taken : outside(p, s);
}

static struct xen_reading read_text(const struct xen_reader *x,
				    const struct xen_parameter *p, const char *s)
{
	struct xen_reading r = taken;

	if (p->words || p->pattern)
		r = read_words(x, p, s);
	if (r.verdict == XEN_TAKES && streq(p->name, "console") && strchr(s, '='))
		return misreads("takes it for one word, and what is behind 'dtuart' is lost");
	if (r.verdict == XEN_TAKES && p->bytes && strlen(s) >= p->bytes)
		return misreads(arena_printf(x->arena, "keeps the first %u characters of it",
					     p->bytes - 1));
	return r;
}

static struct xen_reading read_bare(const struct xen_parameter *p)
{
	static const struct xen_reading readings[] = {
		[BARE_REFUSED] = { XEN_REFUSES, "", NULL },
		[BARE_TAKEN] = { XEN_TAKES, NULL, NULL },
		[BARE_MISREAD] = { XEN_MISREADS, NULL,
				   "goes on with a value that nobody wrote" },
	};

	return readings[p->bare];
}

static struct xen_reading read_value(const struct xen_reader *x,
				     const struct xen_parameter *p, const char *value)
{
	switch (p->type == XEN_CUSTOM && p->as ? p->as : p->type) {
	case XEN_BOOL:
		return !*value || is_bool(value) ? taken : refuses(value);
	case XEN_INTEGER:
		return read_integer(p, value);
	case XEN_SIZE:
		return read_size(p, value);
	default:
		return *value ? read_text(x, p, value) : read_bare(p);
	}
}

/* "no-" before the name turns a boolean round; a parameter with a parser of its own gets
 * the value "no"; with all others it is overlooked (xen/common/kernel.c, parse_params()).
 */
struct xen_reading xen_read(const struct xen_reader *x, const struct xen_parameter *p,
			    const char *key, const char *value)
{
	bool no = starts_with(key, "no-");
	struct xen_reading r;

	if (no && p->type == XEN_CUSTOM)
		return *value ? refuses(arena_printf(x->arena, "%s=%s", key, value))
			      : read_value(x, p, "no");
	r = read_value(x, p, value);
	if (no && p->type != XEN_BOOL && r.verdict == XEN_TAKES)
		return misreads("overlooks the 'no-'");
	return r;
}

/* Of a number Xen complains, and keeps what is before the letters if the variable holds it.
 * A parser of its own returns before it keeps anything, but for numbers that are too
 * small, which it leaves to others. */
static bool stores_number(const struct xen_parameter *p, enum xen_type type, const char *s)
{
	bool custom = p->type == XEN_CUSTOM;
	struct literal l = read_literal(s);

	if (type == XEN_SIZE)
		scale(&l);
	if (l.negative && (custom || type == XEN_SIZE))
		return false;
	return fits(p, &l) && !(custom && (*l.end || (p->max && l.n > p->max)));
}

/* xen/common/kernel.c, parse_params(). */
bool xen_stores(const struct xen_reader *x, const struct xen_parameter *p,
		const char *key, const char *value)
{
	enum xen_type type = p->type == XEN_CUSTOM && p->as ? p->as : p->type;

	if (p->type == XEN_STRING || xen_read(x, p, key, value).verdict != XEN_REFUSES)
		return true;
	return (type == XEN_INTEGER || type == XEN_SIZE) && stores_number(p, type, value);
}
