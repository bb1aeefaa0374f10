/* SPDX-License-Identifier: BSD-2-Clause */
/* Whether a file is all there, or was cut off on its way. */
#pragma once
#include "input/image.h"

struct fault {
	const char *words;	/* "is cut off: ...", to stand behind the file's name */
	bool appended;		/* it is all there, and something else behind it */
	bool may_do;		/* a ramdisk that Linux may be content with */
	int error;		/* errno: it could not be read, and nothing is said of it */
};

/* Whether Xen or a kernel is all there, by its header and, if it is packed, by its end.
 * A packed one whose end says something credible is not unpacked, unless thorough. */
bool kernel_is_whole(struct arena *a, const struct file *f, bool thorough,
		     struct fault *why);

/* The same for a ramdisk, which may be several archives, as Linux unpacks them
 * (Documentation/driver-api/early-userspace/buffer-format.rst). Of what zlib does not
 * unpack only the frame is looked at, and of bzip2, lzma and lzop nothing. */
bool ramdisk_is_whole(const struct file *f, bool thorough, struct fault *why);
