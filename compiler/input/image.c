/* SPDX-License-Identifier: BSD-2-Clause */
/* Files become what their headers say of them. */
#include "input/image.h"

#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "input/bytes.h"
#include "input/gzip.h"
#include "input/kinds.h"

#define PE_HEADER 24	/* the signature, and the COFF header behind it */
#define PE_SECTION 40

/* Microsoft's PE format: "MZ", and at 0x3c where "PE" stands. 0: it is none. */
static size_t pe_header(const uint8_t *head, size_t len)
{
	uint32_t at = le32(head + 0x3c);

	return memcmp(head, "MZ", 2) == 0 && at < len && len - at >= PE_HEADER &&
			       memcmp(head + at, "PE\0\0", 4) == 0
		       ? at
		       : 0;
}

/* Where the data of its sections end in the file; what is not in the file, BSS, is not
 * counted. Linux and Xen have the same two sections (Linux arch/arm64/kernel/
 * efi-header.S, Xen xen/arch/arm/arm64/head.S). */
static uint64_t pe_end(const uint8_t *head, size_t len, size_t pe)
{
	size_t sections = le16(head + pe + 6);
	size_t at = pe + PE_HEADER + le16(head + pe + 20);
	uint64_t end = 0;

	for (; sections && at < len && len - at >= PE_SECTION; sections--) {
		uint64_t size = le32(head + at + 16), start = le32(head + at + 20);

		if (size && start + size > end)
			end = start + size;
		at += PE_SECTION;
	}
	return end;
}

/* Linux Documentation/arch/arm64/booting.rst, section 4. */
static void read_arm64_header(const uint8_t *head, size_t len, struct file *f)
{
	size_t pe = pe_header(head, len);

	f->efi = pe;
	f->data_end = pe ? pe_end(head, len, pe) : 0;
	f->text_offset = le64(head + 0x08);
	f->image_size = le64(head + 0x10);
	f->anywhere = le64(head + 0x18) >> 3 & 1;
}

/* Linux arch/arm/boot/compressed/head.S: where it was linked for, or 0; and its end. */
static void read_zimage_header(const uint8_t *head, struct file *f)
{
	f->zimage_start = le32(head + 0x28);
	f->zimage_size = le32(head + 0x2c) - f->zimage_start;
}

static void read_kernel_header(enum file_kind kind, const uint8_t *head, size_t len,
			       struct file *f)
{
	if (kind == FILE_ARM64_IMAGE)
		read_arm64_header(head, len, f);
	else if (kind == FILE_ARM32_ZIMAGE)
		read_zimage_header(head, f);
}

static void read_inside(const uint8_t *head, size_t len, struct file *f)
{
	f->inside = file_kind_of(head, len);
	read_kernel_header(f->inside, head, len, f);
}

static bool read_gzip(int fd, uint8_t *head, size_t len, struct file *f)
{
	uint8_t unpacked[KIND_HEAD], trailer[4];

	read_inside(unpacked, gzip_head(head, len, unpacked, sizeof(unpacked)), f);
	if (lseek(fd, -(off_t)sizeof(trailer), SEEK_END) < 0)
		return false;
	if (file_read_up_to(fd, trailer, sizeof(trailer)) != sizeof(trailer)) {
		errno = EIO;
		return false;
	}
	f->unpacked_size = le32(trailer);
	return true;
}

/* U-Boot include/image.h, struct legacy_img_hdr: big-endian. Xen looks for the length of
 * what a packed one holds at the end of the file, not of what the header speaks of. */
static bool read_uimage(int fd, uint8_t *head, size_t len, struct file *f)
{
	f->uimage_size = be32(head + 12);
	f->uimage_load = be32(head + 16);
	f->uimage_entry = be32(head + 20);
	f->uimage_arch = head[29];
	f->uimage_type = head[30];
	f->uimage_compression = head[31];
	head += UIMAGE_HEADER;
	len -= UIMAGE_HEADER;
	if (f->uimage_compression == UIMAGE_GZIP && file_kind_of(head, len) == FILE_GZIP)
		return read_gzip(fd, head, len, f);
	read_inside(head, len, f);
	return true;
}

static bool read_head(int fd, struct file *f)
{
	uint8_t head[KIND_HEAD];
	ssize_t n = file_read_up_to(fd, head, sizeof(head));

	if (n < 0)
		return false;
	f->kind = file_kind_of(head, (size_t)n);
	if (f->kind == FILE_UIMAGE)
		return read_uimage(fd, head, (size_t)n, f);
	if (f->kind == FILE_GZIP)
		return read_gzip(fd, head, (size_t)n, f);
	read_kernel_header(f->kind, head, (size_t)n, f);
	return true;
}

/* What the directory says of a file; only regular files have a size and can be loaded. */
static bool read_status(int fd, struct file *f)
{
	struct stat st;

	if (fstat(fd, &st) < 0)
		return false;
	if (!S_ISREG(st.st_mode)) {
		errno = S_ISDIR(st.st_mode) ? EISDIR : EINVAL;
		return false;
	}
	f->size = (uint64_t)st.st_size;
	f->device = st.st_dev;
	f->inode = st.st_ino;
	return true;
}

static bool close_keeping_errno(int fd, bool ok)
{
	int saved = errno;

	close(fd);
	errno = saved;
	return ok;
}

bool file_read(struct arena *a, const char *path, struct file *f)
{
	/* Not to block: a pipe that nobody writes to must not stop us. */
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);

	memset(f, 0, sizeof(*f));
	f->path = arena_copy(a, path, strlen(path));
	if (fd < 0)
		return false;
	return close_keeping_errno(fd, read_status(fd, f) && read_head(fd, f));
}
