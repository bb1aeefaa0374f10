/* SPDX-License-Identifier: BSD-2-Clause */
/* What the user gives for a root file system becomes a partition of an image. */
#pragma once
#include "emit/workshop.h"

/* The folder of the workshop into which the archive of a partition is unpacked. */
const char *rootfs_folder(struct workshop *w, const struct card_partition *p);

/* Unpacks an archive into that folder. false: reported. */
bool rootfs_unpack(struct workshop *w, const struct card_partition *p);

/* Makes the file system of a partition in place: p->start bytes from the start of the
 * image, which is a file of that name in the workshop. false: reported. */
bool rootfs_make(struct workshop *w, const struct card_partition *p, const char *image);
