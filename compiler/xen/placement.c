/* SPDX-License-Identifier: BSD-2-Clause */
/* Sizes of kernel, ramdisk and tree become places inside a bank, as in Xen. */
#include "xen/placement.h"

/* Bytes that Xen copies into the domain. */
static uint64_t kernel_length(const struct file *f)
{
	if (f->kind == FILE_UIMAGE && !file_is_packed(f))
		return f->uimage_size;
	if (f->kind != FILE_UIMAGE && file_is_32bit(f))
		return f->zimage_size;
	return file_is_packed(f) ? f->unpacked_size : f->size;
}

/* Bytes that the kernel takes when it runs, BSS included: image_size of its header, which
 * may be more than Xen copies. */
static uint64_t running_length(const struct file *f)
{
	uint64_t len = kernel_length(f);

	return f->image_size > len ? f->image_size : len;
}

/* The distance from the bank's start that the kernel asks for in its header. Of a uImage
 * Xen does not look at the kernel inside. */
static uint64_t text_offset(const struct file *f)
{
	return f->kind == FILE_UIMAGE ? 0 : f->text_offset;
}

bool placement_is_bound(const struct file *f, const struct host *h, struct range *r)
{
	uint64_t start = f->kind != FILE_UIMAGE ? f->zimage_start
		       : xen_since(h, VERSION(4, 18)) ? f->uimage_load : 0;

	*r = range_at(start, kernel_length(f));
	return start;
}

/* The address of the kernel's first byte (xen/arch/arm/kernel.c, kernel_zimage_place()).
 * A 32-bit kernel that is too large for the bank gets the end of the bank, where it does
 * not fit. */
static uint64_t kernel_start(const struct file *f, const struct host *h, struct range bank)
{
	uint64_t size = kernel_length(f), end = bank.start + 128 * MiB;
	struct range bound;

	if (placement_is_bound(f, h, &bound))
		return bound.start;
	if (!file_is_32bit(f))
		return bank.start + text_offset(f);
	if (end > bank.end)
		end = bank.end;
	return end - bank.start < size ? bank.end : round_down(end - size, 2 * MiB);
}

/* The address of the tree, which has the ramdisk behind it; `rest` is what both take. Xen
 * goes by the end of the kernel's file (xen/arch/arm/kernel.c, place_dtb_initrd(), until
 * 4.21 place_modules()). false: they do not fit. */
static bool find_tree(struct range bank, struct range file, uint64_t rest, uint64_t *start)
{
	uint64_t end = round_up(file.end, 2 * MiB);
	uint64_t usual = bank.start + 128 * MiB;

	if (rest + (end - file.start) > range_size(bank))
		return false;
	if (bank.end >= usual + rest && file.end < usual)
		*start = usual;
	else if (bank.end - rest > end)
		*start = bank.end - rest;
	else if (file.start - bank.start > rest)
		*start = file.start - rest;
	else
		return false;
	return true;
}

/* Besides Xen's own rule the kernel's BSS must not touch the tree: Xen does not look at
 * it, and the kernel clears it before it has read its tree (Linux
 * Documentation/arch/arm64/booting.rst: image_size is free when the kernel is entered).
 */
static bool fits(const struct file *kernel, const struct host *h, struct range bank,
		 uint64_t rest)
{
	uint64_t start = kernel_start(kernel, h, bank), tree;
	struct range file = range_at(start, kernel_length(kernel));
	struct range running = range_at(start, running_length(kernel));

	return range_inside(running, bank) && find_tree(bank, file, rest, &tree) &&
	       !range_overlaps(running, range_at(tree, rest));
}

/* No bank is as large: addresses of memory have 48 bits
 * (xen/arch/arm/include/asm/page-bits.h). What a header says can be anything. */
#define BANK_MAX ((uint64_t)1 << 48)

/* The least size of a bank from `start` on, in whole MiB, that has room for all. Kernel,
 * ramdisk, tree and 256 MiB are room enough for any kernel that Xen places freely; if
 * that does not do, nothing does, and the result is 0: the kernel is bound to another
 * place, or its BSS is where Xen puts the tree, 128 MiB from the start of any large bank.
 */
static uint64_t least_bank(const struct file *kernel, const struct host *h, uint64_t start,
			   uint64_t rest)
{
	uint64_t running = running_length(kernel), least = kernel_length(kernel) + rest, size, end;

	if (running > BANK_MAX)
		return 0;
	size = round_up(running > least ? running : least, MiB);
	end = running + rest + 256 * MiB;
	while (size < end && !fits(kernel, h, range_at(start, size), rest))
		size += MiB;
	return size < end ? size : 0;
}

bool placement_fits(const struct domain *d, const struct host *h, struct range bank,
		    uint64_t tree, uint64_t *needed)
{
	const struct file *kernel = d->kernel->found;
	const struct file *ramdisk = d->ramdisk ? d->ramdisk->found : NULL;
	uint64_t rest = round_up(tree, 2 * MiB);

	if (!kernel)
		return true;
	if (ramdisk)
		rest += round_up(ramdisk->size, 2 * MiB);
	if (fits(kernel, h, bank, rest))
		return true;
	*needed = least_bank(kernel, h, bank.start, rest);
	return false;
}
