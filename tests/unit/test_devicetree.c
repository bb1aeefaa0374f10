/* SPDX-License-Identifier: BSD-2-Clause */
/* Trees that are made, written, read back, damaged and asked
 * (compiler/input/devicetree.c, dtb.c). */
#include "unit.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "input/devicetree.h"

static int begin(void **state)
{
	*state = calloc(1, sizeof(struct arena));
	return *state ? 0 : -1;
}

static int end(void **state)
{
	arena_free(*state);
	free(*state);
	return 0;
}

static struct devicetree *new_tree(struct arena *a)
{
	struct devicetree *dt = NEW(a, struct devicetree);

	dt->root = NEW(a, struct dt_node);
	dt->root->name = "";
	return dt;
}

#define MAX_CELLS 16

static void set_cells(struct arena *a, struct dt_node *n, const char *name,
		      const uint32_t *cells, size_t count)
{
	uint8_t data[4 * MAX_CELLS];

	assert(count <= MAX_CELLS);
	for (size_t i = 0; i < 4 * count; i++)
		data[i] = (uint8_t)(cells[i / 4] >> (24 - 8 * (i % 4)));
	dt_set(a, n, name, data, 4 * count);
}

#define CELLS(a, n, name, ...) \
	set_cells(a, n, name, (const uint32_t[]){ __VA_ARGS__ }, \
		  sizeof((const uint32_t[]){ __VA_ARGS__ }) / 4)
#define STRINGS(a, n, name, text) dt_set(a, n, name, text, sizeof(text))

static void set_bus(struct arena *a, struct dt_node *n, uint32_t address, uint32_t size)
{
	CELLS(a, n, "#address-cells", address);
	CELLS(a, n, "#size-cells", size);
}

/* A bus as the Raspberry Pi 4's, a bus below it, PCI, and buses that lead nowhere. */
static struct devicetree *sample(struct arena *a)
{
	struct devicetree *dt = new_tree(a);
	struct dt_node *n = dt_make(a, dt, "/soc");

	set_bus(a, dt->root, 2, 1);
	STRINGS(a, dt->root, "compatible", "raspberrypi,4-model-b\0brcm,bcm2711");
	set_bus(a, n, 1, 1);
	CELLS(a, n, "ranges", 0x7e000000, 0, 0xfe000000, 0x01800000,
	      0x7c000000, 0, 0xfc000000, 0x02000000);
	n = dt_make(a, dt, "/soc/serial@7e215040");
	CELLS(a, n, "reg", 0x7e215040, 0x40, 0x7c000010, 0x20, 0x10000000, 4);
	STRINGS(a, n, "status", "okay");
	CELLS(a, dt_make(a, dt, "/soc/serial@7e201000"), "reg", 0x7e201000, 0x200);
	n = dt_make(a, dt, "/soc/bridge");
	set_bus(a, n, 2, 2);
	CELLS(a, n, "ranges", 1, 0, 0x7e000000, 0, 0x1000);
	CELLS(a, dt_make(a, dt, "/soc/bridge/dev@1,10"), "reg", 1, 0x10, 0, 8);
	dt_set(a, dt_make(a, dt, "/soc/same"), "ranges", NULL, 0);
	CELLS(a, dt_make(a, dt, "/soc/same/dev"), "reg", 0x7e000004, 4);
	dt_make(a, dt, "/soc/i2c");
	CELLS(a, dt_make(a, dt, "/soc/i2c/dev@10"), "reg", 0x10, 0);
	CELLS(a, dt_make(a, dt, "/memory@0"), "reg", 1, 0x80000000, 0x3c000000);
	STRINGS(a, dt_make(a, dt, "/aliases"), "serial0", "/soc/serial@7e215040");
	dt->boot_cpuid = 3;
	dt->blob_size = 0;
	return dt;
}

static struct devicetree *read_back(struct arena *a, const struct devicetree *dt)
{
	struct text blob = { .arena = a };
	const char *why = "untouched";
	struct devicetree *again;

	dt_write(dt, &blob);
	again = dt_read(a, blob.data, blob.len, &why);
	assert_non_null(again);
	assert_null(why);
	assert_int_equal(again->blob_size, blob.len);
	return again;
}

static void assert_same(const struct devicetree *x, const struct devicetree *y)
{
	const struct dt_node *n = x->root, *m = y->root;

	for (; n && m; n = dt_next(n), m = dt_next(m)) {
		const struct dt_prop *p = n->props, *q = m->props;

		assert_string_equal(n->name, m->name);
		for (; p && q; p = p->next, q = q->next) {
			assert_string_equal(p->name, q->name);
			assert_int_equal(p->len, q->len);
			assert_int_equal(memcmp(p->data, q->data, p->len), 0);
		}
		assert_true(!p && !q);
		assert_true(!n->parent == !m->parent);
	}
	assert_true(!n && !m);
	assert_int_equal(x->boot_cpuid, y->boot_cpuid);
}

static void writes_what_it_reads(void **state)
{
	struct arena *a = *state;
	struct devicetree *dt = sample(a), *again;
	struct text one = { .arena = a }, two = { .arena = a };
	struct dt_reserve second = { { 0x1000, 0x3000 }, NULL };
	struct dt_reserve first = { { 0, 0x1000 }, &second };

	dt->reserves = &first;
	again = read_back(a, dt);
	assert_same(dt, again);
	assert_non_null(again->reserves->next);
	assert_int_equal(again->reserves->range.end, 0x1000);
	assert_int_equal(again->reserves->next->range.start, 0x1000);
	assert_int_equal(again->reserves->next->range.end, 0x3000);
	assert_null(again->reserves->next->next);
	dt_write(dt, &one);
	dt_write(again, &two);
	assert_int_equal(one.len, two.len);
	assert_int_equal(memcmp(one.data, two.data, one.len), 0);
	assert_int_equal(one.data[23], 17);	/* version */
}

static void writes_the_smallest_tree(void **state)
{
	struct devicetree *again = read_back(*state, new_tree(*state));

	assert_string_equal(again->root->name, "");
	assert_null(again->root->children);
	assert_null(again->root->props);
	assert_null(again->reserves);
}

static void reads_at_odd_addresses(void **state)
{
	struct arena *a = *state;
	struct text blob = { .arena = a };
	struct devicetree *dt = sample(a);
	const char *why;

	dt_write(dt, &blob);
	for (size_t shift = 1; shift < 8; shift++) {
		char *moved = arena_alloc(a, blob.len + 8);

		memcpy(moved + shift, blob.data, blob.len);
		assert_same(dt, dt_read(a, moved + shift, blob.len, &why));
	}
}

static void finds_nodes(void **state)
{
	static const struct {
		const char *path, *full;
	} rows[] = {
		{ "/", "/" },
		{ "/soc", "/soc" },
		{ "/soc/", "/soc" },
		{ "/soc/serial@7e215040", "/soc/serial@7e215040" },
		{ "/memory", "/memory@0" },
		{ "/memory@0", "/memory@0" },
		{ "/soc/bridge/dev", "/soc/bridge/dev@1,10" },
		{ "/soc/serial", NULL },
		{ "/soc/serial@", NULL },
		{ "/memory@", NULL },
		{ "/memory@1", NULL },
		{ "/mem", NULL },
		{ "/soc/none/dev", NULL },
		{ "soc", NULL },
		{ "", NULL },
	};
	struct arena *a = *state;
	struct devicetree *dt = sample(a);

	for (size_t i = 0; i < COUNT(rows); i++) {
		const struct dt_node *n = dt_find(dt, rows[i].path);

		if (!n != !rows[i].full)
			fail_msg("'%s'", rows[i].path);
		if (n)
			assert_string_equal(dt_path(a, n), rows[i].full);
	}
	assert_string_equal(dt_alias(dt, "serial0"), "/soc/serial@7e215040");
	assert_null(dt_alias(dt, "serial1"));
	assert_null(dt_alias(new_tree(a), "serial0"));
	assert_ptr_equal(dt_child(dt->root, "soc"), dt_find(dt, "/soc"));
	assert_null(dt_child(dt->root, "memory"));
}

static void walks(void **state)
{
	struct devicetree *dt = sample(*state);
	size_t count = 0;

	for (const struct dt_node *n = dt->root; n; n = dt_next(n))
		count++;
	assert_int_equal(count, 12);
	assert_string_equal(dt_next_skipping(dt_find(dt, "/soc"))->name, "memory@0");
	assert_string_equal(dt_next(dt_find(dt, "/soc/i2c/dev@10"))->name, "memory@0");
	assert_null(dt_next_skipping(dt->root));
	assert_null(dt_next(dt_find(dt, "/aliases")));
}

static void reads_properties(void **state)
{
	struct arena *a = *state;
	struct devicetree *dt = sample(a);
	struct dt_node *n = dt_make(a, dt, "/n");

	CELLS(a, n, "cells", 1, 0xfffffffe);
	dt_set(a, n, "short", "\0\0\0", 3);
	dt_set(a, n, "open", "text", 4);
	dt_set(a, n, "empty", NULL, 0);
	assert_int_equal(dt_cell(n, "cells", 0, 9), 1);
	assert_int_equal(dt_cell(n, "cells", 1, 9), 0xfffffffe);
	assert_int_equal(dt_cell(n, "cells", 2, 9), 9);
	assert_int_equal(dt_cell(n, "cells", SIZE_MAX, 9), 9);
	assert_int_equal(dt_cell(n, "short", 0, 9), 9);
	assert_int_equal(dt_cell(n, "none", 0, 9), 9);
	assert_null(dt_string(n, "open"));
	assert_null(dt_string(n, "empty"));
	assert_null(dt_string(n, "none"));
	assert_non_null(dt_prop(n, "empty"));
	assert_null(dt_prop(n, "none"));
	assert_string_equal(dt_string(dt->root, "compatible"), "raspberrypi,4-model-b");
}

static void matches_compatible(void **state)
{
	struct arena *a = *state;
	struct devicetree *dt = sample(a);
	struct dt_node *n = dt_make(a, dt, "/n");

	assert_true(dt_compatible(dt->root, "brcm,bcm2711"));
	assert_true(dt_compatible(dt->root, "Brcm,BCM2711"));
	assert_true(dt_compatible(dt->root, "raspberrypi,4-model-b"));
	assert_false(dt_compatible(dt->root, "brcm"));
	assert_false(dt_compatible(dt->root, ""));
	assert_false(dt_compatible(n, "brcm,bcm2711"));
	dt_set(a, n, "compatible", "one\0open", 8);
	assert_true(dt_compatible(n, "one"));
	assert_false(dt_compatible(n, "open"));
}

static void knows_what_is_enabled(void **state)
{
	static const struct {
		const char *data;
		size_t len;
		bool enabled;
	} rows[] = {
		{ "okay", 5, true }, { "ok", 3, true }, { "disabled", 9, false },
		{ "reserved", 9, false }, { "okay", 4, false }, { "", 0, false },
	};
	struct arena *a = *state;
	struct dt_node *n = dt_make(a, new_tree(a), "/n");

	assert_true(dt_enabled(n));
	for (size_t i = 0; i < COUNT(rows); i++) {
		dt_set(a, n, "status", rows[i].data, rows[i].len);
		assert_int_equal(dt_enabled(n), rows[i].enabled);
	}
}

static void inherits_cells(void **state)
{
	struct arena *a = *state;
	struct devicetree *dt = new_tree(a);
	struct dt_node *n = dt_make(a, dt, "/x/y");

	assert_int_equal(dt_address_cells(n), 2);
	assert_int_equal(dt_size_cells(n), 1);
	set_bus(a, dt->root, 1, 2);
	assert_int_equal(dt_address_cells(n), 1);
	assert_int_equal(dt_size_cells(n), 2);
	CELLS(a, n, "#size-cells", 0);
	assert_int_equal(dt_address_cells(n), 1);
	assert_int_equal(dt_size_cells(n), 0);
	assert_int_equal(dt_size_cells(n->parent), 2);
}

static void assert_range(const struct devicetree *dt, const char *path, size_t index,
			 uint64_t start, uint64_t size)
{
	const char *why = "untouched";
	struct range r = { 1, 1 };

	if (!dt_reg_on_cpu(dt_find(dt, path), index, &r, &why))
		fail_msg("%s: %s", path, why);
	assert_null(why);
	if (r.start != start || range_size(r) != size)
		fail_msg("%s: [0x%llx, 0x%llx)", path, (unsigned long long)r.start,
			 (unsigned long long)r.end);
}

static void assert_no_range(const struct devicetree *dt, const char *path, size_t index,
			    const char *because)
{
	const char *why = NULL;
	struct range r;

	assert_false(dt_reg_on_cpu(dt_find(dt, path), index, &r, &why));
	if (!why || !strstr(why, because))
		fail_msg("%s: %s", path, why ? why : "no reason");
	assert_false(dt_reg_on_cpu(dt_find(dt, path), index, &r, NULL));
}

static void translates(void **state)
{
	struct devicetree *dt = sample(*state);

	assert_range(dt, "/soc/serial@7e215040", 0, 0xfe215040, 0x40);
	assert_range(dt, "/soc/serial@7e215040", 1, 0xfc000010, 0x20);
	assert_range(dt, "/soc/bridge/dev", 0, 0xfe000010, 8);
	assert_range(dt, "/soc/same/dev", 0, 0xfe000004, 4);
	assert_range(dt, "/memory", 0, 0x180000000, 0x3c000000);
	assert_no_range(dt, "/soc/serial@7e215040", 2, "leave its address out");
	assert_no_range(dt, "/soc/serial@7e215040", 3, "no such");
	assert_no_range(dt, "/soc/serial@7e215040", SIZE_MAX, "no such");
	assert_no_range(dt, "/soc/i2c/dev@10", 0, "no 'ranges'");
	assert_no_range(dt, "/aliases", 0, "no such");
	assert_no_range(dt, "/", 0, "no such");
}

static void reads_reg_of_the_bus(void **state)
{
	struct devicetree *dt = sample(*state);
	uint64_t address, size;

	assert_true(dt_reg(dt_find(dt, "/soc/serial@7e215040"), 1, &address, &size));
	assert_int_equal(address, 0x7c000010);
	assert_int_equal(size, 0x20);
	assert_true(dt_reg(dt_find(dt, "/soc/bridge/dev"), 0, &address, &size));
	assert_int_equal(address, 0x100000010);
	assert_false(dt_reg(dt_find(dt, "/soc/bridge/dev"), 1, &address, &size));
	assert_false(dt_reg(dt_find(dt, "/soc/bridge"), 0, &address, &size));
	assert_false(dt_reg(dt->root, 0, &address, &size));
}

static void refuses_odd_cells(void **state)
{
	static const struct {
		uint32_t address, size;
		bool reg, cpu;
	} rows[] = {
		{ 1, 1, true, true }, { 2, 2, true, true }, { 1, 0, true, false },
		{ 0, 1, false, false }, { 3, 1, false, false }, { 1, 3, false, false },
		{ 0xffffffff, 1, false, false }, { 1, 0xffffffff, false, false },
		{ 0x40000000, 0x40000000, false, false },
	};
	struct arena *a = *state;
	struct devicetree *dt = new_tree(a);
	struct dt_node *n = dt_make(a, dt, "/dev");

	CELLS(a, n, "reg", 1, 2, 3, 4, 5, 6, 7, 8);
	for (size_t i = 0; i < COUNT(rows); i++) {
		uint64_t address, size;

		set_bus(a, dt->root, rows[i].address, rows[i].size);
		assert_int_equal(dt_reg(n, 0, &address, &size), rows[i].reg);
		if (!rows[i].cpu)
			assert_no_range(dt, "/dev", 0, "bad cell count");
	}
}

static void translates_pci(void **state)
{
	struct arena *a = *state;
	struct devicetree *dt = new_tree(a);
	struct dt_node *bus, *dev;

	set_bus(a, dt->root, 2, 2);
	bus = dt_make(a, dt, "/pcie@10000000");	/* no device_type: known by name */
	set_bus(a, bus, 3, 2);
	CELLS(a, bus, "ranges",
	      0x01000000, 0, 0, 0, 0x3eff0000, 0, 0x10000,
	      0x02000000, 0, 0x10000000, 0x40, 0x10000000, 0, 0x2eff0000);
	dev = dt_make(a, dt, "/pcie@10000000/net@1,0");
	CELLS(a, dev, "reg", 0x800, 0, 0, 0, 0);
	assert_no_range(dt, "/pcie/net", 0, "no such");
	CELLS(a, dev, "assigned-addresses",
	      0x81000814, 0, 0x100, 0, 0x20,
	      0x82000810, 0, 0x10001000, 0, 0x1000,
	      0x83000818, 0, 0x90000000, 0, 0x1000);
	assert_range(dt, "/pcie/net", 0, 0x3eff0100, 0x20);
	assert_range(dt, "/pcie/net", 1, 0x4010001000, 0x1000);
	assert_no_range(dt, "/pcie/net", 2, "leave its address out");
	CELLS(a, dev, "assigned-addresses", 0, 0, 0x10001000, 0, 4);
	assert_no_range(dt, "/pcie/net", 0, "leave its address out");
	bus->name = "bus@10000000";
	assert_no_range(dt, "/bus/net", 0, "bad cell count");
	STRINGS(a, bus, "device_type", "pci");
	CELLS(a, dev, "assigned-addresses", 0x03000000, 0, 0x10001000, 0, 4);
	assert_range(dt, "/bus/net", 0, 0x4010001000, 4);
}

/* A sum that wraps, and a one-cell address that overflows: as Xen has them. */
static void translates_at_the_edge(void **state)
{
	struct arena *a = *state;
	struct devicetree *dt = new_tree(a);
	struct dt_node *bus = dt_make(a, dt, "/bus"), *inner = dt_make(a, dt, "/bus/in");

	set_bus(a, dt->root, 2, 2);
	CELLS(a, dt_make(a, dt, "/bus/dev"), "reg", 0xffffffff, 0xfffff000, 0, 0x1000);
	CELLS(a, bus, "ranges", 0xffffffff, 0xfffff000, 0, 0, 0, 0x1000);
	assert_no_range(dt, "/bus/dev", 0, "leave its address out");
	dt_set(a, bus, "ranges", NULL, 0);
	assert_range(dt, "/bus/dev", 0, 0xfffffffffffff000, 0xfff);
	set_bus(a, bus, 1, 1);
	CELLS(a, bus, "ranges", 0, 0, 0, 0xffffffff);
	CELLS(a, inner, "ranges", 0, 0xfffffff0, 0x100);
	CELLS(a, dt_make(a, dt, "/bus/in/dev"), "reg", 0x20, 4);
	assert_range(dt, "/bus/in/dev", 0, 0x10, 4);
}

static void edits(void **state)
{
	struct arena *a = *state;
	struct devicetree *dt = sample(a), *copy = dt_copy(a, dt);
	struct dt_node *n = dt_make(a, dt, "/chosen/module@2400000");
	char data[] = "first";

	assert_same(sample(a), copy);
	assert_ptr_equal(dt_make(a, dt, "/chosen/module@2400000"), n);
	assert_ptr_equal(dt_make(a, dt, "/"), dt->root);
	assert_string_equal(dt_path(a, n), "/chosen/module@2400000");
	dt_set(a, n, "p", data, sizeof(data));
	dt_set(a, n, "q", "", 1);
	data[0] = 'x';
	assert_string_equal(dt_string(n, "p"), "first");
	dt_set(a, n, "p", "other", 6);
	assert_string_equal(dt_string(n, "p"), "other");
	assert_string_equal(n->props->name, "p");
	assert_null(n->props->next->next);
	assert_same(dt, read_back(a, dt));
	dt_remove(dt_find(dt, "/chosen"));
	assert_null(dt_find(dt, "/chosen"));
	dt_remove(dt_find(dt, "/soc"));
	assert_string_equal(dt_next(dt->root)->name, "memory@0");
	assert_same(sample(a), copy);
	/* a name without unit address is a name of its own when nodes are made */
	dt_make(a, dt, "/memory");
	assert_non_null(dt_find(dt, "/memory@0"));
	assert_string_equal(dt_find(dt, "/memory")->name, "memory");
}

/* With few properties and children, and with so many that tables hold them. */
static void properties_and_children_come_and_go(void **state)
{
	struct arena *a = *state;

	for (int many = 8; many <= 80; many += 72) {
		struct devicetree *dt = sample(a);
		struct dt_node *top = dt_make(a, dt, "/top"), *n, *twin;
		struct dt_prop *second = NEW(a, struct dt_prop);

		for (int i = 0; i < many; i++) {
			dt_set(a, top, arena_printf(a, "p%d", i), "x", 2);
			dt_make(a, dt, arena_printf(a, "/top/n@%d", i));
		}
		*second = (struct dt_prop){ .name = "p5", .data = "second", .len = 7 };
		dt_append_prop(a, top, second);
		assert_string_equal(dt_string(top, "p5"), "x");
		assert_true(dt_unset(top, "p5"));
		assert_string_equal(dt_string(top, "p5"), "second");
		assert_true(dt_unset(top, "p5"));
		assert_false(dt_unset(top, "p5"));
		for (int i = many - 1; i >= 0; i--)
			assert_int_equal(dt_unset(top, arena_printf(a, "p%d", i)), i != 5);
		assert_null(top->props);
		dt_set(a, top, "p", "last", 5);
		assert_string_equal(dt_string(top, "p"), "last");

		twin = NEW(a, struct dt_node);
		twin->name = "n@3";
		dt_append(a, top, twin);
		assert_null(dt_find(dt, "/top/n"));
		dt_remove(dt_find(dt, "/top/n@3"));
		assert_ptr_equal(dt_find(dt, "/top/n@3"), twin);
		dt_put_first(twin);
		assert_ptr_equal(top->children, twin);
		n = dt_find(dt, "/top/n@4");
		dt_rename(n, "m@4");
		assert_ptr_equal(dt_find(dt, "/top/m"), n);
		for (int i = many - 1; i > 4; i--)
			dt_remove(dt_find(dt, arena_printf(a, "/top/n@%d", i)));
		for (int i = 0; i < 3; i++)
			dt_remove(dt_find(dt, arena_printf(a, "/top/n@%d", i)));
		assert_ptr_equal(dt_find(dt, "/top/n"), twin);
		dt_remove(n);
		dt_remove(twin);
		assert_null(top->children);
		n = dt_make(a, dt, "/top/n");
		assert_ptr_equal(n, top->children);
	}
}

static void assert_refused(struct arena *a, const void *blob, size_t len,
			   const char *because)
{
	const char *why = NULL;

	assert_null(dt_read(a, blob, len, &why));
	assert_non_null(why);
	if (!strstr(why, because))
		fail_msg("'%s' does not say '%s'", why, because);
}

/* malloc, so that a byte too many is seen. */
static void refuses_cut_blobs(void **state)
{
	struct arena *a = *state;
	struct text blob = { .arena = a };
	char expected[64];

	dt_write(sample(a), &blob);
	for (size_t len = 0; len < blob.len; len++) {
		char *cut = malloc(len ? len : 1);

		assert(cut);
		memcpy(cut, blob.data, len);
		snprintf(expected, sizeof(expected), "%zu bytes, the file has %zu",
			 blob.len, len);
		assert_refused(a, cut, len, len < 40 ? "less than a header" : expected);
		free(cut);
	}
}

/* The same with a header that agrees with the length. */
static void survives_cut_structures(void **state)
{
	struct arena *a = *state;
	struct text blob = { .arena = a };
	const char *why;

	dt_write(sample(a), &blob);
	for (size_t len = 40; len < blob.len; len++) {
		char *cut = malloc(len);

		assert(cut);
		memcpy(cut, blob.data, len);
		cut[4] = cut[5] = 0;
		cut[6] = (char)(len >> 8);
		cut[7] = (char)len;
		dt_read(a, cut, len, &why);
		free(cut);
	}
}

static void refuses_bad_headers(void **state)
{
	struct arena *a = *state;
	struct text blob = { .arena = a };

	dt_write(sample(a), &blob);
	blob.data[0] = 'x';
	assert_refused(a, blob.data, blob.len, "begins with 0x780dfeed");
	blob.data[0] = '\xd0';
	blob.data[23] = 3;
	assert_refused(a, blob.data, blob.len, "version 3");
	blob.data[23] = 17;
	blob.data[4] = 0x7f;
	assert_refused(a, blob.data, blob.len, "the header says");
	blob.data[4] = 0;
	blob.data[11] = 1;	/* off_dt_struct */
	assert_refused(a, blob.data, blob.len, "damaged");
}

/* All that can be asked of a tree; nothing of it may leave the blob. */
static void ask_everything(struct arena *a, const struct devicetree *dt)
{
	struct text again = { .arena = a };

	for (const struct dt_node *n = dt->root; n; n = dt_next(n)) {
		uint64_t address, size;
		struct range r;
		const char *why;

		assert_non_null(dt_path(a, n));
		for (size_t i = 0; i < 3; i++) {
			dt_reg(n, i, &address, &size);
			dt_reg_on_cpu(n, i, &r, &why);
		}
		dt_compatible(n, "brcm,bcm2711");
		dt_enabled(n);
		for (const struct dt_prop *p = n->props; p; p = p->next) {
			dt_string(n, p->name);
			dt_cell(n, p->name, 1, 0);
		}
	}
	dt_alias(dt, "serial0");
	dt_write(dt_copy(a, dt), &again);
}

static void survives_damage(void **state)
{
	struct arena *a = *state;
	struct text blob = { .arena = a };
	unsigned good = 0;

	dt_write(sample(a), &blob);
	srand(1);
	for (int round = 0; round < 20000; round++) {
		struct arena own = { 0 };
		char *bad = malloc(blob.len);
		struct devicetree *dt;
		const char *why;

		assert(bad);
		memcpy(bad, blob.data, blob.len);
		for (int flips = 1 + rand() % 4; flips > 0; flips--)
			bad[(size_t)rand() % blob.len] ^= (char)(1 << rand() % 8);
		dt = dt_read(&own, bad, blob.len, &why);
		assert_true(!dt == (why != NULL));
		if (dt) {
			ask_everything(&own, dt);
			good++;
		}
		arena_free(&own);
		free(bad);
	}
	assert_true(good > 1000);
}

static void put_be32(struct text *t, uint32_t n)
{
	uint8_t bytes[] = { (uint8_t)(n >> 24), (uint8_t)(n >> 16), (uint8_t)(n >> 8),
			    (uint8_t)n };

	text_bytes(t, bytes, sizeof(bytes));
}

/* A blob around a structure that dt_write() would not write; its only string is "p". */
static struct text blob_around(struct arena *a, const struct text *structure)
{
	const uint32_t at = 56, len = (uint32_t)structure->len;
	const uint32_t header[] = { 0xd00dfeed, at + len + 2, at, at + len, 40, 17, 16, 0,
				    2, len, 0, 0, 0, 0 };
	struct text blob = { .arena = a };

	for (size_t i = 0; i < COUNT(header); i++)
		put_be32(&blob, header[i]);
	text_bytes(&blob, structure->data, len);
	text_bytes(&blob, "p", 2);
	return blob;
}

enum { BEGIN = 1, END = 2, PROP = 3, NOP = 4, FINISH = 9 };

static struct text nested(struct arena *a, size_t depth)
{
	struct text t = { .arena = a };

	put_be32(&t, BEGIN);
	put_be32(&t, 0);
	for (size_t i = 1; i < depth; i++) {
		put_be32(&t, BEGIN);
		text_bytes(&t, "n\0\0", 4);
	}
	for (size_t i = 0; i < depth; i++)
		put_be32(&t, END);
	put_be32(&t, FINISH);
	return blob_around(a, &t);
}

static void limits_depth(void **state)
{
	struct arena *a = *state;
	struct text t = nested(a, 64);
	struct devicetree *dt;
	const char *why;

	dt = dt_read(a, t.data, t.len, &why);
	assert_non_null(dt);
	ask_everything(a, dt);
	t = nested(a, 65);
	assert_refused(a, t.data, t.len, "deeper than 64");
	t = nested(a, 1000000);
	assert_refused(a, t.data, t.len, "deeper than 64");
}

static void refuses_odd_structures(void **state)
{
	static const struct {
		const char *because;
		uint32_t words[12];
		size_t len;
	} rows[] = {
		{ "no root", { FINISH }, 1 },
		{ "damaged", { BEGIN, 0, END, BEGIN, 0, END, FINISH }, 7 },
		{ "damaged", { BEGIN, 0, FINISH }, 3 },
		{ "damaged", { BEGIN, 0, END, END, FINISH }, 5 },
		{ "damaged", { BEGIN, 0, END }, 3 },
		{ "outside of any node", { PROP, 0, 0, BEGIN, 0, END, FINISH }, 7 },
		{ "damaged", { BEGIN, 0, PROP, 0x7fffffff, 0, END, FINISH }, 7 },
		{ "damaged", { BEGIN, 0, PROP, 0, 9, END, FINISH }, 7 },
		{ "damaged", { BEGIN, 0, 7, END, FINISH }, 5 },
		{ "has the name ''", { BEGIN, 0, BEGIN, 0, END, END, FINISH }, 7 },
		{ "has the name 'a/b'",
		  { BEGIN, 0, BEGIN, 0x612f6200, END, END, FINISH }, 7 },
		{ "'/' has the property 'p' after a node",
		  { BEGIN, 0, BEGIN, 0x61000000, END, PROP, 0, 0, END, FINISH }, 10 },
	};
	struct arena *a = *state;

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct text t = { .arena = a };

		for (size_t j = 0; j < rows[i].len; j++)
			put_be32(&t, rows[i].words[j]);
		t = blob_around(a, &t);
		assert_refused(a, t.data, t.len, rows[i].because);
	}
}

static void reads_past_nops(void **state)
{
	static const uint32_t words[] = { BEGIN, 0, NOP, PROP, 0, 0, NOP, END, FINISH };
	struct text t = { .arena = *state };
	struct devicetree *dt;
	const char *why = NULL;

	for (size_t i = 0; i < COUNT(words); i++)
		put_be32(&t, words[i]);
	t = blob_around(*state, &t);
	dt = dt_read(*state, t.data, t.len, &why);
	if (!dt)
		fail_msg("%s", why);
	assert_non_null(dt_prop(dt->root, "p"));
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
	const struct CMUnitTest tests[] = {
		TEST(writes_what_it_reads),
		TEST(writes_the_smallest_tree),
		TEST(reads_at_odd_addresses),
		TEST(finds_nodes),
		TEST(walks),
		TEST(reads_properties),
		TEST(matches_compatible),
		TEST(knows_what_is_enabled),
		TEST(inherits_cells),
		TEST(translates),
		TEST(reads_reg_of_the_bus),
		TEST(refuses_odd_cells),
		TEST(translates_pci),
		TEST(translates_at_the_edge),
		TEST(edits),
		TEST(properties_and_children_come_and_go),
		TEST(refuses_cut_blobs),
		TEST(survives_cut_structures),
		TEST(refuses_bad_headers),
		TEST(survives_damage),
		TEST(limits_depth),
		TEST(refuses_odd_structures),
		TEST(reads_past_nops),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
