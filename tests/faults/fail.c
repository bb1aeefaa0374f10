/* SPDX-License-Identifier: BSD-2-Clause */
/* Preloaded into xendtc, it makes the call number FAULT_AT of those below fail, or ends the
 * process in it: what a full disk, a bad one or a SIGKILL would do.
 *
 * FAULT_WHAT: "memory" for the calls that allocate memory; else all others are counted.
 * FAULT_AT: which call, from 1 on. FAULT_HOW: an errno, "short" (read or write half of it), "stop"
 * (go on after SIGCONT), or "kill".
 * FAULT_LOG: a file that gets the names of calls, a line each: of the one that was hit, or, if
 * FAULT_AT is 0, of all. */
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <fts.h>
#include <regex.h>
#include <signal.h>
#include <spawn.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

static int count;

/* glibc's regcomp() frees twice what it lacked memory for (2.36): what is done with its answer is
 * tried here, and not the library itself. */
static int inside;

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

/* The programs that the process runs do not fail. */
__attribute__((constructor)) static void spare_others(void)
{
	unsetenv("LD_PRELOAD");
}

static int is_counted(int is_memory)
{
	const char *what = getenv("FAULT_WHAT");

	return is_memory == (what && strcmp(what, "memory") == 0);
}

/* Whether this call is to fail; errno is set then. */
static int hit_one(const char *name, int can_be_short, int is_memory)
{
	const char *at = getenv("FAULT_AT"), *how = getenv("FAULT_HOW");

	if (!at || inside || !is_counted(is_memory) || (atoi(at) && ++count != atoi(at)))
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

static int hit(const char *name, int can_be_short)
{
	return hit_one(name, can_be_short, 0);
}

/* A sanitizer has its own: then this is built without FAULT_MEMORY. */
#ifdef FAULT_MEMORY
/* glibc's own names for these, since dlsym() may allocate memory itself. */
void *__libc_malloc(size_t size);
void *__libc_calloc(size_t n, size_t size);
void *__libc_realloc(void *old, size_t size);

void *malloc(size_t size)
{
	return hit_one("malloc", 0, 1) ? NULL : __libc_malloc(size);
}

void *calloc(size_t n, size_t size)
{
	return hit_one("calloc", 0, 1) ? NULL : __libc_calloc(n, size);
}

void *realloc(void *old, size_t size)
{
	return hit_one("realloc", 0, 1) ? NULL : __libc_realloc(old, size);
}

void *mmap64(void *at, size_t len, int rights, int flags, int fd, off64_t from)
{
	void *(*real)(void *, size_t, int, int, int, off64_t) = dlsym(RTLD_NEXT, "mmap64");

	return hit_one("mmap64", 0, 1) ? MAP_FAILED : real(at, len, rights, flags, fd, from);
}
#endif

int regcomp(regex_t *to, const char *pattern, int flags)
{
	int (*real)(regex_t *, const char *, int) = dlsym(RTLD_NEXT, "regcomp");
	int result;

	if (hit_one("regcomp", 0, 1))
		return REG_ESPACE;
	inside = 1;
	result = real(to, pattern, flags);
	inside = 0;
	return result;
}

int regexec(const regex_t *r, const char *text, size_t n, regmatch_t *restrict matches, int flags)
{
	int (*real)(const regex_t *, const char *, size_t, regmatch_t *, int) =
		dlsym(RTLD_NEXT, "regexec");
	int result;

	if (hit_one("regexec", 0, 1))
		return REG_ESPACE;
	inside = 1;
	result = real(r, text, n, matches, flags);
	inside = 0;
	return result;
}

/* fts_open() and fts_read() look at what they lacked memory for, too. */
FTS64 *fts64_open(char *const *paths, int options,
		  int (*compare)(const FTSENT64 **, const FTSENT64 **))
{
	FTS64 *(*real)(char *const *, int, int (*)(const FTSENT64 **, const FTSENT64 **)) =
		dlsym(RTLD_NEXT, "fts64_open");
	FTS64 *fts;

	if (hit_one("fts64_open", 0, 1))
		return NULL;
	inside = 1;
	fts = real(paths, options, compare);
	inside = 0;
	return fts;
}

FTSENT64 *fts64_read(FTS64 *fts)
{
	FTSENT64 *(*real)(FTS64 *) = dlsym(RTLD_NEXT, "fts64_read"), *found;

	if (hit_one("fts64_read", 0, 1))
		return NULL;
	inside = 1;
	found = real(fts);
	inside = 0;
	return found;
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
FAIL(char *, NULL, realpath, (const char *path, char *to), path, to)

FAIL(int, errno, posix_spawn, (pid_t *pid, const char *path,
     const posix_spawn_file_actions_t *files, const posix_spawnattr_t *attributes,
     char *const argv[], char *const env[]), pid, path, files, attributes, argv, env)
FAIL(int, -1, access, (const char *path, int mode), path, mode)
FAIL(FILE *, NULL, tmpfile64, (void))
FAIL(FILE *, NULL, fopen64, (const char *path, const char *mode), path, mode)
FAIL(int, EOF, fflush, (FILE *f), f)
FAIL(int, EOF, fclose, (FILE *f), f)
FAIL(struct dirent64 *, NULL, readdir64, (DIR *dir), dir)
FAIL(int, -1, scandir64, (const char *path, struct dirent64 ***to,
     int (*filter)(const struct dirent64 *),
     int (*compare)(const struct dirent64 **, const struct dirent64 **)), path, to, filter,
     compare)
FAIL(char *, NULL, getcwd, (char *to, size_t len), to, len)
FAIL(ssize_t, -1, readlink, (const char *path, char *to, size_t len), path, to, len)
FAIL(int, -1, chmod, (const char *path, mode_t mode), path, mode)
FAIL(int, -1, chown, (const char *path, uid_t user, gid_t group), path, user, group)
FAIL(off64_t, -1, lseek64, (int fd, off64_t at, int from), fd, at, from)
FAIL(int, -1, mprotect, (void *at, size_t len, int rights), at, len, rights)

/* Calls with one operand more, or none. */
#define FAIL_MORE(name, kind) \
	int name(int fd, kind what, ...) \
	{ \
		int (*real)(int, kind, long) = dlsym(RTLD_NEXT, #name); \
		va_list ap; \
		long operand; \
		\
		va_start(ap, what); \
		operand = va_arg(ap, long); \
		va_end(ap); \
		return hit(#name, 0) ? -1 : real(fd, what, operand); \
	}

FAIL_MORE(ioctl, unsigned long)
FAIL_MORE(fcntl64, int)

/* How the FILE remembers an error: glibc has no function that sets it. */
#define ERROR_SEEN 0x20

/* Half of it was done, and then the call failed. */
static size_t half(FILE *f, size_t done, int error)
{
	f->_flags |= ERROR_SEEN;
	errno = error;
	return done;
}

size_t fread(void *to, size_t size, size_t n, FILE *f)
{
	size_t (*real)(void *, size_t, size_t, FILE *) = dlsym(RTLD_NEXT, "fread");
	int failed = hit("fread", 0), saved = errno;
	size_t got = real(to, size, failed ? n / 2 : n, f);

	return failed ? half(f, got, saved) : got;
}

size_t fwrite(const void *from, size_t size, size_t n, FILE *f)
{
	size_t (*real)(const void *, size_t, size_t, FILE *) = dlsym(RTLD_NEXT, "fwrite");
	int failed = hit("fwrite", 0), saved = errno;
	size_t done = real(from, size, failed ? n / 2 : n, f);

	return failed ? half(f, done, saved) : done;
}

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

/* Calls that may do half of what they were asked for. */
#define HALF(name, parameters, ...) \
	ssize_t name parameters \
	{ \
		ssize_t (*real) parameters = dlsym(RTLD_NEXT, #name); \
		\
		if (hit(#name, 1)) { \
			if (strcmp(getenv("FAULT_HOW"), "short") != 0) \
				return -1; \
			len = (len + 1) / 2; \
		} \
		return real(__VA_ARGS__); \
	}

HALF(read, (int fd, void *to, size_t len), fd, to, len)
HALF(write, (int fd, const void *from, size_t len), fd, from, len)
HALF(pread64, (int fd, void *to, size_t len, off64_t at), fd, to, len, at)
HALF(pwrite64, (int fd, const void *from, size_t len, off64_t at), fd, from, len, at)

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
