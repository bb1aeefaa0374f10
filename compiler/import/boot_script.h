/* SPDX-License-Identifier: BSD-2-Clause */
/* What a U-Boot script loads, changes and boots. */
#pragma once
#include <stdbool.h>
#include <stdint.h>

#include "diag/diag.h"
#include "input/devicetree.h"

struct patterns;

struct script_load {
	uint64_t address;
	const char *name;	/* name of the file */
	const char *device;	/* "tftp", or "mmc 0:1" */
	struct loc at;		/* place of the name */
	bool used;		/* its address was found in the tree */
	struct script_load *next;
};

struct script_text {
	const char *text;
	struct loc at;
	struct script_text *next;
};

struct boot_script {
	struct script_load *loads;	/* in the order of the text */
	struct script_load *last_load;
	const char *command;	/* booti, bootm, bootefi or bootz; NULL: none */
	struct loc command_at;
	uint64_t xen, ramdisk, tree;	/* addresses behind that command; 0: not given */
	const char *server, *client;	/* NULL: not set; client may be "dhcp" */
	const char *prefix;	/* the folder that all names begin with, or "" */
	const char *verify;	/* "crc32" or "sha256": how it checks files; NULL: not so */

	struct devicetree *dt;	/* the tree that is booted; NULL: it changes none */
	bool firmware_tree;	/* that is the one which U-Boot got from firmware */
	bool edits;		/* the script changes it */
	const char *console;	/* stdout-path as the script sets it, without options; NULL: it does
				 * not */
	bool is_sketch;		/* its file is not there: dt is what the script adds */
	struct script_text *overlays;	/* files that `fdt apply` adds to it */
	struct script_text *commands;	/* what else it does, for boot.commands */
	struct script_text *last_command;
};

/* Follows a script. Variables that it sets itself are replaced, and of an `if` the branch
 * is taken that U-Boot would take; where that depends on the board, the first. Files that
 * it loads are looked up in the folders, whose list ends with NULL; `given` stands for the
 * first tree that it changes, if it is not NULL. What cannot be known is reported, W1055
 * and W1056. Everything is owned by the arena. NULL: reported, E1058. */
struct boot_script *boot_script_read(struct arena *a, struct diags *diags,
				     const struct source *src,
				     const char *const *folders,
				     struct patterns *patterns, struct devicetree *given);

/* The last load to an address, NULL if there is none. s may be NULL. */
struct script_load *boot_script_find(const struct boot_script *s, uint64_t address);

/* Takes the text out of what mkimage made of it (boot.scr), in place; other text stays. false:
 * it is no script. */
bool boot_script_unpack(char **data, size_t *len);

/* Numbers that stand for what is not known lie here, in the last 256 MiB of 4 GiB. */
#define BOOT_SCRIPT_STAND_IN ((uint64_t)0xf0000000)

/* false for an address that stands for one that only the board knows. */
bool boot_script_is_known(uint64_t address);
