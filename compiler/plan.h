/* SPDX-License-Identifier: BSD-2-Clause */
/* What will be written and why: loads, edits of the tree, areas, the way to boot. Outputs
 * read the plan and nothing else. */
#pragma once
#include "base/range.h"
#include "base/text.h"
#include "diag/loc.h"
#include "input/devicetree.h"
#include "input/image.h"

enum role { ROLE_XEN, ROLE_DEVICE_TREE, ROLE_KERNEL, ROLE_RAMDISK, ROLE_COUNT };

struct load {				/* one file that U-Boot puts into memory */
	enum role role;
	const char *name;		/* in the script, below the prefix */
	const char *what;		/* "Xen", "dom0 kernel", "guest 'net' ramdisk" */
	const char *users;		/* all that share it: "dom0, net" */
	const struct file *file;	/* NULL: the tree that we write, or --no-files */
	struct loc at;			/* where the file was named */
	struct loc fixed;		/* where its address was given; else src is NULL */
	uint64_t size;			/* of the file, bytes; 0: not known */
	uint64_t span;			/* memory it takes from start on, bytes; >= size */
	uint64_t align;			/* of start, bytes, a power of two */
	uint64_t start;			/* set by layout */
	uint32_t crc;			/* set by finish: CRC-32 of the contents */
	char sha256[65];		/* set by finish: hex; "" if not asked for */
	struct load *next;
};

enum edit_kind { EDIT_SET, EDIT_REMOVE };

struct edit {				/* one change to the base tree, and who asked for it */
	enum edit_kind kind;
	const char *path;		/* of the node; made if it is not there */
	const char *prop;		/* EDIT_SET */
	const void *data;
	size_t len;
	bool repair;			/* of the base tree; the others are made by lower */
	struct loc why;
	struct edit *next;
};

enum area_kind {
	AREA_LOAD,		/* a file, with the room it needs once it runs */
	AREA_SCRIPT,		/* a U-Boot script while it runs */
	AREA_BOARD,		/* firmware, U-Boot, peripherals: from the board's data */
	AREA_RESERVED		/* /memreserve/ and /reserved-memory of the base tree */
};

struct area {			/* a stretch of memory that something occupies */
	enum area_kind kind;
	struct range range;
	const char *what;
	struct loc at;			/* the word that put it here; src NULL: nobody's word */
	const struct load *load;	/* AREA_LOAD */
	bool until_boot;		/* free again once Xen runs */
	struct area *next;
};

struct plan {
	struct arena *arena;
	const char *system_name;	/* the YAML's name, as given */
	const char *board_name;
	const char *memory_name;	/* "4G" */
	const char *tree_name;		/* file name of the tree that is written */

	/* set by lower */
	struct load *loads;		/* in the order in which the script loads them */
	struct load *xen, *tree;
	struct edit *edits;
	const struct devicetree *base;	/* NULL under --no-files */
	unsigned xen_version;		/* 0: not known */

	bool tftp;
	const char *load_command;	/* U-Boot words before address and name */
	const char *server, *client;	/* "" if not given; client may be "dhcp" */
	const char *prefix;
	bool verify_size, verify_crc;
	bool booti;
	uint64_t script_address, script_room, scratch;
	const char *const *config_lines;	/* of config.txt, NULL-terminated; may be NULL */

	/* set by layout */
	struct area *areas;		/* by address */
	const struct range *banks;	/* RAM */
	size_t bank_count;

	/* set by check: what becomes of the memory, bytes */
	uint64_t ram, dom0_memory, guest_memory;
	uint64_t overhead;		/* files, reservations, frame table, page tables */

	/* set by finish */
	struct text blob;		/* the patched tree */
	const char *version;		/* of xendtc */
	uint32_t timestamp;		/* seconds since 1970, for script headers */
};

/* Fills in p->blob, and size and checksum of the tree's load. */
void plan_finish_tree(struct plan *p);

/* The patched tree as a blob: the base with all edits, in their order. */
void plan_tree(const struct plan *p, struct text *out);

/* A new edit at the end of the list; the caller fills in what prop becomes. */
struct edit *plan_edit(struct plan *p, enum edit_kind kind, const char *path,
		       const char *prop, struct loc why);
