/* SPDX-License-Identifier: BSD-2-Clause */
/* The IOMMUs that Xen drives, and what its command line says of them. */
#pragma once
#include "xen/host.h"

struct iommu {			/* iommu= and no-iommu on Xen's line */
	bool off;		/* the command line switches it off */
	bool forced;		/* Xen stops if it finds none */
	struct loc at;		/* the word that says so */
};

/* What the words of Xen's line say, the last of which counts. */
struct iommu read_iommu(const struct host *h);

/* Whether the node is an IOMMU that Xen has a driver for, as far as its .config is known.
 */
bool is_iommu(const struct host *h, const struct dt_node *n);

/* Whether the tree has an IOMMU that Xen drives; true if there is no tree. */
bool has_iommu(const struct host *h);

/* Whether Xen's command line switches it off. */
bool iommu_is_off(const struct host *h);
