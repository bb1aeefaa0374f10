/* SPDX-License-Identifier: BSD-2-Clause */
/* U-Boot commands and Xen become legacy images (U-Boot include/image.h). */
#include <inttypes.h>
#include <string.h>
#include <zlib.h>

#include "emit/emit.h"
#include "input/kinds.h"

#define OS_LINUX 5		/* IH_OS_LINUX */
#define TYPE_KERNEL 2		/* IH_TYPE_KERNEL */
#define COMPRESSION_NONE 0	/* IH_COMP_NONE */

struct uimage_header {		/* numbers are big-endian */
	unsigned char magic[4], header_crc[4], time[4], size[4];
	unsigned char load[4], entry[4], data_crc[4];
	unsigned char os, arch, type, compression;
	char name[32];
};

_Static_assert(sizeof(struct uimage_header) == UIMAGE_HEADER, "the header has no padding");

static void put32(unsigned char *at, uint32_t value)
{
	for (int i = 4; i-- > 0; value >>= 8)
		at[i] = (unsigned char)value;
}

static void put_crc(unsigned char *at, const void *data, size_t len)
{
	put32(at, (uint32_t)crc32_z(0, data, len));
}

/* The contents of a script's image: it is a "multi-file" image of one file, with a table
 * of lengths that ends with 0 before the text (U-Boot tools/mkimage.c). */
static struct text with_length_table(const struct text *source)
{
	struct text data = { .arena = source->arena };
	unsigned char table[8] = { 0 };

	put32(table, (uint32_t)source->len);
	text_bytes(&data, table, sizeof(table));
	text_bytes(&data, source->data, source->len);
	return data;
}

/* Writes an image. The address is where the contents run; those of a script are text,
 * which runs wherever it is loaded, and U-Boot does not read the address then. */
static void put_image(unsigned char type, const char *name, uint64_t address,
		      uint32_t timestamp, const struct text *data, struct text *out)
{
	struct uimage_header h = {
		.os = OS_LINUX, .arch = UIMAGE_ARM64, .type = type,
		.compression = COMPRESSION_NONE
	};

	memcpy(h.magic, UIMAGE_MAGIC, MAGIC_SIZE);
	put32(h.time, timestamp);
	put32(h.size, (uint32_t)data->len);
	put32(h.load, (uint32_t)address);
	put32(h.entry, (uint32_t)address);
	strncpy(h.name, name, sizeof(h.name) - 1);
	put_crc(h.data_crc, data->data, data->len);
	put_crc(h.header_crc, &h, sizeof(h));
	text_bytes(out, &h, sizeof(h));
	text_bytes(out, data->data, data->len);
}

/* Wraps U-Boot commands in a legacy image of type script, byte for byte as
 * `mkimage -A arm64 -T script -C none -a ADDRESS -e ADDRESS` does. */
static void put_script(const struct text *source, uint64_t address, uint32_t timestamp,
		       struct text *out)
{
	struct text data = with_length_table(source);

	put_image(UIMAGE_SCRIPT, "", address, timestamp, &data, out);
}

void emit_kernel_image(const struct text *xen, const char *name, uint64_t address,
		       uint32_t timestamp, struct text *out)
{
	put_image(TYPE_KERNEL, name, address, timestamp, xen, out);
}

/* Makes a script of its source, which was made before, by a row of its own. */
static void make_script(struct workshop *w, const char *source, struct output *o)
{
	const struct plan *p = w->plan;

	put_script(&output_find(w, source)->bytes, p->script_address, p->timestamp, &o->bytes);
}

bool make_boot2_script(struct workshop *w, struct output *o)
{
	const struct plan *p = w->plan;
	struct diag *g;

	make_script(w, "boot2.source", o);
	o->address = p->script_address;
	o->room = p->script_room;
	if (o->bytes.len <= p->script_limit)
		return true;
	g = diag(w->diags, E0904, p->script_at,
		 "boot2.scr has %zu bytes, and from 0x%" PRIx64 " there is no room for that",
		 o->bytes.len, o->address);
	diag_help(g, "give it another 'script-address'");
	return false;
}

bool make_boot_script(struct workshop *w, struct output *o)
{
	make_script(w, "boot.source", o);
	return true;
}
