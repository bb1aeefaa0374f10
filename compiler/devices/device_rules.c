/* SPDX-License-Identifier: BSD-2-Clause */
/* The rows of device_rules.def become tables, and a page. */
#include "devices/device_rules.h"

#include <ctype.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

static const struct device_rule rules[] = {
#define RULE(property, action, cells, companion, doc) \
	{ property, DEVICE_##action, cells, companion, doc },
#include "devices/device_rules.def"
	{ NULL, DEVICE_COPY, "", "", "" }
};

const struct device_word device_providers[] = {
#define PROVIDER(compatible, doc) { compatible, false, doc },
#include "devices/device_rules.def"
	{ NULL, false, NULL }
};

const struct device_word device_kinds[] = {
#define DEVICE(compatible, dma, doc) { compatible, dma, doc },
#include "devices/device_rules.def"
	{ NULL, false, NULL }
};

static const char *const numbers[] = {
#define NUMBER(property) property,
#include "devices/device_numbers.def"
	NULL
};

/* Whether the text is a decimal number and nothing else. */
static bool is_number(const char *text)
{
	return *text && !text[strspn(text, "0123456789")];
}

/* Whether a name is of a pattern (see device_rules.def), without the part before ':'. */
static bool fits_name(const char *pattern, const char *name)
{
	size_t len = strlen(pattern), own = strlen(name);
	bool front = pattern[0] == '*', back = len > 1 && pattern[len - 1] == '*';

	for (size_t i = 0; front && back && i + len - 2 <= own; i++)
		if (strncmp(name + i, pattern + 1, len - 2) == 0)
			return true;
	if (front)
		return !back && own >= len && streq(name + own - (len - 1), pattern + 1);
	if (back)
		return strncmp(pattern, name, len - 1) == 0;
	if (len && pattern[len - 1] == '#')
		return strncmp(pattern, name, len - 1) == 0 && is_number(name + len - 1);
	return streq(pattern, name);
}

static bool fits(const char *pattern, const struct dt_node *n, const char *name)
{
	const char *colon = strchr(pattern, ':');
	size_t len = colon ? (size_t)(colon - pattern) : 0;

	if (!colon)
		return fits_name(pattern, name);
	if (!fits_name(colon + 1, name))
		return false;
	for (const struct dt_prop *p = n->props; p; p = p->next)
		if (strlen(p->name) == len && strncmp(p->name, pattern, len) == 0)
			return true;
	return false;
}

const struct device_rule *device_rule(const struct dt_node *n, const char *property)
{
	const struct device_rule *r = rules;

	while (r->property && !fits(r->property, n, property))
		r++;
	return r;
}

bool device_is_number(const char *property)
{
	const char *const *w = numbers;

	while (*w && !fits_name(*w, property))
		w++;
	return *w;
}

size_t device_cells_before(const struct device_rule *r)
{
	size_t len = strlen(r->cells);

	return len && r->cells[len - 1] == '-' ? strtoul(r->cells, NULL, 10) : 0;
}

size_t device_cells_after(const struct device_rule *r, const struct dt_node *to, size_t left)
{
	if (*r->cells == '#')
		return to ? dt_cell(to, r->cells, 0, 0) : 0;
	if (*r->cells == '.')
		return left;
	if (!isdigit((unsigned char)*r->cells) || device_cells_before(r))
		return 0;
	return to ? strtoul(r->cells, NULL, 10) : 0;
}

static void print_rule(const struct device_rule *r, FILE *f)
{
	static const char *const does[] = {
		[DEVICE_COPY] = "copied", [DEVICE_MADE] = "written anew",
		[DEVICE_DROP] = "left out",
		[DEVICE_LEAVE] = "followed, else left out",
		[DEVICE_LOOSE] = "followed, else left out",
		[DEVICE_NEED] = "followed, else refused",
		[DEVICE_REFUSE] = "refused",
	};

	fprintf(f, "| `%s` | %s | %s |\n", r->property, does[r->action], r->doc);
}

static void print_words(const struct device_word *w, bool dma, FILE *f)
{
	for (; w->compatible; w++)
		if (w->dma == dma)
			fprintf(f, "- `%s`: %s\n", w->compatible, w->doc);
}

static void print_numbers(FILE *f)
{
	fputs("\n## Numbers\n\nThese hold numbers, whatever node has such a phandle:\n", f);
	for (const char *const *w = numbers; *w; w++)
		fprintf(f, "%s`%s`", w == numbers ? "" : (w - numbers) % 5 ? ", " : ",\n", *w);
	fputs(".\n", f);
}

/* Prints the figures that came of tests/campaign_passthrough.py. */
static void print_figures(FILE *f)
{
	fputs("\n## Tried with real trees\n\n"
	      "`tools/inputs.sh trees && tests/campaign_passthrough.py` gives each device with an interrupt of the arm64\n"
	      "trees of Linux 6.12 (Debian 13's package, 6.12.117-1) to a guest, types what help says until the device\n"
	      "is accepted or refused for good, and holds the partial tree against the references that the sources of\n"
	      "the trees have. Help is followed in two ways: by its first line, and by the one that leaves a property\n"
	      "out. What is wrong with a tree whoever gets what (no console that Xen drives, for one) is looked past.\n\n"
	      "| | |\n|---|---|\n"
	      "| trees | 962 |\n"
	      "| trees left out, for they are made with overlays, and no source has all their references | 61 |\n"
	      "| devices with an interrupt | 64177 |\n"
	      "| different ones of a vendor, each tried in both ways | 13767 |\n"
	      "| accepted | 25321 |\n"
	      "| of them after help | 20467 |\n"
	      "| refused, and no suggestion is left: Xen keeps it (E0870: 932), it is no device of its own (E0342: 862, 24 "
	      "of them with E0343), its pages are Xen's (E0883: 202), it shares an interrupt (E0882: 189), the tree has to "
	      "go without it (E0540: 4) | 2213 |\n"
	      "| references that name another node than the machine's, or none | 0 |\n"
	      "| numbers that were changed or lost | 0 |\n"
	      "| help that leads in a circle, or that cannot be followed | 0 |\n\n"
	      "Three of these trees by the first rules that xendtc had: 136 wrong references or numbers in the trees of\n"
	      "207 devices, and 137 ways on which help led in a circle.\n", f);
}

void device_print_rules(FILE *f)
{
	fputs("<!-- SPDX-License-Identifier: BSD-2-Clause -->\n# Devices for guests\n\n"
	      "Printed by `xendtc schema device-rules`: what becomes of the properties of a device\n"
	      "under `passthrough:` in the guest's partial tree. A property that is not in the list\n"
	      "is copied as it is, with a warning (W0347) if it may name a node that the guest lacks.\n"
	      "One that is *followed* names another node: the guest gets that one too, or it is one\n"
	      "of those that are copied along, or the property is left out, or the device refused.\n"
	      "In disabled nodes below the device nothing is followed: what leads out is left out.\n\n"
	      "`without: [PROPERTY]` leaves any of them out, of the device and of all that is below\n"
	      "it; `without: [CHILD/PROPERTY]` of that node alone; and `without: [CHILD]` leaves the\n"
	      "node out. `clock-rates: [HZ]` puts a clock of a fixed rate where the tree has another.\n\n"
	      "In the patterns `*` stands for anything, `#` for a number, and `WORD:PROPERTY` for a\n"
	      "property of nodes that have the property WORD.\n\n"
	      "| Property | What becomes of it | Why |\n|---|---|---|\n", f);
	for (const struct device_rule *r = rules; r->property; r++)
		print_rule(r, f);
	print_numbers(f);
	fputs("\n## Copied along\n\nNodes without registers, by `compatible`, if they need nothing "
	      "that the guest lacks:\n\n", f);
	print_words(device_providers, false, f);
	fputs("\n## DMA\n\nWithout an IOMMU, a device that reads and writes memory by itself is "
	      "only for guests with\n`direct-map`. These do:\n\n", f);
	print_words(device_kinds, true, f);
	fputs("\nThese do not:\n\n", f);
	print_words(device_kinds, false, f);
	fputs("\nOf others, those do that have `iommus`, `dma-coherent` or `dma-ranges`, or whose name says so.\n", f);
	print_figures(f);
}
