/* SPDX-License-Identifier: BSD-2-Clause */
/* Paths become lists of files, sums of sizes, and kinds. */
#include "input/folder.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <fts.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/memory.h"
#include "base/number.h"
#include "base/text.h"
#include "input/image.h"
#include "input/kinds.h"

static int by_name(const FTSENT **a, const FTSENT **b)
{
	return strcmp((*a)->fts_name, (*b)->fts_name);
}

static FTS *open_folder(const char *path, int how)
{
	char *paths[] = { strdup(path), NULL };
	FTS *fts = paths[0] ? fts_open(paths, how | FTS_NOCHDIR, by_name) : NULL;

	free(paths[0]);
	return fts;
}

/* The same for who wants to know all that is there, as far as there is memory for that. */
static FTS *open_whole(const char *path, int how)
{
	FTS *fts = open_folder(path, how);

	if (!fts)
		memory_check();
	return fts;
}

static FTSENT *next(FTS *fts)
{
	FTSENT *e;

	errno = 0;
	e = fts_read(fts);
	if (!e)
		memory_check();
	return e;
}

static bool is_error(const FTSENT *e)
{
	return e->fts_info == FTS_ERR || e->fts_info == FTS_DNR ||
	       e->fts_info == FTS_NS || e->fts_info == FTS_SLNONE;
}

/* The next entry of a walk; NULL: it has ended, or an entry cannot be read, and then *error
 * says why. */
static FTSENT *next_entry(FTS *fts, int *error)
{
	FTSENT *e = next(fts);

	if (!e || !is_error(e))
		return e;
	*error = e->fts_errno ? e->fts_errno : ENOENT;
	return NULL;
}

static bool finish(FTS *fts, int error)
{
	fts_close(fts);
	errno = error;
	if (error)
		memory_check();
	return !error;
}

static struct folder_file *new_file(struct arena *a, const char *top, const FTSENT *e)
{
	struct folder_file *f = NEW(a, struct folder_file);
	size_t skip = strlen(top);

	f->path = arena_copy(a, e->fts_path, strlen(e->fts_path));
	f->size = (uint64_t)e->fts_statp->st_size;
	if (e->fts_level == FTS_ROOTLEVEL) {
		const char *slash = strrchr(f->path, '/');

		f->name = slash ? slash + 1 : f->path;
		return f;
	}
	f->name = f->path + skip + strspn(f->path + skip, "/");
	return f;
}

bool folder_list(struct arena *a, const char *path, struct folder_file **files)
{
	FTS *fts = open_whole(path, FTS_LOGICAL);
	struct folder_file **tail = files;
	int error = fts ? 0 : errno;
	FTSENT *e;

	*files = NULL;
	if (!fts)
		return false;
	while ((e = next_entry(fts, &error))) {
		if (e->fts_info == FTS_DEFAULT && e->fts_level == FTS_ROOTLEVEL)
			error = EINVAL;
		if (e->fts_info != FTS_F)
			continue;
		*tail = new_file(a, path, e);
		tail = &(*tail)->next;
	}
	return finish(fts, error);
}

/* Whether one name is the other one with an ending: xen and xen.gz. */
static bool differ_by_ending(const char *one, const char *other)
{
	size_t a = strlen(one), b = strlen(other);
	size_t len = a < b ? a : b;

	return len && strncmp(one, other, len) == 0 && (a < b ? other : one)[len] == '.';
}

static const char *with_ending(const char *name, const char *const *names, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (differ_by_ending(name, names[i]))
			return names[i];
	return NULL;
}

const char *folder_nearest(struct arena *a, const char *path)
{
	const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path, *found;
	const char *folder = slash ? arena_copy(a, path, (size_t)(slash - path) + 1) : ".";
	struct dirent **entries;
	int n = scandir(folder, &entries, NULL, alphasort);
	const char **names;

	if (n < 0) {
		memory_check();
		return NULL;
	}
	names = arena_alloc(a, (size_t)n * sizeof(*names) + 1);
	for (int i = 0; i < n; i++) {
		names[i] = arena_copy(a, entries[i]->d_name, strlen(entries[i]->d_name));
		free(entries[i]);
	}
	free(entries);
	found = nearest_word(name, names, (size_t)n);
	if (!found)
		found = with_ending(name, names, (size_t)n);
	return found && !streq(found, ".") && !streq(found, "..") ? found : NULL;
}

bool folder_measure(const char *path, uint64_t *bytes, uint64_t *inodes)
{
	FTS *fts = open_whole(path, FTS_PHYSICAL | FTS_COMFOLLOW);
	int error = fts ? 0 : errno;
	FTSENT *e;

	*bytes = *inodes = 0;
	if (!fts)
		return false;
	while ((e = next_entry(fts, &error))) {
		if (e->fts_info == FTS_DP) /* a folder once more, after what is in it */
			continue;
		++*inodes;
		*bytes += e->fts_info != FTS_F ? PAGE_SIZE_4K
					       : round_up((uint64_t)e->fts_statp->st_size,
							  PAGE_SIZE_4K);
	}
	return finish(fts, error);
}

static void remove_all(const char *path)
{
	FTS *fts = open_folder(path, FTS_PHYSICAL);
	FTSENT *e;

	while (fts && (e = fts_read(fts))) {
		if (e->fts_info == FTS_D)
			chmod(e->fts_path, 0700);
		else if (e->fts_info == FTS_DP || e->fts_info == FTS_DNR)
			rmdir(e->fts_path);
		else
			unlink(e->fts_path);
	}
	if (fts)
		fts_close(fts);
}

/* A walk that lacks memory passes over what it cannot look at, and another may not. */
void folder_remove(const char *path)
{
	remove_all(path);
	if (access(path, F_OK) == 0)
		remove_all(path);
}

/* Archives are what tar and cpio unpack, the one or the other by itself or with what it is
 * packed in. */
static enum rootfs_kind kind_of(const uint8_t *head, size_t len)
{
	switch (file_kind_of(head, len)) {
	case FILE_TAR:
	case FILE_CPIO:
	case FILE_CPIO_OLD:
	case FILE_GZIP:
	case FILE_XZ:
	case FILE_ZSTD:
	case FILE_LZ4_FRAME:
	case FILE_BZIP2:
		return ROOTFS_ARCHIVE;
	case FILE_SYSTEM:
	case FILE_DISK:
		return ROOTFS_IMAGE;
	default:
		return ROOTFS_UNKNOWN;
	}
}

bool rootfs_kind(const char *path, enum rootfs_kind *kind, uint64_t *size)
{
	/* Not to block: a pipe that nobody writes to must not stop us. */
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK), error;
	uint8_t head[DISK_HEAD];
	struct stat st;
	ssize_t n = -1;

	*kind = ROOTFS_UNKNOWN;
	if (fd < 0)
		return false;
	if (fstat(fd, &st) == 0 && S_ISDIR(st.st_mode)) {
		*kind = ROOTFS_FOLDER;
		n = 0;
	} else if ((n = file_read_up_to(fd, head, sizeof(head))) > 0) {
		*kind = kind_of(head, (size_t)n);
	}
	error = errno;
	*size = (uint64_t)st.st_size;
	close(fd);
	errno = error;
	return n >= 0;
}
