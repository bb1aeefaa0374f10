/* SPDX-License-Identifier: BSD-2-Clause */
/* What guests want of the machine's IOMMU and firmware is held against what it has. */
#include "job.h"
#include "passes/words.h"

/* The compatibles of Xen's drivers (xen/drivers/passthrough/arm). */
bool has_iommu(const struct job *j)
{
	static const char *const ours[] = { "arm,smmu-v1",
					    "arm,smmu-v2",
					    "arm,smmu-v3",
					    "arm,mmu-400",
					    "arm,mmu-401",
					    "arm,mmu-500",
					    "renesas,ipmmu-r8a7795",
					    "renesas,ipmmu-r8a77965",
					    "renesas,ipmmu-r8a7796",
					    "renesas,ipmmu-r8a77961",
					    "renesas,ipmmu-r8a779f0",
					    "renesas,ipmmu-r8a779g0",
					    NULL };

	for (const struct dt_node *n = j->base ? j->base->root : NULL; n; n = dt_next(n))
		for (const char *const *p = ours; *p; p++)
			if (dt_compatible(n, *p))
				return true;
	return !j->base;
}

static bool is_switched_off(struct job *j)
{
	struct word w;

	for (size_t i = 0; nth_word(j->arena, &j->system->xen->cmdline, i, &w); i++)
		if (streq(w.key, "no-iommu") ||
		    (streq(w.key, "iommu") &&
		     (streq(w.value, "off") || streq(w.value, "no") ||
		      streq(w.value, "0") || streq(w.value, "false"))))
			return true;
	return false;
}

static const struct value *given(const struct domain *d, const char *key,
				 const char *word)
{
	const struct attr *a = domain_attr(d, key);

	return a && streq(a->value.text, word) ? &a->value : NULL;
}

/* Xen xen/common/device-tree/dom0less-bindings.c, parse_dom0less_node(). */
static bool check_iommu(struct job *j, const struct domain *d)
{
	const struct value *v = given(d, "iommu", "enabled");
	struct diag *g;

	if (!v || (has_iommu(j) && !is_switched_off(j)))
		return true;
	g = diag(&j->diags, E0844, v->at, has_iommu(j) ?
		 "Xen's command line switches the IOMMU off, which %s wants" :
		 "%s wants an IOMMU, and the base tree has none that Xen drives",
		 domain_title(j->arena, d));
	diag_help(&j->diags, g,
		  has_iommu(j) ? "take that out of xen.cmdline, or leave the key out"
			       : "leave the key out: Xen would not heed it");
	return false;
}

/* Xen 4.19 and 4.20 do not take the flag back for the next guest
 * (xen/arch/arm/dom0less-build.c, create_domUs()). */
static void warn_of_others(struct job *j, const struct domain *d)
{
	const struct value *v = given(d, "iommu", "enabled");
	const struct domain *next = next_domain(j, d);
	unsigned xen = j->system->xen->version;

	if (v && next && xen >= VERSION(4, 19) && xen < VERSION(4, 21) &&
	    !given(next, "iommu", "enabled"))
		diag(&j->diags, W0845, v->at,
		     "Xen %u.%u gives the guests behind this one an IOMMU too",
		     VERSION_MAJOR(xen), VERSION_MINOR(xen));
}

static bool has_scmi(const struct job *j)
{
	for (const struct dt_node *n = j->base ? j->base->root : NULL; n; n = dt_next(n))
		if (dt_compatible(n, "arm,scmi-smc"))
			return true;
	return !j->base;
}

/* Xen xen/arch/arm/firmware/scmi-smc.c, scmi_smc_domain_init(). */
static bool check_sci(struct job *j, const struct domain *d, const struct value **first)
{
	const struct value *v = given(d, "sci", "scmi_smc");
	struct word w;
	struct diag *g;

	if (!v)
		return true;
	if (*first) {
		g = diag(&j->diags, E0846, v->at,
			 "one domain may have the firmware's SCMI");
		diag_note(&j->diags, g, (*first)->at, "it is given away here");
		return false;
	}
	*first = v;
	if (!has_scmi(j)) {
		diag(&j->diags, E0846, v->at,
		     "the base tree has no SCMI by calls (arm,scmi-smc)");
		return false;
	}
	if (!last_word(j->arena, &j->system->xen->cmdline, "scmi-smc-passthrough", &w)) {
		g = diag(&j->diags, E0846, v->at,
			 "Xen gives SCMI to a guest only if its command line "
			 "says so");
		diag_help(&j->diags, g, "add scmi-smc-passthrough to xen.cmdline");
		return false;
	}
	return true;
}

bool check_services(struct job *j)
{
	const struct value *first = NULL;
	bool ok = true;

	for (const struct domain *d = j->system->guests; d; d = next_domain(j, d)) {
		ok &= check_iommu(j, d);
		warn_of_others(j, d);
		ok &= check_sci(j, d, &first);
	}
	return ok;
}
