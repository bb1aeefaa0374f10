/* SPDX-License-Identifier: BSD-2-Clause */
/* Folders, archives and images become partitions of the card.
 *
 * fakeroot keeps the owners and device nodes of an archive for users who are not root.
 * Files of a folder belong to root on the card, unless root itself runs this and they
 * really belong to others. */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/list.h"
#include "base/number.h"
#include "base/run.h"
#include "emit/rootfs.h"
#include "emit/stable_id.h"
#include "input/image.h"

#define WORDS 40
#define BLOCK 65536
#define BYTES_PER_INODE 16384	/* of file systems that mke2fs makes by default */

/* The first inode that is not reserved is that of lost+found (Linux fs/ext4/ext4.h,
 * EXT4_GOOD_OLD_FIRST_INO). */
#define FIRST_INODE 11

struct words {		/* the words of a command line */
	const char *argv[WORDS];
	size_t n;
};

static void add(struct words *line, const char *word)
{
	line->argv[line->n++] = word;
}

/* Adds fakeroot to a command line, unless this runs inside of one: another one is not
 * needed there, and cannot be started either. */
static void add_fakeroot(struct words *line, const char *option, const char *state)
{
	if (getenv("FAKEROOTKEY"))
		return;
	add(line, "fakeroot");
	if (geteuid() == 0)
		add(line, "-u");
	if (option) {
		add(line, option);
		add(line, state);
	}
	add(line, "--");
}

/* No file that a system names can be called like this (FORM_FILE), and a FIT is made in the same
 * folder. */
const char *rootfs_folder(struct workshop *w, const struct card_partition *p)
{
	return arena_printf(w->arena, "%%%u", p->number);
}

/* The file in which fakeroot keeps the owners of an archive's files between unpacking and
 * packing. */
static const char *state_file(struct workshop *w, const struct card_partition *p)
{
	return arena_printf(w->arena, "%%%u.owners", p->number);
}

static bool report(struct workshop *w, const struct card_partition *p)
{
	diag(w->diags, E0301, p->at, "'%s' cannot be read: %s", p->path, strerror(errno));
	w->io_failed = true;
	return false;
}

static const char *real_path(struct workshop *w, const struct card_partition *p)
{
	const char *path = workshop_real_path(w, p->path);

	if (!path)
		report(w, p);
	return path;
}

bool rootfs_unpack(struct workshop *w, const struct card_partition *p)
{
	const char *archive = real_path(w, p), *folder = rootfs_folder(w, p);
	struct words line = { .n = 0 };

	if (!archive)
		return false;
	if (mkdir(workshop_path(w, folder), 0755))
		return workshop_report(w, workshop_path(w, folder));
	add_fakeroot(&line, "-s", state_file(w, p));
	add(&line, "bsdtar");
	add(&line, "-xpf");
	add(&line, archive);
	add(&line, "-C");
	add(&line, folder);
	return workshop_run(w, line.argv, NULL,
			    arena_printf(w->arena, "'%s' must be a whole tar or cpio archive",
					 p->path));
}

/* A UUID for a partition, of the kind that is random (RFC 9562, section 5.4), though it
 * is always the same. */
static const char *uuid(struct workshop *w, const struct card_partition *p)
{
	uint8_t id[16];
	struct text t = { .arena = w->arena };

	stable_id(w->plan, p->name, id);
	id[6] = (uint8_t)((id[6] & 0x0f) | 0x40);
	id[8] = (uint8_t)((id[8] & 0x3f) | 0x80);
	for (int i = 0; i < 16; i++)
		text_add(&t, "%s%02x", i == 4 || i == 6 || i == 8 || i == 10 ? "-" : "",
			 id[i]);
	return t.data;
}

static uint64_t inode_count(const struct card_partition *p)
{
	uint64_t needed = p->inodes + p->inodes / 4 + 64,
		 usual = p->size / BYTES_PER_INODE;

	return needed > usual ? needed : usual;
}

static bool make_ext4(struct workshop *w, const struct card_partition *p,
		      const char *folder, const char *image)
{
	const char *id = uuid(w, p);
	bool archive = p->from == FROM_ARCHIVE;
	struct words line = { .n = 0 };
	const char *const options[] = {
		"mke2fs", "-q", "-F", "-t", "ext4", "-b", "4096", "-I", "256",
		"-L", p->name, "-U", id,
		"-N", arena_printf(w->arena, "%" PRIu64, inode_count(p)),
		"-E", arena_printf(w->arena, "offset=%" PRIu64 ",hash_seed=%s,root_owner=0:0",
				   p->start, id),
		"-d", folder, image,
		arena_printf(w->arena, "%" PRIu64 "k", p->size / KiB),
	};

	add_fakeroot(&line, archive ? "-i" : NULL, state_file(w, p));
	for (size_t i = 0; i < countof(options); i++)
		add(&line, options[i]);
	return workshop_run(w, line.argv, NULL,
			    arena_printf(w->arena, "if the partition is full, give '%s' a "
					 "larger 'size', or leave that out", p->name));
}

static uint32_t le32(const uint8_t *b)
{
	return (uint32_t)b[3] << 24 | (uint32_t)b[2] << 16 | (uint32_t)b[1] << 8 | b[0];
}

/* Reads from the superblock how many inodes are used (Linux
 * Documentation/filesystems/ext4/super.rst). mke2fs takes the inodes in their order, so
 * these are the first ones. */
static bool count_inodes(struct workshop *w, const struct card_partition *p,
			 const char *image, uint32_t *n)
{
	int fd = open(workshop_path(w, image), O_RDONLY | O_CLOEXEC);
	uint8_t super[20];
	bool ok = fd >= 0 && file_read_at(fd, p->start + 1024, super, sizeof(super)) ==
				     sizeof(super);

	if (fd >= 0)
		close(fd);
	if (!ok)
		return report(w, p);
	*n = le32(super) - le32(super + 16);
	return true;
}

/* Sets the times of files that differ from run to run: mke2fs before 1.47.1 copies those
 * at which the files were unpacked or last read. The time at which a file was written is
 * its own, and stays. */
static bool settle_times(struct workshop *w, const struct card_partition *p,
			 const char *image)
{
	const char *part = arena_printf(w->arena, "%s?offset=%" PRIu64, image, p->start);
	const char *argv[] = { "debugfs", "-w", "-f", "/dev/stdin", part, NULL };
	const char *time = strchr(w->env[0], '=') + 1;
	struct text commands = { .arena = w->arena };
	uint32_t n;

	if (!count_inodes(w, p, image, &n))
		return false;
	for (uint32_t i = FIRST_INODE; i <= n; i++)
		text_add(&commands,
			 "set_inode_field <%" PRIu32 "> atime @%s\n"
			 "set_inode_field <%" PRIu32 "> ctime @%s\n",
			 i, time, i, time);
	return workshop_run(w, argv, commands.data, NULL);
}

static bool is_zero(const uint8_t *bytes, size_t len)
{
	return len == 0 || (bytes[0] == 0 && memcmp(bytes, bytes + 1, len - 1) == 0);
}

static bool write_at(int fd, uint64_t at, const uint8_t *from, size_t len)
{
	while (len > 0) {
		ssize_t n = pwrite(fd, from, len, (off_t)at);

		if (n < 0 && errno != EINTR)
			return false;
		if (n < 0)
			continue;
		from += n;
		at += (uint64_t)n;
		len -= (size_t)n;
	}
	return true;
}

/* Copies one file to a place in another. Zeros are not written, because the image is zero
 * there already and stays a sparse file. */
static bool copy_blocks(int from, int to, uint64_t at, bool *is_read)
{
	uint8_t block[BLOCK];
	ssize_t n;

	for (; (n = file_read_up_to(from, block, sizeof(block))) > 0; at += (uint64_t)n)
		if (!is_zero(block, (size_t)n) && !write_at(to, at, block, (size_t)n))
			return false;
	*is_read = n == 0;
	return *is_read;
}

static bool copy_image(struct workshop *w, const struct card_partition *p, const char *image)
{
	int from = open(p->path, O_RDONLY | O_CLOEXEC), to;
	const char *path = workshop_path(w, image);
	bool is_read = true, ok;

	if (from < 0)
		return report(w, p);
	to = open(path, O_WRONLY | O_CLOEXEC);
	ok = (to >= 0 && copy_blocks(from, to, p->start, &is_read)) ||
	     (is_read ? workshop_report(w, path) : report(w, p));
	close(from);
	if (to >= 0 && close(to) && ok)
		ok = workshop_report(w, path);
	return ok;
}

bool rootfs_make(struct workshop *w, const struct card_partition *p, const char *image)
{
	const char *folder = rootfs_folder(w, p);

	if (p->from == FROM_IMAGE)
		return copy_image(w, p, image);
	if (p->from == FROM_FOLDER)
		folder = real_path(w, p);
	return folder && make_ext4(w, p, folder, image) && settle_times(w, p, image);
}
