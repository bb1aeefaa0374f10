/* SPDX-License-Identifier: BSD-2-Clause */
/* The parts of check_files and check_contents. Each reports what it finds. */
#pragma once
#include "diag/diag.h"
#include "input/cache.h"
#include "xen/host.h"

/* Is the kernel something that Xen, or xl for a deferred guest, can start? */
void check_kernel(struct diags *diags, const struct host *h, struct cache *cache,
		  const struct domain *d);

/* Is the ramdisk, if there is one, something that Linux can unpack? */
void check_ramdisk(struct diags *diags, struct cache *cache, const struct domain *d);

/* Are Xen or a kernel, or the ramdisk of a domain, all there? With `thorough`, packed
 * files are read to their ends. false: an error was reported. */
bool check_whole(struct diags *diags, struct cache *cache, const struct image *i,
		 bool thorough);
bool check_whole_ramdisk(struct diags *diags, struct cache *cache, const struct domain *d,
			 bool thorough);

/* Whether the kernel of a domain is a ramdisk, and the ramdisk a kernel. */
bool is_swapped(const struct domain *d);

/* Whether the kernel of a domain is Xen, and the image of Xen a Linux kernel. */
bool is_swapped_with_xen(struct cache *cache, const struct domain *d, const struct image *xen);
