/* SPDX-License-Identifier: BSD-2-Clause */
/* The CPUs of the machine as Xen sees them. */
#pragma once
#include "xen/host.h"

struct cpu {
	const struct dt_node *n;
	uint64_t id;		/* the MPIDR: who it is among the CPUs */
	const char *why;	/* why Xen does not start it; NULL: it does */
	bool other_kind;	/* that is why: it is not of the kind of the CPU that boots */
	bool left_out;		/* Xen gives it no number */
	bool unprotected;	/* nothing keeps its spin table free until it is started */
};

struct cpus {			/* the CPU that boots, then the others as in the tree */
	struct cpu *cpu;
	size_t n;
	const char *psci;	/* why Xen can start none by PSCI; NULL: it can */
};

struct cpu_limits {		/* what all CPUs that Xen starts can do */
	unsigned address_bits;	/* width of a guest's physical addresses */
	unsigned vmid_bits;	/* width of the number that a domain's TLB entries have */
	bool aarch32;		/* they run 32-bit kernels */
	unsigned sve_bits;	/* the longest SVE vector; 0: no SVE */
};

/* The first CPU of the base tree; NULL: it has none. */
const struct dt_node *first_cpu(const struct host *h);

/* The CPUs of the base tree; NULL: there are none, or the first has no compatible,
 * without which Xen can make no tree for a domain. */
const struct cpus *read_cpus(const struct host *h);

/* What all CPUs that Xen starts can do. false, and *out is not set: one of them is of a
 * kind that xendtc does not know, or nothing is known of them. */
bool cpu_limits(const struct host *h, struct cpu_limits *out);

/* The kinds of the CPUs that Xen starts, for messages: "arm,cortex-a72". Owned by the
 * arena of h. */
const char *cpu_kinds(const struct host *h);

/* The number of CPUs of the base tree, or of the board if there is no tree. */
uint64_t count_cpus(const struct host *h);

/* Why Xen does not start the CPU with that index in h->cpus, for a message; NULL: it
 * does, as far as is known. */
const char *why_off(const struct host *h, uint64_t index);

/* The number by which Xen calls the CPU with that index, if it is not left out. */
uint64_t number_of(const struct cpus *all, size_t index);

/* The index in h->cpus of the CPU that Xen calls by that number; SIZE_MAX: there is none.
 */
size_t numbered_cpu(const struct host *h, uint64_t number);

/* The pool that has the CPU with that index; NULL: none has it. */
const struct cpupool *pool_with(const struct cpupool *pools, uint64_t index);

/* How many CPUs of pool p Xen starts. With p NULL: of the CPUs that are in no pool. */
uint64_t pool_cpus(const struct host *h, const struct system *s, const struct cpupool *p);

/* The number of CPUs of a domain; *at is the word that says it, or the domain itself
 * where nothing does. */
uint64_t vcpus_of(const struct host *h, const struct system *s, const struct domain *d,
		  struct loc *at);
