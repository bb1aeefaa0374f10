/* SPDX-License-Identifier: BSD-2-Clause */
/* Bytes in memory become files: written beside their place, then renamed. */
#include "emit/write.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"

static const char *join(struct arena *a, const char *folder, const char *name)
{
	return name[0] == '/' ? name : arena_printf(a, "%s/%s", folder, name);
}

/* Makes the folders of a path, all but its last part. */
static bool make_folders(struct arena *a, const char *path)
{
	char *copy = arena_copy(a, path, strlen(path));

	for (char *slash = strchr(copy + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		if (mkdir(copy, 0777) && errno != EEXIST)
			return false;
		*slash = '/';
	}
	return true;
}

static bool same_file(const char *a, const char *b)
{
	struct stat x, y;

	return stat(a, &x) == 0 && stat(b, &y) == 0 && x.st_dev == y.st_dev &&
	       x.st_ino == y.st_ino;
}

static const struct input *find_input(const struct input *inputs, const char *target)
{
	for (; inputs; inputs = inputs->next)
		if (same_file(inputs->path, target))
			return inputs;
	return NULL;
}

static bool write_all(int fd, const char *data, size_t len)
{
	while (len > 0) {
		ssize_t n = write(fd, data, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return false;
		data += n;
		len -= (size_t)n;
	}
	return true;
}

static bool copy_all(int fd, const char *from)
{
	char buffer[65536];
	int in = open(from, O_RDONLY | O_CLOEXEC);
	ssize_t n = -1;

	if (in < 0)
		return false;
	while ((n = read(in, buffer, sizeof(buffer))) > 0)
		if (!write_all(fd, buffer, (size_t)n))
			break;
	close(in);
	return n == 0;
}

static bool create(const struct written *w)
{
	int fd;
	bool ok;

	if (w->copy_of && linkat(AT_FDCWD, w->copy_of, AT_FDCWD, w->temporary,
				 AT_SYMLINK_FOLLOW) == 0)
		return true;
	fd = open(w->temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
	if (fd < 0)
		return false;
	ok = w->copy_of ? copy_all(fd, w->copy_of)
			: write_all(fd, w->bytes.data, w->bytes.len);
	ok = ok && fsync(fd) == 0;
	return close(fd) == 0 && ok;
}

static void forget(const struct written *set)
{
	for (; set; set = set->next)
		if (set->temporary)
			unlink(set->temporary);
}

static const char *temporary_name(struct arena *a, const char *folder, const char *name)
{
	const char *slash = strrchr(name, '/');
	int prefix = slash ? (int)(slash - name + 1) : 0;

	return join(a, folder, arena_printf(a, "%.*s.%s.xendtc-%ld", prefix, name,
					    slash ? slash + 1 : name, (long)getpid()));
}

/* Finds out before anything is made what would fail half-way, or must not be done at
 * all. */
static bool check_target(struct arena *a, const char *folder, struct written *w,
			 const struct input *inputs, const char **problem, bool *refused)
{
	const char *target = join(a, folder, w->name);
	const struct input *in = find_input(inputs, target);
	struct stat st;

	w->there = w->copy_of && same_file(w->copy_of, target);
	if (in && !w->there) {
		*problem = arena_printf(a, "'%s' is an input of this run ('%s')", target,
					in->path);
		*refused = true;
	} else if (stat(target, &st) == 0 && S_ISDIR(st.st_mode)) {
		*problem = arena_printf(a, "'%s' is a folder", target);
	} else {
		return true;
	}
	return false;
}

static bool prepare(struct arena *a, const char *folder, struct written *w,
		    const char **problem)
{
	if (w->there)
		return true;
	w->temporary = temporary_name(a, folder, w->name);
	if (make_folders(a, w->temporary) && create(w))
		return true;
	*problem = arena_printf(a, "'%s' cannot be written: %s", join(a, folder, w->name),
				strerror(errno));
	return false;
}

static bool commit(struct arena *a, const char *folder, struct written *set,
		   const char **problem)
{
	for (struct written *w = set; w; w = w->next) {
		const char *target = join(a, folder, w->name);

		if (w->there)
			continue;
		if (rename(w->temporary, target)) {
			*problem = arena_printf(a, "'%s' cannot be replaced: %s", target,
						strerror(errno));
			return false;
		}
		w->temporary = NULL;
	}
	return true;
}

bool write_set(struct arena *a, const char *folder, struct written *set,
	       const struct input *inputs, const char **problem, bool *refused)
{
	sigset_t all, before;
	bool ok = true;

	*refused = false;
	for (struct written *w = set; ok && w; w = w->next)
		ok = check_target(a, folder, w, inputs, problem, refused);
	if (!ok)
		return false;
	sigfillset(&all);
	sigprocmask(SIG_BLOCK, &all, &before);
	for (struct written *w = set; ok && w; w = w->next)
		ok = prepare(a, folder, w, problem);
	ok = ok && commit(a, folder, set, problem);
	if (!ok) {
		forget(set);
		rmdir(folder);	/* if it was made for this: it stays unless it is empty */
	}
	sigprocmask(SIG_SETMASK, &before, NULL);
	return ok;
}
