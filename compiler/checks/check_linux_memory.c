/* SPDX-License-Identifier: BSD-2-Clause */
/* The memory of a Linux is held against what its kernel takes of it. The figures were seen with
 * Linux 6.1 of Debian and a small ramdisk, on Xen 4.17 and 4.20. */
#include "checks/checks.h"
#include "words.h"
#include "xen/dom0_memory.h"

/* Beside the kernel and its ramdisk. A guest with 17M stops with "System is deadlocked on
 * memory", one with 21M comes up; dom0, which has more devices, stops with 27M and comes up
 * with 29M. */
#define GUEST_LEAST (18 * MiB)
#define DOM0_LEAST (28 * MiB)

/* What such a kernel keeps for devices (CMA) if it finds so much in one piece, and programs
 * cannot have before they run: dom0 with 96M and with 127M comes up, with 100M to 120M it
 * does not, and with cma=0 it does. */
#define CMA (64 * MiB)
#define CMA_FOUND (CMA + 6 * MiB)

/* A kernel of less is none that these figures are of. */
#define KERNEL_LEAST (8 * MiB)

static uint64_t kernel_size(const struct file *f)
{
	uint64_t size = file_is_packed(f) ? f->unpacked_size : f->size;

	return f->image_size > size ? f->image_size : size;
}

static void warn_of_little(struct diags *diags, const struct domain *d, uint64_t left,
			   uint64_t least)
{
	uint64_t enough = d->memory.n + least - left;
	struct diag *g;

	g = diag(diags, W0898, d->memory.at,
		 "%s has %s of memory beside its kernel and ramdisk: Linux stops for want of "
		 "memory",
		 domain_title(diags->arena, d),
		 number_show(diags->arena, round_down(left, MiB)));
	diag_help(g, "give it %s or more",
		  number_show(diags->arena, d->is_dom0 ? dom0_whole_above(enough)
						       : round_up(enough, MiB)));
}

static void warn_of_cma(struct diags *diags, const struct domain *d)
{
	struct diag *g;

	g = diag(diags, W0898, d->memory.at,
		 "%s may stop for want of memory: a kernel that keeps 64M for devices (CMA), as "
		 "Debian's does, leaves too little beside them", domain_title(diags->arena, d));
	diag_help(g, "add cma=16M to its cmdline, or give it 128M");
}

static void check_domain(struct diags *diags, const struct domain *d)
{
	uint64_t least = d->is_dom0 ? DOM0_LEAST : GUEST_LEAST, kernel, left;

	if (d->linux_guess != LINUX_LIKELY || !d->kernel->found)
		return;
	kernel = kernel_size(d->kernel->found);
	left = d->ramdisk && d->ramdisk->found ? d->ramdisk->found->size : 0;
	if (kernel < KERNEL_LEAST || d->memory.n < kernel + left)
		return;		/* it is no such kernel; or E0806 says that it does not fit */
	left = d->memory.n - kernel - left;
	if (left < least)
		warn_of_little(diags, d, left, least);
	else if (left >= CMA_FOUND && left < CMA + least + 3 * MiB &&
		 !last_word(&d->words, "cma"))
		warn_of_cma(diags, d);
}

void check_linux_memory(struct job *j)
{
	for (const struct domain *d = first_domain(j->system); d;
	     d = next_domain(j->system, d))
		check_domain(&j->diags, d);
}
