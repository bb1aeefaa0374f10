/* SPDX-License-Identifier: BSD-2-Clause */
/* Keys of a guest as options of xl: xl.cfg(5). */
#include "passes/xl_options.h"

#include "base/text.h"
#include "base/version.h"

/* Keys that are not here have no counterpart. */
static const struct xl_option options[] = {
	{ "boot", NULL, XL_OWN, 0 },
	{ "kernel", "kernel", XL_FILE, 0 },
	{ "ramdisk", "ramdisk", XL_FILE, 0 },
	{ "cmdline", "cmdline", XL_TEXT, 0 },
	{ "memory", "memory", XL_MIB, 0 },
	{ "vcpus", "vcpus", XL_NUMBER, 0 },
	{ "vcpu-affinity", "cpus", XL_OWN, 0 },
	{ "vpl011", "vuart", XL_OWN, 0 },
	{ "sve", "sve", XL_OWN, VERSION(4, 18) },
	{ "llc-colors", "llc_colors", XL_LIST, VERSION(4, 20) },
	{ "nr-spis", "nr_spis", XL_NUMBER, VERSION(4, 19) },
	{ "p2m-memory", "shadow_memory", XL_MIB, 0 },
	{ "max-grant-version", "max_grant_version", XL_NUMBER, 0 },
	{ "max-grant-frames", "max_grant_frames", XL_NUMBER, 0 },
	{ "max-maptrack-frames", "max_maptrack_frames", XL_NUMBER, 0 },
	{ "trap-unmapped-accesses", "trap_unmapped_accesses", XL_NUMBER, VERSION(4, 21) },
	{ "iommu", "passthrough", XL_TEXT, 0 },
	{ "passthrough", NULL, XL_OWN, 0 },
	{ "passthrough-dtb", "device_tree", XL_FILE, 0 },
	{ "passthrough-paths", NULL, XL_OWN, 0 },
	{ "driver-domain", "driver_domain", XL_NUMBER, 0 },
	{ 0 }
};

const struct xl_option *xl_option(const char *key)
{
	for (const struct xl_option *o = options; o->key; o++)
		if (streq(o->key, key))
			return o;
	return NULL;
}
