/* SPDX-License-Identifier: BSD-2-Clause */
/* Grant tables are held against the addresses that Xen has for them. */
#include <inttypes.h>

#include "base/list.h"
#include "checks/checks.h"
#include "xen/grants.h"

/* Xen maps the pages of such tables side by side into 1 GiB of its addresses, where
 * devices are, too; up to 4.18 a grant table has to be in one piece, which is no larger
 * (xen/arch/arm/include/asm/mmu/layout.h, VMAP_VIRT_SIZE; xen/common/vmap.c,
 * vmalloc_type(); xen/include/xen/mm.h, MAX_ORDER). Seen on 4.17 and 4.20: tables of 1 GiB
 * fail, of 763 MiB do not. */
#define TABLES_MAX GiB
#define TABLES_DOUBT (TABLES_MAX - 128 * MiB)

struct tables {			/* tables of one kind, which all domains have */
	const char *what, *usual;
	struct frame_limit (*limit)(const struct host *h, const struct domain *d);
	uint64_t (*memory)(struct frame_limit f);
};

static const struct tables kinds[] = {
	{ "maptrack frames",
	  "leave it out: Xen takes 1024 then, for 262144 mappings", maptrack_limit, maptrack_memory },
	{ "grant frames", "leave it out: Xen takes 64 then, for 32768 grants", grant_limit,
	  grant_memory },
};

static void check_tables(struct diags *diags, const struct host *h,
			 const struct system *system, const struct tables *t)
{
	const struct domain *largest = NULL;
	uint64_t sum = 0, most = 0;
	struct diag *g;

	for (const struct domain *d = first_domain(system); d; d = next_domain(system, d)) {
		uint64_t bytes = t->memory(t->limit(h, d));

		sum += bytes;
		if (bytes > most) {
			largest = d;
			most = bytes;
		}
	}
	if (sum < TABLES_DOUBT)
		return;
	g = diag(diags, sum < TABLES_MAX ? W0857 : E0856, t->limit(h, largest).at,
		 "%s may have %" PRIu64 " %s, and Xen needs %" PRIu64
		 "M of its own addresses for them; it has %" PRIu64
		 "M for all domains and devices",
		 domain_title(diags->arena, largest), t->limit(h, largest).n, t->what,
		 most / MiB, TABLES_MAX / MiB);
	diag_help(g, "%s", t->usual);
}

void check_grants(struct job *j)
{
	for (size_t i = 0; i < countof(kinds); i++)
		check_tables(&j->diags, &j->host, j->system, &kinds[i]);
}
