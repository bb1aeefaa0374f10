/* SPDX-License-Identifier: BSD-2-Clause */
/* Where boards are found, and whether a board's own data make sense. */
#pragma once
#include "job.h"

/* A board that is in the program itself, so that it needs nothing installed beside it. */
struct board_inside {
	const char *name, *text;	/* the text of its board.yaml */
};

/* All boards inside the program; the last row has no name. Made from boards/ by
 * tools/embed-boards.sh. */
extern const struct board_inside boards_inside[];

/* Where the board.yaml of a board is: in the folders `more` (those of --board-path, which
 * end with NULL), in boards/ beside the build folder that xendtc runs from, where it was
 * installed, or in the program itself. A board in the program has no file: see
 * board_text_inside(). NULL: there is no such board. */
const char *boards_find(struct arena *a, const char *const *more, const char *name);

/* The text of a board.yaml that is inside the program, by the path that boards_find()
 * gave; NULL: it is the path of a file. */
const char *board_text_inside(const char *path);

/* The names of all boards in these places, sorted, each once; owned by the arena. Returns
 * how many there are. */
size_t boards_list(struct arena *a, const char *const *more, const char ***names);

/* Whether ranges, banks and windows of a board agree with each other. false: reported, code
 * E0601. */
bool board_check(const struct board *board, struct diags *d);

/* Reads a board.yaml and checks it, once a run; what was found in it is reported each time.
 * j->host.board is then the board, or NULL if it cannot be used. false: reported. */
bool board_load(struct job *j, const char *path);
