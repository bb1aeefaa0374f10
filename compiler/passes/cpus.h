/* SPDX-License-Identifier: BSD-2-Clause */
/* The CPUs of the machine as Xen sees them. */
#pragma once
#include "job.h"

struct cpu {
	const struct dt_node *n;
	uint64_t id;		/* the MPIDR */
	const char *why;	/* Xen goes on without it; NULL: it does not */
	bool unprotected;
};

struct cpus {			/* in the order of the tree; the one that boots comes first */
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
