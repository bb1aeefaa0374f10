/* SPDX-License-Identifier: BSD-2-Clause */
/* The plan of a card becomes sdcard.img, by the tools that Debian has for each part. */
#pragma once
#include "emit/output.h"

#define CARD_NAME "sdcard.img"

/* Unpacks archives, which sets the sizes and places of all partitions, and makes the
 * image in the workshop, of the outputs in the rows above it and of the user's files;
 * o->path is where. false: reported. */
bool card_make(struct workshop *w, struct output *o);

/* The manifest's `card`. */
json_t *card_describe(const struct plan *p, const struct output *o);
