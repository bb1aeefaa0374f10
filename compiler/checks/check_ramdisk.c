/* SPDX-License-Identifier: BSD-2-Clause */
/* Ramdisks are held against what Linux unpacks. */
#include "checks/check_files.h"
#include "checks/wrong_kind.h"
#include "input/cache.h"

enum verdict { TAKEN, ONLY_AS_FILE_SYSTEM, REFUSED };

static enum verdict judge(enum file_kind kind)
{
	if (kind == FILE_CPIO || file_kind_packs_ramdisk(kind))
		return TAKEN;
	if (kind == FILE_UNKNOWN || kind == FILE_SYSTEM || kind == FILE_DISK)
		return ONLY_AS_FILE_SYSTEM;
	return REFUSED;
}

/* Whether the file is of no use as a ramdisk to any guest, whatever its kernel is. */
static bool is_for_others(enum file_kind kind)
{
	return kind == FILE_UIMAGE || kind == FILE_ARM64_IMAGE || kind == FILE_ARM32_ZIMAGE
	       || kind == FILE_EFI_ZBOOT || kind == FILE_DTB || kind == FILE_ELF;
}

/* Whether Linux is told to mount another root than the ramdisk (Linux init/do_mounts.c,
 * prepare_namespace()). */
static bool has_other_root(struct arena *a, const struct domain *d)
{
	struct words words = linux_words(a, &d->cmdline);
	const struct word *root = last_word(&words, "root");

	return root && !starts_with(root->value, "/dev/ram");
}

#define NOTHING_PACKED 100	/* bytes: gzip of nothing, with the longest likely name of a file */

static bool holds_nothing(const struct file *f)
{
	return f->kind == FILE_GZIP && f->unpacked_size == 0 && f->size < NOTHING_PACKED &&
	       f->inside == FILE_UNKNOWN;
}

/* Linux unpacks a ramdisk once (init/initramfs.c, flush_buffer(): "junk within compressed
 * archive"), and goes on with the root that its line names, if it names one. */
static bool is_packed_twice(struct arena *a, const struct domain *d, enum file_kind inside)
{
	return d->ramdisk->found->kind == FILE_GZIP && d->linux_guess == LINUX_LIKELY &&
	       judge(inside) == TAKEN && inside != FILE_CPIO && !has_other_root(a, d);
}

/* Xen hands a ramdisk over as it is. What must be in it is known only if the kernel that
 * gets it is Linux. */
static bool check_kind(struct diags *diags, struct cache *cache, const struct domain *d)
{
	const struct image *i = d->ramdisk;
	const struct file *f = i->found;
	enum file_kind kind = f->kind == FILE_GZIP ? f->inside : f->kind;
	enum verdict verdict = judge(kind);

	if (is_packed_twice(diags->arena, d, kind))
		return wrong_kind(diags, cache, FOR_RAMDISK, i->file.at, f,
				  "a cpio archive, plain or compressed once");
	if (holds_nothing(f) && d->linux_guess == LINUX_LIKELY &&
	    !has_other_root(diags->arena, d)) {
		diag_help(diag(diags, E0308, i->file.at, "'%s' is a gzip file with nothing in it",
			       f->path), "copy it again from where it comes from");
		return false;
	}
	if (verdict == TAKEN || is_swapped(d))
		return true;
	if (verdict == REFUSED && (is_for_others(kind) || d->linux_guess != LINUX_NO))
		return wrong_kind(diags, cache, FOR_RAMDISK, i->file.at, f,
				  "a cpio archive, plain or compressed");
	if (f->kind != FILE_GZIP && d->linux_guess != LINUX_NO)
		diag(diags, W0307, i->file.at,
		     "'%s' is neither a cpio archive nor "
		     "compressed; Linux takes it only as a file system image",
		     f->path);
	return true;
}

bool check_whole_ramdisk(struct diags *diags, struct cache *cache, const struct domain *d,
			 bool thorough)
{
	const struct image *i = d->ramdisk;
	struct fault why;
	struct diag *g;
	bool stops;

	if (!i || !i->found || d->linux_guess == LINUX_NO
	    || cache_ramdisk_is_whole(cache, i->found, thorough, &why))
		return true;
	stops = !why.may_do && !has_other_root(diags->arena, d);
	g = diag(diags, stops ? E0308 : W0331, i->file.at, "'%s' %s", i->found->path,
		 why.words);
	diag_help(g, "copy it again from where it comes from");
	return !stops;
}

void check_ramdisk(struct diags *diags, struct cache *cache, const struct domain *d)
{
	if (d->ramdisk && d->ramdisk->found && check_kind(diags, cache, d))
		check_whole_ramdisk(diags, cache, d, false);
}
