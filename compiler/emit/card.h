/* SPDX-License-Identifier: BSD-2-Clause */
/* The plan of a card becomes sdcard.img, by the tools that Debian has for each part. */
#pragma once
#include "diag/diag.h"
#include "emit/write.h"
#include "plan.h"

#define CARD_NAME "sdcard.img"

struct card_maker {
	struct arena *arena;
	struct diags *diags;
	const struct plan *plan;
	struct card_plan *card; /* the plan's, whose sizes become known here */
	struct loc at; /* the word that asked for what is made */
	const char *folder;     /* for temporary files; removed by card_clean */
	const char *const *env; /* of the tools */
	bool world_failed;      /* set when it is not the description's fault */
};

/* Makes a temporary folder below `folder`, which is made if need be. false: reported. */
bool card_begin(struct card_maker *m, const char *folder);

/* Unpacks archives, and sets the sizes and places of all partitions. false: reported. */
bool card_prepare(struct card_maker *m);

/* Whether a tool is there, of that package; reported if not. */
bool card_has_tool(struct card_maker *m, const char *tool, const char *package);

/* Makes the image in m->folder; *path is where. Outputs are taken from the set. false:
 * reported. */
bool card_make(struct card_maker *m, const struct written *set, const char **path);

/* Removes all temporary files. */
void card_clean(struct card_maker *m);

/* Parts of card_make. */

/* Runs a tool in m->folder; `help` is what to do if it does not succeed. */
bool card_run(struct card_maker *m, const char *const *argv, const char *input,
	      const char *help);

/* Unpacks an archive into a folder that is called like the partition. */
bool rootfs_unpack(struct card_maker *m, const struct card_partition *p);

/* Makes the file system of a partition in place. */
bool rootfs_make(struct card_maker *m, const struct card_partition *p);

/* A number that is always the same for the same card and name: for labels and UUIDs. */
void card_id(const struct plan *p, const char *name, uint8_t id[16]);
