/* SPDX-License-Identifier: BSD-2-Clause */
/* The base tree becomes answers: which nodes dom0 gets, and which are Xen's. */
#include "xen/host.h"

#include <string.h>

#include "xen/interrupts.h"

static bool has_the_same(const struct devicetree *dt, const char *path,
			 const struct dt_prop *wanted)
{
	const struct dt_node *n = dt_find(dt, path);
	const struct dt_prop *p = n && wanted ? dt_prop(n, wanted->name) : NULL;

	if (!wanted)
		return n;
	return p && p->len == wanted->len && !memcmp(p->data, wanted->data, p->len);
}

struct loc host_origin(const struct host *h, const struct dt_node *n, const char *prop)
{
	const struct dt_prop *wanted = prop ? dt_prop(n, prop) : NULL;
	const char *path = dt_path(h->arena, n);

	for (const struct overlaid *o = h->overlaid; o; o = o->earlier)
		if (!has_the_same(o->without, path, wanted))
			return o->at;
	return h->tree_at;
}

static bool is_hidden(const struct host *h, const struct dt_node *n)
{
	for (size_t i = 0; i < h->board->hidden.n; i++)
		if (dt_compatible(n, h->board->hidden.v[i].text))
			return true;
	return false;
}

static const char *const gic_v2[] = {
	"arm,cortex-a15-gic", "arm,cortex-a7-gic", "arm,gic-400", NULL
};

/* Whether any interrupt that Xen can follow is private to a CPU. */
static bool uses_private_interrupt(const struct host *h, const struct dt_node *n)
{
	size_t count = interrupt_count(h, n);
	struct interrupt i;

	for (size_t k = 0; k < count; k++)
		if (!interrupt_follow(h, n, k, &i) && i.intid >= 16 && i.intid < 32)
			return true;
	return false;
}

bool host_skips(const struct host *h, const struct dt_node *n)
{
	static const char *const skipped[] = {
		"xen,xen", "xen,multiboot-module", "multiboot,module", "arm,psci",
		"arm,psci-0.2", "arm,psci-1.0", "arm,cortex-a7-pmu", "arm,cortex-a15-pmu",
		"arm,cortex-a53-edac", "arm,armv8-pmuv3", "arm,armv7-timer-mem",
		"arm,armv7-timer", "arm,armv8-timer", "arm,gic-v3", NULL
	};
	const char *type = dt_string(n, "device_type");

	if (n->parent == h->base->root && streq(n->name, "cpus"))
		return true;
	return n == h->console || (type && streq(type, "memory")) ||
	       dt_compatible_with_any(n, skipped) ||
	       dt_compatible_with_any(n, gic_v2) || is_hidden(h, n) ||
	       uses_private_interrupt(h, n);
}

static const struct dt_node *first_kept_from(const struct host *h,
					     const struct dt_node *n)
{
	while (n && host_skips(h, n))
		n = dt_next_skipping(n);
	return n;
}

const struct dt_node *host_next(const struct host *h, const struct dt_node *n)
{
	return first_kept_from(h, dt_next(n));
}

const struct dt_node *host_next_skipping(const struct host *h, const struct dt_node *n)
{
	return first_kept_from(h, dt_next_skipping(n));
}

bool host_gives(const struct host *h, const struct dt_node *n)
{
	while (n->parent && !host_skips(h, n))
		n = n->parent;
	return !n->parent;
}

unsigned host_gic(const struct devicetree *dt, const struct dt_node **gic)
{
	for (const struct dt_node *n = dt_next(dt->root); n; n = dt_next(n)) {
		if (!dt_prop(n, "interrupt-controller") || !dt_enabled(n) ||
		    dt_prop(n, "xen,passthrough"))
			continue;
		*gic = n;
		if (dt_compatible(n, "arm,gic-v3"))
			return 3;
		if (dt_compatible_with_any(n, gic_v2))
			return 2;
	}
	*gic = NULL;
	return 0;
}

bool xen_since(const struct host *h, unsigned since)
{
	return !h->xen->version || h->xen->version >= since;
}

static bool is_memory(const struct dt_node *n)
{
	const char *type = dt_string(n, "device_type");

	return dt_is_named(n, "memory") && type && streq(type, "memory");
}

bool host_is_ram_node(const struct host *h, const struct dt_node *n)
{
	if (!xen_since(h, VERSION(4, 20)) ? !dt_is_named(n, "memory")
					       : !is_memory(n))
		return false;
	return dt_enabled(n) || !xen_since(h, VERSION(4, 19));
}

const struct dt_node *host_first_memory(const struct host *h)
{
	const struct dt_node *n = h->base->root->children;

	while (n && !dt_is_named(n, "memory"))
		n = n->next;
	return n;
}
