/* SPDX-License-Identifier: BSD-2-Clause */
/* Partial trees become lists of devices. */
#pragma once
#include "plan.h"
#include "xen/partial.h"

/* The devices of a guest's partial tree, as Xen finds them. What they are on the host gets
 * the mark xen,passthrough in the plan (passes/marks.h), so before repair; the host's base
 * tree, phandles and GIC must be set. `at` is the word that names the file, `name` is it for
 * messages, and `size` what it has in bytes. Owned by the arena of the host. */
struct partial *partial_read(const struct host *h, struct plan *plan,
			     const struct domain *guest, const struct devicetree *tree,
			     struct loc at, const char *name, uint64_t size);
