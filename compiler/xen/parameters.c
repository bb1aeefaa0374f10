/* SPDX-License-Identifier: BSD-2-Clause */
/* The rows of xen_parameters.def become tables to look words up in, and a reference page. */
#include "xen/parameters.h"

#include <inttypes.h>
#include <string.h>

#include "base/list.h"
#include "schema/schema.h"

#define PARAMETER(n, t, b, ...) \
	{ .name = n, .type = XEN_##t, .bytes = b, .doc = __VA_ARGS__ },
const struct xen_parameter xen_parameters[] = {
#include "xen/parameters.def"
	{ .name = NULL }
};

#define X86 "x86"
#define ARM32 "32-bit Arm"
#define RISCV "RISC-V"
#define LINUX "Linux"
#define TREE "the device tree"
#define STRANGER(n, h) { n, h },
static const struct xen_stranger xen_strangers[] = {
#include "xen/parameters.def"
	{ NULL, NULL }
};

bool xen_knows(const struct xen_parameter *p, unsigned version)
{
	unsigned newest = VERSION(4, XEN_NEWEST);

	if (!version || version > newest)
		version = newest;
	if (p->until && version > VERSION(4, p->until))
		return false;
	return version >= VERSION(4, p->since);
}

const struct xen_parameter *xen_parameter(const char *name, unsigned version)
{
	const struct xen_parameter *found = NULL;

	for (const struct xen_parameter *p = xen_parameters; p->name; p++) {
		if (!streq(p->name, name))
			continue;
		if (!found || xen_knows(p, version))
			found = p;
	}
	return found;
}

/* A word may have an index: "ivrs_hpet[0]" is looked up as "ivrs_hpet". */
const struct xen_stranger *xen_stranger(const char *name)
{
	size_t len = strcspn(name, "[");

	for (const struct xen_stranger *s = xen_strangers; s->name; s++)
		if (strlen(s->name) == len && memcmp(s->name, name, len) == 0)
			return s;
	return NULL;
}

const char *xen_nearest_parameter(const char *name, unsigned version)
{
	const char *names[countof(xen_parameters)];
	size_t n = 0;

	for (const struct xen_parameter *p = xen_parameters; p->name; p++)
		if (xen_knows(p, version))
			names[n++] = p->name;
	return nearest_word(name, names, n);
}

static void add_words(struct text *t, const struct xen_parameter *p)
{
	bool switches = false;
	size_t len;

	text_add(t, "%s", p->list ? "a comma list of " : strchr(p->words, ' ') ? "one of " : "");
	for (const char *w = p->words; *w; w += len) {
		len = strcspn(w, " ");
		switches |= len > 1 && w[len - 1] == '?';
		if (*w == '?')
			text_add(t, "on/off");
		else
			text_add(t, "%.*s", (int)(len - (w[len - 1] == '*')), w);
		len += strspn(w + len, " ");
		text_add(t, "%s", w[len] ? ", " : "");
	}
	if (switches)
		text_add(t, "; those with ? also as no-WORD or WORD=off");
}

static void add_number(struct text *t, const struct xen_parameter *p)
{
	text_add(t, "a number");
	if (p->zero)
		text_add(t, ", 0 or");
	if (p->max)
		text_add(t, " from %" PRIu64 " to %" PRIu64, p->min, p->max);
	else if (p->min)
		text_add(t, " of at least %" PRIu64, p->min);
}

void xen_takes(struct text *t, const struct xen_parameter *p)
{
	enum xen_type type = p->type == XEN_CUSTOM && p->as ? p->as : p->type;

	if (p->takes)
		text_add(t, "%s", p->takes);
	else if (p->words)
		add_words(t, p);
	else if (type == XEN_BOOL)
		text_add(t, "yes, on, true, enable, 1, no, off, false, disable, 0, or nothing");
	else if (type == XEN_INTEGER)
		add_number(t, p);
	else if (type == XEN_SIZE)
		text_add(t, "a number with K, M, G or T");
	else
		text_add(t, "text of up to %u characters", p->bytes - 1);
	if (type == XEN_SIZE && p->bytes == 4)
		text_add(t, ", below 4G");
}

static void print_parameter(const struct xen_parameter *p, FILE *f)
{
	struct arena a = { 0 };
	struct text t = { .arena = &a };

	xen_takes(&t, p);
	fprintf(f, "| `%s` | ", p->name);
	for (const char *s = t.data; *s; s++)
		fprintf(f, *s == '|' ? "\\|" : "%c", *s);
	fputs(" | ", f);
	if (p->since)
		fprintf(f, "from 4.%u%s", p->since, p->until ? " " : "");
	if (p->until)
		fprintf(f, "to 4.%u", p->until);
	fprintf(f, " | %s |", p->doc);
	fprintf(f, p->needs ? " %s |\n" : " |\n", p->needs);
	arena_free(&a);
}

static void explain_row(struct arena *a, const struct xen_parameter *p, FILE *f)
{
	struct text t = { .arena = a };

	xen_takes(&t, p);
	fprintf(f, "%s, a parameter of Xen's command line\n\n%s\n\nvalue: %s\n", p->name, p->doc,
		t.data);
	if (p->since)
		fprintf(f, "first Xen: 4.%u\n", p->since);
	if (p->until)
		fprintf(f, "last Xen: 4.%u\n", p->until);
	if (p->needs)
		fprintf(f, "wants a Xen that was built with CONFIG_%s\n", p->needs);
	fputs("place: a word of xen.cmdline\n", f);
}

bool xen_explain_parameter(struct arena *a, const char *name, FILE *f)
{
	bool found = false;

	for (const struct xen_parameter *p = xen_parameters; p->name; p++) {
		if (!streq(p->name, name))
			continue;
		if (found)
			fputc('\n', f);
		explain_row(a, p, f);
		found = true;
	}
	return found;
}

static void print_strangers(FILE *f)
{
	const char *home = NULL;

	for (const struct xen_stranger *s = xen_strangers; s->name; s++) {
		if (!home || !streq(home, s->home))
			fprintf(f, "%s**%s:** `%s`", home ? "\n\n" : "", s->home, s->name);
		else
			fprintf(f, ",\n`%s`", s->name);
		home = s->home;
	}
	fputc('\n', f);
}

void xen_print_parameters(FILE *f)
{
	fprintf(f, "<!-- SPDX-License-Identifier: BSD-2-Clause -->\n# Parameters of Xen's command line\n\n"
		"Printed by `xendtc schema xen-parameters`: what an arm64 build of Xen 4.14 to 4.%u\n"
		"can know, from Xen's own source. The last column is the option of Xen's Kconfig that\n"
		"a parameter comes with; a build without it does not know the parameter.\n\n"
		"Options are separated by spaces; there are no quotes. `no-` in front of a yes-or-no\n"
		"parameter turns it off. A size without a letter counts in KiB; a number that begins\n"
		"with 0 is octal. What is given twice counts the second time, but lists add up.\n\n"
		"| Parameter | Takes | Xen | Meaning | Built with |\n|---|---|---|---|---|\n",
		XEN_NEWEST);
	for (const struct xen_parameter *p = xen_parameters; p->name; p++)
		print_parameter(p, f);
	fputs("\n## Words that Xen on arm64 does not know\n\nWhere they are at home:\n\n", f);
	print_strangers(f);
}
