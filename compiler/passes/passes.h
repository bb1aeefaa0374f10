/* SPDX-License-Identifier: BSD-2-Clause */
/* The passes, in their order. Each reads what those before it made, adds what its comment
 * says, and reports all mistakes that it sees. Which of them go on after a mistake is said
 * by the table in main.c. A pass finds NULL for a file or a tree that is not there, as with
 * --no-files. What a pass returns is whether it made what others build on: the list of
 * errors does not say that, for rules can be switched off. */
#pragma once
#include "job.h"

void describe(struct job *j);		/* text -> j->tree */
void load_system(struct job *j);	/* tree -> model */
bool find_board(struct job *j);		/* the board's name -> its data */
void choose_size(struct job *j);	/* `memory` -> one of the board's sizes */
void find_files(struct job *j);		/* names -> files, with what their headers say */
void leave_out_files(struct job *j);	/* files with an error -> not looked at */
bool find_base(struct job *j);		/* the base tree, with overlays */
void find_version(struct job *j);	/* the image of Xen -> its release */
void read_lines(struct job *j);		/* command lines -> words */
void read_host(struct job *j);		/* the base tree -> what Xen finds there */
void repair(struct job *j);		/* what stops Xen in the base tree -> edits */
void repair_memory(struct job *j);	/* what the tree says of RAM -> edits */
void repair_names(struct job *j);	/* nodes called memory that are no RAM -> edits */
void make_loads(struct job *j);		/* images -> loads, shared where Xen allows it */
void make_claims(struct job *j);	/* static and shared memory -> claims */
void plan_boot(struct job *j);		/* `boot:` and the board -> how U-Boot boots */
void guess_tree(struct job *j);		/* the base tree -> the least size of the new one */
void size_tree(struct job *j);		/* model -> the size of the tree, and its room */
void plan_fit(struct job *j);		/* the files -> one that holds them all */
void note_errors(struct job *j);		/* what was found -> parts that are wrong */
void plan_card(struct job *j);		/* files and root file systems -> a card */
void layout(struct job *j);		/* sizes -> addresses */
void sum_memory(struct job *j);		/* layout -> what becomes of the memory */
void make_sheets(struct job *j);	/* the model -> what each domain has, for the map */
void make_deferred(struct job *j);	/* guests that dom0 starts -> files for xl */
void lower(struct job *j);		/* model -> edits of the tree, with addresses */

/* Puts one of j->sizes, or none for NULL, into the place of all of them. */
void describe_size(struct job *j, const struct item *size);

/* Says why a system.yaml or board.yaml cannot be read, by errno. */
void report_unreadable_yaml(struct job *j, const char *path);

/* Refuses the name of an output that would be outside of the output folder. */
void report_name_elsewhere(struct diags *d, struct loc at, const char *name);
