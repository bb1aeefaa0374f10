/* SPDX-License-Identifier: BSD-2-Clause */
/* The plan of a FIT becomes the file, by mkimage. */
#pragma once
#include "emit/card.h"

/* Makes the FIT in m->folder of the outputs in the set and the files of the plan; *path
 * is where. false: reported. */
bool fit_make(struct card_maker *m, const struct written *set, const char **path);
