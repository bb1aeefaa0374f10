/* SPDX-License-Identifier: BSD-2-Clause */
/* A folder with Xen, a kernel and a device tree becomes a system.yaml to begin with. */
#pragma once
#include "job.h"

/* Looks at the files in the folder j->path and writes a description with comments, of what is
 * most likely wanted: dom0, and a guest if there is a ramdisk. false: reported. */
bool init_folder(struct job *j, struct text *out);
