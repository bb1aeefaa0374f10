/* SPDX-License-Identifier: BSD-2-Clause */
/* A cpio archive, read in pieces as Linux unpacks it: does it end, and has it /init? */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CPIO_HEADER ((size_t)110)
#define CPIO_NAME ((size_t)16)	/* as much of a name as tells /init and the trailer */

/* Begins as zeros. */
struct cpio {
	uint64_t at;		/* bytes read so far */
	uint64_t data_end, next;	/* of the entry that is read: its data, the next one */
	uint8_t entry[CPIO_HEADER + CPIO_NAME];	/* what is there of its header and name */
	size_t have, want;
	bool is_init, is_trailer;	/* the entry that is read */

	bool has_init;		/* one that is all there */
	bool ended;		/* the trailer was the last entry */
	bool broken;		/* this is no archive that Linux knows */
};

/* Reads on, up to the end of a trailer. Returns how many bytes it took, which is fewer than
 * len behind a trailer and where there is no archive. */
size_t cpio_read(struct cpio *c, const uint8_t *data, size_t len);

/* How many bytes from here on need not be read; and goes on behind n of them. */
uint64_t cpio_skips(const struct cpio *c);
void cpio_skip(struct cpio *c, uint64_t n);

/* Reads on through one archive after the other, with zeros between them. */
void cpio_read_all(struct cpio *c, const uint8_t *data, size_t len);

/* Whether an entry has begun that is not all there. */
bool cpio_is_cut(const struct cpio *c);
