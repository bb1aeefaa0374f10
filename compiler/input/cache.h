/* SPDX-License-Identifier: BSD-2-Clause */
/* What the files of one run have in common, read once for all of them: boards, device
 * trees, headers of kernels, .configs. Nobody may change what is in it: its memory is
 * locked while it is not being added to (base/arena.h), so that no description can
 * change what is found out about the next one. */
#pragma once
#include "base/pattern.h"
#include "diag/diag.h"
#include "input/devicetree.h"
#include "input/image.h"
#include "input/whole.h"

struct cache {
	struct arena *shared;		/* lockable; what is in the lists, but for itself */
	struct arena *arena;		/* the lists; neither ends before the run */
	struct known_file *files;
	struct known_board *boards;	/* see passes/load.c, which reads them */
	struct patterns patterns;
	const char *unread;		/* see cache_note_unread() */
	int why_unread;
};

/* Both arenas are the caller's, who also frees them. */
void cache_begin(struct cache *c, struct arena *arena, struct arena *shared);
void cache_end(struct cache *c);

/* The same as file_read(), but that f->path is owned by a. */
bool cache_file(struct cache *c, struct arena *a, const char *path, struct file *f);

/* The same as read_file() of a path. */
bool cache_bytes(struct cache *c, const char *path, size_t limit, const char **data,
		 size_t *len);

/* The device tree in a file. NULL: *why says what is wrong with it, or is itself NULL if
 * the file cannot be read, which errno explains. */
const struct devicetree *cache_tree(struct cache *c, const char *path, size_t limit,
				    const char **why);

/* The same as file_xen_version() and file_linux_version(); the first one sets errno. */
unsigned cache_xen_version(struct cache *c, const struct file *f);
unsigned cache_linux_version(struct cache *c, const struct file *f);

/* The same as file_is_u_boot(). */
bool cache_is_u_boot(struct cache *c, const struct file *f);

/* The same as kernel_is_whole() and ramdisk_is_whole(). */
bool cache_kernel_is_whole(struct cache *c, const struct file *f, bool thorough,
			   struct fault *why);
bool cache_ramdisk_is_whole(struct cache *c, const struct file *f, bool thorough,
			    struct fault *why);

/* Remembers a file that could not be read where nobody is told so, unless the errno says
 * something of its name. */
void cache_note_unread(struct cache *c, const char *path, int error);

/* Reports the first file since the last report of which the functions above could not read all
 * that they had to, unless the disk was complained of already: what they said of it is not to be
 * relied upon. */
void cache_report_unread(struct cache *c, struct diags *d);
