/* SPDX-License-Identifier: BSD-2-Clause */
/* Numbers as people write them, read strictly: no octal, no signs, no trailing rubbish.
 */
#pragma once
#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"

#define KiB ((uint64_t)1 << 10)
#define MiB ((uint64_t)1 << 20)
#define GiB ((uint64_t)1 << 30)
#define TiB ((uint64_t)1 << 40)
#define PAGE_SIZE_4K ((uint64_t)4096)

/* What is wrong with a number; NUMBER_OK if nothing. */
enum number_error {
	NUMBER_OK,
	NUMBER_MALFORMED,
	NUMBER_TOO_BIG,    /* does not fit 64 bits */
	NUMBER_NEEDS_UNIT, /* a size without K, M, G or 0x: it could be bytes or KiB */
	NUMBER_NEEDS_HEX   /* an address that is not in hex */
};

/* "0" or a decimal number without leading zeros. */
enum number_error number_count(const char *s, uint64_t *n);

/* "512M", "64K", "1G", "2T" or hex bytes; *n in bytes. */
enum number_error number_size(const char *s, uint64_t *n);

/* "0x" and hex digits; *n in bytes from address 0. */
enum number_error number_address(const char *s, uint64_t *n);

/* A size as number_size() reads it, in the largest unit that is exact; owned by the
 * arena. */
const char *number_show(struct arena *a, uint64_t bytes);

/* The next number or range of a list "0-3,7" (FORM_RANGES); *list moves behind it. A number
 * is a range of one. false: the list has ended. */
bool number_next_range(const char **list, uint64_t *first, uint64_t *last);

/* Whether n is in a list of numbers and ranges, "0-3,7" (FORM_RANGES). */
bool number_in_ranges(const char *list, uint64_t n);

/* n rounded up or down to a multiple of align, a power of two. Rounding up saturates. */
uint64_t round_up(uint64_t n, uint64_t align);
uint64_t round_down(uint64_t n, uint64_t align);
