/* SPDX-License-Identifier: BSD-2-Clause */
/* Files become what is known of them, once a run. */
#include "input/cache.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "input/source.h"

struct verdict {
	bool known, whole;
	struct fault why;
};

struct known_file {
	dev_t device;
	ino_t inode;
	bool has_header;
	struct file header;		/* of which path, name and next mean nothing */
	const char *bytes;		/* NULL: not read yet */
	size_t len;
	const struct devicetree *tree;	/* NULL: not parsed yet, or not sound: */
	const char *why;
	bool has_xen_version, has_linux_version;
	unsigned xen_version, linux_version;
	struct verdict kernel[2], ramdisk[2];	/* the second ones: thorough */
	struct known_file *next;
};

void cache_begin(struct cache *c, struct arena *arena, struct arena *shared)
{
	shared->lockable = true;
	*c = (struct cache){ .arena = arena, .shared = shared,
			     .patterns = { .arena = arena } };
}

void cache_end(struct cache *c)
{
	patterns_free(&c->patterns);
}

static struct known_file *known(struct cache *c, dev_t device, ino_t inode)
{
	struct known_file *k = c->files;

	while (k && (k->device != device || k->inode != inode))
		k = k->next;
	if (k)
		return k;
	k = NEW(c->arena, struct known_file);
	k->device = device;
	k->inode = inode;
	k->next = c->files;
	c->files = k;
	return k;
}

/* Files are the same if the file system says so, whatever they are called. Only regular
 * ones are kept. NULL: errno says why. */
static struct known_file *known_path(struct cache *c, const char *path)
{
	struct stat st;

	if (stat(path, &st) != 0)
		return NULL;
	if (S_ISREG(st.st_mode))
		return known(c, st.st_dev, st.st_ino);
	errno = S_ISDIR(st.st_mode) ? EISDIR : EINVAL;
	return NULL;
}

void cache_note_unread(struct cache *c, const char *path, int error)
{
	if (c->unread || errno_is_of_names(error))
		return;
	c->unread = arena_copy(c->arena, path, strlen(path));
	c->why_unread = error;
}

void cache_report_unread(struct cache *c, struct diags *d)
{
	if (c->unread && !d->io_failed) {
		diags_file_failed(d, c->why_unread);
		diag(d, E0301, loc_none(), "'%s' cannot be read: %s", c->unread,
		     strerror(c->why_unread));
	}
	c->unread = NULL;
}

/* A caller may take a file for one that is not there. */
static bool fail(struct cache *c, const char *path)
{
	int error = errno;

	cache_note_unread(c, path, error);
	errno = error;
	return false;
}

bool cache_file(struct cache *c, struct arena *a, const char *path, struct file *f)
{
	struct known_file *k = known_path(c, path);

	if (!k)
		return fail(c, path);
	if (!k->has_header) {
		if (!file_read(c->arena, path, &k->header))
			return fail(c, path);
		k->has_header = true;
	}
	*f = k->header;
	f->path = arena_copy(a, path, strlen(path));
	return true;
}

static bool read_bytes(struct cache *c, const char *path, size_t limit,
		       struct known_file *k)
{
	char *data;
	bool ok;

	arena_unlock(c->shared);
	ok = read_file(c->shared, path, limit, &data, &k->len);
	arena_lock(c->shared);
	if (ok)
		k->bytes = data;
	return ok;
}

bool cache_bytes(struct cache *c, const char *path, size_t limit, const char **data,
		 size_t *len)
{
	struct known_file *k = known_path(c, path);

	if (!k || (!k->bytes && !read_bytes(c, path, limit, k)))
		return fail(c, path);
	if (k->len > limit) {
		errno = EFBIG;
		return false;
	}
	*data = k->bytes;
	*len = k->len;
	return true;
}

const struct devicetree *cache_tree(struct cache *c, const char *path, size_t limit,
				    const char **why)
{
	struct known_file *k;
	const char *blob;
	size_t len;

	*why = NULL;
	if (!cache_bytes(c, path, limit, &blob, &len))
		return NULL;
	k = known_path(c, path);
	if (!k)
		fail(c, path);
	if (k && !k->tree && !k->why) {
		arena_unlock(c->shared);
		k->tree = dt_read(c->shared, blob, len, &k->why);
		arena_lock(c->shared);
	}
	*why = k ? k->why : NULL;
	return k ? k->tree : NULL;
}

/* Searching takes more memory than what is kept of it. Sets errno. */
static unsigned search(struct cache *c, const struct file *f,
		       unsigned (*look)(struct arena *a, const struct file *f))
{
	struct arena scratch = { .oom = c->arena->oom };
	unsigned found;
	int error;

	errno = 0;
	found = look(&scratch, f);
	error = found ? 0 : errno;
	arena_free(&scratch);
	if (error)
		cache_note_unread(c, f->path, error);
	errno = error;
	return found;
}

unsigned cache_xen_version(struct cache *c, const struct file *f)
{
	struct known_file *k = known(c, f->device, f->inode);

	errno = 0;
	if (!k->has_xen_version)
		k->xen_version = search(c, f, file_xen_version);
	k->has_xen_version = k->xen_version || !errno;
	return k->xen_version;
}

unsigned cache_linux_version(struct cache *c, const struct file *f)
{
	struct known_file *k = known(c, f->device, f->inode);

	errno = 0;
	if (!k->has_linux_version)
		k->linux_version = search(c, f, file_linux_version);
	k->has_linux_version = k->linux_version || !errno;
	return k->linux_version;
}

static unsigned is_u_boot(struct arena *a, const struct file *f)
{
	return file_is_u_boot(a, f);
}

bool cache_is_u_boot(struct cache *c, const struct file *f)
{
	return search(c, f, is_u_boot);
}

/* What was found out, once it was. */
static bool verdict(struct cache *c, const struct file *f, struct verdict *v, struct fault *why)
{
	if (v->why.error)
		cache_note_unread(c, f->path, v->why.error);
	v->known = !v->why.error;
	*why = v->why;
	return v->whole;
}

bool cache_kernel_is_whole(struct cache *c, const struct file *f, bool thorough,
			   struct fault *why)
{
	struct verdict *v = &known(c, f->device, f->inode)->kernel[thorough];

	if (!v->known)
		v->whole = kernel_is_whole(c->arena, f, thorough, &v->why);
	return verdict(c, f, v, why);
}

bool cache_ramdisk_is_whole(struct cache *c, const struct file *f, bool thorough,
			    struct fault *why)
{
	struct verdict *v = &known(c, f->device, f->inode)->ramdisk[thorough];

	if (!v->known)
		v->whole = ramdisk_is_whole(f, thorough, &v->why);
	return verdict(c, f, v, why);
}
