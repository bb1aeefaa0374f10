/* SPDX-License-Identifier: BSD-2-Clause */
/* Preloaded into xendtc, it makes the call number FAULT_AT of those below fail, or ends the
 * process in it: what a full disk, a bad one or a SIGKILL would do.
 *
 * FAULT_AT: which call, from 1 on. FAULT_HOW: an errno, "short" (write half of it), "stop"
 * (go on after SIGCONT), or "kill".
 * FAULT_LOG: a file that gets the names of calls, a line each: of the one that was hit, or, if
 * FAULT_AT is 0, of all. */
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

static int count;

static void note(const char *name)
{
	int (*real_open)(const char *, int, ...) = dlsym(RTLD_NEXT, "open");
	ssize_t (*real_write)(int, const void *, size_t) = dlsym(RTLD_NEXT, "write");
	int (*real_close)(int) = dlsym(RTLD_NEXT, "close");
	int fd = real_open(getenv("FAULT_LOG"), O_WRONLY | O_CREAT | O_APPEND, 0666);

	if (fd < 0 || real_write(fd, name, strlen(name)) < 0 || real_write(fd, "\n", 1) < 0)
		abort();
	real_close(fd);
}

/* Whether this call is to fail; errno is set then. */
static int hit(const char *name, int can_be_short)
{
	const char *at = getenv("FAULT_AT"), *how = getenv("FAULT_HOW");

	if (!at || (atoi(at) && ++count != atoi(at)))
		return 0;
	note(name);
	if (!atoi(at) || (strcmp(how, "short") == 0 && !can_be_short))
		return 0;
	if (strcmp(how, "kill") == 0)
		kill(getpid(), SIGKILL);
	if (strcmp(how, "stop") == 0) {
		kill(getpid(), SIGSTOP);
		return 0;
	}
	errno = atoi(how);
	return 1;
}

#define FAIL(result, failed, name, parameters, ...) \
	result name parameters \
	{ \
		result (*real) parameters = dlsym(RTLD_NEXT, #name); \
		return hit(#name, 0) ? failed : real(__VA_ARGS__); \
	}

FAIL(int, -1, mkdir, (const char *path, mode_t mode), path, mode)
FAIL(int, -1, rmdir, (const char *path), path)
FAIL(int, -1, rename, (const char *from, const char *to), from, to)
FAIL(int, -1, link, (const char *from, const char *to), from, to)
FAIL(int, -1, linkat, (int a, const char *from, int b, const char *to, int flags), a, from, b,
     to, flags)
FAIL(int, -1, symlink, (const char *to, const char *path), to, path)
FAIL(int, -1, unlink, (const char *path), path)
FAIL(int, -1, fsync, (int fd), fd)
FAIL(int, -1, ftruncate, (int fd, off_t size), fd, size)
FAIL(int, -1, ftruncate64, (int fd, off64_t size), fd, size)
FAIL(int, -1, stat64, (const char *path, struct stat64 *st), path, st)
FAIL(int, -1, lstat64, (const char *path, struct stat64 *st), path, st)
FAIL(int, -1, fstat64, (int fd, struct stat64 *st), fd, st)
FAIL(int, -1, fchmod, (int fd, mode_t mode), fd, mode)
FAIL(int, -1, flock, (int fd, int operation), fd, operation)
FAIL(DIR *, NULL, opendir, (const char *path), path)
FAIL(ssize_t, -1, read, (int fd, void *to, size_t len), fd, to, len)
FAIL(char *, NULL, realpath, (const char *path, char *to), path, to)

/* It is closed even so, as Linux does it. */
int close(int fd)
{
	int (*real)(int) = dlsym(RTLD_NEXT, "close");
	int failed = hit("close", 0), saved = errno, result = real(fd);

	if (!failed)
		return result;
	errno = saved;
	return -1;
}

ssize_t write(int fd, const void *from, size_t len)
{
	ssize_t (*real)(int, const void *, size_t) = dlsym(RTLD_NEXT, "write");

	if (!hit("write", 1))
		return real(fd, from, len);
	return strcmp(getenv("FAULT_HOW"), "short") == 0 ? real(fd, from, (len + 1) / 2) : -1;
}

#define OPEN(name) \
	int name(const char *path, int flags, ...) \
	{ \
		int (*real)(const char *, int, ...) = dlsym(RTLD_NEXT, #name); \
		mode_t mode = 0; \
		va_list ap; \
		\
		if (flags & O_CREAT) { \
			va_start(ap, flags); \
			mode = va_arg(ap, mode_t); \
			va_end(ap); \
		} \
		return hit(#name, 0) ? -1 : real(path, flags, mode); \
	}

OPEN(open)
OPEN(open64)
