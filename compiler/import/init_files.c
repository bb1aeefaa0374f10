/* SPDX-License-Identifier: BSD-2-Clause */
/* A folder becomes a list of what its files are. */
#include "import/init_files.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/memory.h"
#include "base/path.h"
#include "import/find_board.h"
#include "import/init_near.h"
#include "input/source.h"
#include "xen/host.h"

#define TREE_MAX ((size_t)16 << 20)
#define CONFIG_MAX ((size_t)1 << 20)

/* A tree of the machine has CPUs; overlays and partial trees have none. */
static bool is_whole_tree(const struct devicetree *dt)
{
	return dt && dt_find(dt, "/cpus");
}

static unsigned likeness(void *file, const struct board *b)
{
	const struct found_file *f = file;

	return is_tree_of(f->tree, b);
}

static bool read_tree(struct job *j, struct found_file *f)
{
	const char *why;
	unsigned like;

	f->tree = cache_tree(j->cache, f->file->path, TREE_MAX, &why);
	if (is_whole_tree(f->tree))
		f->board = find_likely_board(j, likeness, f, &like);
	return f->board;
}

/* Xen's build writes "# Xen/arm 4.17 Configuration" or "Automatically generated file" above
 * options that Linux does not have (xen/arch/arm/Kconfig). */
static bool is_config_of_xen(struct job *j, const struct file *f)
{
	const char *text;
	size_t len;

	return f->kind == FILE_TEXT && cache_bytes(j->cache, f->path, CONFIG_MAX, &text, &len) &&
	       memmem(text, len, "CONFIG_ARM_64=y", strlen("CONFIG_ARM_64=y")) &&
	       memmem(text, len, "Xen/", strlen("Xen/"));
}

/* What packs a ramdisk is also used for other things; there the name decides. */
static bool is_ramdisk(const struct found_file *f)
{
	if (f->file->kind == FILE_CPIO)
		return true;
	if (f->file->kind == FILE_GZIP)
		return f->file->inside == FILE_CPIO;
	return file_kind_packs_ramdisk(f->file->kind) &&
	       (strstr(f->name, "init") || strstr(f->name, "cpio") || strstr(f->name, "ramdisk"));
}

/* Linux, or another kernel of 64 bits; a packed one is not unpacked to see its version. */
static enum found_role role_of_image(struct job *j, struct found_file *f)
{
	f->version = cache_xen_version(j->cache, f->file);
	if (f->version)
		return file_is_packed(f->file) ? FOUND_OTHER : FOUND_XEN;
	f->version = cache_linux_version(j->cache, f->file);
	return FOUND_KERNEL;
}

static enum found_role role_of(struct job *j, struct found_file *f)
{
	if (cache_is_u_boot(j->cache, f->file))
		return FOUND_U_BOOT;
	if (file_holds_image(f->file))
		return role_of_image(j, f);
	if (f->file->kind == FILE_DTB)
		return read_tree(j, f) ? FOUND_TREE : FOUND_OTHER;
	if (is_ramdisk(f))
		return FOUND_RAMDISK;
	return is_config_of_xen(j, f->file) ? FOUND_CONFIG : FOUND_OTHER;
}

/* The cache would keep what is looked at once, in a list. Pipes and devices are not opened. */
static bool read_regular(struct job *j, const char *path, struct file *f)
{
	struct stat st;
	bool is_there = stat(path, &st) == 0;

	if (is_there && (!S_ISREG(st.st_mode) || file_read(j->arena, path, f)))
		return S_ISREG(st.st_mode);
	cache_note_unread(j->cache, path, errno);
	return false;
}

/* NULL: it is no regular file, or cannot be read. */
static struct found_file *look_at(struct job *j, const char *folder, const char *name)
{
	struct found_file *f = NEW(j->arena, struct found_file);
	struct file *file = NEW(j->arena, struct file);

	f->name = arena_copy(j->arena, name, strlen(name));
	f->file = file;
	if (!read_regular(j, path_in(j->arena, folder, f->name), file))
		return NULL;
	f->role = role_of(j, f);
	if (f->role == FOUND_OTHER)
		set_near(j, f);
	else if (!form_accepts(&j->cache->patterns, FORM_FILE, name))
		set_misnamed(j, f);
	return f;
}

bool find_in_folder(struct job *j, const char *folder, struct found_file **files)
{
	struct dirent **entries;
	struct found_file *f, **tail = files;
	int n = scandir(folder, &entries, NULL, alphasort);

	*files = NULL;
	if (n < 0) {
		memory_check();
		return false;
	}
	for (int i = 0; i < n; i++) {
		const char *name = entries[i]->d_name;

		f = NULL;
		if (name[0] != '.')
			f = look_at(j, folder, name);
		if (f) {
			*tail = f;
			tail = &f->next;
		}
		free(entries[i]);
	}
	free(entries);
	return true;
}

static bool is_better(const struct found_file *a, const struct found_file *b)
{
	bool packed = file_is_packed(a->file);

	if (a->version != b->version)
		return a->version > b->version;
	if (packed != file_is_packed(b->file))
		return !packed;
	return strlen(a->name) < strlen(b->name);
}

const struct found_file *best_of(const struct found_file *files, enum found_role role)
{
	const struct found_file *best = NULL;

	for (const struct found_file *f = files; f; f = f->next)
		if (f->role == role && (!best || is_better(f, best)))
			best = f;
	return best;
}
