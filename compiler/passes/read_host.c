/* SPDX-License-Identifier: BSD-2-Clause */
/* The base tree becomes what Xen finds in it: the GIC, the CPUs, its console, an IOMMU. */
#include "passes/passes.h"
#include "xen/console.h"
#include "xen/cpus.h"
#include "xen/holders.h"
#include "xen/iommu.h"

static bool has_masters(const struct devicetree *dt)
{
	const struct dt_node *n = dt->root;

	while (n && !dt_prop(n, "mmu-masters"))
		n = dt_next(n);
	return n;
}

static bool gives_devices(const struct system *s)
{
	const struct domain *d = first_guest(s);

	while (d && !d->passed && !d->passthrough_dtb)
		d = next_guest(s, d);
	return d;
}

void read_host(struct job *j)
{
	struct host *h = &j->host;

	if (!h->base)
		return;
	h->gic = host_gic(h->base, &h->gic_node);
	h->cpus = read_cpus(h);
	h->console = read_console(h, &h->console_at);
	h->iommu = has_iommu(h) && !iommu_is_off(h);
	h->iommu_masters = has_masters(h->base);
	if (gives_devices(j->system))
		h->holders = holders_index(h);
}
