/* SPDX-License-Identifier: BSD-2-Clause */
/* Names that the base tree has no device for, and what was meant. */
#pragma once
#include "xen/host.h"

/* Adds help to a finding about a name (alias, label or path) of which the tree knows nothing: the
 * device that was meant, or else the aliases and the labels that there are. */
void help_with_device(struct diag *g, const struct host *h, const char *name);

/* Adds help to a finding about a node that is no device of its own: the one that it is a part of,
 * with which a guest gets it. false: there is none that a guest could have. */
bool help_with_whole(struct diag *g, const struct host *h, const struct dt_node *part);
