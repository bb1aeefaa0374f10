/* SPDX-License-Identifier: BSD-2-Clause */
/* CPU pools, shared memory and event channels of /chosen become keys of system.yaml. */
#include "import/tree_parts.h"

#include <inttypes.h>
#include <string.h>

#include "base/list.h"
#include "base/number.h"

#define NAME_MAX_LEN 40 /* of a name in system.yaml */

/* Makes a name of system.yaml from a text: 1 to 40 letters, digits, '-' and '_'. */
static const char *as_name(struct arena *a, const char *text, size_t len)
{
	char *name = arena_copy(a, text, len < NAME_MAX_LEN ? len : NAME_MAX_LEN);

	for (char *c = name; *c; c++)
		if (!strchr("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
			    "0123456789-_", *c))
			*c = '-';
	return *name ? name : "unnamed";
}

static const char *plain_name(struct arena *a, const struct dt_node *n)
{
	return as_name(a, n->name, strcspn(n->name, "@"));
}

/* If nodes differ only in their unit address, or in characters that a name cannot have,
 * their names are numbered. */
const char *name_of_node(struct arena *a, const struct dt_node *n)
{
	bool is_domain = dt_compatible(n, "xen,domain");
	const char *name = plain_name(a, n);
	unsigned before = 0;

	for (const struct dt_node *m = n->parent->children; m != n; m = m->next)
		before += dt_compatible(m, "xen,domain") == is_domain &&
			  strcasecmp(plain_name(a, m), name) == 0;
	if (before)
		name = arena_printf(a, "%.*s-%u", NAME_MAX_LEN - 8, name, before + 1);
	return is_domain && strcasecmp(name, "dom0") == 0 ? "guest-dom0" : name;
}

/* Some trees have cpupool_rt for cpupool-rt. */
const char *pool_name(struct arena *a, const struct dt_node *n)
{
	const char *name = name_of_node(a, n);
	bool is_long = (starts_with(name, "cpupool-") || starts_with(name, "cpupool_")) &&
		       name[8];

	return is_long ? name + 8 : name;
}

const struct dt_node *find_phandle(struct tree_import *in, uint32_t phandle)
{
	struct dt_node *n = in->phandles.size ? NULL : in->dt->root;

	in->phandles.arena = in->arena;
	for (; n; n = dt_next(n))
		table_add(&in->phandles, "",
			  dt_cell(n, "phandle", 0, dt_cell(n, "linux,phandle", 0, 0)), n);
	return table_find(&in->phandles, "", phandle);
}

/* The index of a CPU's node among the CPUs of the tree, as Xen counts them. false: it is
 * none of them. */
static bool cpu_index(const struct dt_node *cpu, unsigned *index)
{
	*index = 0;
	for (const struct dt_node *n = cpu && cpu->parent ? cpu->parent->children : NULL; n;
	     n = n->next) {
		const char *type = dt_string(n, "device_type");

		if (n == cpu)
			return type && streq(type, "cpu");
		*index += type && streq(type, "cpu");
	}
	return false;
}

static void write_pool(struct tree_import *in, const struct dt_node *pool)
{
	const struct dt_prop *p = dt_prop(pool, "cpupool-cpus");
	const char *scheduler = dt_string(pool, "cpupool-sched");

	yaml_open(in->yaml, pool_name(in->arena, pool), YAML_FLOW_MAP);
	yaml_open(in->yaml, "cpus", YAML_FLOW_LIST);
	for (size_t i = 0; p && i < p->len / 4; i++) {
		uint32_t phandle = dt_cell(pool, "cpupool-cpus", i, 0);
		unsigned index;

		if (cpu_index(find_phandle(in, phandle), &index))
			yaml_scalarf(in->yaml, NULL, "%u", index);
		else
			diag(in->diags, W1054, in->at,
			     "cpupool-cpus of %s: no CPU has the phandle 0x%x",
			     dt_path(in->arena, pool), phandle);
	}
	yaml_close(in->yaml);
	if (scheduler)
		yaml_scalar(in->yaml, "scheduler", scheduler);
	yaml_close(in->yaml);
}

void write_pools(struct tree_import *in, const struct dt_node *chosen)
{
	yaml_gap(in->yaml);
	yaml_maybe(in->yaml, "cpupools", YAML_MAP);
	for (const struct dt_node *n = chosen->children; n; n = n->next)
		if (dt_compatible(n, "xen,cpupool"))
			write_pool(in, n);
	yaml_close(in->yaml);
}

/* The next node of a kind in /chosen or one of its domains, after n; NULL: no more. */
static const struct dt_node *next_of(const struct dt_node *chosen, const struct dt_node *n,
				     const char *compatible)
{
	const struct dt_node *end = dt_next_skipping(chosen);

	for (n = dt_next(n); n && n != end; n = dt_next(n))
		if (dt_compatible(n, compatible))
			return n;
	return NULL;
}

static const char *domain_of(struct arena *a, const struct dt_node *n)
{
	return streq(n->parent->name, "chosen") ? "dom0" : name_of_node(a, n->parent);
}

#define SHARED "xen,domain-shared-memory-v1"

static const char *shared_id(struct arena *a, const struct dt_node *n)
{
	const char *id = dt_string(n, "xen,shm-id");

	return as_name(a, id ? id : "", id ? strlen(id) : 0);
}

/* Reads xen,shared-mem, <[host] guest size>, in the cells of the domain. */
static bool read_shared(const struct dt_node *n, uint64_t *host, bool *given,
			uint64_t *guest, uint64_t *size)
{
	const struct dt_prop *p = dt_prop(n, "xen,shared-mem");
	uint32_t address = dt_address_cells(n->parent), cells = dt_size_cells(n->parent);
	const unsigned char *c = p ? p->data : NULL;

	if (!p || address > 2 || cells > 2)
		return false;
	*given = p->len == 4 * (2 * address + cells);
	if (!*given && p->len != 4 * (address + cells))
		return false;
	*host = *given ? take_cells(&c, address) : 0;
	*guest = take_cells(&c, address);
	*size = take_cells(&c, cells);
	return true;
}

/* Nodes of one shared memory, in the order of the tree. */
struct group {
	const char *id;
	struct use {
		const struct dt_node *node;
		struct use *next;
	} *uses, *last;
	struct group *next;
};

static void write_one_shared(struct tree_import *in, const struct group *g)
{
	const struct dt_node *first = g->uses->node;
	const char *owner = NULL, *role;
	uint64_t host, guest, size;
	bool given;

	if (!read_shared(first, &host, &given, &guest, &size)) {
		diag(in->diags, W1053, in->at, "xen,shared-mem of %s has not the length of an "
		     "address, or two, and a size", dt_path(in->arena, first));
		return;
	}
	yaml_open(in->yaml, g->id, YAML_MAP);
	yaml_scalar(in->yaml, "size", number_show(in->arena, size));
	if (given)
		yaml_scalarf(in->yaml, "address", "0x%" PRIx64, host);
	yaml_open(in->yaml, "at", YAML_FLOW_MAP);
	for (const struct use *u = g->uses; u; u = u->next) {
		const struct dt_node *n = u->node;

		if (!read_shared(n, &host, &given, &guest, &size))
			continue;
		if (yaml_has(in->yaml, domain_of(in->arena, n))) {
			diag(in->diags, W1053, in->at, "%s gives the domain '%s' a second time, "
			     "which no key can say", dt_path(in->arena, n), g->id);
			continue;
		}
		yaml_scalarf(in->yaml, domain_of(in->arena, n), "0x%" PRIx64, guest);
		role = dt_string(n, "role");
		if (role && streq(role, "owner"))
			owner = domain_of(in->arena, n);
	}
	yaml_close(in->yaml);
	if (owner)
		yaml_scalar(in->yaml, "owner", owner);
	yaml_close(in->yaml);
}

static struct group *group_shared(struct arena *a, const struct dt_node *chosen)
{
	struct table ids = { .arena = a };
	struct group *first = NULL, *last = NULL;

	for (const struct dt_node *n = chosen; (n = next_of(chosen, n, SHARED)) != NULL;) {
		const char *id = shared_id(a, n);
		struct group *g = table_find(&ids, id, 0);
		struct use *u = NEW(a, struct use);

		if (!g) {
			g = NEW(a, struct group);
			g->id = id;
			table_add(&ids, id, 0, g);
			list_append_last(first, last, g);
		}
		u->node = n;
		list_append_last(g->uses, g->last, u);
	}
	return first;
}

void write_shared(struct tree_import *in, const struct dt_node *chosen)
{
	yaml_gap(in->yaml);
	yaml_maybe(in->yaml, "shared-memory", YAML_MAP);
	for (const struct group *g = group_shared(in->arena, chosen); g; g = g->next)
		write_one_shared(in, g);
	yaml_close(in->yaml);
}

#define CHANNEL "xen,evtchn-v1"

/* Xen looks for channels in /chosen and in its children, and nowhere else
 * (xen/common/device-tree/static-evtchn.c, alloc_static_evtchn()). */
static bool is_channel(const struct dt_node *chosen, const struct dt_node *n)
{
	return n && n->parent && (n->parent == chosen || n->parent->parent == chosen) &&
	       dt_compatible(n, CHANNEL);
}

static void write_channel(struct tree_import *in, const struct dt_node *chosen,
			  const struct dt_node *one)
{
	uint32_t phandle = dt_cell(one, "xen,evtchn", 1, 0);
	const struct dt_node *other = find_phandle(in, phandle);

	if (!is_channel(chosen, other)) {
		diag(in->diags, W1054, in->at,
		     "xen,evtchn of %s: no event channel has the phandle 0x%x",
		     dt_path(in->arena, one), phandle);
		return;
	}
	if (find_phandle(in, dt_cell(other, "xen,evtchn", 1, 0)) != one)
		diag(in->diags, W1054, in->at,
		     "%s leads to %s, which does not lead back", dt_path(in->arena, one),
		     dt_path(in->arena, other));
	if (streq(domain_of(in->arena, one), domain_of(in->arena, other))) {
		diag(in->diags, W1053, in->at,
		     "%s leads to %s of the same domain, which no key can say",
		     dt_path(in->arena, one), dt_path(in->arena, other));
		return;
	}
	if (dt_cell(other, "phandle", 0, 0) < dt_cell(one, "phandle", 0, 0)) {
		const struct dt_node *first = other;	/* as xendtc would number them */

		other = one;
		one = first;
	}
	yaml_open(in->yaml, NULL, YAML_FLOW_MAP);
	yaml_scalarf(in->yaml, domain_of(in->arena, one), "%u",
		     dt_cell(one, "xen,evtchn", 0, 0));
	yaml_scalarf(in->yaml, domain_of(in->arena, other), "%u",
		     dt_cell(other, "xen,evtchn", 0, 0));
	yaml_close(in->yaml);
}

/* Writes each channel once, at the end that comes first. */
void write_channels(struct tree_import *in, const struct dt_node *chosen)
{
	const struct dt_node *first = next_of(chosen, chosen, CHANNEL);
	struct table before = { .arena = in->arena };

	yaml_gap(in->yaml);
	yaml_maybe(in->yaml, "event-channels", YAML_LIST);
	for (const struct dt_node *n = first; n; n = next_of(chosen, n, CHANNEL)) {
		const struct dt_node *other = find_phandle(in, dt_cell(n, "xen,evtchn", 1, 0));

		if (!table_find(&before, "", (uintptr_t)other) && is_channel(chosen, n))
			write_channel(in, chosen, n);
		table_add(&before, "", (uintptr_t)n, in);
	}
	yaml_close(in->yaml);
}
