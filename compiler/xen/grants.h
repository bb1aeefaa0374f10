/* SPDX-License-Identifier: BSD-2-Clause */
/* The memory that Xen takes for a domain's grant table, with which it grants its memory
 * to others, and for its maptrack table, of what it has mapped of others. */
#pragma once
#include "xen/host.h"

/* The most frames (pages) that a domain may have of one of these tables, and where that
 * is said. */
struct frame_limit {
	uint64_t n;
	struct loc at;		/* src NULL: nobody says it, and it is Xen's preset */
};

/* The limit of the maptrack table: max-maptrack-frames of the domain, or else
 * gnttab_max_maptrack_frames= of Xen. */
struct frame_limit maptrack_limit(const struct host *h, const struct domain *d);

/* The limit of the grant table: max-grant-frames of the domain, or else
 * gnttab_max_frames= of Xen. */
struct frame_limit grant_limit(const struct host *h, const struct domain *d);

/* Bytes that Xen takes of its heap, when it makes a domain, for pointers to so many
 * frames. */
uint64_t maptrack_memory(struct frame_limit f);
uint64_t grant_memory(struct frame_limit f);

/* Bytes that both tables of a domain take beyond those that they take with Xen's presets.
 */
uint64_t more_for_grants(const struct host *h, const struct domain *d);
