/* SPDX-License-Identifier: BSD-2-Clause */
/* Device trees become slightly different device trees: bytes changed at random would hardly
 * ever get past libfdt's own checks. */
#include "fuzz.h"

#include <stdlib.h>
#include <string.h>

#include "base/list.h"
#include "input/devicetree.h"
#include "rows/rows.h"

struct mutator {
	struct arena *arena;
	struct devicetree *dt;
	uint64_t dice;
};

/* xorshift64* (Vigna 2016). */
static size_t draw(struct mutator *m, size_t n)
{
	m->dice ^= m->dice >> 12;
	m->dice ^= m->dice << 25;
	m->dice ^= m->dice >> 27;
	return n ? (size_t)(m->dice * UINT64_C(2685821657736338717) >> 33) % n : 0;
}

static struct dt_node *any_node(struct mutator *m)
{
	struct dt_node *n = m->dt->root;
	size_t count = 0;

	for (struct dt_node *i = n; i; i = dt_next(i))
		count++;
	for (size_t k = draw(m, count); k; k--)
		n = dt_next(n);
	return n;
}

static struct dt_prop *any_prop(struct mutator *m, const struct dt_node *n)
{
	struct dt_prop *p = n->props;
	size_t count = 0;

	for (const struct dt_prop *i = p; i; i = i->next)
		count++;
	for (size_t k = draw(m, count); k; k--)
		p = p->next;
	return p;
}

/* A name of a property of Xen's, from the rows, or one that trees have. */
static const char *any_name(struct mutator *m)
{
	static const char *const names[] = {
		"compatible", "reg", "ranges", "dma-ranges", "interrupts", "interrupt-map",
		"interrupt-map-mask", "interrupts-extended", "interrupt-parent",
		"interrupt-controller", "interrupt-names", "#interrupt-cells",
		"#address-cells", "#size-cells", "#clock-cells", "#iommu-cells", "phandle",
		"status", "device_type", "clocks", "clock-frequency", "iommus",
		"enable-method", "cpu-release-addr", "xen,path", "xen,reg",
		"xen,passthrough", "xen,force-assign-without-iommu", "xen,evtchn",
		"xen,shared-mem", "xen,shm-id", "role", "cpupool-cpus", "cpupool-sched",
		"bootargs", "xen,xen-bootargs", "xen,dom0-bootargs", "xen,static-heap",
		"xen,static-mem", "no-map", "stdout-path", "assigned-addresses", "target",
		"target-path", "hard-affinity", "id",
	};
	const struct field *f = system_record.fields;
	size_t i = draw(m, 2 * countof(names));

	if (i < countof(names))
		return names[i];
	while (!f->of || strcmp(f->key, "guests") != 0)
		f++;
	for (i = draw(m, 40), f = f->of->fields; i && f[1].key; i--)
		f++;
	return f->prop ? f->prop : "compatible";
}

static void put_cell(char *to, uint32_t n)
{
	for (unsigned i = 0; i < 4; i++)
		to[i] = (char)(n >> (24 - 8 * i));
}

/* Numbers at which sums wrap, counts of cells, or a phandle that the tree has. */
static uint32_t any_cell(struct mutator *m)
{
	static const uint32_t cells[] = { 0, 1, 2, 3, 4, 5, 0x7fffffff, 0x80000000, 0xfffffffe,
					  0xffffffff, 0x1000, 0x40000000, 0x3fffffff };
	size_t i = draw(m, countof(cells) + 4);
	const struct dt_node *n;

	if (i < countof(cells))
		return cells[i];
	n = any_node(m);
	return dt_cell(n, "phandle", 0, (uint32_t)draw(m, 256));
}

static void change_cell(struct mutator *m)
{
	struct dt_node *n = any_node(m);
	const struct dt_prop *p = any_prop(m, n);
	char *copy;

	if (!p || p->len < 4)
		return;
	copy = arena_copy(m->arena, p->data, p->len);
	put_cell(copy + 4 * draw(m, p->len / 4), any_cell(m));
	dt_set(m->arena, n, p->name, copy, p->len);
}

static void change_bytes(struct mutator *m)
{
	struct dt_node *n = any_node(m);
	const struct dt_prop *p = any_prop(m, n);
	uint8_t *copy;
	size_t len;

	if (!p || p->len > 4096)
		return;
	copy = arena_alloc(m->arena, p->len + 64);
	memcpy(copy, p->data, p->len);
	len = LLVMFuzzerMutate(copy, p->len, p->len + 64);
	dt_set(m->arena, n, p->name, copy, len);
}

static void add_cells(struct mutator *m)
{
	char cells[32];
	size_t count = draw(m, 9);

	for (size_t i = 0; i < count; i++)
		put_cell(cells + 4 * i, any_cell(m));
	dt_set(m->arena, any_node(m), any_name(m), cells, 4 * count);
}

/* A property of one node becomes one of another. */
static void copy_prop(struct mutator *m)
{
	const struct dt_prop *p = any_prop(m, any_node(m));

	if (p)
		dt_set(m->arena, any_node(m), p->name, p->data, p->len);
}

static void drop_prop(struct mutator *m)
{
	struct dt_node *n = any_node(m);
	const struct dt_prop *p = any_prop(m, n);

	if (p)
		dt_unset(n, p->name);
}

static void drop_node(struct mutator *m)
{
	struct dt_node *n = any_node(m);

	if (n->parent)
		dt_remove(n);
}

static bool is_below(const struct dt_node *n, const struct dt_node *top)
{
	while (n && n != top)
		n = n->parent;
	return n;
}

static void graft(struct mutator *m, const struct dt_node *from, struct dt_node *to,
		  const char *name)
{
	struct dt_node *n = arena_alloc(m->arena, sizeof(*n));

	n->name = name;
	dt_append(m->arena, to, n);
	for (const struct dt_prop *p = from->props; p; p = p->next)
		dt_set(m->arena, n, p->name, p->data, p->len);
	for (const struct dt_node *c = from->children; c; c = c->next)
		graft(m, c, n, c->name);
}

/* A node with all that is below it, at another place; sometimes under a name of its own. */
static void copy_node(struct mutator *m)
{
	struct dt_node *to = any_node(m);
	const struct dt_node *from = any_node(m);
	const char *name = from->name;

	if (!from->parent || is_below(to, from))
		return;
	if (draw(m, 2))
		name = arena_printf(m->arena, "%.*s@%x", (int)strcspn(name, "@"), name,
				    any_cell(m));
	graft(m, from, to, name);
}

static void mutate_once(struct mutator *m)
{
	static void (*const ways[])(struct mutator *m) = {
		change_cell, change_cell, change_cell, change_bytes, add_cells, copy_prop,
		drop_prop, drop_node, copy_node,
	};

	ways[draw(m, countof(ways))](m);
}

/* libfdt's writer wants properties to be few enough, and a tree not too deep. */
static bool write(struct mutator *m, struct text *out, size_t room)
{
	for (const struct dt_node *n = m->dt->root; n; n = dt_next(n)) {
		unsigned depth = 0;

		for (const struct dt_node *up = n; up; up = up->parent)
			depth++;
		if (depth > 60)
			return false;
	}
	if (dt_size(m->arena, m->dt) > room)
		return false;
	dt_write(m->dt, out);
	return out->len <= room;
}

size_t mutate_tree(uint8_t *data, size_t size, size_t max_size, unsigned seed)
{
	struct arena arena = { 0 };
	struct mutator m = { .arena = &arena, .dice = seed * UINT64_C(0x9e3779b97f4a7c15) + 1 };
	struct text out = { .arena = &arena };
	const char *why;
	size_t rest = 0;

	if (size && draw(&m, 16))
		m.dt = dt_read(&arena, data, size, &why);
	if (!m.dt) {
		arena_free(&arena);
		return LLVMFuzzerMutate(data, size, max_size);
	}
	rest = size - m.dt->blob_size;
	for (size_t i = 1 + draw(&m, 3); i; i--)
		mutate_once(&m);
	if (rest < max_size && write(&m, &out, max_size - rest)) {
		memmove(data + out.len, data + size - rest, rest);
		memcpy(data, out.data, out.len);
		size = out.len + rest;
		if (rest && !draw(&m, 4))
			size = size - rest + LLVMFuzzerMutate(data + size - rest, rest,
							      max_size - (size - rest));
	}
	arena_free(&arena);
	return size;
}
