/* SPDX-License-Identifier: BSD-2-Clause */
/* What the parts of layout share: the memory of the machine while it is being filled. */
#pragma once
#include "diag/diag.h"
#include "plan.h"
#include "xen/host.h"

/* What layout works on: it fills in addresses and areas of the plan. */
struct layout {
	struct arena *arena;
	struct diags *diags;
	const struct host *host;
	const struct system *system;
	struct plan *plan;
	unsigned errors_before;	/* the number of errors that are not about addresses */
};

/* Whether layout has found errors: then it places nothing more. */
static inline bool layout_failed(const struct layout *y)
{
	return y->diags->errors != y->errors_before;
}

/* Makes the banks of the plan from the board's RAM of the chosen size, and the first
 * areas from what the board and the base tree reserve. */
void areas_collect(const struct layout *y);

/* Adds an area to the plan, which has them in the order of their addresses. */
struct area *area_add(struct plan *plan, enum area_kind kind, struct range r,
		      const char *what, struct loc at);

/* Whether the range lies within one bank of the plan. */
bool area_in_ram(const struct plan *plan, struct range r);

/* The gaps between areas in a stretch of memory, the lowest first. */
struct gaps {
	const struct area *next;	/* which is at the end of the gap, or behind it */
	struct range rest;		/* where there may be more */
	bool (*is_free)(const struct area *a, const void *who);	/* NULL: no area is */
	const void *who;		/* handed to it */
};

/* Sets *gap to the next one, which has a byte at least. false: there is none. */
bool area_next_gap(struct gaps *g, struct range *gap);

/* How many overlaps of one address are reported: it has to change, and the place that the help
 * names is free of the others, too. */
#define OVERLAPS_MAX 4

/* A range for messages: "[0x01000000, 0x01136000)"; owned by the arena. */
const char *area_show(struct arena *a, struct range r);

/* Reports E0401: `what`, which the word `at` put at r, overlaps another area. The second
 * reports E0402: it is outside of RAM. The caller adds the way out to the finding. */
struct diag *area_report_overlap(struct diags *diags, const char *what, struct loc at,
				 struct range r, const struct area *other);
struct diag *area_report_outside(struct diags *diags, const struct host *h,
				 const char *what, struct loc at, struct range r);

/* Adds a note where the area was written, if anybody wrote it. */
void area_note(struct diag *g, const struct area *other);
