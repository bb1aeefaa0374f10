/* SPDX-License-Identifier: BSD-2-Clause */
/* What a file says it is: its header, and the version that it carries. */
#pragma once
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/arena.h"

enum file_kind {
	FILE_UNKNOWN,
	FILE_ARM64_IMAGE,  /* Linux Documentation/arch/arm64/booting.rst, section 4 */
	FILE_ARM32_ZIMAGE, /* Linux arch/arm/boot/compressed/head.S */
	FILE_GZIP,         /* RFC 1952 */
	FILE_UIMAGE,       /* U-Boot include/image.h, struct legacy_img_hdr */
	FILE_CPIO, /* Linux Documentation/driver-api/early-userspace/buffer-format.rst */
	FILE_CPIO_OLD, /* POSIX's and the binary form, which Linux does not unpack */
	FILE_DTB,  /* Devicetree Specification v0.4, section 5.2 */
	FILE_ELF,
	FILE_EFI_ZBOOT, /* Linux drivers/firmware/efi/libstub/zboot-header.S */
	FILE_XZ,
	FILE_ZSTD,
	FILE_LZ4,	/* as the kernel packs itself: lz4 -l */
	FILE_LZ4_FRAME, /* as lz4 packs if it is not told otherwise */
	FILE_LZMA,
	FILE_BZIP2,
	FILE_LZO,
	FILE_XSM_POLICY, /* Xen xen/xsm/flask/include/security.h */
	FILE_BZIMAGE,	/* Linux Documentation/arch/x86/boot.rst */
	FILE_TAR,	/* POSIX's ustar, and GNU's */
	FILE_ZIP,
	FILE_AR,	/* a .deb is one */
	FILE_GIT_LFS,	/* what Git checks out in place of the file, without Git LFS */
	FILE_SYSTEM,	/* one that Linux takes for a ramdisk, or squashfs and its like */
	FILE_DISK,	/* another file system, such as a disk has: no ramdisk of Linux's */
	FILE_WEB_PAGE,
	FILE_TEXT
};

struct file {
	const char *path;	/* as it was opened */
	const char *written;	/* its path as the description has it; set by inputs_open */
	const char *name; /* as U-Boot's script names it; set by inputs_open */
	uint64_t size;		/* bytes */
	dev_t device;
	ino_t inode;
	enum file_kind kind;
	enum file_kind inside;	/* FILE_GZIP and FILE_UIMAGE: what is in it, unpacked */

	/* FILE_ARM64_IMAGE, also when inside a gzip file */
	uint64_t text_offset;	/* from a 2 MiB boundary, bytes */
	uint64_t image_size;	/* memory that it takes, BSS included; 0: not said */
	bool anywhere;		/* flags bit 3: any 2 MiB boundary will do */
	bool efi;		/* it is an EFI program, too */
	uint64_t data_end;	/* where its data end in the file; 0: not said */

	/* FILE_ARM32_ZIMAGE, also when inside a gzip file */
	uint32_t zimage_start;	/* where it was linked for; 0: it may be moved */
	uint32_t zimage_size;	/* by its header */

	/* What Xen unpacks, see file_is_packed(): size of the contents by the last four
	 * bytes */
	uint64_t unpacked_size;

	/* FILE_UIMAGE */
	uint32_t uimage_load, uimage_entry, uimage_size;
	uint8_t uimage_arch, uimage_compression, uimage_type;

	struct file *next;
};

#define UIMAGE_HEADER 64
#define UIMAGE_GZIP 1		/* uimage_compression; 0 is none */
#define UIMAGE_ARM 2		/* uimage_arch */
#define UIMAGE_ARM64 22
#define UIMAGE_RAMDISK 3	/* uimage_type */
#define UIMAGE_SCRIPT 6

/* Whether Xen unpacks it, in place of the file. */
static inline bool file_is_packed(const struct file *f)
{
	return f->kind == FILE_GZIP ||
	       (f->kind == FILE_UIMAGE && f->uimage_compression == UIMAGE_GZIP);
}

/* Whether it is a kernel for 32-bit CPUs, as Xen tells them apart. */
static inline bool file_is_32bit(const struct file *f)
{
	return f->kind == FILE_UIMAGE ? f->uimage_arch == UIMAGE_ARM
	       : f->kind == FILE_ARM32_ZIMAGE || f->inside == FILE_ARM32_ZIMAGE;
}

/* Reads the header of a file, and no more of it than that needs. false: errno says why.
 */
bool file_read(struct arena *a, const char *path, struct file *f);

/* Whether Linux unpacks a ramdisk that is packed so (Linux lib/decompress.c,
 * compressed_formats[]). */
bool file_kind_packs_ramdisk(enum file_kind kind);

/* "an arm64 Image", "a gzip file", ... */
const char *file_kind_name(enum file_kind kind);

/* What a file is, in words, with what can be told of its contents: "Xen 4.17", "a gzip'd
 * cpio archive". Reads it, if need be. */
const char *file_what(struct arena *a, const struct file *f);

/* Whether it is an arm64 Image, packed or wrapped or as it is. */
bool file_holds_image(const struct file *f);

/* The version that a file carries in its text: of Xen, "4.17" as VERSION(4, 17); of Linux
 * by its "Linux version " line; of U-Boot, "2025.01" as VERSION(2025, 1). 0: none found.
 * A kernel that is packed would take long to unpack: for Linux, that is 0, too; for Xen,
 * which is small, it is not. Where the file cannot be read to its end, errno is not 0 after
 * that. */
unsigned file_xen_version(struct arena *a, const struct file *f);
unsigned file_linux_version(struct arena *a, const struct file *f);
unsigned file_u_boot_version(struct arena *a, const struct file *f);

/* Whether it is U-Boot, with the header of an arm64 Image or without. */
bool file_is_u_boot(struct arena *a, const struct file *f);

/* CRC-32 (as U-Boot's crc32) and SHA-256 of a file's contents. false: errno says why. */
bool file_digest(const struct file *f, uint32_t *crc, char sha256_hex[65]);

/* The same of what is left to be read of an open file; each may be NULL. */
bool fd_digest(int fd, uint32_t *crc, char *sha256_hex);

/* The same of bytes in memory, all three results given. */
void digest_bytes(const void *data, size_t len, uint32_t *crc, char sha256_hex[65]);

/* Reads until want bytes are there or the file ends; -1: errno says why. */
ssize_t file_read_up_to(int fd, uint8_t *to, size_t want);

/* The same from a place on. */
ssize_t file_read_at(int fd, uint64_t at, void *to, size_t want);
