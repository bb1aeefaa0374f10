/* SPDX-License-Identifier: BSD-2-Clause */
/* Texts, the words in them and the places in them (compiler/base/text.c, diag/loc.c). */
#include "unit.h"

#include <string.h>

#include "base/text.h"
#include "base/utf8.h"
#include "diag/loc.h"
#include "input/source.h"

static void finds_the_nearest_word(void **state)
{
	static const char *const words[] = {
		"kernel", "ramdisk", "memory", "vcpus", "cmdline", "vpl011", "pv",
	};
	static const struct {
		const char *word, *nearest;
	} rows[] = {
		{ "kernel", "kernel" },
		{ "kernal", "kernel" },
		{ "kernl", "kernel" },
		{ "memroy", "memory" },
		{ "vcpu", "vcpus" },
		{ "cmd_line", "cmdline" },
		{ "pvs", "pv" },
		{ "ramdsik", "ramdisk" },
		{ "", NULL },
		{ "x", NULL },
		{ "initrd", NULL },
		{ "network", NULL },
		{ "a word that is longer than any that has a chance to be meant, by far",
		  NULL },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		const char *found = nearest_word(rows[i].word, words, COUNT(words));

		if (found != rows[i].nearest
		    && (!found || !rows[i].nearest || strcmp(found, rows[i].nearest)))
			fail_msg("'%s' -> '%s'", rows[i].word, found ? found : "nothing");
	}
	assert_null(nearest_word("kernel", words, 0));
}

static void compares_starts(void **state)
{
	(void)state;
	assert_true(starts_with("kernel", "kern"));
	assert_true(starts_with("kernel", ""));
	assert_true(starts_with("kernel", "kernel"));
	assert_false(starts_with("kern", "kernel"));
	assert_false(streq("kern", "kernel"));
}

static void grows(void **state)
{
	struct arena a = { 0 };
	struct text t = { .arena = &a };

	(void)state;
	for (size_t i = 0; i < 100000; i++) {
		if (i % 2)
			text_add(&t, "%zu;", i % 10);
		else
			text_bytes(&t, "\0\n", 2);
	}
	assert_int_equal(t.len, 200000);
	for (size_t i = 0; i < 100000; i++) {
		const char *pair = t.data + 2 * i;

		assert_int_equal(pair[0], i % 2 ? (char)('0' + i % 10) : '\0');
		assert_int_equal(pair[1], i % 2 ? ';' : '\n');
	}
	assert_int_equal(t.data[t.len], '\0');
	arena_free(&a);
}

/* Lengths around the room that is there: the end must always be a NUL. */
static void ends_with_nul(void **state)
{
	struct arena a = { 0 };
	char filler[600];

	(void)state;
	memset(filler, 'x', sizeof(filler));
	for (size_t len = 0; len < sizeof(filler); len++) {
		struct text bytes = { .arena = &a }, add = { .arena = &a };

		text_bytes(&bytes, filler, len);
		text_add(&add, "%.*s", (int)len, filler);
		assert_int_equal(bytes.len, len);
		assert_int_equal(strlen(bytes.data), len);
		assert_string_equal(bytes.data, add.data);
	}
	arena_free(&a);
}

static void arena_holds_big_and_small(void **state)
{
	struct arena a = { 0 };
	char *small = arena_alloc(&a, 1), *big = arena_alloc(&a, 1 << 20);

	(void)state;
	assert_int_equal((uintptr_t)small % _Alignof(max_align_t), 0);
	assert_int_equal((uintptr_t)big % _Alignof(max_align_t), 0);
	assert_int_equal(big[0] | big[(1 << 20) - 1] | small[0], 0);
	assert_string_equal(arena_printf(&a, "%s-%d", "x", 7), "x-7");
	assert_string_equal(arena_copy(&a, "abcdef", 3), "abc");
	arena_free(&a);
	assert_null(a.chunks);
}

/* U+00E9 is two bytes, U+20AC three, U+1F600 four; U+0085 and U+2028 end a line. */
#define E_ACUTE "\xc3\xa9"
#define EURO "\xe2\x82\xac"
#define SMILE "\xf0\x9f\x98\x80"
#define NEL "\xc2\x85"
#define LS "\xe2\x80\xa8"

static void counts_lines_and_columns(void **state)
{
	static const struct {
		const char *text;
		size_t at, line, column;
	} rows[] = {
		{ "", 0, 1, 1 },
		{ "abc", 0, 1, 1 },
		{ "abc", 2, 1, 3 },
		{ "abc", 3, 1, 4 },
		{ "a\nb", 1, 1, 2 },
		{ "a\nb", 2, 2, 1 },
		{ "a\n\nb", 2, 2, 1 },
		{ "a\n\nb", 3, 3, 1 },
		{ "a\r\nb", 3, 2, 1 },
		{ "a\rb", 2, 2, 1 },
		{ "a\n\rb", 2, 2, 1 },
		{ "a\n\rb", 3, 3, 1 },
		{ "a\r\n\r\nb", 5, 3, 1 },
		{ "a\n", 2, 2, 1 },
		{ "\tkey", 1, 1, 2 },
		{ E_ACUTE "x", 2, 1, 2 },
		{ EURO SMILE "x", 7, 1, 3 },
		{ "a\r\n" E_ACUTE E_ACUTE "x", 7, 2, 3 },
		{ "a" NEL "b", 3, 2, 1 },
		{ "a" LS "b", 4, 2, 1 },
	};
	struct arena a = { 0 };

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		size_t len = strlen(rows[i].text);
		struct source *src = source_of_text(
			&a, "t", arena_copy(&a, rows[i].text, len), len);
		struct loc loc = { src, rows[i].at, 0 };
		struct position p = loc_position(loc);

		if (p.line != rows[i].line || p.column != rows[i].column)
			fail_msg("row %zu: %zu:%zu", i, p.line, p.column);
		assert_int_equal(source_offset(src, p.line - 1, p.column - 1),
				 rows[i].at);
	}
	arena_free(&a);
}

static void clamps_offsets(void **state)
{
	char text[] = "ab\ncd";
	struct arena a = { 0 };
	struct source *src = source_of_text(&a, "t", text, 5);

	(void)state;
	assert_int_equal(src->line_count, 2);
	assert_int_equal(source_offset(src, 0, 0), 0);
	assert_int_equal(source_offset(src, 1, 100), 5);
	assert_int_equal(source_offset(src, 2, 0), 5);
	assert_int_equal(source_offset(src, 1000, 1000), 5);
	arena_free(&a);
}

static void has_a_position_without_text(void **state)
{
	struct arena a = { 0 };
	struct position p = loc_position(loc_of_source(source_of_binary(&a, "x.dtb")));

	(void)state;
	assert_int_equal(p.line, 1);
	assert_int_equal(p.column, 1);
	p = loc_position(loc_none());
	assert_int_equal(p.line, 1);
	arena_free(&a);
}

static void shows_what_terminals_obey(void **state)
{
	static const struct {
		const char *text, *shown;
	} rows[] = {
		{ "plain text, \xc3\xbc and \xe2\x82\xac", NULL },
		{ "", NULL },
		{ "a\nb\r\tc", "a\\nb\\r\\tc" },
		{ "\x1b[31m\x7f\x01", "\\x1b[31m\\x7f\\x01" },
		{ "\xc2\x9b" "31m\xc2\x85", "\\u009b31m\\u0085" },
		{ "\xe2\x80\xae\xe2\x81\xa6\xe2\x80\xa8\xd8\x9c",
		  "\\u202e\\u2066\\u2028\\u061c" },
		{ "\xf3\xa0\x81\x81\xef\xbb\xbf", "\\U000e0041\\ufeff" },
		{ "\xff\xc3(\xe2\x82", "\\xff\\xc3(\\xe2\\x82" },
		{ "\xed\xa0\x80\xc0\x80", "\\xed\\xa0\\x80\\xc0\\x80" },
		{ "\xef\xbf\xbd", NULL },
	};
	struct arena a = { 0 };

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++)
		assert_string_equal(utf8_shown(&a, rows[i].text),
				    rows[i].shown ? rows[i].shown : rows[i].text);
	arena_free(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(finds_the_nearest_word),
		cmocka_unit_test(compares_starts),
		cmocka_unit_test(grows),
		cmocka_unit_test(ends_with_nul),
		cmocka_unit_test(arena_holds_big_and_small),
		cmocka_unit_test(counts_lines_and_columns),
		cmocka_unit_test(clamps_offsets),
		cmocka_unit_test(has_a_position_without_text),
		cmocka_unit_test(shows_what_terminals_obey),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
