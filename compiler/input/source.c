/* SPDX-License-Identifier: BSD-2-Clause */
/* Paths become bytes in memory. */
#include "input/source.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/memory.h"
#include "base/text.h"

static bool read_stream(FILE *f, size_t limit, struct text *t)
{
	char buffer[16384];
	size_t n;

	while ((n = fread(buffer, 1, sizeof(buffer), f)) > 0) {
		if (n > limit - t->len) {
			errno = EFBIG;
			return false;
		}
		text_bytes(t, buffer, n);
	}
	return !ferror(f);
}

static bool is_directory(FILE *f)
{
	struct stat st;

	return fstat(fileno(f), &st) == 0 && S_ISDIR(st.st_mode);
}

static bool read_open(struct arena *a, FILE *f, size_t limit, char **data, size_t *len)
{
	struct text t = { .arena = a };
	bool ok = !is_directory(f);

	if (ok) {
		text_bytes(&t, "", 0);
		ok = read_stream(f, limit, &t);
	} else {
		errno = EISDIR;
	}
	*data = t.data;
	*len = t.len;
	return ok;
}

/* Reads the file, if it is open, and closes it. */
static bool read_and_close(struct arena *a, FILE *f, size_t limit, char **data, size_t *len)
{
	bool ok = f && read_open(a, f, limit, data, len);
	int saved = errno;

	if (f)
		fclose(f);
	else
		memory_check();
	errno = saved;
	return ok;
}

/* Opens a file if it is a regular one. Not to block: some of those in /proc wait for what is to
 * come. */
static FILE *open_regular(const char *path)
{
	struct stat st;
	FILE *f;
	int fd;

	if (stat(path, &st))
		return NULL;
	if (!S_ISREG(st.st_mode)) {
		errno = S_ISDIR(st.st_mode) ? EISDIR : EINVAL;
		return NULL;
	}
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	f = fd < 0 ? NULL : fdopen(fd, "rb");
	if (fd >= 0 && !f)
		close(fd);
	return f;
}

bool read_file(struct arena *a, const char *path, size_t limit, char **data, size_t *len)
{
	return read_and_close(a, open_regular(path), limit, data, len);
}

bool read_operand(struct arena *a, const char *path, size_t limit, char **data, size_t *len)
{
	return streq(path, "-") ? read_open(a, stdin, limit, data, len)
				: read_and_close(a, fopen(path, "rb"), limit, data, len);
}

struct source *source_of_text(struct arena *a, const char *name, char *text, size_t len)
{
	struct source *src = source_of_binary(a, name);

	src->text = text;
	src->len = len;
	source_index_lines(src, a);
	return src;
}

struct source *source_of_binary(struct arena *a, const char *name)
{
	struct source *src = NEW(a, struct source);

	src->name = arena_copy(a, name, strlen(name));
	return src;
}

struct loc loc_of_source(const struct source *src)
{
	struct loc loc = { src, 0, 0 };

	return loc;
}
