/* SPDX-License-Identifier: BSD-2-Clause */
/* The memory of the machine while it is being filled: what layout's parts share. */
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
	unsigned errors_before;	/* errors that have nothing to do with addresses */
};

/* Whether layout has found errors: then it places nothing more. */
static inline bool layout_failed(const struct layout *y)
{
	return y->diags->errors != y->errors_before;
}

/* RAM of the chosen size becomes the banks of the plan, and what the board and the base
 * tree reserve its first areas. */
void areas_collect(const struct layout *y);

/* A new area of the plan, in its place by address. */
struct area *area_add(struct plan *plan, enum area_kind kind, struct range r,
		      const char *what, struct loc at);

/* Whether the range is all in one bank of the plan. */
bool area_in_ram(const struct plan *plan, struct range r);

/* "[0x01000000, 0x01136000)"; owned by the arena. */
const char *area_show(struct arena *a, struct range r);

/* E0401: `what` at r, which the word `at` put there, overlaps another area. E0402: it is
 * outside of RAM. The caller adds the way out to the finding. */
struct diag *area_report_overlap(struct diags *diags, const char *what, struct loc at,
				 struct range r, const struct area *other);
struct diag *area_report_outside(struct diags *diags, const struct host *h,
				 const char *what, struct loc at, struct range r);

/* A note at the place of an area, if somebody wrote it. */
void area_note(struct diag *g, const struct area *other);
