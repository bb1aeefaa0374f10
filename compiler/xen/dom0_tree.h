/* SPDX-License-Identifier: BSD-2-Clause */
/* Room for the tree that Xen makes for dom0 from the host's. */
#pragma once
#include "plan.h"
#include "xen/host.h"

/* The bytes by which Xen's buffer for dom0's tree may be too small: the buffer is as
 * large as the host's tree and a little more. 0: it is large enough, or there is no dom0
 * or no tree. p must have all its edits. */
uint64_t dom0_tree_lacks(const struct host *h, const struct system *s,
			 const struct plan *p);
