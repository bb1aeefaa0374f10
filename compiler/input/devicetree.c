/* SPDX-License-Identifier: BSD-2-Clause */
/* Paths become nodes, properties values, and addresses of a bus addresses of the CPU. */
#include "input/devicetree.h"

#include <string.h>
#include <strings.h>

static uint32_t be32(const void *p)
{
	const uint8_t *b = p;

	return (uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 | (uint32_t)b[2] << 8 | b[3];
}

/* Nodes in the order of the blob. */

struct dt_node *dt_next_skipping(const struct dt_node *n)
{
	while (n && !n->next)
		n = n->parent;
	return n ? n->next : NULL;
}

struct dt_node *dt_next(const struct dt_node *n)
{
	return n->children ? n->children : dt_next_skipping(n);
}

/* Names and paths. */

/* The next component of a path, which begins at *path; moves *path behind it. */
static size_t component(const char **path, const char **name)
{
	size_t len;

	*name = *path + strspn(*path, "/");
	len = strcspn(*name, "/");
	*path = *name + len;
	return len;
}

static bool is_named(const struct dt_node *n, const char *name, size_t len)
{
	return strncmp(n->name, name, len) == 0 && n->name[len] == '\0';
}

static bool has_base_name(const struct dt_node *n, const char *name, size_t len)
{
	return strncmp(n->name, name, len) == 0 && n->name[len] == '@';
}

static struct dt_node *child_named(const struct dt_node *n, const char *name, size_t len)
{
	for (struct dt_node *c = n->children; c; c = c->next)
		if (is_named(c, name, len))
			return c;
	return NULL;
}

static struct dt_node *only_child_named(const struct dt_node *n, const char *name,
					size_t len)
{
	struct dt_node *found = NULL;

	for (struct dt_node *c = n->children; c; c = c->next) {
		if (!has_base_name(c, name, len))
			continue;
		if (found)
			return NULL;
		found = c;
	}
	return found;
}

struct dt_node *dt_find(const struct devicetree *dt, const char *path)
{
	struct dt_node *n = dt->root;
	const char *name;
	size_t len;

	if (*path != '/')
		return NULL;
	while (n && (len = component(&path, &name)) > 0) {
		struct dt_node *exact = child_named(n, name, len);

		n = exact ? exact : only_child_named(n, name, len);
	}
	return n;
}

const char *dt_alias(const struct devicetree *dt, const char *alias)
{
	const struct dt_node *aliases = dt_child(dt->root, "aliases");

	return aliases ? dt_string(aliases, alias) : NULL;
}

const char *dt_path(struct arena *a, const struct dt_node *n)
{
	size_t len = 0;
	char *end;

	if (!n->parent)
		return "/";
	for (const struct dt_node *p = n; p->parent; p = p->parent)
		len += 1 + strlen(p->name);
	end = (char *)arena_alloc(a, len + 1) + len;
	for (; n->parent; n = n->parent) {
		len = strlen(n->name);
		end -= len;
		memcpy(end, n->name, len);
		*--end = '/';
	}
	return end;
}

struct dt_node *dt_child(const struct dt_node *n, const char *name)
{
	return child_named(n, name, strlen(name));
}

/* Properties. */

const struct dt_prop *dt_prop(const struct dt_node *n, const char *name)
{
	for (const struct dt_prop *p = n->props; p; p = p->next)
		if (streq(p->name, name))
			return p;
	return NULL;
}

const char *dt_string(const struct dt_node *n, const char *name)
{
	const struct dt_prop *p = dt_prop(n, name);

	return p && p->len > 0 && memchr(p->data, '\0', p->len) ? p->data : NULL;
}

uint32_t dt_cell(const struct dt_node *n, const char *name, size_t index,
		 uint32_t otherwise)
{
	const struct dt_prop *p = dt_prop(n, name);

	if (!p || index >= p->len / 4)
		return otherwise;
	return be32((const uint8_t *)p->data + 4 * index);
}

/* As Xen compares, without regard to case (xen/include/xen/device_tree.h). */
bool dt_compatible(const struct dt_node *n, const char *compatible)
{
	const struct dt_prop *p = dt_prop(n, "compatible");
	const char *s = p ? p->data : NULL;
	size_t left = p ? p->len : 0;
	const char *nul;

	while (left > 0 && (nul = memchr(s, '\0', left)) != NULL) {
		if (strcasecmp(s, compatible) == 0)
			return true;
		left -= (size_t)(nul + 1 - s);
		s = nul + 1;
	}
	return false;
}

bool dt_enabled(const struct dt_node *n)
{
	const char *status = dt_string(n, "status");

	if (!dt_prop(n, "status"))
		return true;
	return status && (streq(status, "okay") || streq(status, "ok"));
}

/* Addresses. */

static uint32_t inherited_cell(const struct dt_node *n, const char *name, uint32_t preset)
{
	for (; n; n = n->parent) {
		const struct dt_prop *p = dt_prop(n, name);

		if (p && p->len >= 4)
			return be32(p->data);
	}
	return preset;
}

uint32_t dt_address_cells(const struct dt_node *n)
{
	return inherited_cell(n, "#address-cells", 2);
}

uint32_t dt_size_cells(const struct dt_node *n)
{
	return inherited_cell(n, "#size-cells", 1);
}

/* How the children of a node are addressed. */
struct bus {
	bool pci;
	uint32_t address_cells, size_cells;
};

/* An address on a bus. */
struct address {
	uint32_t space;		/* PCI: phys.hi (IEEE 1275 PCI binding, 2.2.1.1) */
	uint64_t at;
};

/* By device_type, and since Xen 4.15 also by the node's name. */
static bool is_pci(const struct dt_node *n)
{
	static const char *const types[] = { "pci", "pciex", "vci", "ht" };
	const char *type = dt_string(n, "device_type");

	for (size_t i = 0; type && i < sizeof(types) / sizeof(*types); i++)
		if (streq(type, types[i]))
			return true;
	return is_named(n, "pcie", 4) || has_base_name(n, "pcie", 4)
	       || is_named(n, "pci", 3) || has_base_name(n, "pci", 3);
}

static struct bus bus_of(const struct dt_node *n)
{
	struct bus b = { .pci = is_pci(n) };

	b.address_cells = b.pci ? 3 : dt_address_cells(n);
	b.size_cells = b.pci ? 2 : dt_size_cells(n);
	return b;
}

static bool has_usual_cells(struct bus b)
{
	return b.pci
	       || (b.address_cells >= 1 && b.address_cells <= 2 && b.size_cells <= 2);
}

static uint64_t read_number(const uint8_t *p, uint32_t cells)
{
	uint64_t n = 0;

	for (uint32_t i = 0; i < cells; i++)
		n = n << 32 | be32(p + 4 * i);
	return n;
}

static struct address read_address(struct bus b, const uint8_t *p)
{
	struct address a = { b.pci ? be32(p) : 0, read_number(p, b.address_cells) };

	return a;
}

/* The index-th (address, size) of a property. Its cells must be usual. */
static bool read_entry(const struct dt_node *n, const char *name, struct bus b,
		       size_t index, struct address *address, uint64_t *size)
{
	const struct dt_prop *p = dt_prop(n, name);
	size_t step = 4 * (size_t)(b.address_cells + b.size_cells);
	const uint8_t *entry;

	if (!p || index >= p->len / step)
		return false;
	entry = (const uint8_t *)p->data + index * step;
	*address = read_address(b, entry);
	*size = read_number(entry + 4 * b.address_cells, b.size_cells);
	return true;
}

bool dt_reg(const struct dt_node *n, size_t index, uint64_t *address, uint64_t *size)
{
	struct address a;
	struct bus b;

	if (!n->parent)
		return false;
	b = bus_of(n->parent);
	if (!has_usual_cells(b) || !read_entry(n, "reg", b, index, &a, size))
		return false;
	*address = a.at;
	return true;
}

/* Memory, I/O ports or configuration space; 32 and 64-bit memory are the same. */
static unsigned pci_space(uint32_t phys_hi)
{
	unsigned space = phys_hi >> 24 & 3;

	return space == 3 ? 2 : space;
}

/* Xen adds without looking at the carry, so that a range that ends at 2^64 is empty. */
static bool range_holds(struct bus b, struct address first, uint64_t size,
			struct address a)
{
	if (b.pci && pci_space(first.space) != pci_space(a.space))
		return false;
	return a.at >= first.at && a.at < first.at + size;
}

/* From bus b, below node n, to the bus above it. NULL, or why not. */
static const char *step_up(const struct dt_node *n, struct bus b, struct bus above,
			   struct address *a)
{
	const struct dt_prop *ranges = dt_prop(n, "ranges");
	size_t up_at = 4 * b.address_cells, size_at = up_at + 4 * above.address_cells;
	size_t step = size_at + 4 * b.size_cells;

	if (!ranges)
		return "a bus above it has no 'ranges'";
	if (ranges->len == 0) {
		a->space = 0;
		return NULL;
	}
	for (size_t i = 0; i < ranges->len / step; i++) {
		const uint8_t *p = (const uint8_t *)ranges->data + i * step;
		struct address first = read_address(b, p);

		if (range_holds(b, first, read_number(p + size_at, b.size_cells), *a)) {
			struct address up = read_address(above, p + up_at);

			a->at = up.at + (a->at - first.at);
			a->space = up.space;
			return NULL;
		}
	}
	return "the 'ranges' of a bus above it leave its address out";
}

#define CELLS_MAX 4		/* Xen: DT_MAX_ADDR_CELLS */

static bool is_bus(const struct dt_node *n, struct bus b)
{
	return b.pci || !n->parent || dt_prop(n, "ranges");
}

/* A bus that memory can be on: Xen takes a size of no cells for "not memory". */
static const char *check_bus(const struct dt_node *n, struct bus b)
{
	if (!is_bus(n, b))
		return "a bus above it has no 'ranges'";
	if (!has_usual_cells(b) || b.size_cells == 0)
		return "bad cell count: #address-cells and #size-cells must be 1 or 2";
	return NULL;
}

/* From bus b, below n and sound, up to the root (Xen: __dt_translate_address()). */
static const char *translate(const struct dt_node *n, struct bus b, struct address *a)
{
	const char *why = NULL;

	for (; !why && n->parent; n = n->parent) {
		struct bus above = bus_of(n->parent);

		why = check_bus(n->parent, above);
		if (!why)
			why = step_up(n, b, above, a);
		if (above.address_cells == 1)
			a->at &= UINT32_MAX;
		b = above;
	}
	/* Xen's mark for what it could not translate. */
	return !why && a->at == UINT64_MAX ? "its address is not a usable one" : why;
}

/* reg of a PCI device is its name; where it answers is in the other property. */
static const char *address_property(struct bus b)
{
	return b.pci ? "assigned-addresses" : "reg";
}

size_t dt_address_count(const struct dt_node *n)
{
	const struct dt_prop *p;
	struct bus b;

	if (!n->parent)
		return 0;
	b = bus_of(n->parent);
	p = dt_prop(n, address_property(b));
	if (!p || !is_bus(n->parent, b) || b.address_cells == 0 ||
	    b.address_cells > CELLS_MAX || b.size_cells == 0)
		return 0;
	return p->len / (4 * (size_t)(b.address_cells + b.size_cells));
}

/* NULL, or why there is no such range. */
static const char *find_range(const struct dt_node *n, size_t index, struct range *r)
{
	static const char absent[] = "it has no such 'reg' entry";
	struct address a;
	const char *prop, *why;
	struct bus b;
	uint64_t size;

	if (!n->parent)
		return absent;
	b = bus_of(n->parent);
	prop = address_property(b);
	if (!dt_prop(n, prop))
		return absent;
	why = check_bus(n->parent, b);
	if (why)
		return why;
	if (!read_entry(n, prop, b, index, &a, &size))
		return absent;
	why = translate(n->parent, b, &a);
	if (!why)
		*r = range_at(a.at, size);
	return why;
}

bool dt_reg_on_cpu(const struct dt_node *n, size_t index, struct range *r,
		   const char **why)
{
	const char *reason = find_range(n, index, r);

	if (why)
		*why = reason;
	return !reason;
}

/* Editing. */

static struct dt_node *add_child(struct arena *a, struct dt_node *parent,
				 const char *name, size_t len)
{
	struct dt_node **end = &parent->children;
	struct dt_node *n = NEW(a, struct dt_node);

	while (*end)
		end = &(*end)->next;
	n->name = arena_copy(a, name, len);
	n->parent = parent;
	return *end = n;
}

struct dt_node *dt_make(struct arena *a, struct devicetree *dt, const char *path)
{
	struct dt_node *n = dt->root;
	const char *name;
	size_t len;

	while ((len = component(&path, &name)) > 0) {
		struct dt_node *child = child_named(n, name, len);

		n = child ? child : add_child(a, n, name, len);
	}
	return n;
}

void dt_set(struct arena *a, struct dt_node *n, const char *name, const void *data,
	    size_t len)
{
	struct dt_prop **end = &n->props;

	while (*end && !streq((*end)->name, name))
		end = &(*end)->next;
	if (!*end) {
		*end = NEW(a, struct dt_prop);
		(*end)->name = arena_copy(a, name, strlen(name));
	}
	(*end)->data = len ? arena_copy(a, data, len) : "";
	(*end)->len = len;
}

void dt_remove(struct dt_node *n)
{
	struct dt_node **link = &n->parent->children;

	while (*link != n)
		link = &(*link)->next;
	*link = n->next;
}

static struct dt_prop *copy_props(struct arena *a, const struct dt_prop *from)
{
	struct dt_prop *first = NULL, **end = &first;

	for (; from; from = from->next) {
		*end = NEW(a, struct dt_prop);
		**end = *from;
		(*end)->next = NULL;
		end = &(*end)->next;
	}
	return first;
}

static struct dt_node *copy_node(struct arena *a, const struct dt_node *from,
				 struct dt_node *parent)
{
	struct dt_node *n = NEW(a, struct dt_node);
	struct dt_node **end = &n->children;

	n->name = from->name;
	n->parent = parent;
	n->props = copy_props(a, from->props);
	for (const struct dt_node *c = from->children; c; c = c->next) {
		*end = copy_node(a, c, n);
		end = &(*end)->next;
	}
	return n;
}

struct devicetree *dt_copy(struct arena *a, const struct devicetree *dt)
{
	struct devicetree *copy = NEW(a, struct devicetree);

	*copy = *dt;
	copy->root = copy_node(a, dt->root, NULL);
	return copy;
}

bool dt_is_named(const struct dt_node *n, const char *name)
{
	size_t len = strlen(name);

	return strncmp(n->name, name, len) == 0 && (!n->name[len] || n->name[len] == '@');
}
