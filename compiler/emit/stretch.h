/* SPDX-License-Identifier: BSD-2-Clause */
/* RAM as the maps show it: stretches that belong to one owner. */
#pragma once
#include "emit/emit.h"

struct stretch {
	struct range range;
	const struct area *owner;	/* NULL: free */
};

/* The stretch that begins at `at` and ends at `limit` at the latest. Where areas
 * overlap, files and claims come before reservations, and these before the board's own
 * ranges. */
struct stretch next_stretch(const struct plan *p, uint64_t at, uint64_t limit);

/* Who has an area, as maps colour it. */
enum owner_kind {
	OWNER_NOBODY,
	OWNER_BOARD,		/* the board and its tree: firmware, U-Boot, reservations */
	OWNER_XEN,		/* Xen, its heap and policy, the tree, scripts */
	OWNER_SEVERAL,		/* a file or memory of more than one domain */
	OWNER_DOMAIN
};

struct owner {
	enum owner_kind kind;
	const struct sheet *domain;	/* OWNER_DOMAIN */
	unsigned index;			/* OWNER_DOMAIN: 0 is dom0, guests count from 1 */
};

/* area may be NULL: nobody's. Where no sheets were made (a refused description), files and
 * claims are Xen's. */
struct owner area_owner(const struct plan *p, const struct area *area);

/* The number of a domain as an owner. */
unsigned sheet_index(const struct plan *p, const struct sheet *domain);

/* Whether anything in the map has an owner of this kind. */
bool map_has(const struct plan *p, enum owner_kind kind);

/* A size for people: "948M", or rounded down to a tenth where the exact number is
 * long, for the addresses beside it are exact. Owned by the arena, as is the next one. */
const char *stretch_size(struct arena *a, uint64_t bytes);

/* Who decided where the area is: "automatic", "board", "fixed at system.yaml:7". */
const char *stretch_origin(struct arena *arena, const struct area *a);

/* RAM that neither Xen nor a domain uses, bytes; below 0: so much is wanted too much. */
int64_t plan_left(const struct plan *p);
