/* SPDX-License-Identifier: BSD-2-Clause */
/* Sizes of kernel, ramdisk and tree become places inside a bank, as in Xen. */
#include "xen/placement.h"

/* What Xen copies into the domain. */
static uint64_t kernel_length(const struct file *f)
{
	if (f->kind == FILE_UIMAGE && !file_is_packed(f))
		return f->uimage_size;
	if (f->kind != FILE_UIMAGE && file_is_32bit(f))
		return f->zimage_size;
	return file_is_packed(f) ? f->unpacked_size : f->size;
}

/* Xen places by the length of the file; the kernel takes image_size when it runs, and a
 * tree or ramdisk in its BSS would be lost. The larger one is what must be kept free. */
static uint64_t kernel_size(const struct file *f)
{
	uint64_t len = kernel_length(f);

	return f->image_size > len ? f->image_size : len;
}

/* Xen looks at the header of a uImage alone, not at what is inside. */
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

static struct range kernel_range(const struct file *f, const struct host *h, struct range bank)
{
	uint64_t size = kernel_size(f), end = bank.start + 128 * MiB;
	struct range bound;

	if (placement_is_bound(f, h, &bound))
		return range_at(bound.start, size);
	if (!file_is_32bit(f))
		return range_at(bank.start + text_offset(f), size);
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

static bool fits(const struct file *kernel, const struct host *h, struct range bank, uint64_t rest)
{
	struct range k = kernel_range(kernel, h, bank);

	return range_inside(k, bank) && find_gap(bank, k, rest);
}

/* The least bank there, in whole MiB, where all of it fits. With the kernel, the rest and
 * 128 MiB between them any kernel does that is not bound to another place. */
static uint64_t least_bank(const struct file *kernel, const struct host *h, uint64_t start,
			   uint64_t rest)
{
	uint64_t size = round_up(kernel_size(kernel) + rest, MiB);
	uint64_t end = size + 256 * MiB;

	while (size < end && !fits(kernel, h, range_at(start, size), rest))
		size += MiB;
	return size;
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
