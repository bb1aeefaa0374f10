/* SPDX-License-Identifier: BSD-2-Clause */
/* A device tree in memory: nodes and properties in the order of the blob
 * (Devicetree Specification v0.4, section 5). */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/range.h"
#include "base/text.h"

struct dt_prop {
	const char *name;
	const void *data;	/* big-endian, as in the blob */
	size_t len;
	struct dt_prop *next, *before;
};

struct dt_node {
	const char *name;	/* with unit address; "" for the root */
	struct dt_prop *props;
	struct dt_node *children, *next, *parent;
	/* For speed, see dt_append() and dt_append_prop(). */
	struct dt_node *last_child, *before;
	struct dt_prop *last_prop;
	struct table *index;	/* of children by name; NULL: they are few */
	struct table *prop_index;
	size_t child_count, prop_count;
	bool has_twins, has_twin_props;	/* two of one name are in the table once */
};

struct dt_reserve {		/* one /memreserve/ */
	struct range range;
	struct dt_reserve *next;
};

struct devicetree {
	struct dt_node *root;
	struct dt_reserve *reserves;
	uint32_t boot_cpuid;
	size_t blob_size;	/* totalsize of the blob it was read from */
};

/* Reads a blob of len bytes. Owned by the arena, and pointing into the blob, which must
 * stay. NULL: *why says what is wrong with it. */
struct devicetree *dt_read(struct arena *a, const void *blob, size_t len,
			   const char **why);

/* Applies an overlay (Linux Documentation/devicetree/overlay-notes.rst) to a sound blob:
 * *blob and *len become a new one, owned by the arena. false: *why says what is wrong,
 * and the old one is left. */
bool dt_overlay(struct arena *a, const char **blob, size_t *len, const void *overlay,
		size_t overlay_len, const char **why);

/* Makes n, which has no siblings yet, the last child of parent. The only way to add one. */
void dt_append(struct arena *a, struct dt_node *parent, struct dt_node *n);

/* Makes p the last property of n; of two with one name the first counts. */
void dt_append_prop(struct arena *a, struct dt_node *n, struct dt_prop *p);

/* A deep copy of nodes and properties; the bytes of the properties are shared. */
struct devicetree *dt_copy(struct arena *a, const struct devicetree *dt);

/* Writes a version 17 blob with no free space. */
void dt_write(const struct devicetree *dt, struct text *out);

/* Size of the blob that dt_write() makes, or a little more: libfdt lets a name be the
 * tail of another. Much faster than writing. Scratch memory comes from the arena. */
size_t dt_size(struct arena *a, const struct devicetree *dt);

/* A node by full path ("/soc/serial@7e215040"); names without unit address match if they
 * are the only such child. NULL if there is none. */
struct dt_node *dt_find(const struct devicetree *dt, const char *path);

/* The path that an alias stands for, or NULL. */
const char *dt_alias(const struct devicetree *dt, const char *alias);

/* The full path of a node, owned by the arena: "/" for the root. */
const char *dt_path(struct arena *a, const struct dt_node *n);

/* The child with exactly this name, unit address included; NULL: there is none. */
struct dt_node *dt_child(const struct dt_node *n, const char *name);

/* A property by its name; NULL: the node has none. */
const struct dt_prop *dt_prop(const struct dt_node *n, const char *name);

/* Whether the node is called so, with or without a unit address. */
bool dt_is_named(const struct dt_node *n, const char *name);

/* The next node in the order of the blob, NULL after the last. */
struct dt_node *dt_next(const struct dt_node *n);
/* The same, but without going below n. */
struct dt_node *dt_next_skipping(const struct dt_node *n);

/* First string of a property; NULL if absent or not a string. */
const char *dt_string(const struct dt_node *n, const char *name);
/* A cell of a property, or `otherwise` where the property is absent or shorter. */
uint32_t dt_cell(const struct dt_node *n, const char *name, size_t index,
		 uint32_t otherwise);
/* The number in some cells, which are big-endian: of more than two, what the last two hold. */
uint64_t dt_number(const void *cells, uint32_t count);

/* Bytes of an entry of so many cells. The counts are what a tree says, up to 2^32 each, so
 * that their sum needs 64 bits: it must neither wrap to a small number nor to 0. */
static inline uint64_t dt_entry_size(uint64_t a, uint64_t b, uint64_t c)
{
	return 4 * (a + b + c);
}
/* Whether the word is one of the node's `compatible`. */
bool dt_compatible(const struct dt_node *n, const char *compatible);

/* Whether the node is compatible with one of the words, the last of which is NULL. */
bool dt_compatible_with_any(const struct dt_node *n, const char *const *words);

/* Whether the node, a child of /cpus, is a CPU by its device_type. */
bool dt_is_cpu(const struct dt_node *n);

/* Whether status is absent, "okay" or "ok". */
bool dt_enabled(const struct dt_node *n);

/* Cells of an address or size in the children of n; inherited as Xen does, else 2 and 1.
 */
uint32_t dt_address_cells(const struct dt_node *n);
uint32_t dt_size_cells(const struct dt_node *n);

/* The index-th (address, size) of reg, as the node's bus numbers it. false: no such one.
 */
bool dt_reg(const struct dt_node *n, size_t index, uint64_t *address, uint64_t *size);

/* The same as seen by the CPU, through every ranges up to the root (section 2.3.8).
 * false: absent or not translatable; *why, if given, says so. */
bool dt_reg_on_cpu(const struct dt_node *n, size_t index, struct range *r,
		   const char **why);

/* How many addresses the node has that a CPU could see: none on a bus without ranges, nor
 * without size cells (Xen: dt_number_of_address()). */
size_t dt_address_count(const struct dt_node *n);

/* The node of a path, which is made, with what leads to it, if there is none; new nodes come
 * last. */
struct dt_node *dt_make(struct arena *a, struct devicetree *dt, const char *path);
/* Gives a node a property, the last one if it is new. Name and data are copied. */
void dt_set(struct arena *a, struct dt_node *n, const char *name, const void *data,
	    size_t len);

/* Takes a property out of its node; false: the node has none of that name. */
bool dt_unset(struct dt_node *n, const char *name);

/* Takes a node, which is not the root, and all below it out of its tree. */
void dt_remove(struct dt_node *n);

/* Gives a node, which is not the root, another name: one that no sibling has, unit address
 * included, and that lives as long as the tree. */
void dt_rename(struct dt_node *n, const char *name);

/* Moves a node before its siblings. */
void dt_put_first(struct dt_node *n);
