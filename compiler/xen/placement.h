/* SPDX-License-Identifier: BSD-2-Clause */
/* Where Xen puts a domain's kernel, ramdisk and tree inside the domain's first bank. */
#pragma once
#include "xen/host.h"

/* Whether all three fit a bank, as Xen places them (xen/arch/arm/kernel.c,
 * place_dtb_initrd()), and the kernel's BSS leaves the other two alone. Sizes and
 * addresses in bytes. tree is the size of the domain's own tree. If it is false, *needed
 * is a size of the bank that is enough, or 0 if no size is. Files that are not known take
 * no room. */
bool placement_fits(const struct domain *d, const struct host *h, struct range bank,
		    uint64_t tree, uint64_t *needed);

/* The memory that the kernel was made for; false: Xen chooses. */
bool placement_is_bound(const struct file *kernel, const struct host *h, struct range *r);
