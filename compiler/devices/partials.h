/* SPDX-License-Identifier: BSD-2-Clause */
/* Partial trees become lists of devices. */
#pragma once
#include "job.h"
#include "xen/partial.h"

/* A tree with its devices, at the end of j->partials; marks what they are on the host
 * (passes/marks.h). Before repair; j->host.base, j->host.phandles and j->host.gic_node
 * must be set. */
struct partial *partial_add(struct job *j, const struct domain *guest,
			    const struct devicetree *tree, struct loc at,
			    const char *name, uint64_t size);
