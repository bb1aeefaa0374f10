/* SPDX-License-Identifier: BSD-2-Clause */
/* The repairs of nodes and those of their interrupts, and what both share. */
#pragma once
#include "base/text.h"
#include "diag/diag.h"
#include "xen/interrupts.h"

#define SPI_LAST 1019	/* the last interrupt of a GIC */
#define INTERRUPTS_MAX 2048	/* our limit for the interrupts of one node */

/* One walk over the tree. */
struct repair {
	struct diags *diags;
	const struct host *host;
	struct plan *plan;
	bool has_devices;			/* some guest gets devices */
	struct interrupt list[INTERRUPTS_MAX];	/* of the node that is looked at */
	size_t n;
	const struct dt_node *owner[SPI_LAST + 1];	/* who set the trigger of each */
	uint32_t trigger[SPI_LAST + 1];
	bool agreed[SPI_LAST + 1];	/* another one says the same */
	struct text beside;			/* disabled nodes with the console's interrupt */
	size_t beside_count;
	uint32_t console_intid;			/* which that is */
};

/* The path of a node, owned by the arena of the findings. */
const char *repair_path(struct repair *r, const struct dt_node *n);

/* Whether the tree stays as it is, because of --unchecked CODE: a proof can show then
 * what Xen does with it. */
bool repair_is_unchecked(const struct repair *r, enum diag_code code);

/* Takes a node out of the tree, and with it what is below; not if that is unchecked. */
void repair_leave_out(struct repair *r, const struct dt_node *n, enum diag_code code);

/* The same, with the finding that says what Xen cannot do with the node ("translate its address"),
 * and why not; always false. */
bool repair_give_up(struct repair *r, const struct dt_node *n, enum diag_code code,
		    const char *what, const char *why);

/* Gives a PCI bridge the device_type by which Xen knows it, since 4.15 also by its name;
 * otherwise Xen takes it for an ordinary bus (xen/common/device_tree.c,
 * dt_bus_pci_match()). Returns whether it has the type in the end. */
bool repair_bridge(struct repair *r, const struct dt_node *n);

/* Whether Xen can translate the addresses of a node. false: it is left out, which was reported
 * (W0533). */
bool repair_address(struct repair *r, const struct dt_node *n, bool pci);

/* Makes Xen's console the first node that has its interrupt. */
void repair_add_console(struct repair *r);

/* Follows the interrupts of a node into r->list. false: Xen cannot, and the node is left out,
 * which was reported (W0529). */
bool repair_interrupts(struct repair *r, const struct dt_node *n, bool pci);

/* Holds the interrupts in r->list against those of the nodes before. false: the node is left
 * out, because of Xen's console (W0517) or of a trigger (W0530), which was reported. */
bool repair_shared_interrupts(struct repair *r, const struct dt_node *n);

/* Reports in one finding the nodes that were left out because of Xen's console. */
void repair_warn_of_beside(struct repair *r);
