/* SPDX-License-Identifier: BSD-2-Clause */
/* The layout and what the domains want become a sum: how much of the RAM goes where. */
#include "passes/passes.h"
#include "xen/heap.h"

void sum_memory(struct job *j)
{
	struct regions *all = NEW(j->arena, struct regions);
	struct plan *p = &j->plan;
	struct memory_sum m;
	uint64_t size;

	free_memory(&j->host, j->system, p, all);
	if (!take_frame_table(&j->host, all, &size))
		return;		/* check_memory reports it */
	take_buffers(&j->host, all);
	m = sum_of_memory(&j->host, j->system, p, all);
	p->ram = m.ram;
	p->dom0_memory = m.dom0;
	p->guest_memory = m.guests;
	p->overhead = m.ram - m.left + m.wanted - (m.dom0 + m.guests);
}
