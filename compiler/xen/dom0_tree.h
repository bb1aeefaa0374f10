/* SPDX-License-Identifier: BSD-2-Clause */
/* Room for the tree that Xen makes for dom0 from the host's. */
#pragma once
#include "plan.h"
#include "xen/host.h"

/* Bytes by which Xen's buffer may be too small: it is as large as the host's tree and a
 * little more. 0 if there is no dom0 or no tree. To be asked when p has all its edits. */
uint64_t dom0_tree_lacks(const struct host *h, const struct system *s,
			 const struct plan *p);
