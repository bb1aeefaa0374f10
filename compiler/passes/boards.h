/* SPDX-License-Identifier: BSD-2-Clause */
/* Where boards are found, and whether a board's own data make sense. */
#pragma once
#include "job.h"

/* The board.yaml of a board: in the folders of --board-path, in boards/ beside the build
 * folder that xendtc runs from, or where it was installed. NULL: nowhere. */
const char *boards_find(struct arena *a, const struct options *o, const char *name);

/* Names of all boards, sorted, each once. Returns how many. */
size_t boards_list(struct arena *a, const struct options *o, const char ***names);

/* Whether ranges, banks and windows of a board agree with each other; code E0601. */
bool board_check(const struct board *board, struct diags *d);

/* Reads a board.yaml into j->host.board, and checks it, once a run; what was found in it is
 * reported each time. false: reported. */
bool board_load(struct job *j, const char *path);
