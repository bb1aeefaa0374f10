/* SPDX-License-Identifier: BSD-2-Clause */
/* Packed bytes become what is known of their contents. */
#include "input/gzip.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>
#include <zlib.h>

#include "base/memory.h"
#include "input/cpio.h"
#include "input/image.h"

#define STEP ((size_t)64 * 1024)
#define GZIP_ONLY (16 + MAX_WBITS)	/* zlib.h: a gzip header, and the largest window */

static void give_back(void *unused, void *memory)
{
	(void)unused;
	free(memory);
}

size_t gzip_head(uint8_t *packed, size_t len, uint8_t *out, size_t size)
{
	z_stream z = { .next_in = packed, .avail_in = (uInt)len,
		       .next_out = out, .avail_out = (uInt)size,
		       .zalloc = memory_get_for_zlib, .zfree = give_back };

	if (inflateInit2(&z, GZIP_ONLY) != Z_OK)
		return 0;
	inflate(&z, Z_SYNC_FLUSH);
	inflateEnd(&z);
	return size - z.avail_out;
}

/* Gives zlib more of the file: how many bytes, -1: it cannot be read. */
static ssize_t refill(int fd, uint64_t at, z_stream *z, uint8_t *in)
{
	ssize_t n = file_read_at(fd, at + z->total_in, in, STEP);

	if (n > 0) {
		z->next_in = in;
		z->avail_in = (uInt)n;
	}
	return n;
}

static enum gzip_end unpack(int fd, uint64_t at, uint64_t limit, z_stream *z, struct cpio *c)
{
	uint8_t in[STEP], out[STEP];

	while (z->total_out <= limit) {
		ssize_t more = z->avail_in ? 1 : refill(fd, at, z, in);
		int rc;

		if (more <= 0)
			return more ? GZIP_UNREAD : GZIP_CUT;
		z->next_out = out;
		z->avail_out = sizeof(out);
		rc = inflate(z, Z_NO_FLUSH);
		if (c)
			cpio_read_all(c, out, sizeof(out) - z->avail_out);
		if (rc == Z_STREAM_END)
			return GZIP_WHOLE;
		if (rc != Z_OK)
			return GZIP_DAMAGED;
	}
	return GZIP_LARGE;
}

struct unpacked gzip_unpack(int fd, uint64_t at, uint64_t limit, struct cpio *c)
{
	struct unpacked u = { .end = GZIP_DAMAGED };
	z_stream z = { .zalloc = memory_get_for_zlib, .zfree = give_back };

	if (inflateInit2(&z, GZIP_ONLY) != Z_OK)
		return u;
	u.end = unpack(fd, at, limit, &z, c);
	u.error = u.end == GZIP_UNREAD ? errno : 0;
	u.size = z.total_out;
	u.used = z.total_in;
	inflateEnd(&z);
	return u;
}
