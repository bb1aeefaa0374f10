/* SPDX-License-Identifier: BSD-2-Clause */
/* The board's RAM is held against what Xen can keep account of. */
#include <inttypes.h>

#include "checks/checks.h"
#include "xen/host.h"
#include "xen/limits.h"
#include "xen/ram.h"

static const struct bank *first_bank(const struct host *h)
{
	return h->size->banks;
}

static const struct bank *next_bank(const struct bank *b)
{
	return NEXT(b);
}

/* The pages that the frame table has room for: 32 GiB of addresses, in entries of 56
 * bytes (xen/arch/arm/include/asm/mmu/layout.h). The direct map has room for more. */
#define FRAMES_MAX (32 * GiB / 56)

/* The pieces of 1 GiB for which Xen notes, with one bit each in whole words, whether they
 * have RAM (xen/common/pdx.c, pdx_group_valid). It does not look where that list ends. */
#define GROUPS_MAX ((FRAMES_MAX / GROUP_PAGES / 64 + 1) * 64)

/* Whether the frame table has room for all RAM. Since 4.22 it begins with a whole piece
 * of 1 GiB (xen/arch/arm/mmu/mm.c, init_frametable()). */
static void check_span(struct diags *diags, const struct host *h)
{
	struct frames f = ram_frames(h);
	uint64_t unit = xen_since(h, VERSION(4, 22)) ? GROUP_PAGES : 1;
	uint64_t count = f.last + 1 - round_down(f.first, unit);
	struct loc at = h->size->o.at;

	if (count > FRAMES_MAX && xen_since(h, VERSION(4, 18))) {
		diag(diags, E0603, at,
		     "the RAM is too far apart: Xen has a frame table for %" PRIu64
		     "G, and would need one for %" PRIu64 "G",
		     FRAMES_MAX * PAGE_SIZE_4K / GiB,
		     (count * PAGE_SIZE_4K + GiB - 1) / GiB);
		return;
	}
	if (f.last / GROUP_PAGES >= GROUPS_MAX)
		diag(diags, W0604, at,
		     "the RAM is too far up: Xen notes in a list for %" PRIu64
		     "G which parts have some, and would write behind its end",
		     (uint64_t)GROUPS_MAX);
}

/* Whether Xen's list has room for all banks of RAM
 * (xen/common/device-tree/bootinfo-fdt.c, device_tree_get_meminfo()). */
static void check_count(struct diags *diags, const struct host *h)
{
	const struct dt_node *first = host_first_memory(h);
	bool others = first && h->board->boot->fills_memory.n;
	uint64_t start, size;
	size_t count = 0;

	for (const struct bank *b = first_bank(h); b; b = next_bank(b))
		count++;
	for (const struct dt_node *n = others ? first->next : NULL; n; n = n->next)
		for (size_t i = 0; host_is_ram_node(h, n) && dt_reg(n, i, &start, &size); i++)
			count += size > 0;
	if (count <= BANKS_MAX)
		return;
	diag(diags, E0602, h->size->o.at,
	     "the RAM has %zu banks with those of the tree; Xen keeps %d", count,
	     BANKS_MAX);
}

static void warn_of_odd_banks(struct diags *diags, const struct host *h)
{
	for (const struct bank *b = first_bank(h); b; b = next_bank(b))
		if (b->start.n % PAGE_SIZE_4K || b->size.n % PAGE_SIZE_4K)
			diag(diags, W0605, b->start.at,
			     "a bank of RAM is not made of whole pages; what is over is "
			     "lost");
}

void check_ram(struct job *j)
{
	if (!j->host.base)
		return;
	check_count(&j->diags, &j->host);
	warn_of_odd_banks(&j->diags, &j->host);
	check_span(&j->diags, &j->host);
}
