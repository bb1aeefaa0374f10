/* SPDX-License-Identifier: BSD-2-Clause */
/* A ramdisk is walked through, archive by archive, as Linux unpacks it (init/initramfs.c,
 * unpack_to_rootfs()). */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/number.h"
#include "input/bytes.h"
#include "input/cpio.h"
#include "input/gzip.h"
#include "input/kinds.h"
#include "input/whole.h"

/* A bomb must not keep us busy, and behind that many zeros nobody puts an archive. */
#define UNPACKED_MAX (2 * GiB)
#define ZEROS_MAX MiB

struct walk {
	int fd;
	uint64_t at, size;	/* bytes */
	uint32_t last_word;	/* of the file: of gzip, the size of the contents */
	uint64_t unpacked;	/* of all that is packed */
	bool thorough;
	bool init;		/* seen, and all there */
	struct fault *why;
};

/* How an archive ended: the next one may follow, it is not known where it ends or nothing
 * follows, or there is a fault. */
enum step { STEP_NEXT, STEP_STOP, STEP_FAULT };

static enum step fault(struct walk *w, const char *words, bool may_do)
{
	w->why->words = words;
	w->why->may_do = may_do;
	return STEP_FAULT;
}

static size_t read_at(const struct walk *w, uint64_t at, uint8_t *to, size_t want)
{
	ssize_t n = file_read_at(w->fd, at, to, want);

	if (n < 0)
		w->why->error = errno;
	return n > 0 ? (size_t)n : 0;
}

/* Linux does not miss a trailer, and of a file that is cut off it writes what there is
 * (do_copy()), without a word. */
static enum step walk_cpio(struct walk *w)
{
	struct cpio c = { .at = w->at };
	uint8_t piece[CPIO_HEADER + CPIO_NAME];
	size_t n;

	while (!c.ended && !c.broken && (n = read_at(w, c.at, piece, sizeof(piece))) > 0) {
		uint64_t left = w->size - c.at - n, skip;

		cpio_read(&c, piece, n);
		skip = cpio_skips(&c);
		cpio_skip(&c, skip < left ? skip : left);
	}
	w->at = c.at;
	w->init |= c.has_init;
	if (cpio_is_cut(&c))
		return fault(w, "is cut off: the last file of the cpio archive is not all there",
			     w->init);
	return c.ended ? STEP_NEXT : STEP_STOP;
}

static enum step walk_zeros(struct walk *w)
{
	uint8_t piece[KIND_HEAD];
	uint64_t first = w->at;
	size_t n;

	while (w->at - first < ZEROS_MAX && (n = read_at(w, w->at, piece, sizeof(piece))) > 0) {
		size_t zeros = 0;

		while (zeros < n && !piece[zeros])
			zeros++;
		w->at += zeros;
		if (zeros < n)
			return STEP_NEXT;
	}
	return STEP_STOP;
}

/* Archives come in blocks of 512 bytes, which gzip makes smaller, but not by much. */
static bool end_is_credible(const struct walk *w)
{
	uint64_t packed = w->size - w->at, size = w->last_word;

	return size && size % 512 == 0 && packed <= size + size / 64 + KiB &&
	       size <= 16 * packed;
}

/* Linux stops with the first error, reports it and goes on with what it has. What is no
 * archive may be a file system, which other code unpacks (init/do_mounts_rd.c). */
static enum step walk_gzip(struct walk *w)
{
	struct cpio c = { 0 };
	struct unpacked u;

	if ((!w->thorough && end_is_credible(w)) || w->unpacked >= UNPACKED_MAX)
		return STEP_STOP;
	u = gzip_unpack(w->fd, w->at, UNPACKED_MAX - w->unpacked, &c);
	w->at += u.used;
	w->init |= c.has_init;
	w->unpacked += u.size;
	if (u.end == GZIP_UNREAD)
		w->why->error = u.error;
	if (u.end == GZIP_CUT)
		return fault(w, "is cut off: the gzip data do not end", w->init || c.broken);
	if (u.end == GZIP_DAMAGED)
		return fault(w, "is damaged: it cannot be unpacked", w->init || c.broken);
	return u.end == GZIP_WHOLE ? STEP_NEXT : STEP_STOP;
}

/* RFC 8878, section 3.1.1.1: how long the header of a frame is, its magic included. */
static size_t zstd_header(uint8_t descriptor)
{
	static const uint8_t dictionary[] = { 0, 1, 2, 4 }, content[] = { 0, 2, 4, 8 };
	bool single = descriptor & 0x20;
	size_t size = content[descriptor >> 6];

	if (single && !size)
		size = 1;
	return 5u + !single + dictionary[descriptor & 3] + size;
}

/* RFC 8878, section 3.1.1: a frame is blocks, each of which says how long it is. */
static enum step walk_zstd(struct walk *w)
{
	uint8_t head[5], block[3] = { 0 };

	if (read_at(w, w->at, head, sizeof(head)) < sizeof(head))
		return fault(w, "is cut off: the zstd data do not end", true);
	w->at += zstd_header(head[4]);
	while (!(block[0] & 1)) {
		if (read_at(w, w->at, block, sizeof(block)) < sizeof(block))
			return fault(w, "is cut off: the zstd data do not end", true);
		w->at += sizeof(block);
		if ((block[0] >> 1 & 3) == 1)	/* one byte, repeated */
			w->at += 1;
		else
			w->at += (uint32_t)(block[0] >> 3 | block[1] << 5 | block[2] << 13);
	}
	w->at += head[4] & 4 ? 4 : 0;	/* a checksum */
	return w->at <= w->size ? STEP_NEXT
				: fault(w, "is cut off: the zstd data do not end", true);
}

/* Linux lib/decompress_unlz4.c: pieces, each behind its length, up to the end of the file. */
static enum step walk_lz4(struct walk *w)
{
	uint8_t len[4];

	for (w->at += 4; read_at(w, w->at, len, 4) == 4 && le32(len); w->at += 4 + le32(len))
		if (le32(len) > 9 * MiB)	/* no piece */
			return STEP_STOP;
	return w->at <= w->size ? STEP_STOP
				: fault(w, "is cut off: the lz4 data do not end", true);
}

/* The .xz file format 1.1.0, section 2.1.2: "YZ", and zeros by fours. */
static enum step walk_xz(struct walk *w)
{
	uint64_t end = w->size;
	uint8_t last[4];

	while (end >= w->at + 8 && read_at(w, end - 4, last, 4) == 4 && !le32(last))
		end -= 4;
	if (read_at(w, end - 4, last, 4) == 4 && memcmp(last + 2, "YZ", 2) == 0)
		return STEP_STOP;
	return fault(w, "does not end as an xz file does: it seems to be cut off", true);
}

static enum step walk_one(struct walk *w)
{
	uint8_t head[KIND_HEAD];
	size_t n = read_at(w, w->at, head, sizeof(head));

	if (!n)
		return STEP_STOP;
	if (!head[0])
		return walk_zeros(w);
	if (head[0] == '0')
		return w->at % 4 ? STEP_STOP : walk_cpio(w);
	switch (file_kind_of(head, n)) {
	case FILE_GZIP:
		return walk_gzip(w);
	case FILE_ZSTD:
		return walk_zstd(w);
	case FILE_LZ4:
		return walk_lz4(w);
	case FILE_XZ:
		return walk_xz(w);
	default:
		return STEP_STOP;
	}
}

bool ramdisk_is_whole(const struct file *f, bool thorough, struct fault *why)
{
	struct walk w = { .size = f->size, .thorough = thorough, .why = why };
	uint8_t last[4] = { 0 };
	enum step step;

	*why = (struct fault){ 0 };
	w.fd = open(f->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (w.fd < 0) {
		why->error = errno;
		return true;
	}
	if (f->size > sizeof(last))
		read_at(&w, f->size - sizeof(last), last, sizeof(last));
	w.last_word = le32(last);
	while ((step = walk_one(&w)) == STEP_NEXT)
		;
	close(w.fd);
	return step != STEP_FAULT || why->error;
}
