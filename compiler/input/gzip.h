/* SPDX-License-Identifier: BSD-2-Clause */
/* A gzip file, unpacked to nowhere: does it end? */
#pragma once
#include <stddef.h>
#include <stdint.h>

struct cpio;

enum gzip_end {
	GZIP_WHOLE,
	GZIP_CUT,	/* the file ends before the data do */
	GZIP_DAMAGED,	/* no deflated data, or their checksum is another */
	GZIP_LARGE,	/* there are more data than was allowed */
	GZIP_UNREAD	/* the file cannot be read: `error` says why */
};

struct unpacked {
	enum gzip_end end;
	uint64_t size;	/* bytes that came out */
	uint64_t used;	/* bytes of the file that it took */
	int error;	/* errno */
};

/* Unpacks the first bytes, no more than size, to out. Returns how many; 0 if it is damaged. */
size_t gzip_head(uint8_t *packed, size_t len, uint8_t *out, size_t size);

/* Unpacks one member (RFC 1952) that begins at a place of a file, up to limit bytes of
 * contents. What comes out is read as a cpio archive, if c is not NULL. */
struct unpacked gzip_unpack(int fd, uint64_t at, uint64_t limit, struct cpio *c);
