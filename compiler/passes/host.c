/* SPDX-License-Identifier: BSD-2-Clause */
/* The base tree becomes answers: which nodes dom0 gets, and where interrupts go. */
#include "passes/host.h"

#include <string.h>

static bool compatible_with_any(const struct dt_node *n, const char *const *words)
{
	for (; *words; words++)
		if (dt_compatible(n, *words))
			return true;
	return false;
}

static bool is_hidden(const struct job *j, const struct dt_node *n)
{
	for (size_t i = 0; i < j->board->hidden.n; i++)
		if (dt_compatible(n, j->board->hidden.v[i].text))
			return true;
	return false;
}

bool host_skips(const struct job *j, const struct dt_node *n)
{
	static const char *const skipped[] = {
		"xen,xen", "xen,multiboot-module", "multiboot,module", "arm,psci",
		"arm,psci-0.2", "arm,psci-1.0", "arm,cortex-a7-pmu", "arm,cortex-a15-pmu",
		"arm,cortex-a53-edac", "arm,armv8-pmuv3", "arm,armv7-timer-mem",
		"arm,armv7-timer", "arm,armv8-timer", NULL
	};
	const char *type = dt_string(n, "device_type");
	uint32_t intid;
	bool more = true;

	if (n == j->gic_node || n == j->console || (n->parent == j->base->root && streq(n->name, "cpus")) ||
	    (type && streq(type, "memory")) || compatible_with_any(n, skipped) ||
	    is_hidden(j, n) || dt_prop(n, "xen,passthrough"))
		return true;
	for (size_t i = 0; more; i++)
		if (host_interrupt(j, n, i, &intid, &more) && intid < 32)
			return true;
	return false;
}

static const struct dt_node *from(const struct job *j, const struct dt_node *n)
{
	while (n && host_skips(j, n))
		n = dt_next_skipping(n);
	return n;
}

const struct dt_node *host_next(const struct job *j, const struct dt_node *n)
{
	return from(j, dt_next(n));
}

const struct dt_node *host_next_skipping(const struct job *j, const struct dt_node *n)
{
	return from(j, dt_next_skipping(n));
}

unsigned host_gic(const struct devicetree *dt, const struct dt_node **gic)
{
	static const char *const v2[] = {
		"arm,gic-400", "arm,cortex-a15-gic", "arm,cortex-a7-gic", "arm,cortex-a9-gic",
		NULL
	};

	for (const struct dt_node *n = dt->root; n; n = dt_next(n)) {
		if (!dt_prop(n, "interrupt-controller"))
			continue;
		*gic = n;
		if (dt_compatible(n, "arm,gic-v3"))
			return 3;
		if (compatible_with_any(n, v2))
			return 2;
	}
	*gic = NULL;
	return 0;
}

static const struct dt_node *by_phandle(const struct devicetree *dt, uint32_t phandle)
{
	for (const struct dt_node *n = dt->root; n && phandle; n = dt_next(n))
		if (dt_cell(n, "phandle", 0, dt_cell(n, "linux,phandle", 0, 0)) == phandle)
			return n;
	return NULL;
}

/* Mostly the GIC, so that is asked first. */
static const struct dt_node *interrupt_parent(const struct job *j, const struct dt_node *n)
{
	for (; n; n = n->parent) {
		uint32_t phandle = dt_cell(n, "interrupt-parent", 0, 0);

		if (phandle && phandle == dt_cell(j->gic_node, "phandle", 0, 0))
			return j->gic_node;
		if (dt_prop(n, "interrupt-parent"))
			return by_phandle(j->base, phandle);
	}
	return NULL;
}

/* A GIC's interrupt: type 0 is an SPI, 1 a PPI, then the number in its class. */
static bool decode(const struct dt_node *n, const char *prop, size_t at,
		   const struct dt_node *controller, uint32_t *intid)
{
	uint32_t type = dt_cell(n, prop, at, 2);

	if (!dt_compatible(controller, "arm,gic-v3") && dt_cell(controller,
	    "#interrupt-cells", 0, 0) != 3)
		return false;
	*intid = dt_cell(n, prop, at + 1, 0) + (type == 0 ? 32 : 16);
	return type <= 1;
}

static bool extended(const struct job *j, const struct dt_node *n, size_t index,
		     const struct dt_node *gic, uint32_t *intid, bool *more)
{
	const struct dt_prop *p = dt_prop(n, "interrupts-extended");
	size_t at = 0;

	for (size_t i = 0; at < p->len / 4; i++) {
		const struct dt_node *c = by_phandle(j->base, dt_cell(n, p->name, at, 0));

		if (!c)
			break;
		if (i == index) {
			*more = true;
			return c == gic && decode(n, p->name, at + 1, c, intid);
		}
		at += 1 + dt_cell(c, "#interrupt-cells", 0, 1);
	}
	return false;
}

bool host_interrupt(const struct job *j, const struct dt_node *n, size_t index,
		    uint32_t *intid, bool *more)
{
	const struct dt_prop *p = dt_prop(n, "interrupts");
	const struct dt_node *gic = j->gic_node, *parent;
	uint32_t cells;

	*more = false;
	if (dt_prop(n, "interrupts-extended"))
		return extended(j, n, index, gic, intid, more);
	parent = p ? interrupt_parent(j, n) : NULL;
	cells = parent ? dt_cell(parent, "#interrupt-cells", 0, 0) : 0;
	if (!cells || p->len / 4 < (index + 1) * cells)
		return false;
	*more = true;
	return parent == gic && decode(n, p->name, index * cells, gic, intid);
}
