/* SPDX-License-Identifier: BSD-2-Clause */
/* Bytes become characters, and text from outside becomes text that can be shown. */
#include "base/utf8.h"

#include <stddef.h>
#include <string.h>

#include "base/list.h"
#include "base/text.h"

uint32_t utf8_next(const char **s)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	unsigned char c = (unsigned char)*(*s)++;
	unsigned len = c < 0x80 ? 1 : c >= 0xf0 ? 4 : c >= 0xe0 ? 3 : 2;
	uint32_t n = len == 1 ? c : c & (0xffu >> (len + 1));

	if (len > 1 && (c < 0xc2 || c > 0xf4))
		return UTF8_BROKEN;
	for (unsigned i = 1; i < len; i++) {
		unsigned char more = (unsigned char)(*s)[i - 1];

		if ((more & 0xc0) != 0x80)
			return UTF8_BROKEN;
		n = n << 6 | (more & 0x3f);
	}
	if (n < least[len] || n > 0x10ffff || (n >= 0xd800 && n < 0xe000))
		return UTF8_BROKEN;
	*s += len - 1;
	return n;
}

bool utf8_is_control(uint32_t c)
{
	static const struct { uint32_t first, last; } ranges[] = {
		{ 0, 0x1f },		/* C0 */
		{ 0x7f, 0x9f },		/* DEL, C1 */
		{ 0x61c, 0x61c },	/* Arabic letter mark */
		{ 0x200e, 0x200f },	/* marks of direction */
		{ 0x2028, 0x202e },	/* line ends, then embeddings and overrides */
		{ 0x2066, 0x2069 },	/* isolates */
		{ 0xfeff, 0xfeff },	/* byte order mark */
		{ 0xfff9, 0xfffb },	/* annotations */
		{ 0xe0000, 0xe007f },	/* tags */
	};

	for (size_t i = 0; i < countof(ranges); i++)
		if (c >= ranges[i].first && c <= ranges[i].last)
			return true;
	return false;
}

const char *utf8_as_typed(uint32_t c)
{
	static const struct { uint32_t first, last; const char *typed; } ranges[] = {
		{ 0xa0, 0xa0, " " }, { 0x2000, 0x200a, " " }, { 0x202f, 0x202f, " " },
		{ 0x205f, 0x205f, " " }, { 0x3000, 0x3000, " " },	/* spaces */
		{ 0xad, 0xad, "" }, { 0x200b, 0x200f, "" }, { 0x2060, 0x2060, "" },
		{ 0xfeff, 0xfeff, "" },					/* without width */
		{ 0x2010, 0x2015, "-" }, { 0x2212, 0x2212, "-" }, { 0xff0d, 0xff0d, "-" },
		{ 0x2018, 0x201b, "'" }, { 0x2032, 0x2032, "'" },
		{ 0x201c, 0x201f, "\"" }, { 0x2033, 0x2033, "\"" },
		{ 0x2024, 0x2024, "." }, { 0x2026, 0x2026, "..." },
		{ 0xff1a, 0xff1a, ":" }, { 0xff0c, 0xff0c, "," }, { 0xff1d, 0xff1d, "=" },
	};

	for (size_t i = 0; i < countof(ranges); i++)
		if (c >= ranges[i].first && c <= ranges[i].last)
			return ranges[i].typed;
	return NULL;
}

const char *utf8_retyped(struct arena *a, const char *s)
{
	struct text t = { .arena = a };

	text_bytes(&t, "", 0);
	while (*s) {
		const char *from = s, *typed = utf8_as_typed(utf8_next(&s));

		if (typed)
			text_add(&t, "%s", typed);
		else
			text_bytes(&t, from, (size_t)(s - from));
	}
	return t.data;
}

static bool is_broken(uint32_t c, const char *from, const char *next)
{
	return c == UTF8_BROKEN && next - from == 1;
}

static void add_escape(struct text *t, uint32_t c, unsigned char byte, bool broken)
{
	if (c == '\n')
		text_add(t, "\\n");
	else if (c == '\r')
		text_add(t, "\\r");
	else if (c == '\t')
		text_add(t, "\\t");
	else if (broken || c < 0x80)
		text_add(t, "\\x%02x", byte);
	else
		text_add(t, c > 0xffff ? "\\U%08x" : "\\u%04x", c);
}

/* GitHub's runner looks for ##[NAME] (ActionCommand.cs), Azure's for ##vso[ (Command.cs), TeamCity
 * for ##teamcity[. */
bool utf8_is_command(const char *s)
{
	return starts_with(s, "##") &&
	       s[2 + strspn(s + 2, "abcdefghijklmnopqrstuvwxyz")] == '[';
}

static bool can_be_shown(const char *s)
{
	while (*s) {
		const char *from = s;
		uint32_t c = utf8_next(&s);

		if (utf8_is_control(c) || is_broken(c, from, s) || utf8_is_command(from))
			return false;
	}
	return true;
}

const char *utf8_shown(struct arena *a, const char *s)
{
	struct text t = { .arena = a };

	if (can_be_shown(s))
		return s;
	while (*s) {
		const char *from = s;
		uint32_t c = utf8_next(&s);
		bool broken = is_broken(c, from, s);

		if (utf8_is_control(c) || broken || utf8_is_command(from))
			add_escape(&t, c, (unsigned char)*from, broken);
		else
			text_bytes(&t, from, (size_t)(s - from));
	}
	return t.data;
}

const char *utf8_shown_first(struct arena *a, const char *s)
{
	const char *shown = utf8_shown(a, s);

	return starts_with(shown + strspn(shown, " "), "::") ? arena_printf(a, "./%s", shown)
							      : shown;
}
