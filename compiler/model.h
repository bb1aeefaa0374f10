/* SPDX-License-Identifier: BSD-2-Clause */
/* The middle of the house: what the user described, with what the passes found out. */
#pragma once
#include "base/range.h"
#include "input/devicetree.h"
#include "input/image.h"
#include "schema/schema.h"

struct load;

struct image {				/* a file that U-Boot loads */
	struct object o;
	struct value file, address;	/* set by bind */
	struct file *found;		/* set by resolve; NULL under --no-files */
	struct load *load;		/* set by lower: shared with equal images */
};

struct xen {
	struct object o;
	struct image *image;
	struct value cmdline, version_text;
	unsigned version;		/* set by resolve; 0: not known */
	const char *version_origin;
};

struct domain {				/* dom0 or a guest */
	struct object o;
	struct image *kernel, *ramdisk;
	struct value cmdline, memory, vcpus, vpl011, pv;
	bool is_dom0;			/* set by resolve */
};

enum load_from { LOAD_TFTP, LOAD_DEVICE, LOAD_COMMAND };

struct load_how {
	struct object o;
	struct value device, command;
};

enum boot_command { BOOT_BOOTI, BOOT_NONE };
enum verify { VERIFY_NONE, VERIFY_SIZE, VERIFY_CRC32 };

struct boot {
	struct object o;
	struct load_how *load;
	struct value server, client, prefix, script_address, command, verify;
};

struct system {
	struct object o;
	struct value board, memory;
	struct image *device_tree;
	struct xen *xen;
	struct domain *dom0, *guests;
	struct boot *boot;
};

/* Boards: see boards/NAME/board.yaml for what the values mean. */

struct bank {				/* also a reserved range or a window */
	struct object o;
	struct value start, size, what, life, remark, source;
};

enum life { LIFE_ALWAYS, LIFE_BOOT };

struct memory_size {
	struct object o;
	struct bank *banks, *reserved;
	struct value loadable_end;
};

struct uart {
	struct object o;
	struct value path, what, source;
	struct values config;
};

struct board_boot {
	struct object o;
	struct value loadable_end, script_address, script_size, scratch, tree_room;
};

struct board {
	struct object o;
	struct value name, title, device_tree, compatible, cpus, dma_bits;
	struct values gic, config, hidden;
	struct value first_xen, first_linux;
	struct memory_size *memory;
	struct bank *reserved, *windows;
	struct board_boot *boot;
	struct uart *uarts;
};
