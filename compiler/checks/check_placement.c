/* SPDX-License-Identifier: BSD-2-Clause */
/* Kernel, ramdisk and tree of a domain are held against the memory that they go to. */
#include <inttypes.h>

#include "checks/placement.h"
#include "xen/guest_space.h"
#include "xen/memory.h"
#include "xen/placement.h"

/* The memory that Xen puts kernel, ramdisk and tree of a guest into: the first bank, or
 * of a direct-mapped guest the first range of its static memory. A guest that owns the
 * hardware gets memory as dom0 does, static or not. */
static struct range first_bank(const struct domain *d)
{
	const struct claim *c = d->static_extents ? d->static_extents->claim : NULL;

	if (c && is_direct(d) && !domain_capability(d, "hardware"))
		return range_at(c->start, c->size);
	return guest_bank0(d);
}

/* Whether a kernel that was made for one address, from which Xen does not move it, has
 * that address in the bank. */
static bool is_inside(struct diags *diags, const struct host *h, const struct domain *d,
		      struct range bank)
{
	struct range kernel;
	struct diag *g;

	if (!placement_is_bound(d->kernel->found, h, &kernel) ||
	    range_inside(kernel, bank))
		return true;
	g = diag(diags, E0835, d->kernel->file.at,
		 "the kernel of %s was made for [0x%08" PRIx64 ", 0x%08" PRIx64
		 "), which is not inside its first memory, [0x%08" PRIx64 ", 0x%08" PRIx64
		 ")",
		 domain_title(h->arena, d), kernel.start, kernel.end, bank.start,
		 bank.end);
	diag_help(g,
		  d->kernel->found->kind == FILE_UIMAGE
			  ? "with 0 for both addresses of the uImage (mkimage -a 0 -e 0) "
			    "Xen chooses the place"
			  : "use a Linux that was built with CONFIG_AUTO_ZRELADDR: it goes where Xen "
			    "puts it");
	return false;
}

/* Says which size of the memory would do. None does if the kernel's BSS reaches over 128
 * MiB and its file does not: Xen sees only the file, and puts the tree where the BSS is.
 */
static void help_with_size(struct diag *g, const struct domain *d, uint64_t needed,
			   const char *size_is)
{
	const struct file *f = d->kernel->found;

	if (needed)
		diag_help(g, "%s enough for Xen; the system in it may need more", size_is);
	else
		diag_help(g,
			  "no memory is large enough: Xen puts the tree 128M into it, where "
			  "the BSS of this kernel is; pad its file with zeros (truncate -s "
			  "%" PRIu64 "), so that Xen sees all of it",
			  f->image_size);
}

bool check_placement(struct diags *diags, const struct host *h, const struct domain *d)
{
	struct range bank = first_bank(d);
	bool all = !is_direct(d) || range_size(bank) == d->memory.n;
	uint64_t needed;
	struct diag *g;

	if (placement_fits(d, h, bank, PAGE_SIZE_4K, &needed))
		return true;
	if (!is_inside(diags, h, d, bank))
		return false;
	g = diag(diags, E0806, all ? d->memory.at : d->static_extents->claim->at,
		 "kernel, ramdisk and device tree of %s do not fit "
		 "into %s%s of memory at the places where Xen puts them",
		 domain_title(h->arena, d), all ? "" : "its first range, ",
		 number_show(h->arena, range_size(bank)));
	help_with_size(g, d, needed,
		       arena_printf(g->arena, "%s are", number_show(g->arena, needed)));
	return false;
}

bool dom0_fits(struct diags *diags, const struct host *h, const struct plan *plan,
	       const struct domain *d, struct range first)
{
	uint64_t needed;
	struct diag *g;

	if (placement_fits(d, h, first, dom0_tree_size(plan), &needed))
		return true;
	if (!is_inside(diags, h, d, first))
		return false;
	g = diag(diags, E0806, d->memory.at,
		 "kernel, ramdisk and device tree of dom0 do not fit "
		 "into its first bank [0x%08" PRIx64 ", 0x%08" PRIx64 ")",
		 first.start, first.end);
	help_with_size(g, d, needed,
		       arena_printf(g->arena, "a first bank of %s is",
				    number_show(g->arena, needed)));
	return false;
}
