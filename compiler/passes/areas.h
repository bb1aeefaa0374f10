/* SPDX-License-Identifier: BSD-2-Clause */
/* The memory of the machine while it is being filled: what layout's parts share. */
#pragma once
#include "job.h"

/* RAM of the chosen size, and what the board and the base tree reserve -> plan. */
void areas_collect(struct job *j);

/* A new area of the plan, in its place by address. */
struct area *area_add(struct plan *plan, enum area_kind kind, struct range r,
		      const char *what, struct loc at);

bool area_in_ram(const struct plan *plan, struct range r);

/* "[0x01000000, 0x01136000)"; owned by the arena. */
const char *area_show(struct arena *a, struct range r);

/* Codes E0401 and E0402; the caller adds the way out. */
struct diag *area_report_overlap(struct diags *diags, const char *what, struct loc at,
				 struct range r, const struct area *other);
struct diag *area_report_outside(struct diags *diags, const struct host *h,
				 const char *what, struct loc at, struct range r);

/* A note at the place of an area, if somebody wrote it. */
void area_note(struct diag *g, const struct area *other);

/* Claims that have an address become areas. */
void place_fixed_claims(struct plan *plan);

/* Checks those, and places the others. false: reported. */
bool place_claims(struct job *j);
