/* SPDX-License-Identifier: BSD-2-Clause */
/* Questions to a config, and findings about its lines. */
#include "import/ib_config.h"

#include <inttypes.h>
#include <stdarg.h>
#include <string.h>

const struct shell_value *ib_get(struct ib_config *c, const char *name,
				     uint64_t index)
{
	struct shell_value *v = shell_find(&c->shell, name, index);

	if (!v || !*v->text)
		return NULL;
	v->used = true;
	return v;
}

const char *ib_text(struct ib_config *c, const char *name)
{
	const struct shell_value *v = ib_get(c, name, 0);

	return v ? v->text : NULL;
}

const char *ib_name(struct ib_config *c, const struct shell_value *v)
{
	const struct ib_variable *row = ib_find(v->name);

	if (v->paired)
		return arena_printf(c->j->arena, "%s[%" PRIu64 ",%" PRIu64 "]", v->name,
				    v->index, v->second);
	if (v->index || (row && row->shape != IB_ONE))
		return arena_printf(c->j->arena, "%s[%" PRIu64 "]", v->name, v->index);
	return v->name;
}

void ib_lost(struct ib_config *c, const struct shell_value *v, const char *why)
{
	diag(&c->j->diags, W1023, v->at, "%s is not carried over: %s", ib_name(c, v),
	     why);
}

void ib_differs(struct ib_config *c, const struct shell_value *v, const char *fmt,
		    ...)
{
	va_list ap;

	va_start(ap, fmt);
	diag(&c->j->diags, W1024, v->at, "%s", arena_vprintf(c->j->arena, fmt, ap));
	va_end(ap);
}

bool ib_wrong(struct ib_config *c, const struct shell_value *v, const char *way,
	      const char *fmt, ...)
{
	struct diag *g;
	va_list ap;

	va_start(ap, fmt);
	g = diag(&c->j->diags, E1007, v->at, "%s %s", ib_name(c, v),
		 arena_vprintf(c->j->arena, fmt, ap));
	va_end(ap);
	if (way)
		diag_help(g, "%s", way);
	return false;
}

bool ib_is_one(struct ib_config *c, const char *name, uint64_t index)
{
	const struct shell_value *v = ib_get(c, name, index);

	if (v && !streq(v->text, "1"))
		ib_differs(c, v, "%s has no effect unless it is 1", ib_name(c, v));
	return v && streq(v->text, "1");
}

bool ib_number(struct ib_config *c, const struct shell_value *v, uint64_t *n)
{
	int64_t number;

	if (!shell_number(&c->shell, v->text, v->at, &number))
		return false;
	*n = (uint64_t)number;
	return number >= 0 || ib_wrong(c, v, "write a number from 0 on", "is negative");
}

/* `test A -lt B` knows no other numbers, and is silent about nothing: garbage makes
 * ImageBuilder's loops end before they begin. */
bool ib_count(struct ib_config *c, const char *name, uint64_t *n)
{
	const struct shell_value *v = ib_get(c, name, 0);
	const char *digits = v ? v->text : "0";

	while (digits[0] == '0' && digits[1])
		digits++;
	if (number_count(digits, n) == NUMBER_OK && *n <= INT16_MAX)
		return true;
	return ib_wrong(c, v, NULL,
			    "is not a decimal number: ImageBuilder takes it for 0 "
			    "without a word");
}

size_t ib_words(struct ib_config *c, const char *text, const char *separators,
		    const char ***words)
{
	size_t n = 0, len;

	*words = arena_alloc(c->j->arena, (strlen(text) + 1) * sizeof(**words));
	for (;; text += len) {
		text += strspn(text, separators);
		len = strcspn(text, separators);
		if (!len)
			return n;
		(*words)[n++] = arena_copy(c->j->arena, text, len);
	}
}

const char *ib_path(struct ib_config *c, const char *name)
{
	return inputs_path(c->j->arena, &c->j->inputs, name, loc_none());
}

static bool read_range(struct ib_config *c, const struct shell_value *v,
		       const char **words, uint64_t *start, uint64_t *size)
{
	int64_t n[2];

	if (!shell_number(&c->shell, words[0], v->at, &n[0]) ||
	    !shell_number(&c->shell, words[1], v->at, &n[1]))
		return false;
	*start = (uint64_t)n[0];
	*size = (uint64_t)n[1];
	return true;
}

bool ib_range_sum(struct ib_config *c, const struct shell_value *v, uint64_t *sum)
{
	const char **words;
	size_t n = ib_words(c, v->text, " \t\n", &words);
	uint64_t start, size;

	if (n % 2)
		return ib_wrong(c, v, "write a size behind each address, as in "
				       "\"0x50000000 0x8000000\"",
				"has an address without a size");
	for (size_t i = 0; i < n; i += 2) {
		if (!read_range(c, v, words + i, &start, &size))
			return false;
		*sum += size;
	}
	return true;
}

bool ib_write_ranges(struct ib_config *c, const char *key, const struct shell_value *v)
{
	uint64_t sum = 0, start, size;
	const char **words;
	size_t n = ib_words(c, v->text, " \t\n", &words);

	if (!ib_range_sum(c, v, &sum))
		return false;
	yaml_open(&c->y, key, YAML_LIST);
	for (size_t i = 0; i < n; i += 2) {
		if (!read_range(c, v, words + i, &start, &size))
			break;
		yaml_open(&c->y, NULL, YAML_FLOW_MAP);
		yaml_scalarf(&c->y, "address", "0x%" PRIx64, start);
		yaml_scalar(&c->y, "size", number_show(c->j->arena, size));
		yaml_close(&c->y);
	}
	yaml_close(&c->y);
	return true;
}

bool ib_boots(struct ib_config *c, uint64_t guest)
{
	return !ib_get(c, "DOMU_NOBOOT", guest) &&
	       !ib_get(c, "DOMU_ROOTFS", guest);
}

static bool is_of_guest(const struct ib_variable *row)
{
	return row->shape == IB_PER_GUEST || row->shape == IB_PER_VCPU;
}

static void report_unknown(struct ib_config *c, const struct shell_value *v)
{
	const char *near = ib_nearest(v->name);
	struct diag *g;

	g = diag(&c->j->diags, W1027, v->at, "ImageBuilder knows no variable '%s'",
		 v->name);
	if (near)
		diag_help(g, "did you mean '%s'?", near);
}

static void report_unused(struct ib_config *c, const struct shell_value *v)
{
	const struct ib_variable *row = ib_find(v->name);

	if (!row)
		report_unknown(c, v);
	else if (is_of_guest(row) && v->index >= c->guests)
		diag(&c->j->diags, W1025, v->at,
		     "%s is beyond NUM_DOMUS=%" PRIu64
		     ": ImageBuilder drops it without a word",
		     ib_name(c, v), c->guests);
	else if (row->fate == IB_LOST)
		ib_lost(c, v, row->doc);
	else if (row->shape == IB_NUMBERED)
		diag(&c->j->diags, W1025, v->at,
		     "%s is beyond NUM_%s%s: ImageBuilder drops it "
		     "without a word",
		     ib_name(c, v), v->name, streq(v->name, "CPUPOOL") ? "S" : "");
	else if (row->fate == IB_CARRIED)
		diag(&c->j->diags, W1028, v->at, "%s has no effect in this config",
		     ib_name(c, v));
}

void ib_report_unused(struct ib_config *c)
{
	for (const struct shell_value *v = c->shell.values; v; v = v->next)
		if (!v->used && *v->text)
			report_unused(c, v);
}
