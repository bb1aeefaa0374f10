/* SPDX-License-Identifier: BSD-2-Clause */
/* The base tree becomes what Xen finds in it: the GIC, the CPUs, its console. */
#include "passes/passes.h"
#include "xen/console.h"
#include "xen/cpus.h"

void read_host(struct job *j)
{
	struct host *h = &j->host;

	if (!h->base)
		return;
	h->gic = host_gic(h->base, &h->gic_node);
	h->cpus = read_cpus(h);
	h->console = read_console(h, &h->console_at);
}
