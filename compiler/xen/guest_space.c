/* SPDX-License-Identifier: BSD-2-Clause */
/* The addresses of a guest that Xen fills itself (xen/include/public/arch-arm.h). */
#include "xen/guest_space.h"

#include "xen/host.h"

#define RAM1_START 0x200000000	/* address of the second bank, GUEST_RAM1_BASE */

static bool is_memory(const struct domain *d, struct range r)
{
	struct range first = guest_bank0(d);
	uint64_t rest = d->memory.n - (first.end - first.start);

	return range_overlaps(r, first) || range_overlaps(r, range_at(RAM1_START, rest));
}

#define REDISTRIBUTOR 0x20000	/* GICV3_GICR_SIZE */

static const struct range gicv2 = { 0x03001000, 0x03004000 };
static const struct range distributor = { 0x03001000, 0x03011000 };
static const struct range magic = { 0x39000000, 0x3a000000 };

/* Of a GICv3 a guest reads the redistributors of its own CPUs, the last of which says that
 * it is the last (xen/arch/arm/vgic-v3.c, vgic_v3_vcpu_init()). Behind it Xen emulates
 * nothing. */
static struct range redistributors(const struct domain *d)
{
	return range_at(0x03020000, d->vcpus.n * REDISTRIBUTOR);
}

static bool is_gic(const struct host *h, const struct domain *d, struct range r)
{
	if (h->gic == 3)
		return range_overlaps(r, distributor) ||
		       range_overlaps(r, redistributors(d));
	return range_overlaps(r, gicv2);
}

static bool is_node(const struct dt_node *n, struct range r)
{
	struct range own;

	for (size_t i = 0; n && dt_reg_on_cpu(n, i, &own, NULL); i++)
		if (range_overlaps(r, own))
			return true;
	return false;
}

static bool is_static(const struct domain *d, struct range r)
{
	for (const struct extent *e = d->static_extents; e; e = NEXT(e))
		if (e->claim &&
		    range_overlaps(r, range_at(e->claim->start, e->claim->size)))
			return true;
	return false;
}

/* A dom0 with colours sees the machine's devices at their own addresses. Its memory is
 * not looked for: it may be anywhere in the machine's RAM. */
static const char *dom0_space_taken(const struct host *h, struct range r)
{
	for (const struct dt_node *n = h->base ? h->base->root : NULL; n; n = dt_next(n))
		if (is_node(n, r) && !host_is_ram_node(h, n))
			return "a device of the machine is";
	return NULL;
}

const char *guest_space_taken(const struct host *h, const struct domain *d,
			      struct range r)
{
	bool direct = is_direct(d);

	if (d->is_dom0 && !direct)
		return dom0_space_taken(h, r);
	if (direct ? is_static(d, r) : is_memory(d, r))
		return "its memory is";
	if (direct ? is_node(h->gic_node, r) : is_gic(h, d, r))
		return "its interrupt controller is";
	if (d->vpl011.n &&
	    (direct ? is_node(h->console, r) : range_overlaps(r, GUEST_UART)))
		return "its vpl011 is";
	if (d->pv.n && range_overlaps(r, GRANT_WINDOW))
		return "its grant table is";
	return d->pv.n && !direct && range_overlaps(r, magic) ? "its magic pages are"
							      : NULL;
}

struct list {
	void (*use)(void *what, struct range r, const char *name);
	void *what;
};

static void list_node(const struct list *l, const struct dt_node *n, const char *name)
{
	struct range r;

	for (size_t i = 0; n && dt_reg_on_cpu(n, i, &r, NULL); i++)
		l->use(l->what, r, name);
}

static void list_direct(const struct list *l, const struct host *h, const struct domain *d)
{
	for (const struct extent *e = d->static_extents; e; e = NEXT(e))
		if (e->claim)
			l->use(l->what, range_at(e->claim->start, e->claim->size), "RAM");
	list_node(l, h->gic_node, "interrupt controller");
	if (d->vpl011.n)
		list_node(l, h->console, "UART (vpl011)");
}

static void list_usual(const struct list *l, const struct host *h, const struct domain *d)
{
	struct range first = guest_bank0(d);

	l->use(l->what, first, "RAM");
	l->use(l->what, range_at(RAM1_START, d->memory.n - range_size(first)), "RAM");
	if (h->gic == 3) {
		l->use(l->what, distributor, "interrupt distributor");
		l->use(l->what, redistributors(d), "interrupt redistributors");
	} else {
		l->use(l->what, gicv2, "interrupt controller");
	}
	if (d->vpl011.n)
		l->use(l->what, GUEST_UART, "UART (vpl011)");
	if (d->pv.n)
		l->use(l->what, magic, "magic pages");
}

void guest_space_list(const struct host *h, const struct domain *d,
		      void (*use)(void *what, struct range r, const char *name), void *what)
{
	const struct list l = { use, what };

	if (is_direct(d))
		list_direct(&l, h, d);
	else
		list_usual(&l, h, d);
	if (d->pv.n)
		use(what, GRANT_WINDOW, "grant table");
}
