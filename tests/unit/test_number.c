/* SPDX-License-Identifier: BSD-2-Clause */
/* Numbers that people write, and what is read of them (compiler/base/number.c). */
#include "unit.h"

#include "base/number.h"

struct row {
	const char *text;
	enum number_error error;
	uint64_t value;
};

static const struct row counts[] = {
	{ "0", NUMBER_OK, 0 },
	{ "7", NUMBER_OK, 7 },
	{ "10", NUMBER_OK, 10 },
	{ "18446744073709551615", NUMBER_OK, UINT64_MAX },
	{ "18446744073709551616", NUMBER_TOO_BIG, 0 },
	{ "99999999999999999999999", NUMBER_TOO_BIG, 0 },
	{ "", NUMBER_MALFORMED, 0 },
	{ "010", NUMBER_MALFORMED, 0 },
	{ "00", NUMBER_MALFORMED, 0 },
	{ "+1", NUMBER_MALFORMED, 0 },
	{ "-1", NUMBER_MALFORMED, 0 },
	{ " 1", NUMBER_MALFORMED, 0 },
	{ "1 ", NUMBER_MALFORMED, 0 },
	{ "1_000", NUMBER_MALFORMED, 0 },
	{ "1.5", NUMBER_MALFORMED, 0 },
	{ "1e3", NUMBER_MALFORMED, 0 },
	{ "0x10", NUMBER_MALFORMED, 0 },
	{ "a", NUMBER_MALFORMED, 0 },
};

static const struct row sizes[] = {
	{ "64K", NUMBER_OK, 64 * KiB },
	{ "512M", NUMBER_OK, 512 * MiB },
	{ "1G", NUMBER_OK, GiB },
	{ "2T", NUMBER_OK, 2 * TiB },
	{ "0K", NUMBER_OK, 0 },
	{ "0x1000", NUMBER_OK, 4096 },
	{ "0X1f", NUMBER_OK, 31 },
	{ "0xFFFFffffFFFFffff", NUMBER_OK, UINT64_MAX },
	{ "0x00000000000000000001", NUMBER_OK, 1 },
	{ "16777215T", NUMBER_OK, 16777215 * TiB },
	{ "16777216T", NUMBER_TOO_BIG, 0 },
	{ "18446744073709551615K", NUMBER_TOO_BIG, 0 },
	{ "18446744073709551616K", NUMBER_TOO_BIG, 0 },
	{ "0x10000000000000000", NUMBER_TOO_BIG, 0 },
	{ "12", NUMBER_NEEDS_UNIT, 0 },
	{ "0", NUMBER_NEEDS_UNIT, 0 },
	{ "", NUMBER_MALFORMED, 0 },
	{ "K", NUMBER_MALFORMED, 0 },
	{ "0x", NUMBER_MALFORMED, 0 },
	{ "0xg", NUMBER_MALFORMED, 0 },
	{ "0x10K", NUMBER_MALFORMED, 0 },
	{ "1g", NUMBER_MALFORMED, 0 },
	{ "1 G", NUMBER_MALFORMED, 0 },
	{ "1GB", NUMBER_MALFORMED, 0 },
	{ "1GiB", NUMBER_MALFORMED, 0 },
	{ "1.5G", NUMBER_MALFORMED, 0 },
	{ "010M", NUMBER_MALFORMED, 0 },
	{ "+1M", NUMBER_MALFORMED, 0 },
	{ "-1M", NUMBER_MALFORMED, 0 },
	{ "1P", NUMBER_MALFORMED, 0 },
	{ "1MM", NUMBER_MALFORMED, 0 },
};

static const struct row addresses[] = {
	{ "0x0", NUMBER_OK, 0 },
	{ "0x2400000", NUMBER_OK, 0x2400000 },
	{ "0xfe215040", NUMBER_OK, 0xfe215040 },
	{ "0x1_0000", NUMBER_MALFORMED, 0 },
	{ "0x", NUMBER_MALFORMED, 0 },
	{ "", NUMBER_MALFORMED, 0 },
	{ "x10", NUMBER_MALFORMED, 0 },
	{ "0x-1", NUMBER_MALFORMED, 0 },
	{ "0x10 ", NUMBER_MALFORMED, 0 },
	{ "2400000", NUMBER_NEEDS_HEX, 0 },
	{ "fe215040", NUMBER_NEEDS_HEX, 0 },
	{ "0", NUMBER_NEEDS_HEX, 0 },
	{ "0x12345678123456789", NUMBER_TOO_BIG, 0 },
};

static void check(enum number_error (*read)(const char *, uint64_t *),
		  const struct row *rows, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		uint64_t value = 0;
		enum number_error error = read(rows[i].text, &value);

		if (error != rows[i].error
		    || (error == NUMBER_OK && value != rows[i].value))
			fail_msg("'%s': error %d, value 0x%llx", rows[i].text, error,
				 (unsigned long long)value);
	}
}

static void reads_counts(void **state)
{
	(void)state;
	check(number_count, counts, COUNT(counts));
}

static void reads_sizes(void **state)
{
	(void)state;
	check(number_size, sizes, COUNT(sizes));
}

static void reads_addresses(void **state)
{
	(void)state;
	check(number_address, addresses, COUNT(addresses));
}

static void shows_what_it_reads(void **state)
{
	static const struct {
		uint64_t bytes;
		const char *text;
	} rows[] = {
		{ 0, "0x0" }, { 1, "0x1" }, { 1000, "0x3e8" }, { KiB, "1K" },
		{ 1536 * KiB, "1536K" }, { 512 * MiB, "512M" }, { GiB, "1G" },
		{ 1024 * GiB, "1T" }, { GiB + 1, "0x40000001" },
		{ UINT64_MAX, "0xffffffffffffffff" },
	};
	struct arena a = { 0 };

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		uint64_t again;

		assert_string_equal(number_show(&a, rows[i].bytes), rows[i].text);
		assert_int_equal(number_size(rows[i].text, &again), NUMBER_OK);
		assert_true(again == rows[i].bytes);
	}
	arena_free(&a);
}

static void rounds(void **state)
{
	static const struct {
		uint64_t n, align, up, down;
	} rows[] = {
		{ 0, 4096, 0, 0 },
		{ 1, 4096, 4096, 0 },
		{ 4096, 4096, 4096, 4096 },
		{ 4097, 4096, 8192, 4096 },
		{ 5, 1, 5, 5 },
		{ UINT64_MAX - 4095, 4096, UINT64_MAX - 4095, UINT64_MAX - 4095 },
		{ UINT64_MAX - 4094, 4096, UINT64_MAX - 4095, UINT64_MAX - 4095 },
		{ UINT64_MAX, 2 * MiB, 0xffffffffffe00000, 0xffffffffffe00000 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		assert_true(round_up(rows[i].n, rows[i].align) == rows[i].up);
		assert_true(round_down(rows[i].n, rows[i].align) == rows[i].down);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_counts),
		cmocka_unit_test(reads_sizes),
		cmocka_unit_test(reads_addresses),
		cmocka_unit_test(shows_what_it_reads),
		cmocka_unit_test(rounds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
