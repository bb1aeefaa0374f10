/* SPDX-License-Identifier: BSD-2-Clause */
/* A file becomes the words that say what it is. */
#include "base/number.h"
#include "base/text.h"
#include "base/version.h"
#include "input/image.h"

#define SMALL (8 * MiB)		/* no U-Boot is larger */

/* Few have a header of their own, so it may be a file of no known kind. Versions are years,
 * and months. */
bool file_is_u_boot(struct arena *a, const struct file *f)
{
	return (f->kind == FILE_UNKNOWN || f->kind == FILE_ARM64_IMAGE) &&
	       f->size <= SMALL && file_u_boot_version(a, f) >= VERSION(1000, 0);
}

/* U-Boot include/image.h, IH_TYPE_... */
static const char *wrapped(const struct file *f)
{
	switch (f->uimage_type) {
	case UIMAGE_RAMDISK:
		return "a ramdisk wrapped for U-Boot";
	case UIMAGE_SCRIPT:
		return "a script for U-Boot";
	default:
		return file_kind_name(FILE_UIMAGE);
	}
}

/* "a cpio archive" -> "cpio archive" */
static const char *without_article(const char *name)
{
	return name + (starts_with(name, "an ") ? 3 : 2);
}

const char *file_what(struct arena *a, const struct file *f)
{
	unsigned xen = file_xen_version(a, f);

	if (xen)
		return arena_printf(a, "%sXen %u.%u",
				    f->kind == FILE_GZIP ? "a gzip'd " : "",
				    VERSION_MAJOR(xen), VERSION_MINOR(xen));
	if (file_is_u_boot(a, f))
		return "U-Boot";
	if (f->kind == FILE_UIMAGE)
		return wrapped(f);
	if (f->kind == FILE_GZIP && f->inside == FILE_UNKNOWN)
		return "a gzip file of something unknown";
	if (f->kind == FILE_GZIP)
		return arena_printf(a, "a gzip'd %s",
				    without_article(file_kind_name(f->inside)));
	if (f->kind == FILE_ARM64_IMAGE && file_linux_version(a, f))
		return "a Linux kernel";
	return file_kind_name(f->kind);
}
