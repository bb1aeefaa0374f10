/* SPDX-License-Identifier: BSD-2-Clause */
/* What will be written and why: loads, edits of the tree, areas, the way to boot. Outputs
 * read the plan and nothing else. */
#pragma once
#include "base/range.h"
#include "base/text.h"
#include "diag/loc.h"
#include "edits.h"
#include "input/devicetree.h"
#include "input/image.h"

enum role {
	ROLE_XEN, ROLE_DEVICE_TREE, ROLE_KERNEL, ROLE_RAMDISK, ROLE_PASSTHROUGH, ROLE_XSM,
	ROLE_COUNT
};

struct place {				/* where U-Boot finds files, and by which command */
	const char *command;		/* before address and name: "load mmc 0:1" */
	const char *device;		/* "mmc 0:1"; NULL: TFTP or the user's own command */
	const char *prefix;		/* put in front of every file's name */
	bool tftp;
};

struct load {				/* one file that U-Boot puts into memory */
	enum role role;
	struct place place;
	const char *name;		/* its name in the script, below the prefix, with: */
	char suffix[10];		/* names by content: set by make_loads, and by finish_plan
					 * to a part of sha256; "": none */
	const char *what;		/* "Xen", "dom0 kernel", "guest 'net' ramdisk" */
	const char *users;		/* all domains that share it: "dom0, net" */
	struct text more_users;		/* where users stands once there are two */
	const struct file *file;	/* NULL: a file that we write, or --no-files */
	struct loc at;			/* where the file was named */
	struct loc fixed;		/* where its address was given; src NULL: it was not */
	const char *automatic;		/* what to write for xendtc to choose; NULL: nothing */
	uint64_t size;			/* bytes of the file; 0: not known */
	uint64_t span;			/* bytes of memory from start on; >= size */
	uint64_t align;			/* alignment of what runs, bytes, a power of two */
	uint64_t start;			/* set by layout */
	unsigned number;		/* set by layout: how many are loaded before it */
	uint64_t lead;			/* bytes of a header before what runs */
	const struct text *made;	/* the contents, if we write it */
	uint32_t crc;			/* set by finish_plan: CRC-32 of the contents */
	char sha256[65];		/* set by finish_plan: hex; "": not asked for */
	struct load *next;
};

struct claim {				/* memory that Xen keeps free for one purpose */
	const char *what;
	struct loc at;			/* where it was asked for */
	struct loc fixed;		/* where its address was given; src NULL: it was not */
	const char *automatic;		/* what to write for xendtc to choose; NULL: nothing */
	uint64_t size, align, limit;	/* bytes; it must end below limit */
	struct range avoid;		/* where it must not be; may be empty */
	uint64_t start;			/* set by layout */
	unsigned number;		/* set by layout: how many stand before it */
	struct claim *next;
};

struct xl_file {			/* a file that we make for `xl create` */
	const char *role, *name;	/* as the manifest has them */
	struct text text;		/* the contents */
	struct loc at;			/* the guest's name */
	struct xl_file *next;
};

struct staged {				/* a file for dom0, which U-Boot does not load */
	enum role role;
	const char *name;
	const struct file *file;
	struct loc at;
	char sha256[65];		/* set by finish_plan: hex; "": not asked for */
	struct staged *next;
};

/* The longest value that U-Boot's `fdt set` takes, bytes: it is put into a buffer of
 * this size without a look at its length (U-Boot cmd/fdt.c, SCRATCHPAD). */
#define FDT_SET_MAX 1024

enum area_kind {
	AREA_LOAD,		/* a file, with the room it needs once it runs */
	AREA_CLAIM,		/* static memory, static heap, shared memory */
	AREA_SCRIPT,		/* a U-Boot script while it runs */
	AREA_BOARD,		/* firmware, U-Boot, peripherals: from the board's data */
	AREA_RESERVED		/* /memreserve/ and /reserved-memory of the base tree */
};

struct area {			/* memory that something occupies */
	enum area_kind kind;
	struct range range;
	const char *what;
	struct loc at;		/* the word that put it here; src NULL: xendtc did */
	const struct load *load;	/* AREA_LOAD */
	const struct claim *claim;	/* AREA_CLAIM */
	bool until_boot;		/* free again once Xen runs */
	bool copied;			/* U-Boot uses a copy of it by the time files are loaded */
	struct area *next;
};

#define FIT_CONFIGURATION "system"	/* the name of the only configuration in a FIT */

struct fit_plan {			/* one file that holds all others, for bootm */
	const char *name;
	const char *key_folder, *key, *algorithm;	/* for the signature; NULL: none */
	uint64_t room;			/* the most that it can take, bytes */
	uint64_t start;			/* set by layout */
	struct loc at, name_at;		/* `fit`, and its name if one was given */
};

struct card_file {			/* a file on the card's first partition */
	const char *name;		/* its path on that partition */
	const char *path;		/* of the user's file; NULL: it is an output */
	const char *written;		/* that path as the description has it */
	const char *output;		/* the name of that output */
	const char *what;
	uint64_t size;			/* bytes; of outputs an upper bound */
	struct loc at;
	struct card_file *next;
};

enum partition_from { FROM_FOLDER, FROM_ARCHIVE, FROM_IMAGE };

struct card_partition {			/* a root file system on the card */
	const char *name, *path;
	enum partition_from from;
	unsigned number;		/* 2, 3, ... */
	uint64_t size;	/* bytes; 0: not known before the archive is unpacked */
	uint64_t inodes;		/* how many its files need; 0: not known yet */
	uint64_t start;			/* set by card_layout */
	struct loc at;
	struct card_partition *next;
};

struct card_plan {
	struct card_file *files;
	struct card_partition *partitions;
	uint64_t boot_size;		/* size of the first partition, bytes */
	uint64_t size;			/* of the card, bytes; 0 until it is known what is needed */
	struct loc at;			/* where its size was given, or the card itself */
};

struct sheet_line {			/* something that a domain has, in words */
	const char *text;
	struct loc at;			/* the word that gives it */
	struct sheet_line *next;
};

struct sheet_range {			/* a stretch of the addresses that a guest sees */
	struct range range;
	bool has_host;			/* what it is in the machine is known: */
	uint64_t host;			/* its first byte there */
	const char *what;
	struct loc at;
	struct sheet_range *next;
};

#define SHEET_LOADS 3			/* kernel, ramdisk, partial tree */
#define SHEET_CLAIMS 64

struct sheet {				/* a domain, for the map */
	const char *name;
	struct loc at, memory_at;
	uint64_t memory;		/* bytes */
	bool is_dom0, deferred;		/* deferred: dom0 starts it */
	struct sheet_line *files, *cpus, *devices, *shared, *channels;
	struct sheet_range *space;	/* by address; NULL: the machine's own */
	const struct load *loads[SHEET_LOADS];
	const struct claim *claims[SHEET_CLAIMS];	/* of its memory, the first so many */
	size_t load_count, claim_count;
	struct sheet *next;
};

struct plan {
	struct arena *arena;
	const char *system_name;	/* the YAML's name, without its folder */
	const struct source *description;	/* its text; set by plan_boot */
	const char *board_name;
	const char *memory_name;	/* "4G", of which maps and sums are */
	const char *memory_names;	/* "1G, 4G": all sizes that the outputs are for */
	const struct plan *next_size;	/* the plan for the next of them; set by variants.c */
	const char *tree_name;		/* file name of the tree that is written */

	/* Three lists of changes to the base tree, made in this order. */
	struct edits marks;		/* xen,passthrough: what guests get; set with them */
	struct table *marked;		/* the nodes of the base tree that `marks` are for */
	struct edits repairs;		/* of nodes that would stop Xen; set by repair */
	struct edits edits;		/* Xen's nodes; set by size_tree, then by lower */

	/* set by make_loads and make_claims */
	struct load *loads;		/* in the order in which the script loads them */
	struct load *last_load;
	size_t load_count;
	struct claim *last_claim;
	struct load *xen, *tree;
	struct claim *claims;
	struct place place;		/* where boot2.scr is, or the FIT */
	bool edit_in_u_boot;		/* U-Boot edits the tree that the firmware gave it */
	bool wrap_xen;			/* Xen becomes a uImage, for bootm */
	bool content_names;		/* loads are named by their contents, too */

	size_t dom0_room; /* set by size_tree: /cpus becomes longer by that, bytes */

	/* set by lower */
	uint32_t last_phandle;		/* the highest that was given to a node of ours; 0: none */
	uint64_t tree_limit;		/* with edit_in_u_boot: size of the tree at most, bytes */

	/* set by plan_boot */
	const struct devicetree *base;	/* NULL under --no-files */
	unsigned xen_version;		/* 0: not known */
	unsigned tries;			/* how often each file is asked for, at least once */
	const char *server, *client;	/* addresses; "": not given; client may be "dhcp" */
	unsigned tftp_window, tftp_block; /* what U-Boot is told; 0: nothing */
	bool verify_size, verify_crc, verify_sha256;
	const char *start;		/* "booti", "bootm", "bootefi"; NULL: nothing starts */
	bool uefi;			/* there is no U-Boot: Xen reads its files itself */
	const char *const *commands;	/* run before Xen is started; NULL-terminated */
	uint64_t script_address, script_room, scratch;
	const char *const *firmware_lines; /* of config.txt; NULL-terminated; NULL: no file */

	struct xl_file *xl_files;	/* set by make_deferred */
	struct staged *staged;		/* set by make_deferred, too */
	struct fit_plan *fit;		/* set by plan_fit; NULL: none is wanted */
	struct card_plan *card;		/* set by plan_card; NULL: none is wanted */

	/* set by layout */
	uint64_t script_limit;		/* size of boot2.scr at most, bytes */
	struct loc script_at;		/* the word to blame if it is larger */
	struct area *areas;		/* by address */
	const struct range *banks;	/* RAM */
	size_t bank_count;
	const struct range *unsure;	/* RAM of the board that the tree does not name */
	size_t unsure_count;

	/* set by sum_memory: what becomes of the memory, bytes; ram is 0 before that */
	uint64_t ram, dom0_memory, guest_memory;
	uint64_t overhead;	/* files, reservations, frame table, page tables */

	struct sheet *sheets; /* set by make_sheets: dom0, guests; NULL: refused before */

	/* set by finish_plan */
	struct text blob;		/* the patched tree */
	struct text xen_image;		/* with wrap_xen: the header, and Xen */
	const char *version;		/* of xendtc */
	uint32_t timestamp;		/* seconds since 1970, for script headers */
};

/* Writes the patched tree into p->blob, and fills in sizes and checksums of the loads
 * that are our own bytes. */
void plan_finish_trees(struct plan *p);

/* Sets contents, size and checksums of a load that is a file of ours. */
void plan_finish_made(struct load *l, const struct text *contents);

/* A copy of the base tree with all changes made; owned by p->arena. */
struct devicetree *plan_patched(const struct plan *p);

/* Whether text may stand between single quotes in a U-Boot script: all shells that
 * U-Boot had since 2020.10 take it for one word, as it is. */
bool plan_is_plain(const char *s);

/* Names a load by the beginning of that sum of its contents. */
void plan_set_suffix(struct load *l, const char *sha256);

/* What U-Boot asks for, without the prefix: the name, and what follows from the contents. Owned
 * by the arena, or the name itself. */
const char *plan_load_name(struct arena *a, const struct load *l);

/* Where a file is that U-Boot asks for by that prefix and name: a path below the folder that a
 * server hands out, without slashes or dots that mean nothing. Owned by the arena. */
const char *plan_path(struct arena *a, const char *prefix, const char *name);

/* Size of the patched tree as a blob, bytes, or a little more. */
size_t plan_tree_size(const struct plan *p);

/* Whether a node of the base tree, or one above it, is removed. */
bool plan_leaves_out(const struct plan *p, const struct dt_node *n);
