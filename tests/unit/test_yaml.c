/* SPDX-License-Identifier: BSD-2-Clause */
/* What the writer writes (compiler/import/yaml.c), our reader reads (input/tree.c). */
#include "unit.h"

#include <string.h>

#include "import/yaml.h"
#include "input/tree.h"

static const struct node *read_back(struct arena *a, const struct text *t)
{
	struct diag_wishes none = { .werror = false };
	struct diags d = { .arena = a, .wishes = &none };
	struct source *src = source_of_text(a, "written", t->data, t->len);
	const struct node *n = tree_read(src, &d);

	if (!n)
		fail_msg("%s\n%s", d.first ? d.first->text : "nothing", t->data);
	return n;
}

/* The same scalar in all four places where one can stand, and as a key. */
static const struct node *write_everywhere(struct arena *a, struct text *t, const char *s)
{
	struct yaml y = { .out = t };

	yaml_scalar(&y, "map", s);
	yaml_open(&y, "list", YAML_LIST);
	yaml_scalar(&y, NULL, s);
	yaml_close(&y);
	yaml_open(&y, "flow", YAML_FLOW_MAP);
	yaml_scalar(&y, "value", s);
	yaml_close(&y);
	yaml_open(&y, "flow list", YAML_FLOW_LIST);
	yaml_scalar(&y, NULL, "first");
	yaml_scalar(&y, NULL, s);
	yaml_close(&y);
	yaml_scalar(&y, s, "as a key");
	yaml_end(&y);
	return read_back(a, t);
}

static void expect_everywhere(const struct node *n, const char *s)
{
	const struct pair *p = n->pairs;

	assert_string_equal(p->value->text, s);
	p = p->next;
	assert_string_equal(p->value->items->value->text, s);
	p = p->next;
	assert_string_equal(p->value->pairs->value->text, s);
	p = p->next;
	assert_string_equal(p->value->items->next->value->text, s);
	assert_null(p->value->items->next->next);
	p = p->next;
	assert_string_equal(p->key, s);
	assert_null(p->next);
}

static const char *const texts[] = {
	"", " ", "a", " a", "a ", "a b", "a  b", "~", "null", "Null", "true", "0x10", "512M",
	"4.20", "4.20.4", "192.168.0.1", "no", "y", "-", "-a", "- a", "?", "? a", "a?", ":",
	"a:", "a: b", "a:b", ":a", "#", "a #b", "a#b", "# a", ",", "a,b", "a, b", "[", "a]",
	"{}", "a}", "&a", "*a", "!a", "|", ">", "'", "'a'", "it's", "\"", "a\"b", "\\", "a\\n",
	"%a", "@a", "`a`", "...", "... a", "---", "--- a", "./a", ".config", "<<", "=",
	"line\nend", "\t", "a\tb", "\r", "\x01\x1b\x7f", "console=ttyAMA0,115200n8 root=/dev/ram0",
	"load mmc 0:1", "dyndbg=\"file x +p\"", "/soc/serial@7e201000", "0-3,7",
	"\xc3\xa9", "a\xc2\x85z", "\xe2\x80\xa8", "\xef\xbb\xbf", "\xf0\x9f\x98\x80", "\xc2\x80",
	"\xef\xbf\xbe",
};

static void reads_back_texts(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(texts); i++) {
		struct arena a = { 0 };
		struct text t = { .arena = &a };

		expect_everywhere(write_everywhere(&a, &t, texts[i]), texts[i]);
		arena_free(&a);
	}
}

/* Each pair of what YAML may stumble over, on its own and within words. */
static void reads_back_pairs(void **state)
{
	static const char letters[] = " aA0.-+?:,[]{}#&*!|>'\"%@`\\/~=<\n\t";

	(void)state;
	for (const char *one = letters; *one; one++) {
		for (const char *two = letters; *two; two++) {
			const char alone[] = { *one, *two, '\0' };
			const char within[] = { 'x', *one, *two, 'x', '\0' };
			struct arena a = { 0 };
			struct text t = { .arena = &a }, u = { .arena = &a };

			expect_everywhere(write_everywhere(&a, &t, alone), alone);
			expect_everywhere(write_everywhere(&a, &u, within), within);
			arena_free(&a);
		}
	}
}

static void replaces_what_is_not_utf8(void **state)
{
	static const char *const rows[] = { "\xff", "\xc3", "\xe2\x82", "\xc0\x80",
					    "\xed\xa0\x80", "\xf8\x88\x80\x80\x80" };

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct arena a = { 0 };
		struct text t = { .arena = &a };
		const struct node *n = write_everywhere(&a, &t, rows[i]);

		assert_int_equal(strncmp(n->pairs->value->text, "\xef\xbf\xbd", 3), 0);
		arena_free(&a);
	}
}

static void write_document(struct text *t)
{
	struct yaml y = { .out = t };

	yaml_comment(&y, "first line\n\nthird line with \x01 and a\xff");
	yaml_scalar(&y, "board", "rpi4");
	yaml_remark(&y, "a guess");
	yaml_gap(&y);
	yaml_open(&y, "guests", YAML_MAP);
	yaml_comment(&y, "nobody");
	yaml_close(&y);
	yaml_open(&y, "empty", YAML_LIST);
	yaml_close(&y);
	yaml_open(&y, "static-heap", YAML_LIST);
	yaml_open(&y, NULL, YAML_FLOW_MAP);
	yaml_scalarf(&y, "address", "0x%x", 0x30000000);
	yaml_open(&y, "cpus", YAML_FLOW_LIST);
	yaml_close(&y);
	yaml_close(&y);
	yaml_open(&y, NULL, YAML_MAP);
	yaml_scalar(&y, "net", "10");
	yaml_scalar(&y, "app", "11");
	yaml_close(&y);
	yaml_open(&y, NULL, YAML_MAP);
	yaml_close(&y);
	yaml_close(&y);
	yaml_end(&y);
}

static void lays_out_documents(void **state)
{
	struct arena a = { 0 };
	struct text t = { .arena = &a };

	(void)state;
	write_document(&t);
	assert_string_equal(t.data,
			    "# first line\n#\n# third line with ? and a?\n"
			    "board: rpi4  # a guess\n\n"
			    "guests:\n  # nobody\n  {}\n"
			    "empty:\n  []\n"
			    "static-heap:\n"
			    "  - {address: 0x30000000, cpus: []}\n"
			    "  - net: 10\n    app: 11\n"
			    "  - {}\n");
	read_back(&a, &t);
	arena_free(&a);
}

static void breaks_comments_at_words(void **state)
{
	struct arena a = { 0 };
	struct text t = { .arena = &a };
	struct yaml y = { .out = &t };
	char long_word[121];

	(void)state;
	memset(long_word, 'x', 120);
	long_word[120] = '\0';
	yaml_open(&y, "guests", YAML_MAP);
	yaml_comment(&y, "%s a %.84s bc", long_word, long_word);
	yaml_scalar(&y, "a", "b");
	yaml_end(&y);
	assert_int_equal(strcspn(t.data + 8, "\n"), 124);
	assert_int_equal(strcspn(t.data + 8 + 125, "\n"), 90);
	assert_string_equal(t.data + 8 + 125 + 91, "  # bc\n  a: b\n");
	arena_free(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_back_texts),
		cmocka_unit_test(reads_back_pairs),
		cmocka_unit_test(replaces_what_is_not_utf8),
		cmocka_unit_test(lays_out_documents),
		cmocka_unit_test(breaks_comments_at_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
