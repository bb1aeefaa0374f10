/* SPDX-License-Identifier: BSD-2-Clause */
/* The rows of `card:`, the image of an SD card. */
#include "rows/rows.h"

static const struct field partition_fields[] = {
	{ "from", K_TEXT, .form = FORM_PATH, .required = true, TO(partition, from),
	  .called = "source root rootfs files content", .example = "rootfs.tar",
	  .doc = "A folder or an archive (tar or cpio, packed or not), which becomes an ext4 file "
	  "system; or an image of a file system, taken as it is." },
	{ "size", K_SIZE, .min = 8 * MiB, .multiple = MiB, TO(partition, size),
	  .example = "2G",
	  .doc = "Its size; left out, what it holds and room to grow." },
	{ 0 }
};

static const struct record partition_record = {
	.name = "a partition", .doc = "A root file system on the card, after the first partition. "
	"Its name is its label.", .size = sizeof(struct partition), .fields = partition_fields,
	.shorthand = "from",
};

/* The least boot-size is that of FAT32, which has at least 65525 clusters (Microsoft,
 * FAT32 File System Specification). */
static const struct field card_fields[] = {
	{ "u-boot", K_TEXT, .form = FORM_PATH, TO(card, u_boot),
	  .called = "uboot bootloader", .example = "u-boot.bin",
	  .doc = "U-Boot, put onto the first partition: under its own name where the board's "
	  "`firmware` has that, else as `u-boot.bin`." },
	{ "firmware", K_LIST, .item = K_TEXT, .form = FORM_PATH, TO(card, firmware),
	  .called = "files", .example = "[bootcode.bin, start4.elf]",
	  .doc = "Files for the first partition, which the board's own firmware or you want there; of "
	  "a folder, all that is in it." },
	{ "size", K_SIZE, .min = 64 * MiB, .max = 2048 * GiB - MiB, .multiple = MiB, TO(card, size),
	  .example = "4G",
	  .doc = "Size of the image; left out, the power of two that is large enough (QEMU takes no "
	  "other)." },
	{ "boot-size", K_SIZE, .min = 40 * MiB, .max = 32 * GiB, .multiple = MiB,
	  TO(card, boot_size),
	  .called = "fat-size", .example = "256M",
	  .doc = "Size of the first partition; left out, what is on it and some "
	  "room." },
	{ "partitions", K_NAMED, TO(card, partitions), .of = &partition_record,
	  .called = "rootfs root parts", .example = "{root: rootfs.tar}",
	  .doc = "Root file systems, by name, on partition 2 and following." },
	{ 0 }
};

const struct record card_record = {
	.name = "card", .doc = "An SD card to be written with `dd`: sdcard.img.",
	.size = sizeof(struct card), .fields = card_fields,
};
