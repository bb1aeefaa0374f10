/* SPDX-License-Identifier: BSD-2-Clause */
/* The files for a card become sizes of partitions and their places. */
#include "card_plan.h"

#include "base/number.h"

#define ROOM (64 * MiB)		/* for files to come, and for what ext4 keeps for itself */
#define INODE_SIZE 256		/* bytes */
#define SMALLEST (64 * MiB)	/* card; QEMU wants cards with a power of two (hw/sd/sd.c) */

bool card_fill(struct card_partition *p, uint64_t bytes, uint64_t inodes, struct diags *d)
{
	uint64_t needed = bytes + inodes * INODE_SIZE;
	struct diag *g;

	p->inodes = inodes;
	if (!p->size)
		p->size = p->from == FROM_IMAGE
				  ? round_up(bytes, MiB)
				  : round_up(needed + needed / 4 + ROOM, MiB);
	if (p->size >= needed)
		return true;
	g = diag(d, E0323, p->at, "partition '%s' has %s, and '%s' takes %s of it",
		 p->name, number_show(d->arena, p->size), p->path,
		 number_show(d->arena, round_up(needed, MiB)));
	diag_help(g, "leave 'size' out and xendtc makes room");
	return false;
}

unsigned card_number(unsigned index, unsigned count)
{
	bool all_primary = count + 1 <= CARD_PRIMARY;

	return all_primary || index < CARD_PRIMARY - 2 ? index + 2 : index + 3;
}

static uint64_t power_of_two(uint64_t n)
{
	uint64_t power = SMALLEST;

	while (power < n)
		power *= 2;
	return power;
}

bool card_layout(struct arena *a, struct card_plan *c, struct diags *d)
{
	uint64_t end = CARD_GAP + c->boot_size;
	struct diag *g;

	for (struct card_partition *p = c->partitions; p; p = p->next) {
		p->start = end + (card_is_logical(p) ? CARD_GAP : 0);
		end = p->start + p->size;
	}
	if (!c->size)
		c->size = power_of_two(end);
	if (end <= c->size)
		return true;
	g = diag(d, E0323, c->at, "the card has %s, and its partitions take %s",
		 number_show(a, c->size), number_show(a, end));
	diag_help(g, "leave 'size' out and xendtc makes it large enough");
	return false;
}
