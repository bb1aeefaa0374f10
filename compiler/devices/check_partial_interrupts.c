/* SPDX-License-Identifier: BSD-2-Clause */
/* Interrupts of a guest's device: can Xen give them, and to nobody else
 * (xen/arch/arm/irq.c, route_irq_to_guest())? */
#include <inttypes.h>

#include "devices/check_partial.h"
#include "passes/marks.h"
#include "xen/holders.h"
#include "xen/partial.h"

#define LOCAL_IRQS 32
#define VPL011_IRQ 32		/* xen/include/public/arch-arm.h, GUEST_VPL011_SPI */

static struct diag *refuse_shared(struct diags *diags, const struct partial_device *v,
				  uint32_t intid, const char *with)
{
	return diag(diags, E0882, v->at,
		    "%s shares interrupt %" PRIu32 " (SPI %" PRIu32
		    ") with %s, and Xen gives an interrupt to one domain",
		    v->title, intid, intid - LOCAL_IRQS, with);
}

/* The node of dom0's that has the interrupt; NULL: none has. Guests' devices and disabled nodes
 * are marked, so dom0 does not get theirs (see devices/partials.c). */
static const struct dt_node *dom0_holder(const struct partial_check *c, uint32_t intid)
{
	static const struct holder nobody;
	const struct holder **known = table_find(c->dom0s, "", intid), *o;

	if (known)
		return (*known)->node;
	o = holders_of_interrupt(c->host, intid);
	while (o && (is_marked(c->plan, o->node) || plan_leaves_out(c->plan, o->node) ||
		     !host_gives(c->host, o->node)))
		o = o->next;
	known = NEW(c->dom0s->arena, const struct holder *);
	*known = o ? o : &nobody;
	table_add(c->dom0s, "", intid, known);
	return (*known)->node;
}

/* The node of dom0's that has one of the device's interrupts; NULL: none has. */
static const struct dt_node *find_in_dom0(const struct partial_check *c,
					  const struct partial_device *v)
{
	const struct dt_node *n = NULL;

	for (size_t i = 0; i < v->interrupt_count && !n; i++)
		n = dom0_holder(c, v->interrupts[i].intid);
	return n;
}

static bool check_dom0s(const struct partial_check *c, const struct partial_device *v)
{
	const struct dt_node *n =
		c->system->dom0 ? find_in_dom0(c, v) : NULL;
	struct diag *g;

	if (!n)
		return true;
	g = refuse_shared(c->diags, v, partial_shares(c->host, v, n),
			  arena_printf(c->host->arena, "%s of dom0", dt_path(c->host->arena, n)));
	help_with_dom0s(g, c->host, c->system, v, n);
	return false;
}

static bool check_xens_own(struct diags *diags, const struct host *h,
			   const struct partial_device *v)
{
	uint32_t intid = h->console && v->host != h->console
				 ? partial_shares(h, v, h->console)
				 : 0;
	struct diag *g;

	if (!intid)
		return true;
	g = refuse_shared(diags, v, intid,
			  arena_printf(h->arena, "Xen's console %s",
				       dt_path(h->arena, h->console)));
	diag_help(g, "use another UART as Xen's console");
	return false;
}

/* The first device of an earlier guest that has an interrupt of this one, which is
 * *intid; NULL: none has. */
static const struct partial_device *find_in_guests(const struct partial_check *c,
						   const struct partial_device *v,
						   uint32_t *intid)
{
	for (size_t i = 0; i < v->interrupt_count; i++) {
		const struct partial_device *w;

		*intid = v->interrupts[i].intid;
		w = table_find(&c->interrupts, "", partial_interrupt_key(NULL, *intid));
		if (w->partial->number < v->partial->number)
			return w;
	}
	return NULL;
}

static bool check_guests_interrupts(const struct partial_check *c,
			      const struct partial_device *v)
{
	uint32_t intid;
	const struct partial_device *w = find_in_guests(c, v, &intid);
	struct diag *g;

	if (!w)
		return true;
	g = refuse_shared(c->diags, v, intid,
			  arena_printf(c->host->arena, "%s, of %s", w->title,
				       domain_title(c->host->arena, w->partial->guest)));
	diag_note(g, w->at, "that one is given away here");
	diag_help(g, "give both to one guest");
	return false;
}

/* The guest must have as many interrupts as the device's number says; Xen rounds what it
 * has up to 32 (xen/arch/arm/vgic.c, domain_vgic_init()). */
static bool check_number(struct diags *diags, const struct partial_device *v,
			 uint32_t intid)
{
	const struct value *spis = &v->partial->guest->nr_spis;
	uint64_t end = LOCAL_IRQS + (spis->n + 31) / 32 * 32;
	struct diag *g;

	if (!spis->text || intid < end)
		return true;
	g = diag(diags, E0887, spis->at,
		 "interrupt %" PRIu32
		 " of %s is beyond those of %s, which end at %" PRIu64,
		 intid, v->title, domain_title(diags->arena, v->partial->guest), end - 1);
	diag_note(g, v->at, "the device is given away here");
	diag_help(g, "write nr-spis: %" PRIu32 ", or leave the key out",
		  intid - LOCAL_IRQS + 1);
	return false;
}

static bool check_private(struct diags *diags, const struct partial_device *v,
			  uint32_t intid)
{
	struct diag *g;

	if (intid >= LOCAL_IRQS)
		return true;
	g = diag(diags, E0880, v->at,
		 "interrupt %" PRIu32 " of %s (%s) is private to each CPU: Xen gives "
		 "guests SPIs only",
		 intid, dt_path(diags->arena, v->host), v->title);
	if (!v->partial->guest->passed)
		diag_help(g,
			  "map its registers alone: take xen,path out and write "
			  "xen,force-assign-without-iommu");
	return false;
}

/* Warns of a device with the interrupt of the guest's vpl011: the guest cannot tell them
 * apart. */
static void warn_of_vpl011(struct diags *diags, const struct partial_device *v,
			   uint32_t intid)
{
	const struct domain *d = v->partial->guest;
	struct diag *g;

	if (intid != VPL011_IRQ || !d->vpl011.n || d->direct_map.n)
		return;
	g = diag(diags, W0890, v->at,
		 "interrupt %d of %s is also the one that Xen gives the vpl011 of %s",
		 VPL011_IRQ, v->title, domain_title(diags->arena, d));
	diag_help(g, "write vpl011: false; the guest is then reached by network, or by a UART that "
		     "it gets");
}

bool check_partial_interrupts(const struct partial_check *c,
			      const struct partial_device *v)
{
	bool ok = true;

	if (v->lost)
		diag(c->diags, W0881, v->at,
		     "%u of the interrupts of %s (%s) %s not end at the GIC: Xen does not "
		     "give %s to %s",
		     v->lost, dt_path(c->host->arena, v->host), v->title,
		     v->lost == 1 ? "does" : "do", v->lost == 1 ? "it" : "them",
		     domain_title(c->host->arena, v->partial->guest));
	for (size_t i = 0; i < v->interrupt_count && ok; i++) {
		uint32_t intid = v->interrupts[i].intid;

		ok = check_private(c->diags, v, intid) &&
		     check_number(c->diags, v, intid);
		warn_of_vpl011(c->diags, v, intid);
	}
	if (!ok || !v->host)
		return ok;
	return check_xens_own(c->diags, c->host, v) && check_dom0s(c, v) &&
	       check_guests_interrupts(c, v);
}
