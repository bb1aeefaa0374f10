/* SPDX-License-Identifier: BSD-2-Clause */
/* A flattened device tree becomes a tree in memory, and the other way round
 * (Devicetree Specification v0.4, section 5). The only user of libfdt. */
#include "input/devicetree.h"

#include <assert.h>
#include <inttypes.h>
#include <libfdt.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/table.h"
#include "input/overlay.h"

/* Xen itself gives up at 16 (xen/include/xen/bootfdt.h). The functions that walk a tree
 * may recurse this deep. */
#define DEPTH_MAX 64

#define HEADER_SIZE 40		/* of version 17 */
#define RESERVES_AT 48		/* behind it, where libfdt puts them */
#define OLDEST_VERSION 16	/* before it names were paths, and padding differed */
#define WHY_SIZE 256		/* a longer reason is cut */

/* A blob that is being read. */
struct reader {
	struct arena *arena;
	const void *blob;
	const char *why;		/* NULL: nothing wrong so far */
	struct dt_node *open;		/* innermost node not yet ended */
	unsigned depth;			/* of open; 0: no node yet */
};

__attribute__((format(printf, 2, 3)))
static bool fail(struct reader *r, const char *fmt, ...)
{
	char *why = arena_alloc(r->arena, WHY_SIZE);
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(why, WHY_SIZE, fmt, ap);
	va_end(ap);
	r->why = why;
	return false;
}

static bool check_header(struct reader *r, size_t len)
{
	uint32_t magic, size, version;

	if (len < HEADER_SIZE)
		return fail(r, "the file has %zu bytes, less than a header", len);
	magic = fdt_magic(r->blob);
	if (magic != FDT_MAGIC)
		return fail(r, "it begins with 0x%08" PRIx32 ", not 0x%08x", magic,
			    FDT_MAGIC);
	size = fdt_totalsize(r->blob);
	if (size > len)
		return fail(r, "the header says %" PRIu32 " bytes, the file has %zu",
			    size, len);
	version = fdt_version(r->blob);
	if (version < OLDEST_VERSION)
		return fail(r, "it is of version %" PRIu32 ", older than %d", version,
			    OLDEST_VERSION);
	return true;
}

static bool check_all(struct reader *r, size_t len)
{
	int error;

	if (!check_header(r, len))
		return false;
	error = fdt_check_header(r->blob);
	if (!error)
		error = fdt_check_full(r->blob, fdt_totalsize(r->blob));
	if (error)
		return fail(r, "it is damaged (%s)", fdt_strerror(error));
	return true;
}

static bool begin_node(struct reader *r, int offset)
{
	const char *name = fdt_get_name(r->blob, offset, NULL);
	struct dt_node *n = NEW(r->arena, struct dt_node);

	if (!name)
		return fail(r, "a node's name is damaged");
	if (r->depth > 0 && (!*name || strchr(name, '/')))
		return fail(r, "a node below '%s' has the name '%s'",
			    dt_path(r->arena, r->open), name);
	if (r->depth == DEPTH_MAX)
		return fail(r, "nodes are nested deeper than %d", DEPTH_MAX);
	n->name = r->depth > 0 ? name : "";
	if (r->open)
		dt_append(r->arena, r->open, n);
	r->open = n;
	r->depth++;
	return true;
}

/* Leaves the root open. */
static void end_node(struct reader *r)
{
	r->depth--;
	if (r->open->parent)
		r->open = r->open->parent;
}

static bool read_prop(struct reader *r, int offset)
{
	struct dt_prop *p = NEW(r->arena, struct dt_prop);
	int len;

	if (r->depth == 0)	/* fdt_check_full() lets it pass */
		return fail(r, "it has a property outside of any node");
	p->data = fdt_getprop_by_offset(r->blob, offset, &p->name, &len);
	if (!p->data || len < 0)
		return fail(r, "a property is damaged");
	/* Section 5.4.2. libfdt and Xen would not see it. */
	if (r->open->children)
		return fail(r, "'%s' has the property '%s' after a node",
			    dt_path(r->arena, r->open), p->name);
	p->len = (size_t)len;
	dt_append_prop(r->arena, r->open, p);
	return true;
}

/* fdt_check_full() has seen to it that nodes begin and end in pairs, below one root. */
static struct dt_node *read_structure(struct reader *r)
{
	int offset = 0, next;
	uint32_t tag;
	bool ok = true;

	while (ok && (tag = fdt_next_tag(r->blob, offset, &next)) != FDT_END) {
		if (tag == FDT_BEGIN_NODE)
			ok = begin_node(r, offset);
		else if (tag == FDT_PROP)
			ok = read_prop(r, offset);
		else if (tag == FDT_END_NODE)
			end_node(r);
		offset = next;
	}
	if (ok && !r->open)
		ok = fail(r, "it has no root node");
	return ok ? r->open : NULL;
}

static struct dt_reserve *read_reserves(struct reader *r)
{
	struct dt_reserve *first = NULL, **end = &first;
	int count = fdt_num_mem_rsv(r->blob);

	for (int i = 0; i < count; i++) {
		uint64_t address, size;

		if (fdt_get_mem_rsv(r->blob, i, &address, &size) < 0)
			return NULL;
		*end = NEW(r->arena, struct dt_reserve);
		(*end)->range = range_at(address, size);
		end = &(*end)->next;
	}
	return first;
}

struct devicetree *dt_read(struct arena *a, const void *blob, size_t len,
			   const char **why)
{
	struct reader r = { .arena = a, .blob = blob };
	struct devicetree *dt = NEW(a, struct devicetree);

	if ((uintptr_t)blob % 8)	/* libfdt wants it so */
		r.blob = arena_copy(a, blob, len);
	if (check_all(&r, len))
		dt->root = read_structure(&r);
	*why = r.why;
	if (!dt->root)
		return NULL;
	dt->reserves = read_reserves(&r);
	dt->boot_cpuid = fdt_boot_cpuid_phys(r.blob);
	dt->blob_size = fdt_totalsize(r.blob);
	return dt;
}

static size_t padded(size_t len)
{
	return (len + FDT_TAGSIZE - 1) / FDT_TAGSIZE * FDT_TAGSIZE;
}

size_t dt_size(struct arena *a, const struct devicetree *dt)
{
	const size_t reserve_entry = sizeof(struct fdt_reserve_entry);
	struct table names = { .arena = a };
	size_t size = HEADER_SIZE + 8 + reserve_entry + FDT_TAGSIZE;

	for (const struct dt_reserve *r = dt->reserves; r; r = r->next)
		size += reserve_entry;
	for (const struct dt_node *n = dt->root; n; n = dt_next(n)) {
		size += 2 * FDT_TAGSIZE + padded(strlen(n->name) + 1);
		for (const struct dt_prop *p = n->props; p; p = p->next) {
			size += sizeof(struct fdt_property) + padded(p->len);
			if (!table_find(&names, p->name, 0))
				size += strlen(p->name) + 1;
			table_add(&names, p->name, 0, &names);
		}
	}
	return size;
}

/* A blob that is written: byte for byte what libfdt makes (fdt_sw.c). libfdt itself looks for each
 * name in all names before it, which with some ten thousand of them takes minutes. */
struct writer {
	struct text *out;
	struct table names;	/* of all properties -> struct name */
	struct name *last;	/* the last of those that have a place of their own */
	uint32_t size;		/* bytes of these */
	struct text offsets;	/* where in `out` a name's place is to be written: size_t each */
};

struct name {
	const char *text;
	uint32_t from_end;	/* its start, seen from the end of all names; 0: not there yet */
	struct name *before;	/* the one that was added before, and stands behind it */
};

static void list_names(struct writer *w, const struct devicetree *dt)
{
	for (const struct dt_node *n = dt->root; n; n = dt_next(n))
		for (const struct dt_prop *p = n->props; p; p = p->next)
			if (!table_find(&w->names, p->name, 0))
				table_add(&w->names, p->name, 0,
					  NEW(w->out->arena, struct name));
}

/* Puts a name in front of the others. Those that are its end are found there from now on. */
static void place_name(struct writer *w, struct name *own, const char *text)
{
	size_t len = strlen(text);

	own->text = text;
	own->before = w->last;
	w->last = own;
	w->size += (uint32_t)len + 1;
	for (size_t i = 0; i <= len; i++) {
		struct name *end = table_find(&w->names, text + i, 0);

		if (end)
			end->from_end = w->size - (uint32_t)i;
	}
}

static void put_cell(struct text *out, uint32_t n)
{
	const fdt32_t cell = cpu_to_fdt32(n);

	text_bytes(out, &cell, sizeof(cell));
}

static void put_padded(struct text *out, const void *data, size_t len)
{
	text_bytes(out, data, len);
	text_bytes(out, "\0\0\0", padded(len) - len);
}

static void write_prop(struct writer *w, const struct dt_prop *p)
{
	struct name *name = table_find(&w->names, p->name, 0);
	size_t place = w->out->len + offsetof(struct fdt_property, nameoff);

	if (!name->from_end)
		place_name(w, name, p->name);
	put_cell(w->out, FDT_PROP);
	put_cell(w->out, (uint32_t)p->len);
	put_cell(w->out, name->from_end);
	put_padded(w->out, p->data, p->len);
	text_bytes(&w->offsets, &place, sizeof(place));
}

static void write_node(struct writer *w, const struct dt_node *n)
{
	put_cell(w->out, FDT_BEGIN_NODE);
	put_padded(w->out, n->name, strlen(n->name) + 1);
	for (const struct dt_prop *p = n->props; p; p = p->next)
		write_prop(w, p);
	for (const struct dt_node *c = n->children; c; c = c->next)
		write_node(w, c);
	put_cell(w->out, FDT_END_NODE);
}

/* Writes the names, and counts their places from the start. */
static void write_names(struct writer *w)
{
	for (size_t at = 0; at < w->offsets.len; at += sizeof(size_t)) {
		size_t place;
		fdt32_t cell;

		memcpy(&place, w->offsets.data + at, sizeof(place));
		memcpy(&cell, w->out->data + place, sizeof(cell));
		cell = cpu_to_fdt32(w->size - fdt32_to_cpu(cell));
		memcpy(w->out->data + place, &cell, sizeof(cell));
	}
	for (const struct name *n = w->last; n; n = n->before)
		text_bytes(w->out, n->text, strlen(n->text) + 1);
}

/* Writes what is in front of the structure. */
static void write_reserves(struct text *out, const struct devicetree *dt)
{
	static const struct fdt_reserve_entry end;

	for (const struct dt_reserve *r = dt->reserves; r; r = r->next) {
		const struct fdt_reserve_entry e = { cpu_to_fdt64(r->range.start),
						     cpu_to_fdt64(range_size(r->range)) };

		text_bytes(out, &e, sizeof(e));
	}
	text_bytes(out, &end, sizeof(end));
}

void dt_write(const struct devicetree *dt, struct text *out)
{
	struct text blob = { .arena = out->arena };
	struct writer w = { .out = &blob, .names = { out->arena },
			    .offsets = { .arena = out->arena } };
	static const char room[RESERVES_AT];
	size_t structure, names;

	list_names(&w, dt);
	text_bytes(&blob, room, sizeof(room));
	write_reserves(&blob, dt);
	structure = blob.len;
	write_node(&w, dt->root);
	put_cell(&blob, FDT_END);
	names = blob.len;
	write_names(&w);
	assert(blob.len <= INT_MAX);
	fdt_set_magic(blob.data, FDT_MAGIC);
	fdt_set_totalsize(blob.data, (uint32_t)blob.len);
	fdt_set_off_mem_rsvmap(blob.data, RESERVES_AT);
	fdt_set_off_dt_struct(blob.data, (uint32_t)structure);
	fdt_set_size_dt_struct(blob.data, (uint32_t)(names - structure));
	fdt_set_off_dt_strings(blob.data, (uint32_t)names);
	fdt_set_size_dt_strings(blob.data, (uint32_t)(blob.len - names));
	fdt_set_version(blob.data, FDT_LAST_SUPPORTED_VERSION);
	fdt_set_last_comp_version(blob.data, OLDEST_VERSION);
	fdt_set_boot_cpuid_phys(blob.data, dt->boot_cpuid);
	text_bytes(out, blob.data, blob.len);
}

/* libfdt spoils both blobs when it fails, so it works on copies. */
bool dt_overlay(struct arena *a, const char **blob, size_t *len, const void *overlay,
		size_t overlay_len, const char **why)
{
	size_t room = *len + 4 * overlay_len + 65536;
	char *base = arena_alloc(a, room);
	char *copy = arena_copy(a, overlay, overlay_len);
	const struct devicetree *from = dt_read(a, *blob, *len, why);
	const struct devicetree *with = dt_read(a, overlay, overlay_len, why);
	int error;

	if (!from || !with)
		return false;
	*why = overlay_misfit(a, from, with);
	if (*why)
		return false;
	error = fdt_open_into(*blob, base, (int)room);
	if (!error)
		error = fdt_overlay_apply(base, copy);
	if (error) {
		*why = fdt_strerror(error);
		return false;
	}
	fdt_pack(base);
	*blob = base;
	*len = fdt_totalsize(base);
	return true;
}
