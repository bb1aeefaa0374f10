/* SPDX-License-Identifier: BSD-2-Clause */
/* Files are held against what U-Boot and Xen can do with their kind. */
#include <inttypes.h>

#include "checks/checks.h"

static void help_with_kind(struct job *j, struct diag *g, const struct image *i)
{
	enum file_kind kind = i->found->kind;
	static const char *const ways[] = {
		[FILE_XZ] = "unxz", [FILE_ZSTD] = "unzstd", [FILE_LZ4] = "unlz4",
		[FILE_LZMA] = "unlzma", [FILE_BZIP2] = "bunzip2", [FILE_GZIP] = "gunzip",
	};

	if (kind < sizeof(ways) / sizeof(*ways) && ways[kind])
		diag_help(&j->diags, g, "unpack it first: %s", ways[kind]);
	else if (kind == FILE_EFI_ZBOOT)
		diag_help(&j->diags, g,
			  "this vmlinuz is a self-unpacking EFI program; use the "
			  "Image that is inside it (arch/arm64/boot/Image)");
	else if (kind == FILE_ELF && i == j->system->xen->image)
		diag_help(&j->diags, g, "use the file 'xen' of the build, not xen-syms");
	else if (kind == FILE_ELF)
		diag_help(&j->diags, g,
			  "use arch/arm64/boot/Image of the build, not vmlinux");
}

static bool wrong_kind(struct job *j, const struct image *i, const char *wanted)
{
	const struct file *f = i->found;
	struct diag *g = diag(&j->diags, E0303, i->file.at, "'%s' is %s, not %s", f->path,
			      file_kind_name(f->kind), wanted);

	help_with_kind(j, g, i);
	return false;
}

#define BOOTI_ALIGN (2 * MiB)

static void refuse_header(struct diags *diags, const struct image *i, const char *what,
			  const char *help)
{
	struct diag *g = diag(diags, E0313, i->file.at,
			      "the header of '%s' %s: U-Boot's booti "
			      "would move it before it starts it",
			      i->found->path, what);

	diag_help(diags, g, "%s", help);
}

/* Where booti puts an Image (U-Boot arch/arm/lib/image.c, booti_setup()). xendtc puts Xen
 * on a boundary of 2 MiB; if booti moves it from there, it moves it onto something else.
 */
static void check_xen_header(struct job *j, const struct image *i)
{
	const struct file *f = i->found;
	uint64_t wanted =
		round_up(j->host.size->banks->start.n, BOOTI_ALIGN) + f->text_offset;

	if (!f->image_size)
		refuse_header(&j->diags, i, "does not say how large it is",
			      "Xen since 4.12 says it");
	else if (f->anywhere && f->text_offset % BOOTI_ALIGN)
		refuse_header(&j->diags, i, "asks for a place off the boundaries of 2M",
			      "Xen's own build asks for none");
	else if (!f->anywhere && !(i->address.text && i->address.n == wanted))
		refuse_header(&j->diags, i, "asks for the start of RAM",
			      arena_printf(j->arena,
					   "Xen's own build lets it stay; or give it the "
					   "address that booti wants, 0x%" PRIx64
					   ", if U-Boot can load it there",
					   wanted));
}

/* U-Boot lib/efi_loader/efi_image_loader.c. Xen has the header with CONFIG_ARM_EFI. */
static void check_xen_program(struct job *j, const struct image *i)
{
	struct diag *g;

	if (i->found->efi)
		return;
	g = diag(&j->diags, E0911, i->file.at,
		 "'%s' is not an EFI program, which %s wants", i->found->path,
		 boot_command(j->system) == BOOT_UEFI ? "firmware" : "bootefi");
	diag_help(&j->diags, g,
		  "use a Xen that was built with CONFIG_ARM_EFI, or 'command: booti'");
}

static void check_xen_image(struct job *j)
{
	const struct image *i = j->system->xen->image;
	enum boot_command command = boot_command(j->system);

	if (!i->found)
		return;
	if (i->found->kind != FILE_ARM64_IMAGE)
		wrong_kind(j, i, "an uncompressed arm64 Image");
	else if (command == BOOT_BOOTEFI || command == BOOT_UEFI)
		check_xen_program(j, i);
	else if (command != BOOT_BOOTM)
		check_xen_header(j, i);
}

static bool is_kernel(const struct file *f)
{
	switch (f->kind) {
	case FILE_ARM64_IMAGE:
	case FILE_ARM32_ZIMAGE:
	case FILE_UIMAGE:
		return true;
	case FILE_GZIP:
		return f->inside == FILE_ARM64_IMAGE || f->inside == FILE_ARM32_ZIMAGE;
	default:
		return false;
	}
}

#define UIMAGE_LOAD_SINCE VERSION(4, 18)

static uint64_t uimage_length(const struct file *f)
{
	return file_is_packed(f) ? f->unpacked_size : f->uimage_size;
}

/* Xen xen/arch/arm/kernel.c, kernel_uimage_probe(). The entry point is used as it stands,
 * unless it is 0. */
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
	if ((uint64_t)f->uimage_size + UIMAGE_HEADER > f->size)
		return "the file is shorter than its header says";
	if (xen < UIMAGE_LOAD_SINCE)
		return NULL;
	if (!load && entry)
		return "it has an entry point but no load address";
	if (entry && (entry < load || entry >= load + uimage_length(f)))
		return "its entry point is outside of what is loaded";
	return NULL;
}

/* An arm64 Image runs on any boundary of 2 MiB; what else is in there was linked for the
 * address. */
static void warn_of_load(struct job *j, const struct image *i)
{
	const struct file *f = i->found;
	unsigned xen = j->system->xen->version;

	if (!xen || xen >= UIMAGE_LOAD_SINCE || !f->uimage_load ||
	    f->inside == FILE_ARM64_IMAGE)
		return;
	diag(&j->diags, W0310, i->file.at,
	     "'%s' is to be loaded at 0x%" PRIx32 ", which Xen reads "
	     "since 4.18; this is %u.%u",
	     f->path, f->uimage_load, VERSION_MAJOR(xen), VERSION_MINOR(xen));
}

static bool check_uimage(struct job *j, const struct image *i)
{
	const struct file *f = i->found;
	const char *why = uimage_problem(f, j->system->xen->version);

	warn_of_load(j, i);
	if (!why)
		return true;
	diag(&j->diags, E0308, i->file.at, "Xen cannot boot the uImage '%s': %s", f->path,
	     why);
	return false;
}

static bool damaged(struct diags *diags, const struct image *i, const char *why)
{
	struct diag *g = diag(diags, E0308, i->file.at, "'%s' is damaged: %s",
			      i->found->path, why);

	diag_help(diags, g, "copy it again from where it comes from");
	return false;
}

/* Xen takes the last four bytes for the length, and its buffer by them
 * (xen/common/device-tree/kernel.c, kernel_decompress()). */
static bool check_gzip(struct diags *diags, const struct image *i)
{
	const struct file *f = i->found;

	if (f->unpacked_size >= 64)
		return true;
	return damaged(diags, i,
		       arena_printf(diags->arena,
				    "its last four bytes say that %" PRIu64
				    " bytes are in it",
				    f->unpacked_size));
}

/* Xen xen/arch/arm/kernel.c, kernel_zimage32_probe(). */
static bool check_zimage(struct diags *diags, const struct image *i)
{
	const struct file *f = i->found;
	uint64_t size = file_is_packed(f) ? f->unpacked_size : f->size;

	if (f->zimage_size <= size)
		return true;
	return damaged(diags, i,
		       arena_printf(diags->arena,
				    "the header of the zImage says %" PRIu32
				    " bytes, and there are %" PRIu64,
				    f->zimage_size, size));
}

static bool check_kernel(struct job *j, const struct domain *d)
{
	const struct image *i = d->kernel;
	const struct file *f = i->found;

	if (!f)
		return true;
	if (f->kind == FILE_UIMAGE)
		return check_uimage(j, i);
	if (f->kind == FILE_GZIP && f->inside == FILE_UNKNOWN) {
		diag(&j->diags, E0303, i->file.at,
		     "'%s' is a gzip file without a kernel in it", f->path);
		return false;
	}
	if (!is_kernel(f))
		return wrong_kind(
			j, i,
			"a kernel that Xen can start (an arm64 Image, plain or gzip, "
			"a zImage or a uImage)");
	if (f->kind == FILE_GZIP && !check_gzip(&j->diags, i))
		return false;
	return !file_is_32bit(f) || check_zimage(&j->diags, i);
}

static void check_ramdisk(struct job *j, const struct domain *d)
{
	const struct file *f = d->ramdisk ? d->ramdisk->found : NULL;
	struct diag *g;

	if (!f)
		return;
	switch (f->kind) {
	case FILE_UIMAGE:
		g = diag(&j->diags, E0303, d->ramdisk->file.at,
			 "'%s' is a ramdisk wrapped for "
			 "U-Boot; Xen hands it over as it is and Linux cannot unpack it",
			 f->path);
		diag_help(&j->diags, g,
			  "take the 64 bytes of header off: tail -c +65 FILE");
		return;
	case FILE_ARM64_IMAGE:
	case FILE_ARM32_ZIMAGE:
	case FILE_EFI_ZBOOT:
	case FILE_DTB:
	case FILE_ELF:
		wrong_kind(j, d->ramdisk, "a ramdisk");
		return;
	case FILE_UNKNOWN:
		diag(&j->diags, W0307, d->ramdisk->file.at,
		     "'%s' is neither a cpio archive nor "
		     "compressed; Linux takes it only as a file system image",
		     f->path);
		return;
	default:
		return;
	}
}

/* xl takes what Linux calls its images, gzip or not, and ELF on x86 only
 * (tools/libs/guest/xg_dom_armzimageloader.c). */
static void check_later_kernel(struct job *j, const struct domain *d)
{
	const struct file *f = d->kernel->found;

	if (f && f->kind == FILE_UIMAGE)
		wrong_kind(j, d->kernel, "a kernel that xl can start (an arm64 "
			   "Image, plain or gzip, or a zImage)");
	else
		check_kernel(j, d);
}

/* Xen checks the policy's magic and goes on without it (xen/xsm/xsm_policy.c). */
static void check_policy(struct job *j)
{
	const struct image *i = j->system->xen->xsm_policy;

	if (!i || !i->found || i->found->kind == FILE_XSM_POLICY)
		return;
	wrong_kind(j, i, "a FLASK policy");
}

static void check_passthrough(struct job *j, const struct domain *d)
{
	const struct image *i = d->passthrough_dtb;

	if (!i || !i->found || i->found->kind == FILE_DTB)
		return;
	wrong_kind(j, i, "a device tree blob");
}

void check_files(struct job *j)
{
	check_xen_image(j);
	check_policy(j);
	for (const struct domain *d = first_domain(j->system); d;
	     d = next_domain(j->system, d)) {
		check_kernel(j, d);
		check_ramdisk(j, d);
		check_passthrough(j, d);
	}
	for (const struct domain *d = j->system->later; d; d = later_domain(d)) {
		check_later_kernel(j, d);
		check_ramdisk(j, d);
	}
}

/* Xen's buffer is as long as the last four bytes say: more overruns it, less is only
 * memory that nobody uses. */
static bool check_packed(struct diags *diags, const struct image *i)
{
	const struct file *f = i->found;
	uint64_t size;
	struct diag *g;

	if (!f || !file_is_packed(f))
		return true;
	if (!file_unpacks(f, &size))
		return damaged(diags, i, "it cannot be unpacked");
	if (size <= f->unpacked_size)
		return true;
	g = diag(diags, E0308, i->file.at,
		 "%" PRIu64 " bytes are in '%s', but its last four say %" PRIu64
		 ", which Xen goes by: something was appended",
		 size, f->path, f->unpacked_size);
	diag_help(diags, g, "pack it anew: gunzip, then gzip");
	return false;
}

bool check_contents(struct job *j)
{
	bool ok = true;

	if (j->options->no_hash)	/* for those who cannot wait */
		return true;
	for (const struct domain *d = first_domain(j->system); d;
	     d = next_domain(j->system, d))
		ok &= check_packed(&j->diags, d->kernel);
	return ok;
}
