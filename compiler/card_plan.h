/* SPDX-License-Identifier: BSD-2-Clause */
/* Places and sizes of partitions on a card, and whether they fit. */
#pragma once
#include "diag/diag.h"
#include "plan.h"

/* What is left free before the first partition and in front of each logical one,
 * bytes: room for the table of partitions that stands there. */
#define CARD_GAP MiB

/* A table of partitions has this many entries. If there are more partitions, the
 * fourth entry is the extended one, which holds the others. */
#define CARD_PRIMARY 4

/* Sets what a partition has to hold, in bytes and in inodes, and its size unless that was
 * given. false: it is too small, and that was reported. */
bool card_fill(struct card_partition *p, uint64_t bytes, uint64_t inodes,
	       struct diags *d);

/* Puts the partitions one behind the other and sets the size of the card unless it was
 * given. A partition whose size is not known yet counts as empty. false: they do not
 * fit, and that was reported. */
bool card_layout(struct arena *a, struct card_plan *c, struct diags *d);

/* The number that Linux and U-Boot give to a partition: index counts from 0 after the
 * first one, count is of all but that one. Logical partitions begin with 5. */
unsigned card_number(unsigned index, unsigned count);

static inline bool card_is_logical(const struct card_partition *p)
{
	return p->number > CARD_PRIMARY;
}
