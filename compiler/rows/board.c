/* SPDX-License-Identifier: BSD-2-Clause */
/* The rows of board.yaml: what the compiler must know about a board, as data. */
#include "rows/rows.h"

static const char *const life_words[] = { "always", "boot", NULL };

/* What banks, reserved ranges and windows have in common. */
#define START_AND_SIZE \
	{ "start", K_ADDRESS, .required = true, TO(bank, start), \
	  .example = "0x0", \
	  .doc = "First byte." }, \
	{ "size", K_SIZE, .required = true, .min = 1, TO(bank, size), \
	  .example = "1G", \
	  .doc = "Bytes." }

#define SOURCE \
	{ "source", K_TEXT, TO(bank, source), \
	  .example = "\"boot log of a 2 GB board\"", \
	  .doc = "Where this fact comes from." }

static const struct field bank_fields[] = {
	START_AND_SIZE,
	SOURCE,
	{ 0 }
};

static const struct record bank_record = {
	.name = "a bank", .doc = "A bank of RAM.", .size = sizeof(struct bank),
	.fields = bank_fields,
};

static const struct field reserved_fields[] = {
	START_AND_SIZE,
	{ "what", K_TEXT, .required = true, TO(bank, what),
	  .example = "\"U-Boot, its stack and heap\"",
	  .doc = "Who lives there." },
	{ "life", K_WORD, .words = life_words, .preset = "always", TO(bank, life),
	  .example = "boot",
	  .doc = "How long: `boot` until Xen starts, or `always`." },
	SOURCE,
	{ 0 }
};

static const struct record reserved_record = {
	.name = "a reserved range", .doc = "Memory that nothing may be put into.",
	.size = sizeof(struct bank), .fields = reserved_fields,
};

static const struct field window_fields[] = {
	START_AND_SIZE,
	{ "remark", K_TEXT, TO(bank, remark),
	  .example = "dom0's memory will be in more pieces",
	  .doc = "What is lost when this window has to be used; reported as a warning." },
	SOURCE,
	{ 0 }
};

static const struct record window_record = {
	.name = "a window", .doc = "Memory that xendtc may give to files, best first.",
	.size = sizeof(struct bank), .fields = window_fields,
};

static const struct field memory_fields[] = {
	{ "banks", K_LIST, .required = true, TO(memory_size, banks), .of = &bank_record,
	  .example = "[{start: 0x0, size: 1G}]",
	  .doc = "RAM as Xen is told of it." },
	{ "reserved", K_LIST, TO(memory_size, reserved), .of = &reserved_record,
	  .example = "[{start: 0x0, size: 512K, what: spin table}]",
	  .doc = "Ranges that are reserved with this memory size only." },
	{ "loadable-end", K_ADDRESS, TO(memory_size, loadable_end),
	  .example = "0x39300000",
	  .doc = "U-Boot loads files only below this address, with this memory size." },
	{ 0 }
};

static const struct record memory_record = {
	.name = "a memory size", .doc = "One of the sizes that the board is sold with.",
	.size = sizeof(struct memory_size), .fields = memory_fields,
};

static const struct field uart_fields[] = {
	{ "path", K_TEXT, .required = true, TO(uart, path),
	  .example = "/soc/serial@7e215040",
	  .doc = "Its node in the tree." },
	{ "what", K_TEXT, TO(uart, what),
	  .example = "PL011",
	  .doc = "Its name among people." },
	{ "config", K_LIST, .item = K_TEXT, TO(uart, config),
	  .example = "[enable_uart=1]",
	  .doc = "Lines of config.txt that it needs as Xen's console." },
	{ "source", K_TEXT, TO(uart, source),
	  .example = "\"boot log of a 2 GB board\"",
	  .doc = "Where this fact comes from." },
	{ 0 }
};

static const struct record uart_record = {
	.name = "a UART", .doc = "A UART that can be Xen's console.",
	.size = sizeof(struct uart), .fields = uart_fields,
};

static const struct field absent_fields[] = {
	{ "path", K_TEXT, .required = true, TO(absent, path),
	  .example = "/soc/mmc@7e300000",
	  .doc = "The node." },
	{ "what", K_TEXT, .required = true, TO(absent, what),
	  .example = "the tree of Raspberry Pi OS has it",
	  .doc = "Which trees have it; it follows the word \"because\"." },
	{ "help", K_TEXT, .required = true, TO(absent, help),
	  .example = "\"take the tree of Linux\"",
	  .doc = "How to get a tree without it." },
	{ "source", K_TEXT, TO(absent, source),
	  .example = "\"boot log of a 2 GB board\"",
	  .doc = "Where this fact comes from." },
	{ 0 }
};

static const struct record absent_record = {
	.name = "an absent device",
	.doc = "A node that some trees of the board have, though the machine does not have the "
	       "device when U-Boot starts Xen.",
	.size = sizeof(struct absent), .fields = absent_fields,
};

static const struct field board_boot_fields[] = {
	{ "script-address", K_ADDRESS, .required = true, TO(board_boot, script_address),
	  .example = "0xC00000",
	  .doc = "Where boot2.scr is loaded." },
	{ "script-size", K_SIZE, .required = true, .min = 4096, TO(board_boot, script_size),
	  .example = "1M",
	  .doc = "Room that is kept for it." },
	{ "scratch", K_ADDRESS, .required = true, TO(board_boot, scratch),
	  .example = "0x1ff000",
	  .doc = "Eight bytes where the script may keep a checksum." },
	{ "tree-room", K_SIZE, .required = true, TO(board_boot, tree_room),
	  .example = "12K",
	  .doc = "Room behind the tree for U-Boot's fix-ups." },
	{ "loadable-end", K_ADDRESS, .required = true, TO(board_boot, loadable_end),
	  .example = "0x39300000",
	  .doc = "U-Boot loads files only below this address." },
	{ "fills-memory", K_BOOL, .preset = "true", TO(board_boot, fills_memory),
	  .example = "false",
	  .doc = "Whether U-Boot writes the machine's RAM into `/memory` of the tree before it "
		 "starts Xen; if not, xendtc writes the banks of this file." },
	{ "tftp-window", K_COUNT, .min = 1, .max = 65535, TO(board_boot, tftp_window),
	  .example = "8",
	  .doc = "How many blocks of TFTP may come for one request, less than the Ethernet driver of "
		 "U-Boot has buffers; if left out, what U-Boot takes by itself." },
	{ "source", K_TEXT,
	  .example = "\"boot log of a 2 GB board\"",
	  .doc = "Where these facts come from." },
	{ 0 }
};

static const struct record board_boot_record = {
	.name = "boot", .doc = "How U-Boot behaves on the board.",
	.size = sizeof(struct board_boot), .fields = board_boot_fields,
};

static const struct field board_fields[] = {
	{ "name", K_TEXT, .required = true, TO(board, name),
	  .example = "rpi4",
	  .doc = "As `board:` names it." },
	{ "title", K_TEXT, .required = true, TO(board, title),
	  .example = "Raspberry Pi 4",
	  .doc = "As people call it." },
	{ "compatible", K_TEXT, .required = true, TO(board, compatible),
	  .example = "\"brcm,bcm2711\"",
	  .doc = "A word of the root's `compatible` in the board's tree." },
	{ "device-tree", K_TEXT, .form = FORM_FILE, .required = true, TO(board, device_tree),
	  .example = "bcm2711-rpi-4-b.dtb",
	  .doc = "File name of the board's tree, used where the system names none." },
	{ "cpus", K_COUNT, .required = true, .min = 1, .max = 4096, TO(board, cpus),
	  .example = "4",
	  .doc = "CPUs." },
	{ "gic", K_LIST, .required = true, .item = K_COUNT, .min = 2, .max = 3,
	  TO(board, gic),
	  .example = "[2]",
	  .doc = "Versions of the interrupt controller that it can have." },
	{ "dma-bits", K_COUNT, .preset = "32", .min = 20, .max = 64, TO(board, dma_bits),
	  .example = "30",
	  .doc = "Address bits of its weakest DMA master, as Xen's platform code says." },
	{ "xen", K_TEXT, .form = FORM_VERSION, .required = true, TO(board, first_xen),
	  .example = "\"4.14\"",
	  .doc = "First Xen that works on it." },
	{ "linux", K_TEXT, .form = FORM_VERSION, .required = true, TO(board, first_linux),
	  .example = "\"5.9\"",
	  .doc = "First Linux that works as dom0 on it." },
	{ "memory", K_NAMED, .required = true, TO(board, memory), .of = &memory_record,
	  .example = "{4G: {banks: [{start: 0x0, size: 4G}]}}",
	  .doc = "Memory sizes." },
	{ "reserved", K_LIST, TO(board, reserved), .of = &reserved_record,
	  .example = "[{start: 0x0, size: 512K, what: spin table}]",
	  .doc = "Ranges that are reserved with every memory size." },
	{ "windows", K_LIST, .required = true, TO(board, windows), .of = &window_record,
	  .example = "[{start: 0xe00000, size: 242M}]",
	  .doc = "Where files are put." },
	{ "boot", K_RECORD, .required = true, TO(board, boot), .of = &board_boot_record,
	  .example = "{script-address: 0xC00000, script-size: 1M, scratch: 0x1ff000, tree-room: 12K, loadable-end: 0x39300000}",
	  .doc = "How U-Boot behaves." },
	{ "config", K_LIST, .item = K_TEXT, TO(board, config),
	  .example = "[enable_uart=1]",
	  .doc = "Lines of config.txt; without them no config.txt is written." },
	{ "firmware", K_LIST, .item = K_TEXT, TO(board, firmware),
	  .example = "[start4.elf, fixup4.dat]",
	  .doc = "Files that a card must have before U-Boot runs." },
	{ "hidden", K_LIST, .item = K_TEXT, TO(board, hidden),
	  .example = "[\"brcm,bcm2835-aux\"]",
	  .doc = "`compatible` words of nodes that Xen keeps from dom0 on this board." },
	{ "uarts", K_LIST, .required = true, TO(board, uarts), .of = &uart_record,
	  .example = "[{path: /soc/serial@7e215040}]",
	  .doc = "UARTs that can be Xen's console." },
	{ "absent", K_LIST, TO(board, absent), .of = &absent_record,
	  .example = "[{path: /soc/mmc@7e300000, what: no board has it, help: use the tree of Linux}]",
	  .doc = "Nodes of its trees that stand for nothing. Linux in dom0 stops where it touches "
		 "registers that are not there." },
	{ 0 }
};

const struct record board_record = {
	.name = "the board", .doc = "A board on which Xen runs.",
	.size = sizeof(struct board), .fields = board_fields,
};
