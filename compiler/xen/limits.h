/* SPDX-License-Identifier: BSD-2-Clause */
/* The most things of a kind that Xen keeps account of. */
#pragma once

/* Entries of a list of memory: banks of RAM, reserved ranges, banks of a domain (Xen
 * xen/include/xen/bootinfo.h, NR_MEM_BANKS). */
#define BANKS_MAX 256

/* Entries of the list of memory that domains share, which has been a list of its own
 * since Xen 4.19 (xen/include/xen/bootinfo.h, NR_SHMEM_BANKS). */
#define SHARED_BANKS_MAX 32

/* Colours of a cache, at the most (xen/common/Kconfig, LLC_COLORS_ORDER). */
#define COLORS_MAX 1024
