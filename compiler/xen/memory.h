/* SPDX-License-Identifier: BSD-2-Clause */
/* RAM that is free when Xen starts, and what Xen takes of it for domains, in bytes. */
#pragma once
#include "plan.h"
#include "xen/host.h"
#include "xen/regions.h"

/* RAM without files, reservations and claims. After layout. */
void add_ram(const struct plan *p, struct regions *all);

/* Page tables for a guest's memory. */
uint64_t p2m_pool(const struct domain *d);

/* What Xen would set aside for them if the guest did not say, bytes. */
uint64_t usual_p2m_pool(const struct domain *d);

/* The block, a power of two, into which Xen unpacks a gzip kernel; 0: it is none. */
uint64_t unpacked_block(const struct domain *d);

/* Shared memory for which Xen has to find a place. */
uint64_t shared_memory(const struct system *system);

/* dom0's own tree is smaller than the host's with less than a page more; Xen counts whole
 * 2 MiB. */
uint64_t dom0_tree_size(const struct plan *p);
