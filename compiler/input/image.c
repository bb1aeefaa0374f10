/* SPDX-License-Identifier: BSD-2-Clause */
/* Files become what their headers say of them. */
#include "input/image.h"

#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

/* What is read of a file, and the most that is unpacked of a gzip file. */
#define HEAD_SIZE 4096

#define GZIP_SMALLEST 18	/* RFC 1952: header, an empty block, trailer */

struct magic {
	enum file_kind kind;
	size_t at;
	const char *bytes;
	size_t len;
	size_t header;		/* a shorter file is not of this kind */
};

#define MAGIC(kind, at, bytes, header) { kind, at, bytes, sizeof(bytes) - 1, header }

/* The first row that fits counts. */
static const struct magic magics[] = {
	MAGIC(FILE_EFI_ZBOOT, 0, "MZ\0\0zimg", 64),
	MAGIC(FILE_ARM64_IMAGE, 0x38, "ARM\x64", 64),
	MAGIC(FILE_ARM64_IMAGE, 0, "\x08\x00\x00\x14", 64),	/* as Linux 3.7 began */
	MAGIC(FILE_ARM32_ZIMAGE, 0x24, "\x18\x28\x6f\x01", 0x30),
	MAGIC(FILE_GZIP, 0, "\x1f\x8b\x08", GZIP_SMALLEST),
	MAGIC(FILE_UIMAGE, 0, "\x27\x05\x19\x56", UIMAGE_HEADER),
	MAGIC(FILE_CPIO, 0, "070701", 110),
	MAGIC(FILE_CPIO, 0, "070702", 110),
	MAGIC(FILE_DTB, 0, "\xd0\x0d\xfe\xed", 40),
	MAGIC(FILE_ELF, 0, "\x7f" "ELF", 52),
	MAGIC(FILE_XZ, 0, "\xfd" "7zXZ\0", 6),
	MAGIC(FILE_ZSTD, 0, "\x28\xb5\x2f\xfd", 4),
	MAGIC(FILE_LZ4, 0, "\x02\x21\x4c\x18", 4),	/* as the kernel packs itself */
	MAGIC(FILE_LZ4, 0, "\x04\x22\x4d\x18", 4),	/* as lz4(1) packs */
	MAGIC(FILE_LZMA, 0, "\x5d\0\0", 13),
	MAGIC(FILE_BZIP2, 0, "BZh", 4),
	MAGIC(FILE_XSM_POLICY, 0, "\x8c\xff\x7c\xf9", 4),
};

static enum file_kind kind_of(const uint8_t *head, size_t len)
{
	for (size_t i = 0; i < sizeof(magics) / sizeof(*magics); i++) {
		const struct magic *m = &magics[i];

		if (len >= m->header && memcmp(head + m->at, m->bytes, m->len) == 0)
			return m->kind;
	}
	return FILE_UNKNOWN;
}

static uint32_t le32(const uint8_t *p)
{
	return (uint32_t)p[3] << 24 | (uint32_t)p[2] << 16 | (uint32_t)p[1] << 8 | p[0];
}

static uint64_t le64(const uint8_t *p)
{
	return (uint64_t)le32(p + 4) << 32 | le32(p);
}

static uint32_t be32(const uint8_t *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

/* Microsoft's PE format: "MZ", and at 0x3c where "PE" stands. */
static bool is_efi(const uint8_t *head, size_t len)
{
	uint32_t at = le32(head + 0x3c);

	return memcmp(head, "MZ", 2) == 0 && at < len && len - at >= 4 &&
	       memcmp(head + at, "PE\0\0", 4) == 0;
}

/* Linux Documentation/arch/arm64/booting.rst, section 4. */
static void read_arm64_header(const uint8_t *head, size_t len, struct file *f)
{
	f->efi = is_efi(head, len);
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
	f->inside = kind_of(head, len);
	read_kernel_header(f->inside, head, len, f);
}

/* The first bytes of what a gzip file holds; returns how many, 0 if it is damaged. */
static size_t unpack_head(uint8_t *packed, size_t len, uint8_t out[HEAD_SIZE])
{
	z_stream z = { .next_in = packed, .avail_in = (uInt)len, .next_out = out,
		       .avail_out = HEAD_SIZE };

	if (inflateInit2(&z, 16 + MAX_WBITS) != Z_OK)	/* 16: a gzip header */
		return 0;
	inflate(&z, Z_SYNC_FLUSH);
	inflateEnd(&z);
	return HEAD_SIZE - z.avail_out;
}

static bool read_gzip(int fd, uint8_t *head, size_t len, struct file *f)
{
	uint8_t unpacked[HEAD_SIZE], trailer[4];

	read_inside(unpacked, unpack_head(head, len, unpacked), f);
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
	if (f->uimage_compression == UIMAGE_GZIP && kind_of(head, len) == FILE_GZIP)
		return read_gzip(fd, head, len, f);
	read_inside(head, len, f);
	return true;
}

static bool read_head(int fd, struct file *f)
{
	uint8_t head[HEAD_SIZE];
	ssize_t n = file_read_up_to(fd, head, sizeof(head));

	if (n < 0)
		return false;
	f->kind = kind_of(head, (size_t)n);
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

const char *file_kind_name(enum file_kind kind)
{
	static const char *const names[] = {
		[FILE_UNKNOWN] = "a file of no known kind",
		[FILE_ARM64_IMAGE] = "an arm64 Image",
		[FILE_ARM32_ZIMAGE] = "an arm32 zImage",
		[FILE_GZIP] = "a gzip file",
		[FILE_UIMAGE] = "a U-Boot legacy image",
		[FILE_CPIO] = "a cpio archive",
		[FILE_DTB] = "a device tree blob",
		[FILE_ELF] = "an ELF file",
		[FILE_EFI_ZBOOT] = "an EFI zboot image",
		[FILE_XZ] = "an xz file",
		[FILE_ZSTD] = "a zstd file",
		[FILE_LZ4] = "an lz4 file",
		[FILE_LZMA] = "an lzma file",
		[FILE_BZIP2] = "a bzip2 file",
		[FILE_XSM_POLICY] = "an XSM policy",
	};

	return names[kind];
}

/* A version in a file: "before", major "." minor, "after". */
struct mark {
	const char *before, *after;
	size_t after_len;
};

#define SEARCH_STEP ((size_t)256 * 1024)
#define MARK_MAX ((size_t)64)	/* the longest text that a mark can match */

/* One to four digits. Moves *p behind them; false if there are none. */
static bool read_digits(const char **p, const char *end, unsigned *n)
{
	const char *start = *p;

	for (*n = 0; *p < end && **p >= '0' && **p <= '9' && *p - start < 4; (*p)++)
		*n = *n * 10 + (unsigned)(**p - '0');
	return *p > start;
}

/* The version at p as VERSION() makes it; 0 if there is none, or if it may be cut off. */
static unsigned version_at(const char *p, const char *end, const struct mark *m)
{
	unsigned major, minor;

	if (!read_digits(&p, end, &major) || p == end || *p++ != '.'
	    || !read_digits(&p, end, &minor) || p == end || (*p >= '0' && *p <= '9'))
		return 0;
	if ((size_t)(end - p) < m->after_len || memcmp(p, m->after, m->after_len) != 0)
		return 0;
	return major << 16 | minor;
}

static unsigned version_in(const char *text, size_t len, const struct mark *m)
{
	size_t before = strlen(m->before);
	const char *end = text + len;

	while ((text = memmem(text, (size_t)(end - text), m->before, before)) != NULL) {
		unsigned version = version_at(text + before, end, m);

		if (version)
			return version;
		text++;
	}
	return 0;
}

static unsigned search(struct arena *a, int fd, const struct mark *m)
{
	uint8_t *step = arena_alloc(a, SEARCH_STEP);
	size_t kept = 0;
	unsigned version = 0;
	ssize_t n;

	while (!version &&
	       (n = file_read_up_to(fd, step + kept, SEARCH_STEP - kept)) > 0) {
		size_t len = kept + (size_t)n;

		version = version_in((const char *)step, len, m);
		kept = len < MARK_MAX ? len : MARK_MAX;
		memmove(step, step + len - kept, kept);
	}
	return version;
}

#define SECTION_STEP ((off_t)64 * 1024)
#define SECTION_HEAD ((size_t)1024)

/* Linux puts its banner first into its read-only data, which begin on a boundary of 64
 * KiB (arch/arm64/kernel/vmlinux.lds.S, SEGMENT_ALIGN): looking there alone takes a tenth
 * of the time. */
static unsigned search_sections(int fd, off_t size, const struct mark *m)
{
	char head[SECTION_HEAD];
	unsigned version = 0;

	for (off_t at = 0; !version && at < size; at += SECTION_STEP) {
		ssize_t n = pread(fd, head, sizeof(head), at);

		version = n > 0 ? version_in(head, (size_t)n, m) : 0;
	}
	return version;
}

static unsigned find_version(struct arena *a, const struct file *f, const struct mark *m)
{
	bool plain = f->kind == FILE_ARM64_IMAGE
		     || (f->kind == FILE_UIMAGE && f->inside == FILE_ARM64_IMAGE
			 && !f->uimage_compression);
	unsigned version;
	int fd;

	if (!plain)
		return 0;
	fd = open(f->path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return 0;
	version = search_sections(fd, (off_t)f->size, m);
	if (!version)
		version = search(a, fd, m);
	close(fd);
	return version;
}

/* The banner is put together at run time, and the version of the package is worded by its
 * packager. But since 4.4 every Xen holds the whole compatible of the hypervisor node
 * that it gives to domains (xen/arch/arm/domain_build.c, make_hypervisor_node()). */
unsigned file_xen_version(struct arena *a, const struct file *f)
{
	static const char after[] = "\0xen,xen";
	static const struct mark mark = { "xen,xen-", after, sizeof(after) };

	return find_version(a, f, &mark);
}

unsigned file_linux_version(struct arena *a, const struct file *f)
{
	static const struct mark mark = { "Linux version ", "", 0 };

	return find_version(a, f, &mark);
}
