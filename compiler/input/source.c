/* SPDX-License-Identifier: BSD-2-Clause */
/* Paths become bytes in memory. */
#include "input/source.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

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

bool read_file(struct arena *a, const char *path, FILE *f, size_t limit,
	       char **data, size_t *len)
{
	struct text t = { .arena = a };
	FILE *own = NULL;
	bool ok;

	if (!f) {
		f = own = fopen(path, "rb");
		if (!f) {
			memory_check();
			return false;
		}
	}
	if (is_directory(f)) {
		errno = EISDIR;
		ok = false;
	} else {
		text_bytes(&t, "", 0);
		ok = read_stream(f, limit, &t);
	}
	if (own) {
		int saved = errno;

		fclose(own);
		errno = saved;
	}
	*data = t.data;
	*len = t.len;
	return ok;
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
