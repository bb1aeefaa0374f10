/* SPDX-License-Identifier: BSD-2-Clause */
/* First bytes become the kind of a file. */
#include "input/kinds.h"

#include <string.h>
#include <strings.h>

#include "base/list.h"

#define GZIP_SMALLEST 18	/* RFC 1952: header, an empty block, trailer */

#define TEXT_MIN 4		/* fewer letters may be anything */

struct magic {
	enum file_kind kind;
	size_t at;
	const char *bytes;
	size_t len;
	size_t header;		/* a shorter file is not of this kind */
};

#define MAGIC(kind, at, bytes, header) { kind, at, bytes, sizeof(bytes) - 1, header }

/* The first row that fits counts. Which compressed files there are is Linux's list
 * (lib/decompress.c, compressed_formats[]), and so is that of file systems
 * (init/do_mounts_rd.c, identify_ramdisk_image()); others by their superblocks
 * (include/uapi/linux/magic.h and fs/). */
static const struct magic magics[] = {
	MAGIC(FILE_EFI_ZBOOT, 0, "MZ\0\0zimg", 64),
	MAGIC(FILE_ARM64_IMAGE, 0x38, "ARM\x64", 64),
	MAGIC(FILE_ARM64_IMAGE, 0, "\x08\x00\x00\x14", 64),	/* as Linux 3.7 began */
	MAGIC(FILE_ARM32_ZIMAGE, 0x24, "\x18\x28\x6f\x01", 0x30),
	MAGIC(FILE_GZIP, 0, "\x1f\x8b\x08", GZIP_SMALLEST),
	MAGIC(FILE_UIMAGE, 0, UIMAGE_MAGIC, UIMAGE_HEADER),
	MAGIC(FILE_CPIO, 0, "070701", 110),
	MAGIC(FILE_CPIO, 0, "070702", 110),
	MAGIC(FILE_CPIO_OLD, 0, "070707", 76),
	MAGIC(FILE_CPIO_OLD, 0, "\xc7\x71", 26),
	MAGIC(FILE_DTB, 0, DTB_MAGIC, 40),
	MAGIC(FILE_ELF, 0, "\x7f" "ELF", 52),
	MAGIC(FILE_XZ, 0, "\xfd" "7zXZ\0", 6),
	MAGIC(FILE_ZSTD, 0, "\x28\xb5\x2f\xfd", 4),
	MAGIC(FILE_LZ4, 0, "\x02\x21\x4c\x18", 4),
	MAGIC(FILE_LZ4_FRAME, 0, "\x04\x22\x4d\x18", 4),
	MAGIC(FILE_LZMA, 0, "\x5d\0\0", 13),
	MAGIC(FILE_BZIP2, 0, "BZh", 4),
	MAGIC(FILE_LZO, 0, "\x89LZO", 9),
	MAGIC(FILE_XSM_POLICY, 0, "\x8c\xff\x7c\xf9", 4),
	MAGIC(FILE_BZIMAGE, 0x202, "HdrS", 0x210),
	MAGIC(FILE_TAR, 257, "ustar", 512),
	MAGIC(FILE_ZIP, 0, "PK\x03\x04", 30),
	MAGIC(FILE_AR, 0, "!<arch>\n", 68),
	MAGIC(FILE_GIT_LFS, 0, "version https://git-lfs", 23),
	MAGIC(FILE_SYSTEM, 1024 + 56, "\x53\xef", 2048),	/* ext2, ext3, ext4 */
	MAGIC(FILE_SYSTEM, 0, "hsqs", 96),			/* squashfs */
	MAGIC(FILE_SYSTEM, 0, "-rom1fs-", 32),
	MAGIC(FILE_SYSTEM, 0, "\x45\x3d\xcd\x28", 76),	/* cramfs */
	MAGIC(FILE_SYSTEM, 512, "\x45\x3d\xcd\x28", 588),
	MAGIC(FILE_SYSTEM, 1024, "\xe2\xe1\xf5\xe0", 1152),	/* erofs */
	MAGIC(FILE_DISK, 1024, "\x10\x20\xf5\xf2", 2048),	/* f2fs */
	MAGIC(FILE_DISK, 0, "XFSB", 512),			/* XFS */
	MAGIC(FILE_DISK, 65536 + 64, "_BHRfS_M", DISK_HEAD),	/* btrfs */
	MAGIC(FILE_DISK, 510, "\x55\xaa", 512),		/* FAT, or a table of partitions */
};

/* How many bytes a character of UTF-8 has by its first one; 0: none begins so. */
static size_t utf8_length(uint8_t first)
{
	if (first < 0x80)
		return first >= ' ' && first != 0x7f ? 1 : 0;
	if (first < 0xc2 || first > 0xf4)
		return 0;
	return first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
}

/* A character may be cut off where the bytes end. */
static bool is_text(const uint8_t *head, size_t len)
{
	size_t i = 0;

	while (i < len) {
		bool space = head[i] && strchr("\t\n\r\f", head[i]);
		size_t n = space ? 1 : utf8_length(head[i]);

		if (!n)
			return false;
		for (i++; i < len && --n; i++)
			if (head[i] >> 6 != 2)
				return false;
	}
	return len >= TEXT_MIN;
}

/* What a server answers that does not have the file. */
static bool is_web_page(const uint8_t *head, size_t len)
{
	const char *text = (const char *)head;

	while (len && strchr(" \t\r\n", *text))
		text++, len--;
	return (len >= 14 && strncasecmp(text, "<!doctype html", 14) == 0)
	       || (len >= 5 && strncasecmp(text, "<html", 5) == 0);
}

enum file_kind file_kind_of(const uint8_t *head, size_t len)
{
	for (size_t i = 0; i < countof(magics); i++) {
		const struct magic *m = &magics[i];

		if (len >= m->header && memcmp(head + m->at, m->bytes, m->len) == 0)
			return m->kind;
	}
	if (!is_text(head, len))
		return FILE_UNKNOWN;
	return is_web_page(head, len) ? FILE_WEB_PAGE : FILE_TEXT;
}

bool file_kind_packs_ramdisk(enum file_kind kind)
{
	switch (kind) {
	case FILE_GZIP:
	case FILE_XZ:
	case FILE_ZSTD:
	case FILE_LZ4:
	case FILE_LZMA:
	case FILE_BZIP2:
	case FILE_LZO:
		return true;
	default:
		return false;
	}
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
		[FILE_CPIO_OLD] = "a cpio archive of an old form",
		[FILE_DTB] = "a device tree blob",
		[FILE_ELF] = "an ELF file",
		[FILE_EFI_ZBOOT] = "an EFI zboot image",
		[FILE_XZ] = "an xz file",
		[FILE_ZSTD] = "a zstd file",
		[FILE_LZ4] = "an lz4 file",
		[FILE_LZ4_FRAME] = "an lz4 file",
		[FILE_LZMA] = "an lzma file",
		[FILE_BZIP2] = "a bzip2 file",
		[FILE_LZO] = "an lzop file",
		[FILE_XSM_POLICY] = "an XSM policy",
		[FILE_BZIMAGE] = "a kernel for x86 (bzImage)",
		[FILE_TAR] = "a tar archive",
		[FILE_ZIP] = "a zip archive",
		[FILE_AR] = "a Debian package or another ar archive",
		[FILE_GIT_LFS] = "a pointer of Git LFS",
		[FILE_SYSTEM] = "the image of a file system",
		[FILE_DISK] = "the image of a disk or its file system",
		[FILE_WEB_PAGE] = "a web page",
		[FILE_TEXT] = "a text file",
	};

	return names[kind];
}
