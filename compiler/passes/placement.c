/* SPDX-License-Identifier: BSD-2-Clause */
/* Sizes of kernel, ramdisk and tree become places inside a bank, as in Xen. */
#include "passes/placement.h"

/* Xen places by the length of the file; the kernel takes image_size when it runs, and a
 * tree or ramdisk in its BSS would be lost. The larger one is what must be kept free. */
static uint64_t kernel_size(const struct file *f)
{
	uint64_t len = f->kind == FILE_GZIP ? f->unpacked_size
		     : f->kind == FILE_UIMAGE ? f->uimage_size : f->size;

	return f->image_size > len ? f->image_size : len;
}

static bool is_zimage(const struct file *f)
{
	return f->kind == FILE_ARM32_ZIMAGE || f->inside == FILE_ARM32_ZIMAGE;
}

static struct range kernel_range(const struct file *f, struct range bank)
{
	uint64_t size = kernel_size(f), end = bank.start + 128 * MiB;

	if (f->kind == FILE_UIMAGE && f->uimage_load)
		return range_at(f->uimage_load, size);
	if (!is_zimage(f))
		return range_at(bank.start + f->text_offset, size);
	if (end > bank.end)
		end = bank.end;
	if (end - bank.start < size)
		return range_at(bank.end, size);
	return range_at(round_down(end - size, 2 * MiB), size);
}

static bool find_gap(struct range bank, struct range kernel, uint64_t rest)
{
	uint64_t kernel_end = round_up(kernel.end, 2 * MiB);
	uint64_t low = bank.start + 128 * MiB;

	if (rest + (kernel_end - kernel.start) > range_size(bank))
		return false;
	return (bank.end >= low + rest && kernel.end < low) ||
	       bank.end - rest > kernel_end || kernel.start - bank.start > rest;
}

bool placement_fits(const struct domain *d, struct range bank, uint64_t tree,
		    uint64_t *needed)
{
	const struct file *kernel = d->kernel->found;
	const struct file *ramdisk = d->ramdisk ? d->ramdisk->found : NULL;
	uint64_t rest = round_up(tree, 2 * MiB);
	struct range k;

	if (!kernel)
		return true;
	if (ramdisk)
		rest += round_up(ramdisk->size, 2 * MiB);
	k = kernel_range(kernel, bank);
	*needed = round_up(kernel_size(kernel) + kernel->text_offset, 2 * MiB) + rest + 2 * MiB;
	return range_inside(k, bank) && find_gap(bank, k, rest);
}
