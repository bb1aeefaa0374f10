/* SPDX-License-Identifier: BSD-2-Clause */
/* Room for the tree that Xen makes for dom0 from the host's. */
#pragma once
#include "job.h"

/* Bytes by which Xen's buffer may be too small: it is as large as the host's tree and a
 * little more. To be asked when all edits are made. */
uint64_t dom0_tree_lacks(struct job *j);
