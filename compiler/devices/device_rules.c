/* SPDX-License-Identifier: BSD-2-Clause */
/* The rows of device_rules.def become tables, and a page. */
#include "devices/device_rules.h"

#include <stddef.h>
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

static bool fits(const char *pattern, const char *name)
{
	size_t len = strlen(pattern), own = strlen(name);

	if (pattern[0] == '*')
		return own >= len && streq(name + own - (len - 1), pattern + 1);
	if (len && pattern[len - 1] == '*')
		return strncmp(pattern, name, len - 1) == 0;
	return streq(pattern, name);
}

const struct device_rule *device_rule(const char *property)
{
	const struct device_rule *r = rules;

	while (r->property && !fits(r->property, property))
		r++;
	return r;
}

static void print_rule(const struct device_rule *r, FILE *f)
{
	static const char *const does[] = {
		[DEVICE_COPY] = "copied", [DEVICE_MADE] = "written anew",
		[DEVICE_DROP] = "left out",
		[DEVICE_LEAVE] = "followed, else left out",
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

void device_print_rules(FILE *f)
{
	fputs("<!-- SPDX-License-Identifier: BSD-2-Clause -->\n# Devices for guests\n\n"
	      "Printed by `xendtc schema device-rules`: what becomes of the properties of a device\n"
	      "under `passthrough:` in the guest's partial tree. A property that is not in the list\n"
	      "is copied as it is. One that is *followed* names another node: the guest gets that\n"
	      "one too, or it is one of those that are copied along, or the property is left out,\n"
	      "or the device refused. `without: [PROPERTY]` leaves any of them out, and\n"
	      "`clock-rates: [HZ]` puts a clock of a fixed rate where the tree has another.\n\n"
	      "| Property | What becomes of it | Why |\n|---|---|---|\n", f);
	for (const struct device_rule *r = rules; r->property; r++)
		print_rule(r, f);
	fputs("\n## Copied along\n\nNodes without registers, by `compatible`, if they need nothing "
	      "that the guest lacks:\n\n", f);
	print_words(device_providers, false, f);
	fputs("\n## DMA\n\nWithout an IOMMU, a device that reads and writes memory by itself is "
	      "only for guests with\n`direct-map`. These do:\n\n", f);
	print_words(device_kinds, true, f);
	fputs("\nThese do not:\n\n", f);
	print_words(device_kinds, false, f);
	fputs("\nOf others, those do that have `iommus`, `dma-coherent` or `dma-ranges`, or whose name says so.\n", f);
}
