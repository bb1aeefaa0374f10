/* SPDX-License-Identifier: BSD-2-Clause */
/* The tree that all changes are made to. */
#pragma once
#include "job.h"

/* Reads the base tree, with the overlays of the description, into j->host.base; tree_at is
 * the word that named it. It is small and often in the repository, so with --no-files it
 * is read if it is there, and base stays NULL if not. false: reported, codes E0301, E0302,
 * E0501 and E0521. */
bool find_base(struct job *j);
