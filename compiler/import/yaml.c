/* SPDX-License-Identifier: BSD-2-Clause */
/* Values become YAML text. Every line is ended by what comes after it, so that a remark
 * can still be put behind it. */
#include "import/yaml.h"

#include <assert.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/utf8.h"

#define WIDTH 90

/* Whether a reader of YAML takes the character as it is: no control characters, line
 * ends, byte order marks (YAML 1.1, section 5.1). */
static bool is_printable(uint32_t c)
{
	return (c >= ' ' && c < 0x7f) ||
	       (c >= 0xa0 && c != 0x2028 && c != 0x2029 && c != 0xfeff && c < 0xfffd) ||
	       c >= 0x10000;
}

static bool is_one_of(const char *s, const char *const *words)
{
	for (; *words; words++)
		if (strcasecmp(s, *words) == 0)
			return true;
	return false;
}

/* Whether the words are something else than text to our reader, or to others (YAML 1.1,
 * types bool, null and float). true and false are left alone, as whole numbers are: keys
 * want them. */
static bool looks_special(const char *s)
{
	static const char *const words[] = { "",   "~",    "null", "yes", "no",
					     "on", "off",  "y",    "n",   "<<",
					     "=",  ".inf", ".nan", NULL };
	const char *dot = strchr(s, '.');

	return is_one_of(s, words) || (dot && !strchr(dot + 1, '.') &&
				       strspn(s, "0123456789.eE+-") == strlen(s));
}

/* Whether a plain scalar stays whole (YAML 1.1, section 9.1.3). */
static bool is_plain(const char *s, bool flow)
{
	if (looks_special(s) || strchr("-?:,[]{}#&*!|>'\"%@` ", *s) ||
	    starts_with(s, "...") || strchr(" :", s[strlen(s) - 1]))
		return false;
	if (strstr(s, ": ") || strstr(s, " #") || (flow && strpbrk(s, ",[]{}:?")))
		return false;
	while (*s)
		if (!is_printable(utf8_next(&s)))
			return false;
	return true;
}

static void put_quoted(struct text *t, const char *s)
{
	text_add(t, "\"");
	while (*s) {
		const char *from = s;
		uint32_t c = utf8_next(&s);

		if (c == '"' || c == '\\')
			text_add(t, "\\%c", (char)c);
		else if (is_printable(c))
			text_bytes(t, from, (size_t)(s - from));
		else
			text_add(t, "\\u%04x", c);
	}
	text_add(t, "\"");
}

static struct yaml_frame *frame(struct yaml *y)
{
	return &y->frames[y->depth];
}

static bool is_flow(const struct yaml *y)
{
	return y->frames[y->depth].kind >= YAML_FLOW_MAP;
}

static bool is_list(const struct yaml *y)
{
	return y->frames[y->depth].kind == YAML_LIST ||
	       y->frames[y->depth].kind == YAML_FLOW_LIST;
}

static void put(struct yaml *y, const char *s)
{
	if (is_plain(s, is_flow(y)))
		text_add(y->out, "%s", s);
	else
		put_quoted(y->out, s);
}

bool yaml_has(struct yaml *y, const char *key)
{
	return table_find(&frame(y)->keys, key, 0);
}

void yaml_end(struct yaml *y)
{
	if (y->on_line)
		text_add(y->out, "\n");
	y->on_line = y->is_item = false;
}

static void begin_line(struct yaml *y)
{
	yaml_end(y);
	text_add(y->out, "%s", y->gap ? "\n" : "");
	y->gap = false;
	text_add(y->out, "%*s", (int)frame(y)->indent, "");
	y->on_line = true;
}

static void settle(struct yaml *y);

/* No name is so long that Xen takes it: what is cut is refused as a name when it is read. */
static const char *readable_key(struct arena *a, const char *key)
{
	return strlen(key) > YAML_KEY_MOST ? arena_copy(a, key, YAML_KEY_MOST) : key;
}

/* Writes all that stands before a value: separator or line, dash, key. */
static void begin(struct yaml *y, const char *key)
{
	settle(y);
	assert(!key == is_list(y));
	if (is_flow(y))
		text_add(y->out, "%s", frame(y)->items ? ", " : "");
	else if (!y->is_item)
		begin_line(y);
	y->is_item = false;
	frame(y)->items++;
	if (key) {
		frame(y)->keys.arena = y->out->arena;
		table_add(&frame(y)->keys, key, 0, y);
		put(y, readable_key(y->out->arena, key));
		text_add(y->out, ":");
	} else if (!is_flow(y)) {
		text_add(y->out, "-");
	}
}

/* Writes the beginning of the open collection, if that has waited for its first value. */
static void settle(struct yaml *y)
{
	const struct yaml_frame f = *frame(y);
	bool dash;

	if (!f.pending)
		return;
	y->depth--;
	dash = is_list(y) && !is_flow(y);
	begin(y, f.key);
	y->depth++;
	frame(y)->pending = false;
	if (f.kind >= YAML_FLOW_MAP)
		text_add(y->out, "%s%c", f.key || dash ? " " : "",
			 f.kind == YAML_FLOW_MAP ? '{' : '[');
	else if (dash)
		text_add(y->out, " ");
	y->is_item = dash && f.kind < YAML_FLOW_MAP;
}

void yaml_maybe(struct yaml *y, const char *key, enum yaml_kind kind)
{
	unsigned indent = frame(y)->indent + 2;

	assert(y->depth + 1 < YAML_DEPTH_MAX && (!is_flow(y) || kind >= YAML_FLOW_MAP));
	y->depth++;
	*frame(y) = (struct yaml_frame){ kind, 0, indent, true, key };
}

void yaml_open(struct yaml *y, const char *key, enum yaml_kind kind)
{
	yaml_maybe(y, key, kind);
	settle(y);
}

/* Ends the open collection. A block collection without anything in it would be read as
 * nothing at all. */
void yaml_close(struct yaml *y)
{
	static const char *const empty[] = { [YAML_MAP] = "{}", [YAML_LIST] = "[]" };
	const struct yaml_frame f = *frame(y);

	assert(y->depth);
	if (f.pending) {
		y->depth--;
		return;
	}
	if (f.kind >= YAML_FLOW_MAP) {
		text_add(y->out, "%c", f.kind == YAML_FLOW_MAP ? '}' : ']');
	} else if (!f.items) {
		if (!y->is_item)
			begin_line(y);
		text_add(y->out, "%s", empty[f.kind]);
		y->is_item = false;
	}
	y->depth--;
}

void yaml_scalar(struct yaml *y, const char *key, const char *value)
{
	begin(y, key);
	if (key || !is_flow(y))
		text_add(y->out, " ");
	put(y, value);
}

void yaml_scalarf(struct yaml *y, const char *key, const char *fmt, ...)
{
	va_list ap;
	char *s;

	va_start(ap, fmt);
	s = arena_vprintf(y->out->arena, fmt, ap);
	va_end(ap);
	yaml_scalar(y, key, s);
}

static void put_comment(struct yaml *y, const char *s, size_t len)
{
	const char *end = s + len;

	while (s < end) {
		const char *from = s;

		if (is_printable(utf8_next(&s)))
			text_bytes(y->out, from, (size_t)(s - from));
		else
			text_add(y->out, "?");
	}
}

/* How many characters of a line fit: up to a space, unless there is none. */
static size_t fitting(const char *s, size_t len, size_t room)
{
	size_t n = room;

	if (len <= room)
		return len;
	while (n && s[n] != ' ')
		n--;
	if (n)
		return n;
	for (n = room; n < len && s[n] != ' '; n++)
		;
	return n;
}

void yaml_comment(struct yaml *y, const char *fmt, ...)
{
	size_t room = WIDTH - 2 - frame(y)->indent;
	va_list ap;
	char *s;

	settle(y);
	assert(!is_flow(y));
	va_start(ap, fmt);
	s = arena_vprintf(y->out->arena, fmt, ap);
	va_end(ap);
	for (size_t len, n; *s; s += n) {
		len = strcspn(s, "\n");
		n = fitting(s, len, room);
		begin_line(y);
		text_add(y->out, n ? "# " : "#");
		put_comment(y, s, n);
		n += s[n] == ' ' || s[n] == '\n';
	}
}

void yaml_remark(struct yaml *y, const char *fmt, ...)
{
	va_list ap;
	char *s;

	assert(y->on_line && !y->is_item);
	va_start(ap, fmt);
	s = arena_vprintf(y->out->arena, fmt, ap);
	va_end(ap);
	text_add(y->out, "  # ");
	put_comment(y, s, strlen(s));
}

void yaml_gap(struct yaml *y)
{
	y->gap = true;
}
