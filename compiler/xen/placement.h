/* SPDX-License-Identifier: BSD-2-Clause */
/* Where Xen puts a domain's kernel, ramdisk and tree inside the domain's first bank. */
#pragma once
#include "xen/host.h"

/* Whether kernel, ramdisk and tree fit a bank where Xen places them
 * (xen/arch/arm/kernel.c, place_dtb_initrd()), and the kernel's BSS leaves the other two
 * alone. `tree` is the size of the domain's own tree; files that are not known take no
 * room. If they do not fit, *needed is a size of the bank that would do, or 0 if none
 * would. All is in bytes. */
bool placement_fits(const struct domain *d, const struct host *h, struct range bank,
		    uint64_t tree, uint64_t *needed);

/* The memory that the kernel was made for, and that Xen therefore puts it into; false:
 * Xen chooses the place. */
bool placement_is_bound(const struct file *kernel, const struct host *h, struct range *r);
