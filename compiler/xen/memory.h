/* SPDX-License-Identifier: BSD-2-Clause */
/* Memory that is free when Xen starts, and what Xen takes of it for domains. All is in
 * bytes. */
#pragma once
#include "plan.h"
#include "xen/host.h"
#include "xen/regions.h"

/* Adds RAM to a list of what is free, without files, reservations and claims. After
 * layout. */
void add_ram(const struct plan *p, struct regions *all);

/* What Xen sets aside for the page tables of a guest: as the guest says, or as usual. */
uint64_t p2m_pool(const struct domain *d);

/* What Xen sets aside if the guest does not say (xen/common/device-tree/dom0less-build.c,
 * domain_p2m_pages()). */
uint64_t usual_p2m_pool(const struct domain *d);

/* The block, a power of two, into which Xen unpacks the kernel of a domain
 * (xen/common/device-tree/kernel.c, kernel_decompress()); 0: it is not packed. */
uint64_t unpacked_block(const struct domain *d);

/* The sum of the shared memories that have no address of the machine, so that Xen finds
 * memory for them. */
uint64_t shared_memory(const struct system *system);

/* More than the tree that Xen makes for dom0 can take: its buffer is as large as the
 * host's tree and less than a page. How much more does not matter, for Xen makes room for
 * it in whole 2 MiB. */
uint64_t dom0_tree_size(const struct plan *p);
