/* SPDX-License-Identifier: BSD-2-Clause */
/* The parts of layout, by files. What returns nothing reports what it finds, by the codes
 * that are named. */
#pragma once
#include "passes/areas.h"

/* layout_gaps.c: places that are free. */

/* The memory that a load takes, at least one byte: an empty one has a place, too. */
struct range load_range(const struct load *l);

/* The address from which on U-Boot loads nothing. */
uint64_t loadable_end(const struct host *h);

/* Whether Xen can do with this load at that address. */
bool is_usable(const struct load *l, uint64_t start);

/* Whether no area has a part of the range, and U-Boot can load there. */
bool is_free(const struct layout *y, struct range r);

/* The lowest free place for a load in the first of the board's windows that has one, with
 * that window. false: no window has one. */
bool find_place(const struct layout *y, const struct load *l, uint64_t *start,
		const struct bank **window);

/* The free place in a window that is nearest to the address that the load has now. false:
 * there is none. */
bool find_nearest(const struct layout *y, const struct load *l, uint64_t *best);

/* layout_fixed.c: loads whose address the user gave. */

/* Makes an area of a load, which has its address. */
void place_load(struct plan *plan, const struct load *l);

/* Holds the load against everything else that has a place. Codes: E0401 to E0404, E0420,
 * E0802, E0910, W0408. */
void check_fixed(const struct layout *y, const struct load *l);

/* layout_script.c: the script boot2.scr. */

/* Whether the script can be loaded at its address. Codes: E0401, E0402. */
void check_script(const struct layout *y);

/* Makes an area of the script, and sets the most that it may take. */
void place_script(const struct layout *y);

/* layout_claims.c: claims, memory that is kept. */

/* Makes areas of the claims that have an address. */
void place_fixed_claims(struct plan *plan);

/* Checks the claims that have an address, and places the others unless there are errors.
 * Codes: E0401, E0402, E0405. */
void place_claims(const struct layout *y);
