/* SPDX-License-Identifier: BSD-2-Clause */
/* Bytes, or those of another file, become a new file. */
#include "emit/create.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "input/image.h"

#define STEP ((size_t)64 * 1024)

static bool write_all(int fd, const void *data, size_t len)
{
	for (const char *next = data; len > 0;) {
		ssize_t n = write(fd, next, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return false;
		next += n;
		len -= (size_t)n;
	}
	return true;
}

static bool sync_all(int fd)
{
	int failed;

	do
		failed = fsync(fd);
	while (failed && errno == EINTR);
	return !failed;
}

/* Closes the file, and keeps errno. false: not all of it went well. */
static bool finish(int fd, bool ok)
{
	int saved = errno;
	bool closed = close(fd) == 0 || errno == EINTR;

	if (!ok)
		errno = saved;
	return ok && closed;
}

static int create(const char *path, mode_t mode)
{
	return open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, mode);
}

bool create_file(const char *path, const struct text *bytes)
{
	int fd = create(path, 0666);

	return fd >= 0 && finish(fd, write_all(fd, bytes->data, bytes->len) && sync_all(fd));
}

static bool copy_all(int to, int from)
{
	uint8_t step[STEP];
	ssize_t n;

	if (ioctl(to, FICLONE, from) == 0)
		return true;
	while ((n = file_read_up_to(from, step, sizeof(step))) > 0)
		if (!write_all(to, step, (size_t)n))
			return false;
	return n == 0;
}

/* Whether the copy has the checksums that it should: the source may have changed since.
 */
static bool check_sums(int fd, struct checksums wanted)
{
	char sha256[65];
	uint32_t crc;

	if (!wanted.sha256 && !wanted.crc)
		return true;
	if (lseek(fd, 0, SEEK_SET) || !fd_digest(fd, wanted.crc ? &crc : NULL,
						 wanted.sha256 ? sha256 : NULL))
		return false;
	errno = ESTALE;
	return (!wanted.crc || crc == *wanted.crc) &&
	       (!wanted.sha256 || streq(sha256, wanted.sha256));
}

bool create_copy(const char *path, const char *from, mode_t mode, struct checksums wanted)
{
	int in = open(from, O_RDONLY | O_CLOEXEC), out;
	bool ok;

	if (in < 0)
		return false;
	out = create(path, 0600);
	ok = out >= 0 && copy_all(out, in) && check_sums(out, wanted) &&
	     fchmod(out, mode) == 0 && sync_all(out);
	if (out >= 0)
		ok = finish(out, ok);
	finish(in, ok);
	return ok;
}

bool sync_file(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	return fd >= 0 && finish(fd, sync_all(fd));
}
