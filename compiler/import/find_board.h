/* SPDX-License-Identifier: BSD-2-Clause */
/* Which board a description of others is for. */
#pragma once
#include "job.h"

/* How much speaks for board b being the one that `what` is for; 0: nothing does. */
typedef unsigned (*likeness_fn)(void *what, const struct board *b);

/* The name of the board that `what` is most like, with how much in *best; of equals the
 * first one by name. NULL, and 0 in *best: it is like none. */
const char *find_likely_board(struct job *j, likeness_fn likeness, void *what, unsigned *best);

/* Whether the root of the tree names the board in its `compatible`. dt may be NULL. */
bool is_tree_of(const struct devicetree *dt, const struct board *b);

/* Sets j->host.board to the one with that name or at that path. Without a name the
 * message says what dt, which may be NULL, is compatible with. false: reported at `at`,
 * E0305. */
bool load_board(struct job *j, const char *name, const struct devicetree *dt,
		struct loc at);
