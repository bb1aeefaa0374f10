/* SPDX-License-Identifier: BSD-2-Clause */
/* Folders are made, locked, synced, and removed again if nothing came of it. */
#include "emit/folders.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/list.h"
#include "emit/temporary.h"

#define PAUSE 20000000		/* nanoseconds between two looks at a lock */

struct made_folder {
	const char *path;
	struct made_folder *next;
};

static bool make(struct folders *f, const char *path)
{
	struct made_folder *m;

	if (mkdir(path, 0777))
		return errno == EEXIST;
	m = NEW(f->arena, struct made_folder);
	m->path = arena_copy(f->arena, path, strlen(path));
	m->next = f->made;
	f->made = m;
	return true;
}

static bool make_all(struct folders *f, char *path)
{
	for (char *slash = strchr(path + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
		bool ok;

		*slash = '\0';
		ok = make(f, path);
		*slash = '/';
		if (!ok)
			return false;
	}
	return make(f, path);
}

static int compare(const struct folder *a, const struct folder *b)
{
	if (a->device != b->device)
		return a->device < b->device ? -1 : 1;
	return a->inode < b->inode ? -1 : a->inode > b->inode;
}

/* Adds a folder, once: the same one may have several paths. */
static void add(struct folders *f, const char *path, const struct stat *st)
{
	struct folder *one = NEW(f->arena, struct folder), **p = &f->first;

	*one = (struct folder){ .path = path, .device = st->st_dev, .inode = st->st_ino,
				.fd = -1 };
	while (*p && compare(*p, one) < 0)
		p = &(*p)->next;
	if (*p && compare(*p, one) == 0)
		return;
	one->next = *p;
	*p = one;
}

bool folders_add(struct folders *f, const char *path)
{
	const char *slash = strrchr(path, '/');
	char *folder = slash == path ? arena_copy(f->arena, "/", 1)
		       : slash ? arena_copy(f->arena, path, (size_t)(slash - path))
			       : arena_copy(f->arena, ".", 1);
	struct stat st;

	if (!make_all(f, folder) || stat(folder, &st))
		return false;
	if (!S_ISDIR(st.st_mode)) {
		errno = ENOTDIR;
		return false;
	}
	add(f, folder, &st);
	return true;
}

/* Whether a signal wants to end this run. Signals are held back while files are written;
 * a run that only waits must end all the same. */
static bool is_interrupted(void)
{
	static const int ending[] = { SIGHUP, SIGINT, SIGQUIT, SIGTERM };
	sigset_t pending;

	sigpending(&pending);
	for (size_t i = 0; i < countof(ending); i++)
		if (sigismember(&pending, ending[i]))
			return true;
	return false;
}

/* Waits for the lock of a folder. Network file systems may have no locks, or none for
 * folders: there nobody is kept out. */
static bool wait_for_lock(int fd)
{
	while (flock(fd, LOCK_EX | LOCK_NB)) {
		if (errno == EBADF || errno == ENOLCK || errno == EOPNOTSUPP ||
		    errno == EINVAL)
			return true;
		if (errno != EWOULDBLOCK && errno != EINTR)
			return false;
		if (is_interrupted()) {
			errno = EINTR;
			return false;
		}
		nanosleep(&(struct timespec){ .tv_nsec = PAUSE }, NULL);
	}
	return true;
}

/* Whether the path still leads to the folder that was locked. */
static bool is_there(const struct folder *one)
{
	struct stat open, now;

	if (fstat(one->fd, &open))
		return false;
	if (open.st_dev == one->device && open.st_ino == one->inode &&
	    stat(one->path, &now) == 0 && now.st_dev == open.st_dev &&
	    now.st_ino == open.st_ino)
		return true;
	errno = ESTALE;
	return false;
}

static bool lock(struct folder *one)
{
	one->fd = open(one->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (one->fd < 0) {
		errno = errno == ENOENT ? ESTALE : errno;
		return false;
	}
	return wait_for_lock(one->fd) && is_there(one);
}

bool folders_lock(struct folders *f)
{
	for (struct folder *one = f->first; one; one = one->next)
		if (!lock(one))
			return false;
	for (struct folder *one = f->first; one; one = one->next)
		f->interrupted |= temporary_clean(f->arena, one->path);
	return true;
}

/* EINVAL says that the file system has nothing to sync for a folder. */
bool folders_sync(const struct folders *f)
{
	for (const struct folder *one = f->first; one; one = one->next)
		while (fsync(one->fd) && errno != EINVAL)
			if (errno != EINTR)
				return false;
	return true;
}

void folders_close(struct folders *f, bool keep)
{
	for (struct made_folder *m = f->made; m && !keep; m = m->next)
		rmdir(m->path);
	for (struct folder *one = f->first; one; one = one->next)
		if (one->fd >= 0)
			close(one->fd);
	f->first = NULL;
	f->made = NULL;
}
