/* SPDX-License-Identifier: BSD-2-Clause */
/* Grant tables, and the tables of what a domain has mapped of others. */
#pragma once
#include "xen/host.h"

/* The number of frames that a domain may have of a table, and where that is said. */
struct frame_limit {
	uint64_t n;
	struct loc at;		/* src is NULL: nobody says it, Xen has its own number */
};

/* Frames of the table of what the domain has mapped of others. */
struct frame_limit maptrack_limit(const struct host *h, const struct domain *d);

/* Frames of the table with which the domain grants its memory to others. */
struct frame_limit grant_limit(const struct host *h, const struct domain *d);

/* What Xen takes of its heap for pointers to so many frames, in bytes. */
uint64_t maptrack_memory(struct frame_limit f);
uint64_t grant_memory(struct frame_limit f);

/* What both take for a domain beyond what they take if nobody says anything, in bytes. */
uint64_t more_for_grants(const struct host *h, const struct domain *d);
