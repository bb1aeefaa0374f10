/* SPDX-License-Identifier: BSD-2-Clause */
/* The parts of check_partial_trees(). All report what they find. Those that return bool
 * return false if nothing more can be asked of the device or the tree. */
#pragma once
#include "base/spans.h"
#include "base/table.h"
#include "diag/diag.h"
#include "plan.h"
#include "xen/partial.h"

struct partial_check {		/* what a device of a guest is held against */
	struct diags *diags;
	const struct host *host;
	const struct plan *plan;
	const struct system *system;
	struct table interrupts;	/* see partial_interrupt_key() -> the first device */
	struct spans ranges;		/* of the machine's memory -> devices */
	struct table *dom0s;		/* interrupts -> the node of dom0's that has it */
};

/* An interrupt of all guests, or with a partial tree of that guest alone. */
static inline uint64_t partial_interrupt_key(const struct partial *p, uint32_t intid)
{
	return (p ? (uint64_t)p->number + 1 : 0) << 32 | intid;
}

/* Checks the tree of a guest as such: which parts of it Xen leaves out, and whose
 * phandles it has (xen/common/device-tree/dom0less-build.c,
 * domain_handle_dtb_boot_module()). */
bool check_partial_tree(struct diags *diags, const struct host *h,
			const struct partial *p);

/* Warns of nodes whose interrupts nobody gives to the guest. */
void warn_of_partial_interrupts(const struct partial_check *c, const struct partial *p);

/* Can Xen read what the node says (handle_passthrough_prop() of the same file)? */
bool check_partial_device(struct diags *diags, const struct plan *plan,
			  const struct partial_device *v);

/* Can Xen route its interrupts, and to nobody else (xen/arch/arm/irq.c)? */
bool check_partial_interrupts(const struct partial_check *c, const struct partial_device *v);

/* Are its pages those of the device, and nobody else's? */
bool check_partial_ranges(const struct partial_check *c, const struct partial_device *v);

/* Does DMA reach the guest's memory, and no other? */
bool check_partial_dma(struct diags *diags, const struct host *h,
		       const struct partial_device *v);

/* Adds help to a finding about `n`, a node of dom0's that has something in common with
 * the device: what can be done about that. */
void help_with_dom0s(struct diag *g, const struct host *h, const struct system *s,
		     const struct partial_device *v, const struct dt_node *n);
