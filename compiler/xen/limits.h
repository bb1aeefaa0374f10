/* SPDX-License-Identifier: BSD-2-Clause */
/* How many of a kind Xen keeps account of. */
#pragma once

/* Banks in a list of memory: RAM, what is reserved, a domain's memory (Xen
 * xen/include/xen/bootinfo.h, NR_MEM_BANKS). */
#define BANKS_MAX 256

/* Pieces of memory shared by domains, since Xen 4.19, which gave them a list of their own
 * (xen/include/xen/bootinfo.h, NR_SHMEM_BANKS). */
#define SHARED_BANKS_MAX 32

/* Colours of a cache (xen/common/Kconfig, LLC_COLORS_ORDER). */
#define COLORS_MAX 1024
