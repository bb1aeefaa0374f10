/* SPDX-License-Identifier: BSD-2-Clause */
/* The parts of plan_card: what goes onto the first partition, and which others there are.
 * All add to plan->card; false: an error was reported. */
#pragma once
#include "diag/diag.h"
#include "input/inputs.h"
#include "model.h"
#include "plan.h"

/* A file of the first partition, unless the same one is there already. Its name loses the
 * slashes at its front. Codes: E0321. */
bool card_add_file(struct diags *d, struct plan *plan, struct card_file file);

/* The same for one of our outputs. It stands for the word that asked for the card. */
bool card_add_output(struct diags *d, struct plan *plan, const char *name,
		     const char *output);

/* Whether a file has that name; FAT does not tell capitals from small letters. */
bool card_has_file(const struct plan *plan, const char *name);

/* What U-Boot, or the firmware of UEFI, reads from the card: the script, the files that
 * are loaded, the FIT. After the partitions. Codes: E0320, E0321. */
bool card_add_boot(struct diags *d, const struct system *s, struct plan *plan);

/* Root file systems, with the size of what is in them. With --no-files that is not looked
 * at. Codes: E0301, E0322, E0323, E0325. */
bool card_add_partitions(struct diags *d, struct inputs *in, const struct card *card,
			 struct plan *plan);

/* E0301 for a file or folder that cannot be read, by errno; returns false. */
bool card_report_unreadable(struct diags *d, const struct value *v, const char *path);
