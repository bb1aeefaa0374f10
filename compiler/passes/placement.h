/* SPDX-License-Identifier: BSD-2-Clause */
/* Where Xen puts a domain's kernel, ramdisk and tree inside the domain's first bank. */
#pragma once
#include "job.h"

/* Whether all three fit a bank, as Xen places them (xen/arch/arm/kernel.c,
 * place_dtb_initrd()). Sizes and addresses in bytes. xen is its release, tree the size of
 * the domain's own tree. *needed is a bank size that is enough, if this one is not. Files
 * that are not known take no room. */
bool placement_fits(const struct domain *d, unsigned xen, struct range bank,
		    uint64_t tree, uint64_t *needed);

/* Reports a kernel that was made for an address outside of the bank; false: it was. */
bool placement_is_inside(struct job *j, const struct domain *d, struct range bank);
