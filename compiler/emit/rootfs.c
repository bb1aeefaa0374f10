/* SPDX-License-Identifier: BSD-2-Clause */
/* Folders, archives and images become partitions of the card.
 *
 * fakeroot keeps the owners and device nodes of an archive without being root; a folder's
 * files belong to root on the card unless root itself runs this, who sees the real
 * owners. */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/number.h"
#include "base/run.h"
#include "emit/card.h"
#include "input/image.h"

#define WORDS 40
#define BLOCK 65536
#define FIRST_INODE 11 /* that is not reserved: lost+found (Linux fs/ext4/ext4.h) */
#define BYTES_PER_INODE 16384 /* as mke2fs's own configuration has it */

struct words {
	const char *argv[WORDS];
	size_t n;
};

static void add(struct words *w, const char *word)
{
	w->argv[w->n++] = word;
}

/* Inside of a fakeroot nothing is needed, and not possible either. */
static void add_fakeroot(struct words *w, const char *option, const char *state)
{
	if (getenv("FAKEROOTKEY"))
		return;
	add(w, "fakeroot");
	if (geteuid() == 0)
		add(w, "-u");
	if (option) {
		add(w, option);
		add(w, state);
	}
	add(w, "--");
}

static const char *state_file(struct card_maker *m, const struct card_partition *p)
{
	return arena_printf(m->arena, "%s.owners", p->name);
}

static void report(struct card_maker *m, const struct card_partition *p)
{
	diag(m->diags, E0301, p->at, "'%s' cannot be read: %s", p->path, strerror(errno));
	m->world_failed = true;
}

static const char *real_path(struct card_maker *m, const struct card_partition *p)
{
	char *path = realpath(p->path, NULL);
	const char *copy = path ? arena_copy(m->arena, path, strlen(path)) : NULL;

	if (!path)
		report(m, p);
	free(path);
	return copy;
}

bool rootfs_unpack(struct card_maker *m, const struct card_partition *p)
{
	const char *folder = arena_printf(m->arena, "%s/%s", m->folder, p->name);
	const char *archive = real_path(m, p);
	struct words w = { .n = 0 };

	if (!archive || mkdir(folder, 0755)) {
		report(m, p);
		return false;
	}
	add_fakeroot(&w, "-s", state_file(m, p));
	add(&w, "bsdtar");
	add(&w, "-xpf");
	add(&w, archive);
	add(&w, "-C");
	add(&w, p->name);
	return card_run(m, w.argv, NULL,
			arena_printf(m->arena,
				     "'%s' must be a whole tar or cpio "
				     "archive",
				     p->path));
}

/* RFC 9562, section 5.4: it counts as a random one. */
static const char *uuid(struct card_maker *m, const struct card_partition *p)
{
	uint8_t id[16];
	struct text t = { .arena = m->arena };

	card_id(m->plan, p->name, id);
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

static bool make_ext4(struct card_maker *m, const struct card_partition *p,
		      const char *folder)
{
	const char *id = uuid(m, p);
	bool archive = p->from == FROM_ARCHIVE;
	struct words w = { .n = 0 };
	const char *const options[] = {
		"mke2fs",
		"-q",
		"-F",
		"-t",
		"ext4",
		"-b",
		"4096",
		"-I",
		"256",
		"-L",
		p->name,
		"-U",
		id,
		"-N",
		arena_printf(m->arena, "%" PRIu64, inode_count(p)),
		"-E",
		arena_printf(m->arena, "offset=%" PRIu64 ",hash_seed=%s,root_owner=0:0",
			     p->start, id),
		"-d",
		folder,
		CARD_NAME,
		arena_printf(m->arena, "%" PRIu64 "k", p->size / KiB),
	};

	add_fakeroot(&w, archive ? "-i" : NULL, state_file(m, p));
	for (size_t i = 0; i < sizeof(options) / sizeof(*options); i++)
		add(&w, options[i]);
	return card_run(m, w.argv, NULL,
			arena_printf(m->arena,
				     "if the partition is full, give "
				     "'%s' a larger 'size', or leave that out",
				     p->name));
}

static uint32_t le32(const uint8_t *b)
{
	return (uint32_t)b[3] << 24 | (uint32_t)b[2] << 16 | (uint32_t)b[1] << 8 | b[0];
}

/* From the superblock (Linux Documentation/filesystems/ext4/super.rst). mke2fs takes the
 * inodes in their order. */
static bool count_inodes(struct card_maker *m, const struct card_partition *p,
			 uint32_t *n)
{
	int fd = open(arena_printf(m->arena, "%s/" CARD_NAME, m->folder),
		      O_RDONLY | O_CLOEXEC);
	uint8_t super[20];
	bool ok = fd >= 0 && pread(fd, super, sizeof(super), (off_t)p->start + 1024) ==
				     sizeof(super);

	if (fd >= 0)
		close(fd);
	if (ok)
		*n = le32(super) - le32(super + 16);
	else
		report(m, p);
	return ok;
}

/* mke2fs before 1.47.1 copies the times at which the files were unpacked or last read,
 * which are others every time. When they were written stays. */
static bool settle_times(struct card_maker *m, const struct card_partition *p)
{
	const char *image =
		arena_printf(m->arena, CARD_NAME "?offset=%" PRIu64, p->start);
	const char *argv[] = { "debugfs", "-w", "-f", "/dev/stdin", image, NULL };
	const char *time = strchr(m->env[0], '=') + 1;
	struct text commands = { .arena = m->arena };
	uint32_t n;

	if (!count_inodes(m, p, &n))
		return false;
	for (uint32_t i = FIRST_INODE; i <= n; i++)
		text_add(&commands,
			 "set_inode_field <%" PRIu32 "> atime @%s\n"
			 "set_inode_field <%" PRIu32 "> ctime @%s\n",
			 i, time, i, time);
	return card_run(m, argv, commands.data, NULL);
}

static bool is_zero(const uint8_t *bytes, size_t len)
{
	return len == 0 || (bytes[0] == 0 && memcmp(bytes, bytes + 1, len - 1) == 0);
}

/* What is zero is zero in the image, too. */
static bool copy_blocks(int from, int to, uint64_t at)
{
	uint8_t block[BLOCK];
	ssize_t n;

	for (; (n = file_read_up_to(from, block, sizeof(block))) > 0; at += (uint64_t)n)
		if (!is_zero(block, (size_t)n) &&
		    pwrite(to, block, (size_t)n, (off_t)at) != n)
			return false;
	return n == 0;
}

static bool copy_image(struct card_maker *m, const struct card_partition *p)
{
	int from = open(p->path, O_RDONLY | O_CLOEXEC);
	int to = open(arena_printf(m->arena, "%s/" CARD_NAME, m->folder),
		      O_WRONLY | O_CLOEXEC);
	bool ok = from >= 0 && to >= 0 && copy_blocks(from, to, p->start);

	if (!ok)
		report(m, p);
	if (from >= 0)
		close(from);
	if (to >= 0)
		close(to);
	return ok;
}

bool rootfs_make(struct card_maker *m, const struct card_partition *p)
{
	const char *folder = p->name;

	if (p->from == FROM_IMAGE)
		return copy_image(m, p);
	if (p->from == FROM_FOLDER)
		folder = real_path(m, p);
	return folder && make_ext4(m, p, folder) && settle_times(m, p);
}
