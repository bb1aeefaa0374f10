/* SPDX-License-Identifier: BSD-2-Clause */
/* The memory that Xen's heap begins with. All is in bytes; p is a plan with its layout.
 */
#pragma once
#include "plan.h"
#include "xen/host.h"
#include "xen/regions.h"

/* What Xen's heap begins with: its static heap, or else RAM without the files (kept until
 * all domains are built), reservations and static memory; not yet without the frame
 * table. */
void free_memory(const struct host *h, const struct system *s, const struct plan *p,
		 struct regions *all);

/* The table in which Xen keeps account of RAM is taken of what is free. false: there is
 * no room for a piece of that size. */
bool take_frame_table(const struct host *h, struct regions *all, uint64_t *size);
