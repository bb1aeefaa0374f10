/* SPDX-License-Identifier: BSD-2-Clause */
/* The parts of check_partial_trees(). */
#pragma once
#include "job.h"
#include "xen/partial.h"

/* The trees as such, and whose the devices are. */
bool check_partial_tree(struct diags *diags, const struct host *h,
			const struct partial *p);
void warn_of_partial_interrupts(struct diags *diags, const struct partial *p);
bool check_partial_device(struct diags *diags, const struct plan *plan,
			  const struct partial_device *v);
bool check_partial_interrupts(struct job *j, const struct partial_device *v);
bool check_partial_ranges(struct job *j, const struct partial_device *v);
bool check_partial_dma(struct diags *diags, const struct host *h,
		       const struct partial_device *v);

/* Says of a finding about `n`, which dom0 has and which has something in common with the
 * device, what can be done about that. */
void help_with_dom0s(struct diag *g, const struct host *h, const struct system *s,
		     const struct partial_device *v, const struct dt_node *n);
