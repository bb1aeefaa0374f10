/* SPDX-License-Identifier: BSD-2-Clause */
/* The parts of plan_card: what goes onto the first partition, and which other partitions
 * there are. All add to plan->card. false: an error was reported, by the codes that are
 * named. */
#pragma once
#include "diag/diag.h"
#include "input/inputs.h"
#include "model.h"
#include "plan.h"

/* Adds a file to the first partition, unless the same one is there already. Slashes at
 * the front of its name are taken off. Code: E0321. */
bool card_add_file(struct diags *d, struct plan *plan, struct card_file file);

/* Adds one of our outputs, which is reported at the word that asked for the card. */
bool card_add_output(struct diags *d, struct plan *plan, const char *name,
		     const char *output);

/* Whether a file of the first partition has that name; capitals and small letters are the
 * same, as on FAT. */
bool card_has_file(const struct plan *plan, const char *name);

/* Adds what U-Boot, or firmware with UEFI, reads from the card: the script, the files
 * that are loaded, the FIT. To be called after card_add_partitions(). Codes: E0320,
 * E0321. */
bool card_add_boot(struct diags *d, const struct system *s, struct plan *plan);

/* Adds the partitions with root file systems, and the size of what is in them; with
 * --no-files nobody looks at that. Codes: E0301, E0322, E0323, E0325. */
bool card_add_partitions(struct diags *d, struct inputs *in, const struct card *card,
			 struct plan *plan);

/* Reports E0301 for a file or folder that cannot be read, with errno; always false. */
bool card_report_unreadable(struct diags *d, const struct value *v, const char *path);
