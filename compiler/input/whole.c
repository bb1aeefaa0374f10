/* SPDX-License-Identifier: BSD-2-Clause */
/* Kernels are held against the sizes in their headers. */
#include "input/whole.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <unistd.h>

#include "base/number.h"
#include "input/gzip.h"

/* Linkers of old did not fill the last block of an EFI program. */
#define LAST_BLOCK 512

/* What no kernel unpacks to: who sends a bomb must not keep us busy. */
#define UNPACKED_MAX GiB

#define HEADER_MIN 64	/* the least that can be a kernel */

static bool cut(struct arena *a, struct fault *why, uint64_t wanted, uint64_t has)
{
	why->words = arena_printf(a, "is cut off: its header wants %" PRIu64
				  " bytes, it has %" PRIu64, wanted, has);
	return false;
}

static bool cut_inside(struct arena *a, struct fault *why, uint64_t wanted, uint64_t has)
{
	why->words = arena_printf(a, "holds a kernel that is cut off: its header wants %" PRIu64
				  " bytes, %" PRIu64 " are there", wanted, has);
	return false;
}

/* How many bytes of a kernel the header speaks of; 0: it does not say. */
static uint64_t size_wanted(const struct file *f)
{
	return f->zimage_size ? f->zimage_size : f->data_end;
}

static bool is_short(const struct file *f, uint64_t size)
{
	uint64_t wanted = size_wanted(f);

	return size + (f->zimage_size ? 0 : LAST_BLOCK) <= wanted && size < wanted;
}

/* The last four bytes of a gzip file are the size of its contents; of one that is cut off
 * they are anything. */
static bool end_is_credible(const struct file *f)
{
	uint64_t size = f->unpacked_size, wanted = size_wanted(f);
	uint64_t least = wanted ? wanted : f->image_size / 2;
	uint64_t most = f->image_size > wanted ? f->image_size : wanted + MiB;

	if (size < HEADER_MIN || f->size > size + size / 64 + KiB)
		return false;
	return size + LAST_BLOCK > least && size <= most;
}

static bool unpacks(struct arena *a, const struct file *f, struct unpacked u,
		    struct fault *why)
{
	if (u.end == GZIP_UNREAD)
		why->error = u.error;
	else if (u.end == GZIP_CUT)
		why->words = "is cut off: the gzip data do not end";
	else if (u.end == GZIP_DAMAGED)
		why->words = "is damaged: it cannot be unpacked";
	else if (u.end == GZIP_LARGE)
		why->words = arena_printf(a, "unpacks to more than %s",
					  number_show(a, u.size / MiB * MiB));
	else if (is_short(f, u.size))
		return cut_inside(a, why, size_wanted(f), u.size);
	else if (u.size > f->unpacked_size)
		why->words = arena_printf(
			a, "holds %" PRIu64 " bytes, but its last four say %" PRIu64
			", which Xen goes by: something was appended", u.size,
			f->unpacked_size);
	why->appended = u.end == GZIP_WHOLE && why->words;
	return !why->words;
}

/* Xen takes the last four bytes for the length, and its buffer by them
 * (xen/common/device-tree/kernel.c, kernel_decompress()): more overruns it, less is only
 * memory that nobody uses. */
static bool packed_is_whole(struct arena *a, const struct file *f, bool thorough,
			    struct fault *why)
{
	uint64_t limit = f->unpacked_size > UNPACKED_MAX ? f->unpacked_size : UNPACKED_MAX;
	struct unpacked u;
	int fd;

	if (!thorough && end_is_credible(f))
		return true;
	fd = open(f->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (fd < 0) {
		why->error = errno;
		return true;
	}
	u = gzip_unpack(fd, f->kind == FILE_UIMAGE ? UIMAGE_HEADER : 0, limit, NULL);
	close(fd);
	return unpacks(a, f, u, why);
}

bool kernel_is_whole(struct arena *a, const struct file *f, bool thorough,
		     struct fault *why)
{
	uint64_t wrapped = (uint64_t)f->uimage_size + UIMAGE_HEADER;

	*why = (struct fault){ 0 };
	if (f->kind == FILE_UIMAGE && wrapped > f->size)
		return cut(a, why, wrapped, f->size);
	if (file_is_packed(f))
		return packed_is_whole(a, f, thorough, why);
	if (f->kind == FILE_UIMAGE)
		return !is_short(f, f->uimage_size)
		       || cut_inside(a, why, size_wanted(f), f->uimage_size);
	return !is_short(f, f->size) || cut(a, why, size_wanted(f), f->size);
}
