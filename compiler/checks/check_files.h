/* SPDX-License-Identifier: BSD-2-Clause */
/* The parts of check_files. Each reports what it finds. */
#pragma once
#include "diag/diag.h"
#include "input/cache.h"
#include "xen/host.h"

/* Is it something that Xen can start? */
void check_kernel(struct diags *diags, const struct host *h, struct cache *cache,
		  const struct domain *d);

/* Is it something that Linux can unpack? */
void check_ramdisk(struct diags *diags, struct cache *cache, const struct domain *d);

/* Is Xen or a kernel all there, or a ramdisk? Thorough is what reads packed ones to their
 * end. false: no, and that is an error. */
bool check_whole(struct diags *diags, struct cache *cache, const struct image *i,
		 bool thorough);
bool check_whole_ramdisk(struct diags *diags, struct cache *cache, const struct domain *d,
			 bool thorough);

/* Whether Xen would try to start it. */
bool is_kernel(const struct file *f);

/* Whether kernel and ramdisk stand in each other's place. */
bool is_swapped(const struct domain *d);
