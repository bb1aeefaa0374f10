/* SPDX-License-Identifier: BSD-2-Clause */
/* Lengths of SVE vectors are held against what Xen and the CPUs have. */
#include <inttypes.h>

#include "checks/sve.h"
#include "xen/cpus.h"

#define SVE_UNIT 128		/* bits: xen/arch/arm/arm64/sve.c */
#define SVE_MAX 2048

bool check_sve_bits(struct diags *diags, const struct host *h, struct loc at,
		    uint64_t bits)
{
	struct cpu_limits limits;
	struct diag *g;

	if (bits % SVE_UNIT || bits > SVE_MAX) {
		diag(diags, E0829, at, "SVE vectors are multiples of %d bits, up to %d",
		     SVE_UNIT, SVE_MAX);
		return false;
	}
	if (!cpu_limits(h, &limits) || bits <= limits.sve_bits)
		return true;
	if (!limits.sve_bits) {
		g = diag(diags, E0829, at, "the CPUs of this machine (%s) have no SVE",
			 cpu_kinds(h));
		diag_help(g, "leave it out");
	} else {
		g = diag(diags, E0829, at,
			 "the CPUs of this machine (%s) have SVE vectors of up to %u "
			 "bits, "
			 "not %" PRIu64,
			 cpu_kinds(h), limits.sve_bits, bits);
		diag_help(g, "write %u, or less", limits.sve_bits);
	}
	return false;
}
