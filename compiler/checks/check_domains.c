/* SPDX-License-Identifier: BSD-2-Clause */
/* Domains are held against Xen's rules for building them. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "checks/checks.h"
#include "checks/placement.h"
#include "xen/cpus.h"
#include "xen/guest_space.h"
#include "xen/line.h"
#include "xen/partial.h"

static unsigned gic_version(const struct host *h)
{
	if (h->gic)
		return h->gic;
	return h->board->gic.n == 1 ? (unsigned)h->board->gic.v[0].n : 0;
}

#define GICV2_VCPUS_MAX 8	/* the CPU interfaces of a GICv2: xen/arch/arm/vgic-v2.c */

static void check_vcpus(struct diags *diags, const struct host *h,
			const struct system *system, const struct domain *d)
{
	struct loc at;
	uint64_t n = vcpus_of(h, system, d, &at);
	struct diag *g;

	if (gic_version(h) != 2 || n <= GICV2_VCPUS_MAX)
		return;
	g = diag(diags, E0803, at,
		 "%s would have %" PRIu64 " CPUs; with a GICv2 a domain has at "
		 "most %d",
		 domain_title(h->arena, d), n, GICV2_VCPUS_MAX);
	if (d->vcpus.text)
		diag_help(g, "write vcpus: %d or less, or use a machine with a GICv3",
			  GICV2_VCPUS_MAX);
	else if (xen_word(h, "dom0_max_vcpus"))
		diag_help(g, "write dom0_max_vcpus=%d or less", GICV2_VCPUS_MAX);
	else
		diag_help(g,
			  "set 'vcpus' of dom0, which becomes dom0_max_vcpus; without it "
			  "dom0 gets all CPUs of the board");
}

/* Whether a domain runs xenstore: dom0, or since Xen 4.21 a guest with that capability.
 */
static bool has_xenstore_domain(const struct system *system)
{
	for (const struct domain *d = first_domain(system); d;
	     d = next_domain(system, d)) {
		if (d->is_dom0)
			return true;
		for (size_t i = 0; i < d->capabilities.n; i++)
			if (streq(d->capabilities.v[i].text, "xenstore"))
				return true;
	}
	return false;
}

static void check_pv(struct diags *diags, const struct system *system,
		     const struct domain *d)
{
	struct diag *g;

	if (!d->pv.text || !streq(d->pv.text, "enabled") || has_xenstore_domain(system))
		return;
	g = diag(diags, E0807, d->pv.at,
		 "%s asks for xenstore, which only dom0 provides, and "
		 "there is no dom0",
		 domain_title(diags->arena, d));
	diag_help(g, "use pv: no-xenstore, or describe dom0");
}

static size_t padded(size_t len)
{
	return (len + 3) & ~(size_t)3;
}

/* Bytes of /reserved-memory, which has a node for each shared memory
 * (make_shm_resv_memory_node()); since 4.19 it stands in /memory, too. */
static size_t shared_nodes_size(const struct host *h, const struct system *system,
				const struct domain *d)
{
	size_t size = 0;

	for (const struct shared *s = system->shared; s; s = NEXT(s))
		for (size_t i = 0; i < s->at->values.n; i++) {
			const struct named_value *v = &s->at->values.v[i];
			char name[32];

			if (!streq(v->key.text, d->o.name))
				continue;
			snprintf(name, sizeof(name), "xen-shmem@%" PRIx64, v->value.n);
			size += 104 + padded(strlen(name) + 1) +
				padded(strlen(s->o.name) + 1) +
				(xen_since(h, VERSION(4, 19)) ? 16 : 0);
		}
	return size ? size + 93 : 0;
}

/* Bytes that reg of /memory has beyond one range. */
static size_t more_banks_size(const struct domain *d)
{
	size_t n = 0;

	for (const struct extent *e = d->static_extents; e && d->direct_map.n;
	     e = NEXT(e))
		n++;
	return 16 * (n > 1 ? n - 1 : !d->direct_map.n && d->memory.n > GUEST_BANK0_MAX);
}

/* Bytes of /chosen. On 4.17 it has the properties of a ramdisk even without one. */
static size_t chosen_size(const struct host *h, const struct domain *d)
{
	size_t line = strlen(d->cmdline.text);

	return (line ? 21 + padded(line + 1) : 0) +
	       (d->ramdisk || !xen_since(h, VERSION(4, 18)) ? 76 : 0);
}

static size_t cpu_size(const struct host *h)
{
	const struct dt_node *cpus = h->base ? dt_find(h->base, "/cpus") : NULL;
	const struct dt_node *cpu = cpus ? cpus->children : NULL;
	const struct dt_prop *compatible;

	while (cpu && !dt_prop(cpu, "device_type"))
		cpu = cpu->next;
	compatible = cpu ? dt_prop(cpu, "compatible") : NULL;
	return 80 + padded(compatible ? compatible->len : 16) +
	       (cpu && dt_prop(cpu, "clock-frequency") ? 16 : 0);
}

/* Bytes of the tree that Xen writes for a guest, without what it takes from a partial
 * tree. Measured on Xen 4.17, 4.20 and 4.23: without CPUs 815, 822 before 4.22, and 39
 * more for a GICv3 since 4.20. The rest is what each part adds
 * (xen/common/device-tree/dom0less-build.c, make_*_node()). */
static uint64_t guest_tree_size(const struct host *h, const struct system *system,
				const struct domain *d)
{
	size_t size = xen_since(h, VERSION(4, 22)) ? 815 : 822;

	if (h->gic == 3 && xen_since(h, VERSION(4, 20)))
		size += 39;
	return size + cpu_size(h) * d->vcpus.n + chosen_size(h, d) +
	       shared_nodes_size(h, system, d) + (d->vpl011.n ? 154 : 0) +
	       (d->pv.n ? 156 : 0) + more_banks_size(d);
}

static bool is_copied(const struct dt_node *n)
{
	return dt_is_named(n, "aliases") || dt_is_named(n, "passthrough");
}

/* Bytes that Xen takes over from a partial tree: all but its header and root. */
static uint64_t copied_size(struct arena *a, const struct partial *p)
{
	struct devicetree *copy = p ? dt_copy(a, p->tree) : NULL;
	struct devicetree none = { .root = NEW(a, struct dt_node) };

	if (!copy)
		return 0;
	none.root->name = "";
	copy->root->props = NULL;
	for (struct dt_node *n = copy->root->children, *next; n; n = next) {
		next = n->next;
		if (!is_copied(n))
			dt_remove(n);
	}
	return dt_size(a, copy) - dt_size(a, &none);
}

/* Bytes of Xen's buffer for a guest's tree. Since 4.18 it grows by the size of the
 * partial tree's file (prepare_dtb_domU()). */
static uint64_t tree_buffer(const struct host *h, const struct partial *p)
{
	uint64_t size = xen_since(h, VERSION(4, 22)) ? 18432 : 4096;

	if (p && xen_since(h, VERSION(4, 18)))
		size += p->size;
	return size < 2 * MiB ? size : 2 * MiB;
}

static void check_guest_tree(struct diags *diags, const struct host *h,
			     const struct system *system, const struct domain *d)
{
	const struct partial *p = d->partial;
	uint64_t size =
		guest_tree_size(h, system, d) + copied_size(h->arena, p);
	unsigned xen = h->xen->version;
	struct diag *g;

	if (!xen || size <= tree_buffer(h, p))
		return;
	g = diag(diags, E0808, p ? p->at : d->vcpus.at,
		 "the tree that Xen makes for %s needs about %" PRIu64
		 " bytes; Xen %u.%u has %" PRIu64,
		 domain_title(h->arena, d), size, VERSION_MAJOR(xen), VERSION_MINOR(xen),
		 tree_buffer(h, p));
	diag_help(g, "write fewer vcpus%s, or a shorter cmdline%s",
		  shared_nodes_size(h, system, d) ? " or shared memories" : "",
		  p ? ", or fewer devices; Xen has more room since 4.18" : "");
}

/* The modules that Xen keeps account of: itself, the tree, and 30 others
 * (xen/include/xen/bootinfo.h, MAX_MODULES). */
#define MODULES_MAX 32

static void check_counts(struct diags *diags, const struct system *system,
			 const struct plan *plan)
{
	unsigned modules = 0, lines = 0;
	const struct load *last = NULL;
	struct loc at = system->o.at;
	struct diag *g;

	for (const struct load *l = plan->loads; l; l = l->next, modules++)
		if (modules == MODULES_MAX)
			last = l;
	for (const struct domain *d = first_domain(system); d;
	     d = next_domain(system, d))
		if (*d->cmdline.text && ++lines == MODULES_MAX + 1)
			at = d->cmdline.at;
	if (last) {
		g = diag(diags, E0801, last->at,
			 "%s is one file too many: %u in all, and Xen keeps "
			 "%d with itself and the device tree",
			 last->what, modules, MODULES_MAX);
		diag_help(g, "let domains share files: equal ramdisks and uncompressed kernels count once");
	} else if (lines > MODULES_MAX) {
		diag(diags, E0801, at,
		     "%u domains have command lines; Xen keeps %d", lines, MODULES_MAX);
	} else {
		return;
	}
}

/* Xen is no larger than the virtual addresses that it has for itself
 * (xen/arch/arm/include/asm/mmu/layout.h). */
static void check_xen_size(struct diags *diags, const struct host *h,
			   const struct plan *plan)
{
	const struct xen *x = h->xen;
	uint64_t limit = xen_since(h, VERSION(4, 18)) ? 8 * MiB : 2 * MiB;

	if (!x->version || !x->image->found || plan->xen->span <= limit)
		return;
	diag(diags, E0814, x->image->file.at,
	     "the image takes %s of memory; Xen %u.%u has room "
	     "for %s: this is not Xen as it was built",
	     number_show(h->arena, plan->xen->span), VERSION_MAJOR(x->version),
	     VERSION_MINOR(x->version), number_show(h->arena, limit));
}

static void check_guest(struct diags *diags, const struct host *h,
			const struct system *system, const struct domain *d)
{
	check_pv(diags, system, d);
	check_guest_tree(diags, h, system, d);
	if (!is_direct(d))	/* check_memory knows the addresses of those */
		check_placement(diags, h, d);
}

void check_domains(struct job *j)
{
	check_counts(&j->diags, j->system, &j->plan);
	check_xen_size(&j->diags, &j->host, &j->plan);
	for (const struct domain *d = first_domain(j->system); d;
	     d = next_domain(j->system, d)) {
		check_vcpus(&j->diags, &j->host, j->system, d);
		if (!d->is_dom0)
			check_guest(&j->diags, &j->host, j->system, d);
	}
}
