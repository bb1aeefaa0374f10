/* SPDX-License-Identifier: BSD-2-Clause */
/* A number that cannot be read becomes the number that was meant. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "base/utf8.h"
#include "diag/fix.h"
#include "schema/help.h"

bool help_is_one_of(const char *word, const char *const *words)
{
	for (; *words; words++)
		if (strcasecmp(word, *words) == 0)
			return true;
	return false;
}

/* Where a comment begins that YAML takes for a part of the value, or the text's end. */
static size_t comment_start(const char *text)
{
	const char *slashes = strstr(text, " //");
	size_t len = strcspn(text, "#");

	return slashes && (size_t)(slashes - text) < len ? (size_t)(slashes - text) : len;
}

/* A comment that stood too close to its value stays behind it. */
void help_write(struct diag *g, const char *text, const char *good)
{
	const char *comment = text + comment_start(text);

	diag_help(g, "write %s", good);
	if (*comment && g->at.len == strlen(text))
		good = arena_printf(g->arena, "%s # %s", good, comment + strspn(comment, " /#"));
	fix_word(g, g->at, text, good);
}

const char *help_bare(struct arena *a, const char *text)
{
	const char *typed = utf8_retyped(a, text);
	size_t len = comment_start(typed), start = strspn(typed, " \"'");

	while (len > start && strchr(" \"',;", typed[len - 1]))
		len--;
	return arena_copy(a, typed + (start < len ? start : len), start < len ? len - start : 0);
}

/* Bytes of a unit as people write it: "M", "MB", "MiB", "m", "megabytes". 0 if it is none. */
static uint64_t unit_size(const char *unit)
{
	static const char *const endings[] = { "", "b", "i", "ib", "ig", "igs", "eg", "egs", "byte",
					       "bytes", "ilobytes", "egabyte", "egabytes", "igabyte",
					       "igabytes", "ebibytes", "ibibytes", NULL };
	static const char letters[] = "kmgt";
	const char *letter = *unit ? strchr(letters, *unit | 0x20) : NULL;

	return letter && help_is_one_of(unit + 1, endings) ? KiB << 10 * (letter - letters) : 0;
}

/* The number in front of a unit as C reads it: digits in groups of three are one number, and a
 * comma in front of other digits is a point. */
static const char *plain_number(struct arena *a, const char *text)
{
	struct text t = { .arena = a };

	text_bytes(&t, "", 0);
	for (; *text; text++) {
		size_t group = 0;	/* more than 4 digits are none */

		while (group < 4 && text[1 + group] >= '0' && text[1 + group] <= '9')
			group++;
		if (*text == '_' || (strchr(" ,'", *text) && group == 3 && t.len > 0 &&
				     t.data[0] != '0'))
			continue;
		text_bytes(&t, *text == ',' && group ? "." : text, 1);
	}
	return t.data;
}

/* Hex digits without what only people read between them; NULL if that is not what it is. */
static const char *repaired_hex(struct arena *a, const char *text)
{
	char *copy = arena_copy(a, text, strlen(text)), *to = copy;
	uint64_t n;

	for (; *text; text++)
		if (!strchr(" _'", *text))
			*to++ = *text;
	*to = '\0';
	return number_address(copy, &n) == NUMBER_OK ? copy : NULL;
}

/* What Xen's own dom0_mem takes beside the size, "1G,max:1G", is left out: xendtc writes it. */
static const char *without_limits(struct arena *a, const char *text)
{
	static const char *const parts[] = { ",max:", ",min:", NULL };

	for (size_t i = 0; parts[i]; i++)
		if (strstr(text, parts[i]))
			text = arena_copy(a, text, (size_t)(strstr(text, parts[i]) - text));
	return starts_with(text, "max:") ? text + 4 : text;
}

/* "512MB", "0.5 GiB", "1,024m", "+1 gig" as a size is written; NULL if that is not what it is. */
static const char *repaired_size(struct arena *a, const char *text)
{
	char *end;
	uint64_t unit;
	double n;

	if (starts_with(text, "0x"))
		return repaired_hex(a, text);
	text = plain_number(a, text + (*text == '+'));
	n = strtod(text, &end);
	end += strspn(end, " ");
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
	if (to > copy + 1 && (to[-1] | 0x20) == 'h')
		to[-1] = '\0';		/* as assemblers write it */
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

	if (!strchr("+0123456789", *text) || !*text || *end || n < 0 || n > UINT32_MAX ||
	    n != (double)(uint64_t)n)
		return NULL;
	return arena_printf(a, "%" PRIu64, (uint64_t)n);
}

#define EACH_MOST 200		/* characters */
#define ROUND 4096
#define TREE_KIB 65536		/* a number like this is one of KiB, as Xen's device tree has it */
#define LIKELY (16 * MiB)	/* xl, libvirt and ImageBuilder count memory in MiB */

static const char *repaired_number(struct arena *a, const struct field *f, const char *word)
{
	return f->kind == K_SIZE ? repaired_size(a, without_limits(a, word))
	     : f->kind == K_COUNT ? repaired_count(a, word) : repaired_address(a, word);
}

/* "2-3" as the list has it: "2, 3"; NULL if it is no range. */
static const char *each_of_range(struct binder *b, const char *text)
{
	struct text t = { .arena = b->arena };
	uint64_t first, last;

	if (!strchr(text, '-') || !form_accepts(b->patterns, FORM_RANGES, text))
		return NULL;
	while (number_next_range(&text, &first, &last))
		for (uint64_t n = first; n <= last; n++) {
			if (t.len > EACH_MOST)
				return NULL;
			text_add(&t, "%s%" PRIu64, t.len ? ", " : "", n);
		}
	return t.data;
}

const char *help_each(struct binder *b, const struct field *f, const char *text)
{
	return f->item == K_COUNT && !f->of ? each_of_range(b, text) : NULL;
}

static bool means_any(const char *word)
{
	static const char *const words[] = { "auto", "any", "none", "automatic", "default", NULL };

	return help_is_one_of(word, words);
}

static void help_malformed(struct binder *b, struct diag *g, const struct field *f,
			   const char *text)
{
	const char *word = help_bare(b->arena, text);
	const char *good = repaired_number(b->arena, f, word);

	if (strchr(text, '$'))
		diag_help(g, "nobody fills in '$...' here: write the number itself%s",
			  f->kind == K_ADDRESS && !f->required
			  ? ", or leave the address out, and xendtc finds room" : "");
	else if (good && *word == '0' && strspn(word, "0123456789") == strlen(word) &&
		 strlen(word) > 2 && f->kind == K_COUNT)
		diag_help(g, "write %s", good);	/* 010 may have been octal */
	else if (good)
		help_write(g, text, good);
	else if (f->inside && help_each(b, f, word))
		help_write(g, text, help_each(b, f, word));
	else if (f->kind == K_ADDRESS && !f->required && means_any(word))
		diag_help(g, "leave '%s' out, and xendtc finds room", f->key);
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

static bool fits(const struct field *f, uint64_t n)
{
	return n >= f->min && (!f->max || n <= f->max);
}

/* A number too large to be one of MiB is one of bytes. */
static bool help_bytes(struct diag *g, const struct field *f, const char *text)
{
	uint64_t bytes;

	if (number_count(text, &bytes) != NUMBER_OK || bytes < LIKELY || bytes % ROUND ||
	    !fits(f, bytes))
		return false;
	help_write(g, text, number_show(g->arena, bytes));
	return true;
}

/* A number too large to be one of MiB, and too small to be one of bytes, is one of KiB. */
static bool help_kib(struct diag *g, const struct field *f, const char *text)
{
	uint64_t n;

	if (number_count(text, &n) != NUMBER_OK || n < TREE_KIB || n % 4 || n >= f->min ||
	    n > UINT64_MAX / KiB || !fits(f, n * KiB))
		return false;
	help_write(g, text, number_show(g->arena, n * KiB));
	return true;
}

bool help_hex_kib(struct diag *g, const struct field *f, const struct value *v)
{
	if (f->as != DT_KIB64 || !starts_with(v->text, "0x") || v->n > UINT64_MAX / KiB ||
	    !fits(f, v->n * KiB))
		return false;
	diag_help(g, "this counts bytes; Xen's device tree counts KiB, of which it is %s",
		  number_show(g->arena, v->n * KiB));
	return true;
}

void help_no_unit(struct diag *g, const struct field *f, const char *text)
{
	const char *good = arena_printf(g->arena, "%sM", text);
	uint64_t n;

	if (number_size(good, &n) == NUMBER_OK && n == 0) {
		diag_help(g, "write a size such as 512M");
		return;
	}
	if (help_bytes(g, f, text) || help_kib(g, f, text))
		return;
	diag_help(g, "write %s for MiB, %sK for KiB, or bytes in hex", good, text);
	if (number_size(good, &n) == NUMBER_OK && n >= LIKELY && fits(f, n))
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

