/* SPDX-License-Identifier: BSD-2-Clause */
/* The rows of board.yaml: what the compiler must know about a board, as data. */
#include "rows/rows.h"

static const char *const life_words[] = { "always", "boot", NULL };

static const struct field bank_fields[] = {
	{ "start", K_ADDRESS, .required = true, TO(bank, start), .doc = "First byte." },
	{ "size", K_SIZE, .required = true, .min = 1, TO(bank, size), .doc = "Bytes." },
	{ "source", K_TEXT, TO(bank, source), .doc = "Where this fact comes from." },
	{ 0 }
};

static const struct record bank_record = {
	.name = "a bank", .doc = "A bank of RAM.", .size = sizeof(struct bank),
	.fields = bank_fields,
};

static const struct field reserved_fields[] = {
	{ "start", K_ADDRESS, .required = true, TO(bank, start), .doc = "First byte." },
	{ "size", K_SIZE, .required = true, .min = 1, TO(bank, size), .doc = "Bytes." },
	{ "what", K_TEXT, .required = true, TO(bank, what), .doc = "Who lives there." },
	{ "life", K_WORD, .words = life_words, .preset = "always", TO(bank, life),
	  .doc = "How long: `boot` until Xen starts, or `always`." },
	{ "source", K_TEXT, TO(bank, source), .doc = "Where this fact comes from." },
	{ 0 }
};

static const struct record reserved_record = {
	.name = "a reserved range", .doc = "Memory that nothing may be put into.",
	.size = sizeof(struct bank), .fields = reserved_fields,
};

static const struct field window_fields[] = {
	{ "start", K_ADDRESS, .required = true, TO(bank, start), .doc = "First byte." },
	{ "size", K_SIZE, .required = true, .min = 1, TO(bank, size), .doc = "Bytes." },
	{ "remark", K_TEXT, TO(bank, remark),
	  .doc = "What is lost when this window has to be used; reported as a warning." },
	{ "source", K_TEXT, TO(bank, source), .doc = "Where this fact comes from." },
	{ 0 }
};

static const struct record window_record = {
	.name = "a window", .doc = "Memory that xendtc may give to files, best first.",
	.size = sizeof(struct bank), .fields = window_fields,
};

static const struct field memory_fields[] = {
	{ "banks", K_LIST, .required = true, TO(memory_size, banks), .of = &bank_record,
	  .doc = "RAM as Xen is told of it." },
	{ "reserved", K_LIST, TO(memory_size, reserved), .of = &reserved_record,
	  .doc = "Ranges that are reserved with this memory size only." },
	{ "loadable-end", K_ADDRESS, TO(memory_size, loadable_end),
	  .doc = "U-Boot loads files only below this address, with this memory size." },
	{ 0 }
};

static const struct record memory_record = {
	.name = "a memory size", .doc = "One of the sizes that the board is sold with.",
	.size = sizeof(struct memory_size), .fields = memory_fields,
};

static const struct field uart_fields[] = {
	{ "path", K_TEXT, .required = true, TO(uart, path), .doc = "Its node in the tree." },
	{ "what", K_TEXT, TO(uart, what), .doc = "Its name among people." },
	{ "config", K_LIST, .item = K_TEXT, TO(uart, config),
	  .doc = "Lines of config.txt that it needs as Xen's console." },
	{ "source", K_TEXT, TO(uart, source), .doc = "Where this fact comes from." },
	{ 0 }
};

static const struct record uart_record = {
	.name = "a UART", .doc = "A UART that can be Xen's console.",
	.size = sizeof(struct uart), .fields = uart_fields,
};

static const struct field absent_fields[] = {
	{ "path", K_TEXT, .required = true, TO(absent, path), .doc = "The node." },
	{ "what", K_TEXT, .required = true, TO(absent, what),
	  .doc = "Which trees have it; it follows the word \"because\"." },
	{ "help", K_TEXT, .required = true, TO(absent, help),
	  .doc = "How to get a tree without it." },
	{ "source", K_TEXT, TO(absent, source), .doc = "Where this fact comes from." },
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
	  .doc = "Where boot2.scr is loaded." },
	{ "script-size", K_SIZE, .required = true, .min = 4096, TO(board_boot, script_size),
	  .doc = "Room that is kept for it." },
	{ "scratch", K_ADDRESS, .required = true, TO(board_boot, scratch),
	  .doc = "Eight bytes where the script may keep a checksum." },
	{ "tree-room", K_SIZE, .required = true, TO(board_boot, tree_room),
	  .doc = "Room behind the tree for U-Boot's fix-ups." },
	{ "loadable-end", K_ADDRESS, .required = true, TO(board_boot, loadable_end),
	  .doc = "U-Boot loads files only below this address." },
	{ "fills-memory", K_BOOL, .preset = "true", TO(board_boot, fills_memory),
	  .doc = "Whether U-Boot writes the machine's RAM into `/memory` of the tree before it "
		 "starts Xen; if not, xendtc writes the banks of this file." },
	{ "source", K_TEXT, .doc = "Where these facts come from." },
	{ 0 }
};

static const struct record board_boot_record = {
	.name = "boot", .doc = "How U-Boot behaves on the board.",
	.size = sizeof(struct board_boot), .fields = board_boot_fields,
};

static const struct field board_fields[] = {
	{ "name", K_TEXT, .required = true, TO(board, name), .doc = "As `board:` names it." },
	{ "title", K_TEXT, .required = true, TO(board, title), .doc = "As people call it." },
	{ "compatible", K_TEXT, .required = true, TO(board, compatible),
	  .doc = "A word of the root's `compatible` in the board's tree." },
	{ "device-tree", K_TEXT, .form = FORM_FILE, .required = true, TO(board, device_tree),
	  .doc = "File name of the board's tree, used where the system names none." },
	{ "cpus", K_COUNT, .required = true, .min = 1, .max = 4096, TO(board, cpus),
	  .doc = "CPUs." },
	{ "gic", K_LIST, .required = true, .item = K_COUNT, .min = 2, .max = 3,
	  TO(board, gic), .doc = "Versions of the interrupt controller that it can have." },
	{ "dma-bits", K_COUNT, .preset = "32", .min = 20, .max = 64, TO(board, dma_bits),
	  .doc = "Address bits of its weakest DMA master, as Xen's platform code says." },
	{ "xen", K_TEXT, .form = FORM_VERSION, .required = true, TO(board, first_xen),
	  .doc = "First Xen that works on it." },
	{ "linux", K_TEXT, .form = FORM_VERSION, .required = true, TO(board, first_linux),
	  .doc = "First Linux that works as dom0 on it." },
	{ "memory", K_NAMED, .required = true, TO(board, memory), .of = &memory_record,
	  .doc = "Memory sizes." },
	{ "reserved", K_LIST, TO(board, reserved), .of = &reserved_record,
	  .doc = "Ranges that are reserved with every memory size." },
	{ "windows", K_LIST, .required = true, TO(board, windows), .of = &window_record,
	  .doc = "Where files are put." },
	{ "boot", K_RECORD, .required = true, TO(board, boot), .of = &board_boot_record,
	  .doc = "How U-Boot behaves." },
	{ "config", K_LIST, .item = K_TEXT, TO(board, config),
	  .doc = "Lines of config.txt; without them no config.txt is written." },
	{ "firmware", K_LIST, .item = K_TEXT, TO(board, firmware),
	  .doc = "Files that a card must have before U-Boot runs." },
	{ "hidden", K_LIST, .item = K_TEXT, TO(board, hidden),
	  .doc = "`compatible` words of nodes that Xen keeps from dom0 on this board." },
	{ "uarts", K_LIST, .required = true, TO(board, uarts), .of = &uart_record,
	  .doc = "UARTs that can be Xen's console." },
	{ "absent", K_LIST, TO(board, absent), .of = &absent_record,
	  .doc = "Nodes of its trees that stand for nothing. Linux in dom0 stops where it touches "
		 "registers that are not there." },
	{ 0 }
};

const struct record board_record = {
	.name = "the board", .doc = "A board on which Xen runs.",
	.size = sizeof(struct board), .fields = board_fields,
};
