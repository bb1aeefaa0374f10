/* SPDX-License-Identifier: BSD-2-Clause */
/* New files, which are on the disk when they are said to be there. */
#pragma once
#include <stdint.h>
#include <sys/types.h>

#include "base/text.h"

/* Makes a file that is not there yet, of bytes. false: errno says why. */
bool create_file(const char *path, const struct text *bytes);

struct checksums {		/* of what a file should hold; NULL: not known */
	const char *sha256;	/* hex */
	const uint32_t *crc;
};

/* Makes a file that is not there yet, of the contents of another and with that mode, whatever
 * the umask: by sharing the blocks where the file system can do that, else by copying them.
 * false: errno says why; ESTALE if the copy has other checksums than it should. */
bool create_copy(const char *path, const char *from, mode_t mode, struct checksums wanted);

/* Sees to it that a file which others wrote is on the disk. false: errno says why. */
bool sync_file(const char *path);
