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
	ok = w->copy_of ? copy_all(fd, w->copy_of) : write_all(fd, w->bytes.data, w->bytes.len);
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

static bool prepare(struct arena *a, const char *folder, struct written *w,
		    const struct input *inputs, const char **problem, bool *refused)
{
	const char *target = join(a, folder, w->name);
	const struct input *in = find_input(inputs, target);

	if (w->copy_of && same_file(w->copy_of, target)) {
		w->there = true;
		return true;
	}
	if (in) {
		*problem = arena_printf(a, "'%s' is an input of this run ('%s')", target, in->path);
		*refused = true;
		return false;
	}
	w->temporary = temporary_name(a, folder, w->name);
	if (make_folders(a, w->temporary) && create(w))
		return true;
	*problem = arena_printf(a, "'%s' cannot be written: %s", target, strerror(errno));
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

/* Renaming onto a folder would fail half-way through the set. */
static bool check_targets(struct arena *a, const char *folder, const struct written *set,
			  const char **problem)
{
	struct stat st;

	for (; set; set = set->next) {
		const char *target = join(a, folder, set->name);

		if (stat(target, &st) || !S_ISDIR(st.st_mode))
			continue;
		*problem = arena_printf(a, "'%s' is a folder", target);
		return false;
	}
	return true;
}

bool write_set(struct arena *a, const char *folder, struct written *set,
	       const struct input *inputs, const char **problem, bool *refused)
{
	sigset_t all, before;
	bool ok = true;

	*refused = false;
	sigfillset(&all);
	sigprocmask(SIG_BLOCK, &all, &before);
	for (struct written *w = set; ok && w; w = w->next)
		ok = prepare(a, folder, w, inputs, problem, refused);
	ok = ok && check_targets(a, folder, set, problem) && commit(a, folder, set, problem);
	if (!ok)
		forget(set);
	sigprocmask(SIG_SETMASK, &before, NULL);
	return ok;
}
