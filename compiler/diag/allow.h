/* SPDX-License-Identifier: BSD-2-Clause */
/* Warnings that the description itself allows, with the reason beside it:
 *
 *     cmdline: console=ttyS0    # xendtc: allow W0706 the UART is passed through
 *
 *     # xendtc: allow W0819, W0310 our Xen is built with both
 *     static-memory: auto
 *
 * At the end of a line the comment is about that line; on a line of its own, about the next key
 * and all that is indented below it. Errors cannot be allowed. */
#pragma once
#include "diag/diag.h"

struct allow {
	enum diag_code code;
	struct loc at;		/* the code in the comment */
	size_t from, to;	/* bytes of that text where it holds; to is not one of them */
	bool used;
	struct allow *same;	/* one more for the same code */
	struct allow *next;	/* the first one for another code */
};

/* Takes the comments of a text, before anything is reported about it. Reports W0115 and W0116
 * for comments without a reason or without the code of a warning. */
void allows_read(struct diags *d, const struct source *src);

/* Reports W0114 for each code whose finding did not come. To be called where all checks were
 * made; what -Wno-CODE switched off may have come. */
void allows_report_unused(struct diags *d);
