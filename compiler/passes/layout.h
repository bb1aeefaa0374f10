/* SPDX-License-Identifier: BSD-2-Clause */
/* The parts of layout. Those that return nothing report what they find. */
#pragma once
#include "passes/areas.h"

/* layout_gaps.c: where there is room. */

/* The memory of a load, which has one byte at least: an empty one has a place, too. */
struct range load_range(const struct load *l);

/* Where U-Boot loads nothing more: the first address behind that. */
uint64_t loadable_end(const struct host *h);

/* Whether Xen takes this load at that address. */
bool is_usable(const struct load *l, uint64_t start);

/* Whether no area has a part of the range, and U-Boot can load there. */
bool is_free(const struct layout *y, struct range r);

/* The lowest free place for a load in the first of the board's windows that has one, and
 * that window. false: there is none. */
bool find_place(const struct layout *y, const struct load *l, uint64_t *start,
		const struct bank **window);

/* The free place in a window that is nearest to the address of the load. */
bool find_nearest(const struct layout *y, const struct load *l, uint64_t *best);

/* layout_fixed.c: addresses that the user gave. */

/* Makes an area of a load that has its address. */
void place_load(struct plan *plan, const struct load *l);

/* Holds it against everything else that has a place. Codes: E0401 to E0404, E0420, E0802,
 * E0910, W0408. */
void check_fixed(const struct layout *y, const struct load *l);

/* layout_script.c: boot2.scr. */

/* Is its address one where it can be loaded? Codes: E0401, E0402. */
void check_script(const struct layout *y);

/* Makes an area of it, and sets how large it may become. */
void place_script(const struct layout *y);

/* layout_claims.c: memory that is kept. */

/* Claims that have an address become areas. */
void place_fixed_claims(struct plan *plan);

/* Checks those, and places the others unless there are errors. Codes: E0401, E0402,
 * E0405. */
void place_claims(const struct layout *y);
