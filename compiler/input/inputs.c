/* SPDX-License-Identifier: BSD-2-Clause */
/* Names of files become files, each opened once. */
#include "input/inputs.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "base/path.h"
#include "base/text.h"

const char *inputs_folder(const struct inputs *in, struct loc written_at)
{
	bool own = !in->one_folder && written_at.src && written_at.src->folder;

	return own ? written_at.src->folder : in->folder;
}

const char *inputs_path(struct arena *a, const struct inputs *in, const char *name,
			struct loc written_at)
{
	return path_in(a, inputs_folder(in, written_at), name);
}

/* The name that U-Boot asks for: the path as written, as long as that stays below the
 * folder of files; else only its last part. */
static const char *script_name(const char *written)
{
	const char *slash = strrchr(written, '/');

	if (slash && (written[0] == '/' || strstr(written, "..")))
		return slash + 1;
	return starts_with(written, "./") ? written + 2 : written;
}

static struct file *known_file(const struct inputs *in, const struct stat *st)
{
	for (struct file *f = in->files; f; f = f->next)
		if (f->device == st->st_dev && f->inode == st->st_ino)
			return f;
	return NULL;
}

static void add(struct inputs *in, struct file *f)
{
	f->next = in->files;
	in->files = f;
}

struct file *inputs_open(struct arena *a, struct inputs *in, struct cache *cache,
			 const char *path, const char *written)
{
	struct stat st;
	struct file *f;

	if (stat(path, &st))
		return NULL;
	f = known_file(in, &st);
	if (f)
		return f;
	f = NEW(a, struct file);
	if (!cache_file(cache, a, path, f))
		return NULL;
	f->written = written;
	f->name = script_name(written);
	add(in, f);
	return f;
}

void inputs_add(struct arena *a, struct inputs *in, const char *path)
{
	struct file *f = NEW(a, struct file);

	f->path = path;
	add(in, f);
}

bool inputs_skip(struct inputs *in)
{
	in->skipped += in->absent;
	return in->absent;
}

const char *inputs_why_unreadable(void)
{
	return errno == EINVAL ? "it is no file, but a pipe, a socket or a device"
			       : strerror(errno);
}
