/* SPDX-License-Identifier: BSD-2-Clause */
/* Text becomes numbers, and numbers text. */
#include "base/number.h"

#include <stdlib.h>

#include <inttypes.h>
#include <string.h>

#include "base/list.h"

static int digit_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

/* Reads digits up to end (or up to NUL); all of them must be digits, at least one. */
static enum number_error digits(const char *s, const char *end, unsigned base,
				uint64_t *n)
{
	uint64_t v = 0;

	if (s == end)
		return NUMBER_MALFORMED;
	for (; s < end; s++) {
		int d = digit_value(*s);

		if (d < 0 || (unsigned)d >= base)
			return NUMBER_MALFORMED;
		if (v > (UINT64_MAX - (unsigned)d) / base)
			return NUMBER_TOO_BIG;
		v = v * base + (unsigned)d;
	}
	*n = v;
	return NUMBER_OK;
}

static enum number_error decimal(const char *s, const char *end, uint64_t *n)
{
	if (*s == '0' && end - s > 1)
		return NUMBER_MALFORMED; /* "010" is 8 to some readers and 10 to others */
	return digits(s, end, 10, n);
}

static bool is_hex(const char *s)
{
	return s[0] == '0' && (s[1] == 'x' || s[1] == 'X');
}

enum number_error number_count(const char *s, uint64_t *n)
{
	return decimal(s, s + strlen(s), n);
}

enum number_error number_size(const char *s, uint64_t *n)
{
	static const char units[] = "KMGT";
	size_t len = strlen(s);
	const char *unit;
	enum number_error e;
	unsigned shift;

	if (is_hex(s))
		return digits(s + 2, s + len, 16, n);
	if (len == 0)
		return NUMBER_MALFORMED;
	unit = strchr(units, s[len - 1]);
	if (!unit || !*unit)
		return decimal(s, s + len, n) == NUMBER_OK ? NUMBER_NEEDS_UNIT
							   : NUMBER_MALFORMED;
	shift = 10 * (unsigned)(unit - units + 1);
	e = decimal(s, s + len - 1, n);
	if (e != NUMBER_OK)
		return e;
	if (*n > UINT64_MAX >> shift)
		return NUMBER_TOO_BIG;
	*n <<= shift;
	return NUMBER_OK;
}

enum number_error number_address(const char *s, uint64_t *n)
{
	size_t len = strlen(s);

	if (is_hex(s))
		return digits(s + 2, s + len, 16, n);
	return digits(s, s + len, 16, n) == NUMBER_MALFORMED ? NUMBER_MALFORMED
							     : NUMBER_NEEDS_HEX;
}

const char *number_show(struct arena *a, uint64_t bytes)
{
	static const struct { uint64_t unit; char letter; } units[] = {
		{ TiB, 'T' }, { GiB, 'G' }, { MiB, 'M' }, { KiB, 'K' },
	};

	for (size_t i = 0; i < countof(units); i++)
		if (bytes && bytes % units[i].unit == 0)
			return arena_printf(a, "%" PRIu64 "%c", bytes / units[i].unit,
					    units[i].letter);
	return arena_printf(a, "0x%" PRIx64, bytes);
}

bool number_next_range(const char **list, uint64_t *first, uint64_t *last)
{
	char *end;

	if (!**list)
		return false;
	*first = *last = strtoull(*list, &end, 10);
	if (*end == '-')
		*last = strtoull(end + 1, &end, 10);
	*list = *end ? end + 1 : end;
	return true;
}

bool number_in_ranges(const char *list, uint64_t n)
{
	uint64_t first, last;

	while (number_next_range(&list, &first, &last))
		if (n >= first && n <= last)
			return true;
	return false;
}

uint64_t round_up(uint64_t n, uint64_t align)
{
	if (n > UINT64_MAX - (align - 1))
		return UINT64_MAX & ~(align - 1);
	return (n + align - 1) & ~(align - 1);
}

uint64_t round_down(uint64_t n, uint64_t align)
{
	return n & ~(align - 1);
}
