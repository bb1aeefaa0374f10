/* SPDX-License-Identifier: BSD-2-Clause */
/* Keys of guests are held against each other, as Xen does when it builds them. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "checks/checks.h"
#include "checks/sve.h"
#include "diag/fix.h"
#include "xen/linux_console.h"
#include "xen/guest_space.h"
#include "xen/host.h"
#include "xen/interrupts.h"
#include "xen/iommu.h"
#include "xen/limits.h"
#include "xen/memory.h"

/* The ranges of a guest's static memory must add up to its memory
 * (xen/common/device-tree/static-memory.c). */
static bool check_static_memory(struct diags *diags, const struct domain *d)
{
	uint64_t sum = 0;

	for (const struct extent *e = d->static_extents; e; e = NEXT(e))
		sum += e->claim->size;
	if (!d->static_extents || sum == d->memory.n || domain_capability(d, "hardware"))
		return true;
	diag(diags, E0820, d->memory.at,
	     "%s has %s of memory, but its static-memory adds up to "
	     "%s",
	     domain_title(diags->arena, d), number_show(diags->arena, d->memory.n),
	     number_show(diags->arena, sum));
	return false;
}

/* Before 4.22 a range that goes from the guest's first bank into the second is counted
 * short (xen/common/device-tree/static-memory.c, allocate_static_memory()). */
static void check_border(struct diags *diags, const struct host *h,
			 const struct domain *d)
{
	unsigned xen = h->xen->version;
	uint64_t sum = 0;
	struct diag *g;

	if (d->direct_map.n || xen_since(h, VERSION(4, 22)))
		return;
	for (const struct extent *e = d->static_extents; e; e = NEXT(e)) {
		sum += e->claim->size;
		if (sum <= GUEST_BANK0_MAX || sum - e->claim->size >= GUEST_BANK0_MAX)
			continue;
		g = diag(diags, E0820, e->claim->at,
			 "Xen %u.%u miscounts a range that holds the "
			 "guest's first 3G and more",
			 VERSION_MAJOR(xen), VERSION_MINOR(xen));
		diag_help(
			g, "write it as two ranges, the first of %s",
			number_show(h->arena, GUEST_BANK0_MAX - (sum - e->claim->size)));
		return;
	}
}

static bool check_banks(struct diags *diags, const struct domain *d)
{
	unsigned n = 0;

	for (const struct extent *e = d->static_extents; e && d->direct_map.n;
	     e = NEXT(e)) {
		if (++n != BANKS_MAX + 1)
			continue;
		diag(diags, E0821, e->claim->at,
		     "a direct-mapped guest has at most %d ranges of "
		     "memory",
		     BANKS_MAX);
		return false;
	}
	return true;
}

/* Xen puts the kernel at the start of the first range (xen/arch/arm/kernel.c), and an
 * arm64 Image wants a boundary of 2 MiB. */
static void check_boundary(struct diags *diags, const struct domain *d)
{
	const struct file *f = d->kernel->found;
	const struct claim *c = d->static_extents ? d->static_extents->claim : NULL;
	bool image = f && !file_is_32bit(f) &&
		     (f->kind == FILE_ARM64_IMAGE || f->inside == FILE_ARM64_IMAGE);

	if (!c || !image || !c->fixed.src || c->start % (2 * MiB) == 0)
		return;
	diag(diags, W0840, c->fixed,
	     "an arm64 Image wants a boundary of 2M, and Xen puts the "
	     "kernel of %s at 0x%" PRIx64,
	     domain_title(diags->arena, d), c->start);
}

/* The window for a direct-mapped guest's grant table is where it is for all guests, so
 * its memory cannot be there. */
static bool check_grant_window(struct diags *diags, const struct domain *d)
{
	for (const struct extent *e = d->static_extents; e && d->pv.n; e = NEXT(e)) {
		if (!e->claim->fixed.src ||
		    !range_overlaps(range_at(e->claim->start, e->claim->size),
				    GRANT_WINDOW))
			continue;
		diag_help(diag(diags, E0821, e->claim->fixed,
			       "a direct-mapped guest with pv cannot have memory in "
			       "[0x38000000, 0x39000000): its grant table is there"),
			  "move the range, or leave `pv` or `direct-map` out");
		return false;
	}
	return true;
}

/* A direct-mapped guest's UART takes the place of the console's, if that is large enough
 * (Xen xen/arch/arm/vpl011.c, domain_vpl011_init()). */
static bool check_direct_uart(struct diags *diags, const struct host *h,
			      const struct domain *d)
{
	struct diag *g;

	if (!d->vpl011.n || vpl011_is_possible(h, d))
		return true;
	g = diag(diags, E0821, d->vpl011.at,
		 "a direct-mapped guest's vpl011 takes the place of "
		 "Xen's console UART, which %s",
		 !h->console ? "there is not"
			     : "has less than the 4K of registers that Xen wants");
	diag_help(g, "leave vpl011 out: this guest then has no console, reach it by "
		  "network or give it a UART with passthrough");
	return false;
}

static bool console_has_interrupt(const struct host *h)
{
	struct interrupt i;

	return h->console && (!h->gic_node || !interrupt_follow(h, h->console, 0, &i));
}

/* Xen looks for the interrupt of its own console even if the guest has no vpl011, unless
 * the guest says how many interrupts it has; before 4.18 it goes on without one
 * (xen/arch/arm/dom0less-build.c, arch_parse_dom0less_node()). */
static bool check_direct_interrupts(struct diags *diags, const struct host *h,
				    const struct domain *d)
{
	struct diag *g;

	if (!h->base || d->vpl011.n || d->nr_spis.text || console_has_interrupt(h) ||
	    !xen_since(h, VERSION(4, 18)))
		return true;
	g = diag(diags, E0821, d->direct_map.at,
		 "Xen makes a direct-mapped guest only if its own console has an "
		 "interrupt, or the guest has nr-spis");
	diag_help(g, "add nr-spis, or console=dtuart dtuart=ALIAS to xen.cmdline");
	return false;
}

static bool check_direct_map(struct diags *diags, const struct host *h,
			     const struct domain *d)
{
	struct diag *g;
	bool ok;

	if (!d->direct_map.n)
		return true;
	if (!d->static_extents) {
		g = diag(diags, E0821, d->direct_map.at,
			 "direct-map needs static-memory");
		diag_help(g, "add static-memory: auto");
		fix_add_key(g, d->direct_map.key, "static-memory: auto");
		return false;
	}
	check_boundary(diags, d);
	ok = check_grant_window(diags, d);
	ok &= check_banks(diags, d);
	ok &= check_direct_interrupts(diags, h, d);
	return check_direct_uart(diags, h, d) && ok;
}

/* Xen does not raise a number of interrupts that the guest says for the sake of its
 * vpl011 (xen/arch/arm/dom0less-build.c). */
static void check_spis(struct diags *diags, const struct domain *d)
{
	if (!d->nr_spis.text || d->nr_spis.n || !d->vpl011.n)
		return;
	diag(diags, E0831, d->nr_spis.at,
	     "the vpl011 of %s needs an interrupt: nr-spis must be at "
	     "least 1",
	     domain_title(diags->arena, d));
}

static void check_p2m(struct diags *diags, const struct domain *d)
{
	uint64_t usual = usual_p2m_pool(d);

	if (d->p2m_memory.text && d->p2m_memory.n < usual)
		diag(diags, W0832, d->p2m_memory.at,
		     "Xen would take %s for the page tables of "
		     "%s; with less it may fail to build the guest",
		     number_show(diags->arena, usual), domain_title(diags->arena, d));
}

static void check_sve(struct diags *diags, const struct host *h, const struct domain *d)
{
	if (!d->sve.text)
		return;
	if (d->kernel->found && file_is_32bit(d->kernel->found)) {
		diag_help(diag(diags, E0829, d->sve.at,
			       "'%s' is a 32-bit kernel; SVE is for 64-bit ones",
			       d->kernel->found->path),
			  "leave `sve` out, or use a 64-bit kernel");
		return;
	}
	if (streq(d->sve.text, "max"))
		return;
	check_sve_bits(diags, h, d->sve.at, strtoull(d->sve.text, NULL, 10));
}

/* One domain may own the hardware, and one may run xenstore; dom0 is both
 * (xen/common/device-tree/dom0less-bindings.c). */
static bool check_capability(struct diags *diags, const struct system *system,
			     const struct domain *d, const char *word)
{
	const struct value *v = domain_capability(d, word);
	const struct domain *other = first_domain(system);
	struct diag *g;

	while (v && other != d && !other->is_dom0 && !domain_capability(other, word))
		other = next_domain(system, other);
	if (!v || other == d)
		return true;
	g = diag(diags, E0830, v->at,
		 "%s has the capability '%s' already; Xen allows one such domain",
		 domain_title(diags->arena, other), word);
	if (other->is_dom0)
		diag_help(g, "leave it out: dom0 always has it");
	return false;
}

/* Warns of keys that count for nothing: Xen builds the owner of the hardware as it builds
 * dom0 (xen/arch/arm/domain_build.c, construct_hwdom()). */
static void warn_of_hardware(struct diags *diags, const struct domain *d)
{
	if (d->static_extents && d->static_extents->claim->size > PAGE_SIZE_4K)
		diag_help(diag(diags, W0842, d->static_extents->claim->at,
			     "%s owns the "
			     "hardware: its memory comes from Xen's heap, and this range "
			     "lies idle",
			     domain_title(diags->arena, d)),
			"write one range of 4K: direct-map wants static memory, and Xen uses "
			"none of it");
	if (d->vpl011.n)
		diag(diags, W0842, d->vpl011.at,
		     "%s owns the hardware: Xen gives it no vpl011",
		     domain_title(diags->arena, d));
}

/* What Xen asks of the guest that owns the hardware
 * (xen/common/device-tree/dom0less-bindings.c, parse_dom0less_node()). */
static void check_hardware_owner(struct diags *diags, const struct host *h,
				 const struct domain *d)
{
	const struct value *v = domain_capability(d, "hardware");
	const char *key = NULL, *all = "devices";
	struct diag *g;

	if (!v)
		return;
	if (!d->direct_map.n && !has_iommu(h)) {
		g = diag(diags, E0830, v->at,
			 "%s cannot own the hardware: it must be direct-mapped, or have an "
			 "IOMMU", domain_title(h->arena, d));
		diag_help(g, "add direct-map: true and static-memory, or leave the capability "
			     "out");
		return;
	}
	if (domain_attr(d, "iommu")) {
		key = "iommu";
	} else if (d->nr_spis.text) {
		key = "nr-spis";
		all = "interrupts";
	} else if (d->partial_image) {
		key = d->passthrough_dtb ? "passthrough-dtb" : "passthrough";
	}
	if (!key) {
		warn_of_hardware(diags, d);
		return;
	}
	g = diag(diags, E0830, v->at,
		 "%s cannot own the hardware: it gets all %s, so it takes no key '%s'",
		 domain_title(h->arena, d), all, key);
	diag_help(g, "leave `%s` out, or the capability", key);
}

/* Xen looks for a partial tree from the owner's node to the end of the tree
 * (xen/common/device-tree/dom0less-bindings.c, parse_dom0less_node()). */
static void check_order(struct diags *diags, const struct system *system,
			const struct domain *d)
{
	const struct value *v = domain_capability(d, "hardware");
	const struct domain *other = next_domain(system, d);
	struct diag *g;

	while (v && other && !other->partial_image)
		other = next_domain(system, other);
	if (!v || !other)
		return;
	g = diag(diags, E0830, v->at,
		 "%s owns the hardware and stands before %s, which has devices: Xen "
		 "takes its partial tree for the owner's",
		 domain_title(diags->arena, d), domain_title(diags->arena, other));
	diag_help(g, "move it to the end of the guests");
}

/* A guest has version 2 of grant tables only if Xen's line allows it: by default Xen on
 * Arm has version 1 (xen/arch/arm/include/asm/grant_table.h; xen/common/grant_table.c,
 * parse_gnttab() and grant_table_init()). */
static void check_grant_version(struct diags *diags, const struct host *h,
				const struct domain *d)
{
	const struct attr *a = domain_attr(d, "max-grant-version");
	struct diag *g;

	if (!a || a->value.n < 2)
		return;
	for (size_t i = 0; i < h->line.n; i++)
		if (streq(h->line.w[i].key, "gnttab") &&
		    strstr(h->line.w[i].value, "max-ver:2"))
			return;
	g = diag(diags, E0843, a->value.at, "Xen on Arm gives version 1 of grant tables");
	diag_help(g, "add gnttab=max-ver:2 to xen.cmdline, or leave the key out");
}

static void check_guest(struct diags *diags, const struct host *h,
			const struct system *system, const struct domain *d)
{
	if (check_static_memory(diags, d))
		check_border(diags, h, d);
	check_p2m(diags, d);
	check_direct_map(diags, h, d);
	check_spis(diags, d);
	check_sve(diags, h, d);
	if (check_capability(diags, system, d, "hardware"))
		check_hardware_owner(diags, h, d);
	check_order(diags, system, d);
	check_capability(diags, system, d, "xenstore");
	check_grant_version(diags, h, d);
}

void check_guests(struct job *j)
{
	for (const struct domain *d = first_xen_guest(j->system); d;
	     d = next_xen_guest(d))
		check_guest(&j->diags, &j->host, j->system, d);
}
