/* SPDX-License-Identifier: BSD-2-Clause */
/* Files are held against what U-Boot and Xen can do with their kind. */
#include <errno.h>
#include <inttypes.h>

#include "checks/check_files.h"
#include "checks/checks.h"
#include "checks/wrong_kind.h"
#include "diag/fix.h"
#include "input/cache.h"

#define BOOTI_ALIGN (2 * MiB)

static void refuse_header(struct diags *diags, const struct image *i, const char *what,
			  const char *help)
{
	struct diag *g = diag(diags, E0313, i->file.at,
			      "the header of '%s' %s: U-Boot's booti "
			      "would move it before it starts it",
			      i->found->path, what);

	diag_help(g, "%s", help);
}

/* Whether booti leaves Xen where it was loaded (U-Boot arch/arm/lib/image.c,
 * booti_setup()). xendtc loads Xen to a boundary of 2 MiB; if booti moves it from there,
 * it writes it over something else. */
static void check_xen_header(struct diags *diags, const struct host *h,
			     const struct image *i)
{
	const struct file *f = i->found;
	uint64_t wanted = round_up(h->size->banks->start.n, BOOTI_ALIGN) + f->text_offset;

	if (!f->image_size)
		refuse_header(diags, i, "does not say how large it is",
			      "use Xen 4.12 or later, whose header says it");
	else if (f->anywhere && f->text_offset % BOOTI_ALIGN)
		refuse_header(diags, i, "asks for a place off the boundaries of 2M",
			      "use the image `xen` that Xen's build makes, as it is: it asks for none");
	else if (!f->anywhere && !(i->address.text && i->address.n == wanted))
		refuse_header(diags, i, "asks for the start of RAM",
			      arena_printf(h->arena,
					   "Xen's own build lets it stay; or give it the "
					   "address that booti wants, 0x%" PRIx64
					   ", if U-Boot can load it there",
					   wanted));
}

/* bootefi and firmware start EFI programs only (U-Boot
 * lib/efi_loader/efi_image_loader.c). Xen is one if it was built with CONFIG_ARM_EFI. */
static void check_xen_program(struct diags *diags, const struct system *system,
			      const struct image *i)
{
	struct diag *g;

	if (i->found->efi)
		return;
	g = diag(diags, E0911, i->file.at, "'%s' is not an EFI program, which %s wants",
		 i->found->path,
		 boot_command(system) == BOOT_UEFI ? "firmware" : "bootefi");
	diag_help(g, "use a Xen that was built with CONFIG_ARM_EFI, or 'command: booti'");
}

/* The domain that has Xen for its kernel, where Xen's image is a kernel. */
static const struct domain *find_swapped(struct cache *cache, const struct system *system,
					 const struct image *i)
{
	const struct domain *d = first_domain(system);

	while (d && !is_swapped_with_xen(cache, d, i))
		d = next_domain(system, d);
	return d;
}

static bool report_swapped_xen(struct diags *diags, const struct image *i,
			       const struct image *kernel)
{
	struct diag *g = diag(diags, E0303, i->file.at,
			      "'%s' is a Linux kernel: are Xen and a kernel swapped?", i->found->path);

	diag_note(g, kernel->file.at, "this is %s", file_what(diags->arena, kernel->found));
	diag_help(g, "write 'image: %s' and 'kernel: %s'", kernel->file.text, i->file.text);
	fix_word(g, i->file.at, i->file.text, kernel->file.text);
	fix_word(g, kernel->file.at, kernel->file.text, i->file.text);
	return false;
}

/* Whether it is Xen, and all of it. A Linux kernel, or a U-Boot of today, has the same
 * header. */
static bool check_xen_kind(struct diags *diags, struct cache *cache, const struct system *system,
			   const struct image *i)
{
	const struct file *f = i->found;
	const struct domain *swapped = find_swapped(cache, system, i);
	bool other = f->kind != FILE_ARM64_IMAGE
		     || (!cache_xen_version(cache, f)
			 && (cache_linux_version(cache, f)
			     || cache_is_u_boot(cache, f)));

	if (swapped)
		return report_swapped_xen(diags, i, swapped->kernel);
	if (other)
		return wrong_kind(diags, cache, FOR_XEN, i->file.at, f,
				  "Xen, an uncompressed arm64 Image");
	return check_whole(diags, cache, i, false);
}

static void check_xen_start(struct diags *diags, const struct host *h,
			    const struct system *system, const struct image *i)
{
	enum boot_command command = boot_command(system);

	if (command == BOOT_BOOTEFI || command == BOOT_UEFI)
		check_xen_program(diags, system, i);
	else if (command != BOOT_BOOTM)
		check_xen_header(diags, h, i);
}

static void check_xen_version(struct diags *diags, const struct host *h,
			      const struct image *i)
{
	struct diag *g;

	if (h->xen->version)
		return;
	g = diag(diags, E0309, i->file.at, "'%s' does not tell which Xen it is",
		 i->found->path);
	diag_help(g, "add 'version:' under xen, as in version: \"4.20\"");
}

/* The checks of Xen's image. One that is no Xen, or only the half of it, is not asked for
 * its version. */
static void check_xen_image(struct diags *diags, const struct host *h,
			    const struct system *system, struct cache *cache)
{
	const struct image *i = h->xen->image;

	if (!i->found || !check_xen_kind(diags, cache, system, i))
		return;
	check_xen_version(diags, h, i);
	check_xen_start(diags, h, system, i);
}

/* Xen looks at the first bytes of a policy, and goes on without one if they are wrong
 * (xen/xsm/xsm_policy.c). */
static void check_policy(struct diags *diags, const struct host *h, struct cache *cache)
{
	const struct image *i = h->xen->xsm_policy;

	if (i && i->found && i->found->kind != FILE_XSM_POLICY)
		wrong_kind(diags, cache, FOR_POLICY, i->file.at, i->found,
			   "a FLASK policy");
}

static void check_passthrough(struct diags *diags, struct cache *cache,
			      const struct domain *d)
{
	const struct image *i = d->passthrough_dtb;

	if (i && i->found && i->found->kind != FILE_DTB)
		wrong_kind(diags, cache, FOR_TREE, i->file.at, i->found,
			   "a device tree blob");
}

static void check_domain_files(struct diags *diags, const struct host *h,
			       struct cache *cache, const struct domain *d)
{
	check_kernel(diags, h, cache, d);
	check_ramdisk(diags, cache, d);
	check_passthrough(diags, cache, d);
}

/* Whether no firmware starts the file. Some unpack gzip, or take a FIT, which is a device
 * tree; but the kinds that are listed here none starts. */
static bool is_no_program(struct cache *cache, const struct file *f)
{
	switch (f->kind == FILE_GZIP ? f->inside : f->kind) {
	case FILE_TEXT:
	case FILE_WEB_PAGE:
	case FILE_GIT_LFS:
	case FILE_ZIP:
	case FILE_AR:
	case FILE_TAR:
	case FILE_CPIO:
	case FILE_XZ:
	case FILE_ZSTD:
	case FILE_BZIP2:
	case FILE_BZIMAGE:
	case FILE_SYSTEM:
		return true;
	default:
		return cache_linux_version(cache, f) || cache_xen_version(cache, f);
	}
}

/* Whether U-Boot's file is a program. That the file is missing is reported by plan_card.
 */
static void check_u_boot(struct diags *diags, const struct system *system,
			 struct cache *cache, const struct inputs *inputs)
{
	const struct value *v = system->card ? &system->card->u_boot : NULL;
	const char *path;
	struct file f;

	if (!v || !v->text || inputs->absent)
		return;
	path = inputs_path(diags->arena, inputs, v->text, v->at);
	if (!cache_file(cache, diags->arena, path, &f)) {
		if (errno != ENOENT) {
			diags_file_failed(diags, errno);
			diag(diags, E0301, v->at, "'%s' cannot be read: %s", path,
			     inputs_why_unreadable());
		}
		return;
	}
	if (is_no_program(cache, &f))
		wrong_kind(diags, cache, FOR_U_BOOT, v->at, &f,
			   "U-Boot's program, as u-boot.bin");
}

void check_files(struct job *j)
{
	const struct system *s = j->system;

	check_xen_image(&j->diags, &j->host, j->system, j->cache);
	check_policy(&j->diags, &j->host, j->cache);
	check_u_boot(&j->diags, j->system, j->cache, &j->inputs);
	for (const struct domain *d = first_domain(s); d; d = next_domain(s, d))
		check_domain_files(&j->diags, &j->host, j->cache, d);
	for (const struct domain *d = first_deferred(s); d; d = next_deferred(d))
		check_domain_files(&j->diags, &j->host, j->cache, d);
}

/* Reports a file that was looked into and could not be read to its end. */
void check_unread(struct job *j)
{
	cache_report_unread(j->cache, &j->diags);
}

static void check_domain_contents(struct diags *diags, struct cache *cache,
				  const struct domain *d)
{
	if (d->kernel->found)
		check_whole(diags, cache, d->kernel, true);
	check_whole_ramdisk(diags, cache, d, true);
}

void check_contents(struct job *j)
{
	const struct system *s = j->system;

	for (const struct domain *d = first_domain(s); d; d = next_domain(s, d))
		check_domain_contents(&j->diags, j->cache, d);
	for (const struct domain *d = first_deferred(s); d; d = next_deferred(d))
		check_domain_contents(&j->diags, j->cache, d);
}
