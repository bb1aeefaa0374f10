/* SPDX-License-Identifier: BSD-2-Clause */
/* The CPUs of the machine as Xen sees them. */
#pragma once
#include "xen/host.h"

struct cpu {
	const struct dt_node *n;
	uint64_t id;		/* the MPIDR */
	const char *why;	/* Xen goes on without it; NULL: it does not */
	bool left_out;		/* and does not even count it */
	bool unprotected;
};

struct cpus {			/* the one that boots, then in the order of the tree */
	struct cpu *cpu;
	size_t n;
	const char *psci;	/* why nothing can be started by it; NULL: all can */
};

struct cpu_limits {		/* what all CPUs that Xen starts can do */
	unsigned address_bits;	/* of a guest's addresses */
	unsigned vmid_bits;	/* how Xen tells domains apart */
	bool aarch32;		/* 32-bit kernels */
	unsigned sve_bits;	/* of SVE vectors; 0: no SVE */
};

/* The first CPU of the base tree; NULL: it has none. */
const struct dt_node *first_cpu(const struct host *h);

/* The CPUs of the base tree; NULL: there are none, or the first has no compatible,
 * without which Xen can make no tree for a domain. */
const struct cpus *read_cpus(const struct host *h);

/* false: a CPU of the tree is of a kind that xendtc does not know, or none can be told. */
bool cpu_limits(const struct host *h, struct cpu_limits *out);

/* The kinds of the CPUs that Xen starts: "arm,cortex-a72", for messages. */
const char *cpu_kinds(const struct host *h);

/* The CPUs of the base tree, or of the board if there is no tree. */
uint64_t count_cpus(const struct host *h);

/* Why Xen does not start a CPU, by its place in `struct cpus`; NULL: it does, for all we know. */
const char *why_off(const struct host *h, uint64_t index);

/* The number that Xen gives a CPU that it does not leave out, by its place in `all`. */
uint64_t number_of(const struct cpus *all, size_t index);

/* The place of the CPU that Xen counts as that number; SIZE_MAX: none. */
size_t numbered_cpu(const struct host *h, uint64_t number);

/* The pool that has a CPU, by its place in `struct cpus`; NULL: none. */
const struct cpupool *pool_with(const struct cpupool *pools, uint64_t index);

/* How many CPUs of pool p Xen starts. With p NULL: of the CPUs that are in no pool. */
uint64_t pool_cpus(const struct host *h, const struct system *s, const struct cpupool *p);

/* How many CPUs a domain has, and where that is said. */
uint64_t vcpus_of(const struct host *h, const struct system *s, const struct domain *d,
		  struct loc *at);
