/* SPDX-License-Identifier: BSD-2-Clause */
/* RAM that is free when Xen starts, and what Xen takes of it for domains. */
#include "xen/memory.h"

void add_ram(const struct plan *p, struct regions *all)
{
	for (size_t i = 0; i < p->bank_count; i++)
		add_region(all, p->banks[i].start, p->banks[i].end);
	for (const struct area *a = p->areas; a; a = a->next) {
		struct range r = { round_down(a->range.start, PAGE_SIZE_4K),
				   round_up(a->range.end, PAGE_SIZE_4K) };

		if (a->kind == AREA_LOAD || a->kind == AREA_RESERVED ||
		    a->kind == AREA_CLAIM)
			take_region(all, r);
	}
}

uint64_t usual_p2m_pool(const struct domain *d)
{
	uint64_t pages = 256 * d->vcpus.n + d->memory.n / MiB + 128;

	return round_up(pages * PAGE_SIZE_4K, MiB);
}

uint64_t p2m_pool(const struct domain *d)
{
	return d->p2m_memory.text ? d->p2m_memory.n : usual_p2m_pool(d);
}

uint64_t unpacked_block(const struct domain *d)
{
	const struct file *f = d->kernel->found;
	uint64_t block = PAGE_SIZE_4K;

	if (!f || !file_is_packed(f))
		return 0;
	while (block < f->unpacked_size)
		block *= 2;
	return block;
}

uint64_t shared_memory(const struct system *system)
{
	uint64_t sum = 0;

	for (const struct shared *s = system->shared; s; s = NEXT(s))
		sum += s->claim ? 0 : s->size.n;
	return sum;
}

uint64_t dom0_tree_size(const struct plan *p)
{
	return p->tree->size + 2 * PAGE_SIZE_4K;
}
