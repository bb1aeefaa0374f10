/* SPDX-License-Identifier: BSD-2-Clause */
/* What the first bytes of a file say it is. */
#pragma once
#include <stddef.h>

#include "input/image.h"

/* How many bytes file_kind_of() wants to see; fewer are fine if the file is shorter. */
#define KIND_HEAD 4096
/* The same where it may be a disk: btrfs begins behind 64 KiB. */
#define DISK_HEAD (65536 + 128)

/* The kind of a file by its first len bytes; FILE_UNKNOWN if they are none we know. */
enum file_kind file_kind_of(const uint8_t *head, size_t len);
