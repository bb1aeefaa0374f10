/* SPDX-License-Identifier: BSD-2-Clause */
/* What the user gives for a root file system becomes a partition of an image. */
#pragma once
#include "emit/workshop.h"

/* Unpacks an archive into a folder of the workshop that is called like the partition.
 * false: reported. */
bool rootfs_unpack(struct workshop *w, const struct card_partition *p);

/* Makes the file system of a partition in place: p->start bytes from the start of the
 * image, which is a file of that name in the workshop. false: reported. */
bool rootfs_make(struct workshop *w, const struct card_partition *p, const char *image);
