/* SPDX-License-Identifier: BSD-2-Clause */
/* Files, read to their end, become checksums. */
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include <nettle/sha2.h>
#include <zlib.h>

#include "input/image.h"

#define STEP ((size_t)64 * 1024)

/* Reads at an offset of the file or, below 0, where it was last read. */
static ssize_t read_fully(int fd, off_t at, uint8_t *to, size_t want)
{
	size_t have = 0;

	while (have < want) {
		ssize_t n = at < 0 ? read(fd, to + have, want - have)
				   : pread(fd, to + have, want - have, at + (off_t)have);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -1;
		if (n == 0)
			break;
		have += (size_t)n;
	}
	return (ssize_t)have;
}

ssize_t file_read_up_to(int fd, uint8_t *to, size_t want)
{
	return read_fully(fd, -1, to, want);
}

ssize_t file_read_at(int fd, uint64_t at, void *to, size_t want)
{
	return at > INT64_MAX ? 0 : read_fully(fd, (off_t)at, to, want);
}

static void to_hex(const uint8_t *bytes, size_t len, char *hex)
{
	for (size_t i = 0; i < len; i++) {
		*hex++ = "0123456789abcdef"[bytes[i] >> 4];
		*hex++ = "0123456789abcdef"[bytes[i] & 15];
	}
	*hex = '\0';
}

bool fd_digest(int fd, uint32_t *crc, char *sha256_hex)
{
	uint8_t step[STEP], sum[SHA256_DIGEST_SIZE];
	struct sha256_ctx sha;
	uLong c = 0;
	ssize_t n;

	sha256_init(&sha);
	while ((n = file_read_up_to(fd, step, sizeof(step))) > 0) {
		if (crc)
			c = crc32(c, step, (uInt)n);
		if (sha256_hex)
			sha256_update(&sha, (size_t)n, step);
	}
	if (n < 0)
		return false;
	if (crc)
		*crc = (uint32_t)c;
	sha256_digest(&sha, sizeof(sum), sum);
	if (sha256_hex)
		to_hex(sum, sizeof(sum), sha256_hex);
	return true;
}

void digest_bytes(const void *data, size_t len, uint32_t *crc, char sha256_hex[65])
{
	uint8_t sum[SHA256_DIGEST_SIZE];
	struct sha256_ctx sha;

	*crc = (uint32_t)crc32_z(0, data, len);
	sha256_init(&sha);
	sha256_update(&sha, len, data);
	sha256_digest(&sha, sizeof(sum), sum);
	to_hex(sum, sizeof(sum), sha256_hex);
}

bool file_digest(const struct file *f, uint32_t *crc, char sha256_hex[65])
{
	int fd = open(f->path, O_RDONLY | O_CLOEXEC), saved;
	bool ok;

	if (fd < 0)
		return false;
	ok = fd_digest(fd, crc, sha256_hex);
	saved = errno;
	close(fd);
	errno = saved;
	return ok;
}
