/* SPDX-License-Identifier: BSD-2-Clause */
/* Pieces of a cpio archive become what is known of it. */
#include "input/cpio.h"

#include <string.h>

#define NAME_SIZE_AT 94	/* 6 letters of magic, then fields of 8 digits */
#define FILE_SIZE_AT 54
#define NAME_MAX_LEN 4096	/* Linux: PATH_MAX */

/* Eight hexadecimal digits; false: something else. */
static bool read_field(const uint8_t *at, uint64_t *n)
{
	static const char digits[] = "0123456789abcdefABCDEF";

	*n = 0;
	for (size_t i = 0; i < 8; i++) {
		const char *digit = at[i] ? strchr(digits, at[i]) : NULL;
		size_t value = digit ? (size_t)(digit - digits) : 0;

		if (!digit)
			return false;
		*n = *n << 4 | (value > 15 ? value - 6 : value);
	}
	return true;
}

/* Linux init/initramfs.c, do_header(): the name is padded so that the data begin on a
 * boundary of four bytes, counted from the start of the archives. */
static void read_header(struct cpio *c)
{
	uint64_t name, size;

	c->broken = (memcmp(c->entry, "070701", 6) != 0 && memcmp(c->entry, "070702", 6) != 0)
		    || !read_field(c->entry + NAME_SIZE_AT, &name)
		    || !read_field(c->entry + FILE_SIZE_AT, &size) || name == 0
		    || name > NAME_MAX_LEN;
	if (c->broken)
		return;
	c->data_end = c->at + ((name + 1) / 4 * 4 + 2) + size;
	c->next = (c->data_end + 3) / 4 * 4;
	c->want = CPIO_HEADER + (name < CPIO_NAME ? (size_t)name : CPIO_NAME);
}

static void read_name(struct cpio *c)
{
	const char *name = (const char *)c->entry + CPIO_HEADER;
	size_t len = c->want - CPIO_HEADER;

	c->is_trailer = len == sizeof("TRAILER!!!") && memcmp(name, "TRAILER!!!", len) == 0;
	while (len && (*name == '.' || *name == '/'))
		name++, len--;
	c->is_init = len == sizeof("init") && memcmp(name, "init", len) == 0;
}

/* Collects header and name. Returns how many bytes it took. */
static size_t collect(struct cpio *c, const uint8_t *data, size_t len)
{
	size_t n = c->want - c->have < len ? c->want - c->have : len;

	memcpy(c->entry + c->have, data, n);
	c->have += n;
	c->at += n;
	if (c->have < c->want)
		return n;
	if (c->want == CPIO_HEADER)
		read_header(c);
	else
		read_name(c);
	return n;
}

static bool is_named(const struct cpio *c)
{
	return c->have > CPIO_HEADER && c->have == c->want;
}

static void end_entry(struct cpio *c)
{
	c->has_init |= c->is_init;
	c->ended = c->is_trailer;
	c->have = 0;
}

uint64_t cpio_skips(const struct cpio *c)
{
	return is_named(c) && c->next > c->at ? c->next - c->at : 0;
}

void cpio_skip(struct cpio *c, uint64_t n)
{
	c->at += n;
	if (is_named(c) && c->at >= c->next)
		end_entry(c);
}

size_t cpio_read(struct cpio *c, const uint8_t *data, size_t len)
{
	size_t taken = 0;

	while (taken < len && !c->broken && !c->ended) {
		uint64_t skip = cpio_skips(c);
		size_t n = skip < len - taken ? (size_t)skip : len - taken;

		if (!c->have)
			c->want = CPIO_HEADER;
		if (!skip)
			n = collect(c, data + taken, len - taken);
		cpio_skip(c, skip ? n : 0);
		taken += n;
	}
	return taken;
}

void cpio_read_all(struct cpio *c, const uint8_t *data, size_t len)
{
	while (len && !c->broken) {
		size_t n = c->ended && !*data ? 1 : 0;

		if (n)
			c->at++;
		else
			c->ended = false;
		n = n ? n : cpio_read(c, data, len);
		data += n;
		len -= n;
	}
}

bool cpio_is_cut(const struct cpio *c)
{
	return !c->broken && c->have && !(is_named(c) && c->at >= c->data_end);
}
