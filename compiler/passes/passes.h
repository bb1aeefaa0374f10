/* SPDX-License-Identifier: BSD-2-Clause */
/* The passes, in their order. Each reads what those before it made, adds what its comment
 * says, and reports all mistakes that it sees. What a pass returns is whether there is
 * anything to go on with; the others can do with what they have, and the list of errors
 * says whether they found any. */
#pragma once
#include "job.h"

bool load(struct job *j);		/* text -> model and board */
bool resolve(struct job *j);		/* names -> files, the base tree */
void find_version(struct job *j);	/* the image of Xen -> its release */
void read_lines(struct job *j);		/* command lines -> words */
void read_host(struct job *j);		/* the base tree -> what Xen finds there */
void repair(struct job *j);		/* what stops Xen in the base tree -> edits */
void repair_memory(struct job *j);	/* what the tree says of RAM -> edits */
void make_loads(struct job *j);		/* images -> loads, shared where Xen allows it */
void make_claims(struct job *j);	/* static and shared memory -> claims */
void plan_boot(struct job *j);		/* `boot:` and the board -> how U-Boot boots */
void size_tree(struct job *j);		/* model -> the size of the tree, and its room */
void plan_fit(struct job *j);		/* the files -> one that holds them all */
void plan_card(struct job *j);		/* files and root file systems -> a card */
void layout(struct job *j);		/* sizes -> addresses */
void sum_memory(struct job *j);		/* layout -> what becomes of the memory */
void make_deferred(struct job *j);	/* guests that dom0 starts -> files for xl */
void lower(struct job *j);		/* model -> edits of the tree, with addresses */
