/* SPDX-License-Identifier: BSD-2-Clause */
/* Kernels are held against what Xen can start. */
#include <inttypes.h>

#include "checks/check_files.h"
#include "checks/checks.h"
#include "checks/wrong_kind.h"
#include "diag/fix.h"
#include "input/cache.h"

/* Xen does not ask a uImage for its type. */
static bool is_kernel(const struct file *f)
{
	bool has_kernel = f->inside == FILE_ARM64_IMAGE || f->inside == FILE_ARM32_ZIMAGE;

	switch (f->kind) {
	case FILE_ARM64_IMAGE:
	case FILE_ARM32_ZIMAGE:
		return true;
	case FILE_UIMAGE:
		return has_kernel || (f->uimage_type != UIMAGE_RAMDISK
				      && f->uimage_type != UIMAGE_SCRIPT);
	case FILE_GZIP:
		return has_kernel;
	default:
		return false;
	}
}

#define UIMAGE_LOAD_SINCE VERSION(4, 18)

static uint64_t uimage_length(const struct file *f)
{
	return file_is_packed(f) ? f->unpacked_size : f->uimage_size;
}

/* Why Xen cannot boot the uImage (xen/arch/arm/kernel.c, kernel_uimage_probe()); NULL: it
 * can. Xen uses the entry point as it stands, unless that is 0. */
static const char *uimage_problem(const struct file *f, unsigned xen)
{
	uint64_t load = f->uimage_load, entry = f->uimage_entry;

	if (f->uimage_arch != UIMAGE_ARM && f->uimage_arch != UIMAGE_ARM64)
		return "it is not for arm or arm64";
	if (f->uimage_compression > UIMAGE_GZIP)
		return "it is compressed with something other than gzip";
	if (file_is_packed(f) && xen && xen < UIMAGE_LOAD_SINCE)
		return "Xen unpacks a gzip uImage only since 4.18";
	if (file_is_packed(f) && f->inside == FILE_UNKNOWN)
		return "it says gzip, and there is no kernel in it";
	if (xen < UIMAGE_LOAD_SINCE)
		return NULL;
	if (!load && entry)
		return "it has an entry point but no load address";
	if (entry && (entry < load || entry >= load + uimage_length(f)))
		return "its entry point is outside of what is loaded";
	return NULL;
}

/* Xen before 4.18 puts a uImage where it likes, whatever load address it has. That is no
 * harm for an arm64 Image, which runs on any boundary of 2 MiB; anything else was linked
 * for its address. */
static void warn_of_load(struct diags *diags, const struct host *h, const struct image *i)
{
	const struct file *f = i->found;
	unsigned xen = h->xen->version;

	if (!xen || xen >= UIMAGE_LOAD_SINCE || !f->uimage_load ||
	    f->inside == FILE_ARM64_IMAGE)
		return;
	diag(diags, W0310, i->file.at,
	     "'%s' is to be loaded at 0x%" PRIx32 ", which Xen reads "
	     "since 4.18; this is %u.%u",
	     f->path, f->uimage_load, VERSION_MAJOR(xen), VERSION_MINOR(xen));
}

static void check_uimage(struct diags *diags, const struct host *h, const struct image *i)
{
	const struct file *f = i->found;
	const char *why = uimage_problem(f, h->xen->version);

	warn_of_load(diags, h, i);
	if (why)
		diag(diags, E0308, i->file.at, "Xen cannot boot the uImage '%s': %s",
		     f->path, why);
}

bool check_whole(struct diags *diags, struct cache *cache, const struct image *i,
		 bool thorough)
{
	struct fault why;
	struct diag *g;

	if (cache_kernel_is_whole(cache, i->found, thorough, &why))
		return true;
	g = diag(diags, E0308, i->file.at, "'%s' %s", i->found->path, why.words);
	diag_help(g, "%s",
		  why.appended ? "pack it anew: gunzip, then gzip"
			       : "copy it again from where it comes from");
	return false;
}

/* Whether it is what Linux wants for a ramdisk. */
static bool is_archive(const struct file *f)
{
	enum file_kind kind = f->kind == FILE_GZIP ? f->inside : f->kind;

	return kind == FILE_CPIO || (f->kind == FILE_UIMAGE && f->uimage_type == UIMAGE_RAMDISK);
}

bool is_swapped(const struct domain *d)
{
	const struct file *kernel = d->kernel->found;
	const struct file *ramdisk = d->ramdisk ? d->ramdisk->found : NULL;

	return kernel && ramdisk && is_archive(kernel) && is_kernel(ramdisk)
	       && !is_archive(ramdisk);
}

static bool report_swapped(struct diags *diags, const struct domain *d)
{
	const struct image *kernel = d->kernel, *ramdisk = d->ramdisk;
	struct diag *g =
		diag(diags, E0303, kernel->file.at,
		     "'%s' is %s, a ramdisk: are kernel and ramdisk swapped?",
		     kernel->found->path, file_what(diags->arena, kernel->found));

	diag_note(g, ramdisk->file.at, "this is %s",
		  file_what(diags->arena, ramdisk->found));
	diag_help(g, "write 'kernel: %s' and 'ramdisk: %s'", ramdisk->file.text,
		  kernel->file.text);
	fix_word(g, kernel->file.at, kernel->file.text, ramdisk->file.text);
	fix_word(g, ramdisk->file.at, ramdisk->file.text, kernel->file.text);
	return false;
}

/* A guest that dom0 starts is started by xl, which takes what Linux calls its images,
 * gzip or not, and ELF on x86 only (tools/libs/guest/xg_dom_armzimageloader.c). */
static bool is_startable(const struct domain *d)
{
	const struct file *f = d->kernel->found;
	bool by_xl = !d->is_dom0 && !d->boot.n;

	return is_kernel(f) && !(by_xl && f->kind == FILE_UIMAGE);
}

bool is_swapped_with_xen(struct cache *cache, const struct domain *d, const struct image *xen)
{
	const struct file *kernel = d->kernel->found;

	return kernel && xen->found && !cache_xen_version(cache, xen->found) &&
	       cache_linux_version(cache, xen->found) && cache_xen_version(cache, kernel);
}

/* Whether the file is of a kind that can be started. Another Xen is refused, although
 * Xen, which looks at the header alone, would start it. */
static bool check_kind(struct diags *diags, const struct host *h, struct cache *cache,
		       const struct domain *d)
{
	const struct file *f = d->kernel->found;
	bool by_xl = !d->is_dom0 && !d->boot.n;

	if (is_swapped(d))
		return report_swapped(diags, d);
	if (is_swapped_with_xen(cache, d, h->xen->image))
		return false;	/* it is reported where Xen is named */
	if (is_startable(d) && !cache_xen_version(cache, f))
		return true;
	return wrong_kind(diags, cache, FOR_KERNEL, d->kernel->file.at, f,
			  by_xl ? "an arm64 Image (plain or gzip) or a zImage"
				: "an arm64 Image (plain or gzip), a zImage or a uImage");
}

void check_kernel(struct diags *diags, const struct host *h, struct cache *cache,
		  const struct domain *d)
{
	const struct image *i = d->kernel;

	if (!i->found || !check_kind(diags, h, cache, d) ||
	    !check_whole(diags, cache, i, false))
		return;
	if (i->found->kind == FILE_UIMAGE)
		check_uimage(diags, h, i);
}

static void report_second(struct diags *diags, const struct host *h,
			  const struct domain *first, const struct domain *second)
{
	unsigned xen = h->xen->version;
	struct diag *g =
		diag(diags, E0332, second->kernel->file.at,
		     "Xen %u.%u unpacks one gzip kernel only; this is another one",
		     VERSION_MAJOR(xen), VERSION_MINOR(xen));

	diag_note(g, first->kernel->file.at, "the first one is here");
	diag_help(g, "unpack it first: gunzip; Xen unpacks several since 4.16");
}

/* Since this release Xen's gunzip counts each kernel from 0; before, what it had counted
 * of one kernel was added to the next (xen/common/gunzip.c, perform_gunzip(): bytes_out).
 */
#define GUNZIP_TWICE_SINCE VERSION(4, 16)

void check_packed_kernels(struct job *j)
{
	const struct system *s = j->system;
	const struct domain *first = NULL;

	if (!s->xen->version || s->xen->version >= GUNZIP_TWICE_SINCE)
		return;
	for (const struct domain *d = first_domain(s); d; d = next_domain(s, d)) {
		if (!d->kernel->found || !file_is_packed(d->kernel->found))
			continue;
		if (first)
			report_second(&j->diags, &j->host, first, d);
		else
			first = d;
	}
}
