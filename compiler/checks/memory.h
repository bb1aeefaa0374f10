/* SPDX-License-Identifier: BSD-2-Clause */
/* Free memory, and what domains take of it. */
#pragma once
#include "job.h"

#define REGIONS_MAX 640

struct regions {		/* free memory, not in order */
	struct range r[REGIONS_MAX];
	size_t n;
};

void add_region(struct regions *all, uint64_t start, uint64_t end);
void take_region(struct regions *all, struct range taken);
uint64_t regions_total(const struct regions *all);

/* RAM without files, reservations and claims. */
void add_ram(const struct job *j, struct regions *all);

/* The highest free place of a size, as Xen's boot allocator takes it. */
bool find_top(const struct regions *all, uint64_t size, uint64_t align, uint64_t *start);

/* The lowest (or highest) naturally aligned free block below a limit; false: none. */
bool find_block(const struct regions *all, uint64_t size, uint64_t limit, bool low,
		uint64_t *start);

/* Page tables for a guest's memory, bytes. */
uint64_t p2m_pool(const struct domain *d);

/* The block, a power of two, into which Xen unpacks a gzip kernel; 0: it is none. */
uint64_t unpacked_block(const struct domain *d);

/* dom0's own tree is smaller than the host's with less than a page more; Xen counts whole
 * 2 MiB. */
uint64_t dom0_tree_size(const struct job *j);

/* Whether kernel, ramdisk and tree of dom0 have room in its first bank; reported if not. */
bool dom0_fits(struct job *j, const struct domain *d, struct range first);

/* Where Xen moves with colours; false: it does not, or finds no place. */
bool colored_xen(struct job *j, struct range *where);

/* Its memory moves from where it was loaded. */
void move_xen(const struct job *j, struct regions *all, struct range where);

/* Whether all domains find memory of their colours among what is free. */
bool check_colored_domains(struct job *j, const struct regions *all);
