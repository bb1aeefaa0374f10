/* SPDX-License-Identifier: BSD-2-Clause */
/* What the first bytes of a file say it is. */
#pragma once
#include <stddef.h>

#include "input/image.h"

/* What files begin with that several readers tell apart by themselves. */
#define DTB_MAGIC "\xd0\x0d\xfe\xed"	/* Devicetree Specification v0.4, section 5.2 */
#define UIMAGE_MAGIC "\x27\x05\x19\x56"	/* U-Boot include/image.h, IH_MAGIC */
#define MAGIC_SIZE 4			/* bytes of either */

/* How many bytes file_kind_of() wants to see; fewer are fine if the file is shorter. */
#define KIND_HEAD 4096
/* The same where it may be a disk: btrfs begins behind 64 KiB. */
#define DISK_HEAD (65536 + 128)

/* The kind of a file by its first len bytes; FILE_UNKNOWN if they are none we know. */
enum file_kind file_kind_of(const uint8_t *head, size_t len);
