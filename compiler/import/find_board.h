/* SPDX-License-Identifier: BSD-2-Clause */
/* Which board a description of others is for. */
#pragma once
#include "job.h"

/* How sure it is that `what` is for board b; 0: it is not, as far as one can see. */
typedef unsigned (*likeness_fn)(void *what, const struct board *b);

/* The name of the board that `what` is most like, and in *best how much; the first of equals
 * in the order of their names. NULL, and 0: it is like none. */
const char *find_likely_board(struct job *j, likeness_fn likeness, void *what, unsigned *best);

/* Whether the root of the tree names the board in its `compatible`. dt may be NULL. */
bool is_tree_of(const struct devicetree *dt, const struct board *b);

/* Sets j->host.board to the one with that name or at that path. Without a name the
 * message says what dt, which may be NULL, is compatible with. false: reported at `at`,
 * E0305. */
bool load_board(struct job *j, const char *name, const struct devicetree *dt,
		struct loc at);
