/* SPDX-License-Identifier: BSD-2-Clause */
/* The tree, Xen's line and its .config become the IOMMUs that Xen drives. */
#include "xen/iommu.h"

#include <string.h>

#include "base/list.h"
#include "xen/config.h"

/* What Xen's drivers of IOMMUs are looked for by, and the option that they are built with
 * (xen/drivers/passthrough/arm/, and Kconfig above it). */
static const struct {
	const char *compatible, *option;
} drivers[] = {
	{ "arm,smmu-v1", "ARM_SMMU" },
	{ "arm,smmu-v2", "ARM_SMMU" },
	{ "arm,mmu-400", "ARM_SMMU" },
	{ "arm,mmu-401", "ARM_SMMU" },
	{ "arm,mmu-500", "ARM_SMMU" },
	{ "arm,smmu-v3", "ARM_SMMU_V3" },
	{ "renesas,ipmmu-r8a7795", "IPMMU_VMSA" },
	{ "renesas,ipmmu-r8a77965", "IPMMU_VMSA" },
	{ "renesas,ipmmu-r8a7796", "IPMMU_VMSA" },
	{ "renesas,ipmmu-r8a77961", "IPMMU_VMSA" },
	{ "renesas,ipmmu-r8a779f0", "IPMMU_VMSA" },
	{ "renesas,ipmmu-r8a779g0", "IPMMU_VMSA" },
};

bool is_iommu(const struct host *h, const struct dt_node *n)
{
	for (size_t i = 0; i < countof(drivers); i++)
		if (dt_compatible(n, drivers[i].compatible))
			return !config_lacks(h, drivers[i].option);
	return false;
}

/* Xen starts no driver for a node that is disabled or marked for a guest
 * (xen/common/device.c, device_init()). */
bool has_iommu(const struct host *h)
{
	for (const struct dt_node *n = h->base ? h->base->root : NULL; n; n = dt_next(n))
		if (dt_enabled(n) && !dt_prop(n, "xen,passthrough") && is_iommu(h, n))
			return true;
	return !h->base;
}

static bool is_one_of(const char *s, size_t len, const char *words)
{
	const char *found = words;
	char end;

	while (len && (found = memmem(found, strlen(found), s, len))) {
		end = found[len];
		if (found[-1] == ' ' && end == ' ')
			return true;
		found += len;
	}
	return false;
}

/* Reads one part of iommu=, which are separated by commas
 * (xen/drivers/passthrough/iommu.c, parse_iommu_param()). */
static void read_part(struct iommu *i, const char *s, size_t len, struct loc at)
{
	static const char no[] = " no off false disable 0 ";
	static const char yes[] = " yes on true enable 1 ";
	bool not = len > 3 && starts_with(s, "no-");
	const char *name = s + (not ? 3 : 0);
	const char *equals = memchr(s, '=', len);
	size_t rest = equals ? (size_t)(s + len - equals - 1) : 0;

	if (is_one_of(s, len, no) || is_one_of(s, len, yes))
		i->off = is_one_of(s, len, no);
	if (!is_one_of(name, (size_t)((equals ? equals : s + len) - name),
		       " force required "))
		return;
	i->forced = !not && !(equals && is_one_of(equals + 1, rest, no));
	i->at = at;
}

struct iommu read_iommu(const struct host *h)
{
	struct iommu found = { .off = false };
	size_t len;

	for (const struct word *w = h->line.w; w < h->line.w + h->line.n; w++) {
		found.off |= streq(w->key, "no-iommu");
		for (const char *s = w->value; streq(w->key, "iommu"); s += len + 1) {
			len = strcspn(s, ",");
			read_part(&found, s, len, w->at);
			if (!s[len])
				break;
		}
	}
	return found;
}

bool iommu_is_off(const struct host *h)
{
	return read_iommu(h).off;
}
