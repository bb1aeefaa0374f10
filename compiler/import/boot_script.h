/* SPDX-License-Identifier: BSD-2-Clause */
/* What a U-Boot script loads and boots, as far as its words tell without running it. */
#pragma once
#include <stdbool.h>
#include <stdint.h>

#include "diag/loc.h"

struct script_load {
	uint64_t address;
	const char *name;	/* of the file */
	const char *device;	/* "tftp", or "mmc 0:1" */
	struct loc at;		/* the name */
	bool used;		/* set by who finds its address in the tree */
	struct script_load *next;
};

struct boot_script {
	struct script_load *loads;	/* in the order of the text */
	const char *command;	/* booti, bootm or bootefi; NULL: none */
	uint64_t xen, tree;	/* its addresses */
	const char *server, *client;	/* NULL: not set; client may be "dhcp" */
	const char *prefix;	/* the folder that all names begin with, or "" */
	bool crc32;		/* it uses the command */
};

/* Reads a script. Variables that it sets itself are replaced; both ways of an `if` count.
 * Everything is owned by the arena. */
struct boot_script *boot_script_read(struct arena *a, const struct source *src);

/* The load to an address, NULL if there is none. s may be NULL. */
struct script_load *boot_script_find(const struct boot_script *s, uint64_t address);
