/* SPDX-License-Identifier: BSD-2-Clause */
/* The CPUs of the machine as Xen sees them. */
#pragma once
#include "job.h"

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

/* false: a CPU of the tree is of a kind that xendtc does not know, or none can be told. */
bool cpu_limits(const struct job *j, struct cpu_limits *out);

/* The kinds of the CPUs that Xen starts: "arm,cortex-a72", for messages. */
const char *cpu_kinds(const struct job *j);

/* Whether Xen makes SVE vectors of that many bits for a domain; reported if not. */
bool check_sve_bits(struct job *j, struct loc at, uint64_t bits);

/* Why Xen does not start a CPU, by its place in `struct cpus`; NULL: it does, for all we know. */
const char *why_off(struct job *j, uint64_t index);

/* The number that Xen gives a CPU that it does not leave out, by its place in `all`. */
uint64_t number_of(const struct cpus *all, size_t index);

/* The place of the CPU that Xen counts as that number; SIZE_MAX: none. */
size_t numbered_cpu(struct job *j, uint64_t number);

/* The pool that has a CPU, by its place in `struct cpus`; NULL: none. */
const struct cpupool *pool_with(const struct job *j, uint64_t index);

/* How many CPUs Xen starts of a pool; NULL: of those that are in no pool. */
uint64_t pool_cpus(struct job *j, const struct cpupool *p);

/* How many CPUs a domain has, and where that is said. */
uint64_t vcpus_of(struct job *j, const struct domain *d, struct loc *at);
