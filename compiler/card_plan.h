/* SPDX-License-Identifier: BSD-2-Clause */
/* Where everything lies on the card, and whether it fits. */
#pragma once
#include "diag/diag.h"
#include "plan.h"

/* Before the first partition, and in front of each logical one: bytes. */
#define CARD_GAP MiB

/* More partitions than this make the fourth an extended one. */
#define CARD_PRIMARY 4

/* What is on a partition, which sets its size unless that was given. false: reported. */
bool card_fill(struct card_partition *p, uint64_t bytes, uint64_t inodes,
	       struct diags *d);

/* Puts the partitions one behind the other and sets the size of the card unless it was
 * given. Those whose size is not known take no room. false: reported. */
bool card_layout(struct arena *a, struct card_plan *c, struct diags *d);

/* The number of a partition, counted from 0 after the first: logical ones begin with 5.
 */
unsigned card_number(unsigned index, unsigned count);

static inline bool card_is_logical(const struct card_partition *p)
{
	return p->number > CARD_PRIMARY;
}
