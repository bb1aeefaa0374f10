/* SPDX-License-Identifier: BSD-2-Clause */
/* A number that cannot be read becomes the number that was meant. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/list.h"
#include "base/text.h"
#include "diag/fix.h"
#include "schema/help.h"

bool help_is_one_of(const char *word, const char *const *words)
{
	for (; *words; words++)
		if (strcasecmp(word, *words) == 0)
			return true;
	return false;
}

void help_write(struct diag *g, const char *text, const char *good)
{
	diag_help(g, "write %s", good);
	fix_word(g, g->at, text, good);
}

const char *help_bare(struct arena *a, const char *text)
{
	static const char *const quotes[] = { "\xe2\x80\x9c", "\xe2\x80\x9d", "\xe2\x80\x98",
					      "\xe2\x80\x99" };
	struct text t = { .arena = a };

	text_bytes(&t, "", 0);
	while (*text && *text != '#') {
		size_t skip = 0;

		for (size_t i = 0; i < countof(quotes); i++)
			if (starts_with(text, quotes[i]))
				skip = 3;
		if (!skip)
			text_bytes(&t, text, 1);
		text += skip ? skip : 1;
	}
	while (t.len > 0 && t.data[t.len - 1] == ' ')
		t.data[--t.len] = '\0';
	return t.data;
}

/* Bytes of a unit as people write it: "M", "MB", "MiB", "m". 0 if it is none. */
static uint64_t unit_size(const char *unit)
{
	static const char letters[] = "kmgt";
	const char *letter = *unit ? strchr(letters, *unit | 0x20) : NULL;

	if (!letter)
		return 0;
	unit++;
	unit += *unit == 'i' || *unit == 'I';
	unit += *unit == 'b' || *unit == 'B';
	return *unit ? 0 : KiB << 10 * (letter - letters);
}

/* "512MB", "0.5 GiB", "512m" as a size is written; NULL if that is not what it is. */
static const char *repaired_size(struct arena *a, const char *text)
{
	char *end;
	double n = strtod(text, &end);
	uint64_t unit;

	while (*end == ' ' || *end == '_')
		end++;
	unit = unit_size(end);
	if (*text < '0' || *text > '9' || !unit || n <= 0 ||
	    n * (double)unit >= (double)(1024 * TiB) ||
	    n * (double)unit != (double)(uint64_t)(n * (double)unit))
		return NULL;
	return number_show(a, (uint64_t)(n * (double)unit));
}

/* An address without what only people read: spaces and '_' between digits, capitals. */
static const char *repaired_address(struct arena *a, const char *text)
{
	char *copy = arena_copy(a, text, strlen(text)), *to = copy;
	uint64_t n;

	for (; *text; text++)
		if (!strchr(" _'", *text))
			*to++ = *text == 'X' ? 'x' : *text;
	*to = '\0';
	if (number_address(copy, &n) == NUMBER_OK)
		return copy;
	if (copy[strspn(copy, "0123456789abcdefABCDEF")] == '\0' && *copy)
		return arena_printf(a, "0x%s", copy);
	return number_size(copy, &n) == NUMBER_OK ? arena_printf(a, "0x%" PRIx64, n) : NULL;
}

/* "2.0", "02", "0x2", "+2" as 2. */
static const char *repaired_count(struct arena *a, const char *text)
{
	char *end;
	double n = strtod(text, &end);

	if (!strchr("+0123456789", *text) || !*text || *end || n < 0 || n > UINT32_MAX || n != (double)(uint64_t)n)
		return NULL;
	return arena_printf(a, "%" PRIu64, (uint64_t)n);
}

#define ROUND 4096
#define LIKELY (16 * MiB)	/* xl, libvirt and ImageBuilder count memory in MiB */

static void help_malformed(struct binder *b, struct diag *g, const struct field *f,
			   const char *text)
{
	const char *word = help_bare(b->arena, text);
	const char *good = f->kind == K_SIZE ? repaired_size(b->arena, word)
			 : f->kind == K_COUNT ? repaired_count(b->arena, word)
			 : repaired_address(b->arena, word);

	if (good && *word == '0' && strlen(word) > 2 && f->kind == K_COUNT)
		diag_help(g, "write %s", good);	/* 010 may have been octal */
	else if (good)
		help_write(g, text, good);
	else if (f->kind == K_COUNT)
		diag_help(g, "a count is a decimal number without sign or leading zeros, as in 2");
	else if (f->kind == K_SIZE)
		diag_help(g, "a size is a decimal number with K, M, G or T, or bytes in hex");
	else
		diag_help(g, "an address is 0x and hex digits, as in 0x8000000");
}

/* An address whose 0x was forgotten, or one in decimal: the one that is round is meant, if only one
 * of them is. */
static void help_decimal(struct diag *g, const char *text, uint64_t n)
{
	const char *same = arena_printf(g->arena, "0x%" PRIx64, n);
	const char *digits = arena_printf(g->arena, "0x%s", text);
	uint64_t hex;

	diag_help(g, "write %s (the same number), or %s if its digits are those of a hex number",
		  same, digits);
	if (number_address(digits, &hex) != NUMBER_OK)
		hex = 1;
	if ((n % ROUND == 0) != (hex % ROUND == 0))
		fix_word(g, g->at, text, n % ROUND == 0 ? same : digits);
}

void help_no_unit(struct diag *g, const struct field *f, const char *text)
{
	const char *good = arena_printf(g->arena, "%sM", text);
	uint64_t n;

	diag_help(g, "write %s for MiB, %sK for KiB, or bytes in hex", good, text);
	if (number_size(good, &n) == NUMBER_OK && n >= LIKELY && n >= f->min &&
	    (!f->max || n <= f->max))
		fix_word(g, g->at, text, good);
}

void help_number(struct binder *b, struct diag *g, const struct field *f, const char *text)
{
	uint64_t n;

	if (f->kind == K_ADDRESS && number_count(text, &n) == NUMBER_OK)
		help_decimal(g, text, n);
	else
		help_malformed(b, g, f, text);
}

