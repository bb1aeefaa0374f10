/* SPDX-License-Identifier: BSD-2-Clause */
/* The rows, and the page that is printed from them. */
#include "import/variables.h"

#include <string.h>

#include "base/list.h"
#include "base/text.h"

const struct ib_variable ib_variables[] = {
	/* The board, and how U-Boot loads. */
	{ "MEMORY_START", IB_ONE, IB_REPLACED, .key = "board",
	  .doc = "The board knows its memory; this helps to guess the board, and `--layout` "
	  "begins there." },
	{ "MEMORY_END", IB_ONE, IB_REPLACED, .key = "memory",
	  .doc = "The board knows its memory; this helps to guess how much of it there is." },
	{ "LOAD_CMD", IB_ONE, IB_CARRIED, .key = "boot.load",
	  .doc = "`tftpb` is `tftp`, `load mmc 0:1` is `mmc 0:1`, any other command stays as it "
	  "is. What came from the option `-t` is not in the config: tftp is assumed." },
	{ "XEN_LOAD", IB_ONE, IB_CARRIED, .key = "xen.image.load",
	  .doc = "Also of the policy and the base tree." },
	{ "DOM0_LOAD", IB_ONE, IB_CARRIED, .key = "dom0.kernel.load",
	  .doc = "Also of the ramdisk." },
	{ "DOMU_LOAD", IB_PER_GUEST, IB_CARRIED, .key = "kernel.load",
	  .doc = "Also of the ramdisk and the partial tree." },
	{ "BOOT_CMD", IB_ONE, IB_CARRIED, .key = "boot.command",
	  .doc = "`booti`, `bootm`, `bootefi` or `none`; others are reported, and booti is taken." },
	{ "EFI", IB_ONE, IB_CARRIED, .key = "boot.command",
	  .doc = "Of ImageBuilder before 2022: `bootefi`, unless it is `n`, `no` or `false`. BOOT_CMD "
	  "comes first." },
	{ "DEVICE_TREE", IB_ONE, IB_CARRIED, .key = "device-tree",
	  .doc = "The base tree. Without it xendtc takes the board's." },
	{ "NUM_DT_OVERLAY", IB_ONE, IB_CARRIED, .key = "overlays",
	  .doc = "How many elements of DT_OVERLAY count; a decimal number." },
	{ "DT_OVERLAY", IB_NUMBERED, IB_CARRIED, .key = "overlays",
	  .doc = "Applied when xendtc runs, not by U-Boot." },
	{ "APPEND_EXTRA_CMDS", IB_ONE, IB_CARRIED, .key = "boot.commands",
	  .doc = "A file of U-Boot commands: its lines, if it is there when the config is "
	  "imported." },
	{ "BITSTREAM", IB_ONE, IB_LOST,
	  .doc = "xendtc loads nothing into an FPGA; add U-Boot commands under boot.commands" },
	{ "DBG_FDT_PRINT_CHOSEN", IB_ONE, IB_LOST,
	  .doc = "the tree is finished when xendtc has run: `fdtdump` or dtc show it" },

	/* Xen. */
	{ "XEN", IB_ONE, IB_CARRIED, .key = "xen.image", .doc = "Xen itself." },
	{ "XEN_CMD", IB_ONE, IB_CARRIED, .key = "xen.cmdline",
	  .doc = "Without `dom0_mem` and `dom0_max_vcpus`, which become keys of dom0. Without dom0 "
	  "the words that begin with dom0 are left out. Not set: ImageBuilder's default, written "
	  "out." },
	{ "XEN_COLORS", IB_ONE, IB_CARRIED, .key = "xen.llc-colors",
	  .doc = "In the way of Xen 4.20; only the default of XEN_CMD had it." },
	{ "XEN_STATIC_HEAP", IB_ONE, IB_CARRIED, .key = "xen.static-heap",
	  .doc = "Pairs of address and size." },
	{ "XEN_POLICY", IB_ONE, IB_CARRIED, .key = "xen.xsm-policy",
	  .doc = "The FLASK policy." },

	/* dom0. */
	{ "DOM0_KERNEL", IB_ONE, IB_CARRIED, .key = "dom0.kernel",
	  .doc = "Without it there is no dom0." },
	{ "DOM0_RAMDISK", IB_ONE, IB_CARRIED, .key = "dom0.ramdisk",
	  .doc = "The initial ramdisk." },
	{ "DOM0_CMD", IB_ONE, IB_CARRIED, .key = "dom0.cmdline",
	  .doc = "ImageBuilder's default if it is not set; and `root=/dev/ram0` behind it if it "
	  "has no `root=`, written out." },
	{ "DOM0_MEM", IB_ONE, IB_CARRIED, .key = "dom0.memory",
	  .doc = "MiB, 1500 if not set. Together with XEN_CMD an error: ImageBuilder says so, "
	  "writes nothing and exits with 0." },
	{ "DOM0_VCPUS", IB_ONE, IB_CARRIED, .key = "dom0.vcpus",
	  .doc = "1 if not set. Together with XEN_CMD an error, as DOM0_MEM." },
	{ "DOM0_COLORS", IB_ONE, IB_CARRIED, .key = "dom0.llc-colors",
	  .doc = "In the way of Xen 4.20; only the default of XEN_CMD had it." },
	{ "DOM0_VIOMMU", IB_ONE, IB_CARRIED, .key = "xen.parameters",
	  .doc = "1 is `dom0_viommu=1`, a parameter of a fork of Xen; only the default of XEN_CMD had "
	  "it." },
	{ "DOM0_ROOTFS", IB_ONE, IB_CARRIED, .key = "card.partitions.dom0",
	  .doc = "The `root=` that ImageBuilder computes from LOAD_CMD is written out as well." },

	/* Guests. */
	{ "NUM_DOMUS", IB_ONE, IB_CARRIED, .key = "guests",
	  .doc = "How many guests count; a decimal number. Elements beyond it are reported." },
	{ "DOMU_KERNEL", IB_PER_GUEST, IB_CARRIED, IB_FILE, "kernel",
	  .doc = "The kernel." },
	{ "DOMU_RAMDISK", IB_PER_GUEST, IB_CARRIED, IB_FILE, "ramdisk",
	  .doc = "The initial ramdisk." },
	{ "DOMU_PASSTHROUGH_DTB", IB_PER_GUEST, IB_CARRIED, IB_FILE, "passthrough-dtb",
	  .doc = "The partial device tree." },
	{ "DOMU_CMD", IB_PER_GUEST, IB_CARRIED, .key = "cmdline",
	  .doc = "`console=ttyAMA0` if not set, but for a guest without VPL011." },
	{ "DOMU_MEM", IB_PER_GUEST, IB_CARRIED, .key = "memory",
	  .doc = "MiB, 512 if not set. The sum of DOMU_STATIC_MEM wins." },
	{ "DOMU_VCPUS", IB_PER_GUEST, IB_CARRIED, .key = "vcpus", .doc = "1 if not set." },
	{ "DOMU_VCPU_HARD_AFFINITY", IB_PER_VCPU, IB_CARRIED, .key = "vcpu-affinity",
	  .doc = "Which CPUs that CPU of the guest may run on." },
	{ "DOMU_STATIC_MEM", IB_PER_GUEST, IB_CARRIED, .key = "static-memory",
	  .doc = "Pairs of address and size." },
	{ "DOMU_DIRECT_MAP", IB_PER_GUEST, IB_CARRIED, .key = "direct-map",
	  .doc = "1 if not set, but only with DOMU_STATIC_MEM." },
	{ "DOMU_SHARED_MEM", IB_PER_GUEST, IB_CARRIED, .key = "shared-memory",
	  .doc = "`id host guest size`: the guests that name one id share one entry." },
	{ "DOMU_STATIC_EVTCHNS", IB_PER_GUEST, IB_CARRIED, .key = "event-channels",
	  .doc = "`local domain remote; ...`: both ends become one entry. ImageBuilder does not see "
	  "that one is missing." },
	{ "DOMU_ENHANCED", IB_PER_GUEST, IB_CARRIED, .key = "pv",
	  .doc = "0, 1, or 2 for `no-xenstore`. Not set: enabled if there is a dom0." },
	{ "DOMU_VPL011", IB_PER_GUEST, IB_CARRIED, .key = "vpl011", .doc = "1 if not set." },
	{ "DOMU_VUART_PL011", IB_PER_GUEST, IB_CARRIED, .key = "vpl011",
	  .doc = "The same as DOMU_VPL011 to Xen. ImageBuilder looks at element 0 for all "
	  "guests." },
	{ "DOMU_VIOMMU", IB_PER_GUEST, IB_CARRIED, .key = "properties",
	  .doc = "1 is a raw property `viommu`, which a fork of Xen reads." },
	{ "DOMU_NR_SPIS", IB_PER_GUEST, IB_CARRIED, IB_COUNT, "nr-spis",
	  .doc = "The number." },
	{ "DOMU_GRANT_VER", IB_PER_GUEST, IB_CARRIED, IB_COUNT, "max-grant-version",
	  .doc = "The number." },
	{ "DOMU_GRANT_FRAMES", IB_PER_GUEST, IB_CARRIED, IB_COUNT, "max-grant-frames",
	  .doc = "The number." },
	{ "DOMU_MAPTRACK_FRAMES", IB_PER_GUEST, IB_CARRIED, IB_COUNT, "max-maptrack-frames",
	  .doc = "The number." },
	{ "DOMU_CAPS", IB_PER_GUEST, IB_CARRIED, .key = "capabilities",
	  .doc = "Words or numbers joined by `|`; `dom0` stands for all, `none` for none." },
	{ "DOMU_TRAP_UNMAP", IB_PER_GUEST, IB_CARRIED, IB_SWITCH, "trap-unmapped-accesses",
	  .doc = "0 or 1; ImageBuilder ignores any other value." },
	{ "DOMU_DOMID", IB_PER_GUEST, IB_CARRIED, .key = "properties",
	  .doc = "A raw property `domid`." },
	{ "DOMU_PASSTHROUGH_PROP", IB_PER_GUEST, IB_CARRIED, IB_ENABLED, "iommu",
	  .doc = "`enabled`; ImageBuilder ignores any other value." },
	{ "DOMU_P2M_MEM_MB", IB_PER_GUEST, IB_CARRIED, IB_MIB, "p2m-memory", .doc = "MiB." },
	{ "DOMU_COLORS", IB_PER_GUEST, IB_CARRIED, .key = "llc-colors",
	  .doc = "In the way of Xen 4.20; ImageBuilder writes the bit mask of a fork." },
	{ "DOMU_PASSTHROUGH_PATHS", IB_PER_GUEST, IB_CARRIED, .key = "passthrough",
	  .doc = "xendtc makes the partial tree. With DOMU_PASSTHROUGH_DTB they are "
	  "`passthrough-paths`: kept from dom0." },
	{ "XEN_PASSTHROUGH_PATHS", IB_ONE, IB_CARRIED, .key = "passthrough-paths",
	  .doc = "Of ImageBuilder before 2022: kept from dom0. They stand under the first guest with "
	  "DOMU_PASSTHROUGH_DTB, else under the first." },
	{ "DOMU_CPUPOOL", IB_PER_GUEST, IB_CARRIED, .key = "cpupool",
	  .doc = "Pool k is called `pool<k>`." },
	{ "DOMU_NOBOOT", IB_PER_GUEST, IB_CARRIED, .key = "boot",
	  .doc = "dom0 starts the guest later: `boot: false`. Any text is a yes, `0` too." },
	{ "DOMU_ROOTFS", IB_PER_GUEST, IB_CARRIED, .key = "boot",
	  .doc = "dom0 starts the guest later: `boot: false`. The partition is one of `card.partitions`." },
	{ "DOMU_DRIVER_DOMAIN", IB_PER_GUEST, IB_CARRIED, .key = "driver-domain",
	  .doc = "1 is `true`. It is a line of the file for xl: without effect on a guest that Xen "
	  "starts." },

	/* CPU pools. */
	{ "NUM_CPUPOOLS", IB_ONE, IB_CARRIED, .key = "cpupools",
	  .doc = "How many elements of CPUPOOL count; a decimal number." },
	{ "CPUPOOL", IB_NUMBERED, IB_CARRIED, .key = "cpupools",
	  .doc = "`cpu@1,cpu@2 scheduler`: the numbers of the CPUs, by the base tree if it is "
	  "there." },

	/* Device trees made by others. */
	{ "PASSTHROUGH_DTS_REPO", IB_ONE, IB_LOST,
	  .doc = "xendtc makes partial trees of the base tree, from no repository" },
	{ "LOPPER_PATH", IB_ONE, IB_LOST,
	  .doc = "xendtc makes partial trees of the base tree, without lopper" },
	{ "LOPPER_CMD", IB_ONE, IB_LOST,
	  .doc = "xendtc makes partial trees of the base tree, without lopper" },

	/* Linux without Xen. */
	{ "LINUX", IB_ONE, IB_LOST, .doc = "xendtc boots Xen, not Linux alone" },
	{ "LINUX_CMD", IB_ONE, IB_LOST, .doc = "xendtc boots Xen, not Linux alone" },
	{ "LINUX_RAMDISK", IB_ONE, IB_LOST, .doc = "xendtc boots Xen, not Linux alone" },
	{ "LINUX_ROOTFS", IB_ONE, IB_LOST, .doc = "xendtc boots Xen, not Linux alone" },

	/* Outputs. */
	{ "UBOOT_SOURCE", IB_ONE, IB_REPLACED, .key = "-o",
	  .doc = "xendtc writes boot2.source." },
	{ "UBOOT_SCRIPT", IB_ONE, IB_REPLACED, .key = "-o", .doc = "xendtc writes boot2.scr." },
	{ "FDTEDIT", IB_ONE, IB_REPLACED, .key = "-o",
	  .doc = "xendtc always writes the finished tree." },
	{ "FIT", IB_ONE, IB_CARRIED, .key = "boot.fit",
	  .doc = "The FIT image. ImageBuilder's has MD5 sums, this one SHA-256." },
	{ "FIT_ENC_KEY_DIR", IB_ONE, IB_CARRIED, .key = "boot.fit.key-dir",
	  .doc = "`keys/dev` is the key `dev` in `keys`; with sha1,rsa2048, as ImageBuilder signs." },
	{ "FIT_ENC_UB_DTB", IB_ONE, IB_LOST,
	  .doc = "the key is put into U-Boot's own tree once, with `mkimage -K`; xendtc does not change "
	  "U-Boot" },
	{ "NUM_BOOT_AUX_FILE", IB_ONE, IB_CARRIED, .key = "card.firmware",
	  .doc = "How many elements of BOOT_AUX_FILE count; a decimal number." },
	{ "BOOT_AUX_FILE", IB_NUMBERED, IB_CARRIED, .key = "card.firmware",
	  .doc = "Files for the first partition of the card." },
	{ "GPT", IB_ONE, IB_LOST, .doc = "xendtc gives the card an MBR" },
	{ 0 }
};

#define COUNT (countof(ib_variables) - 1)

const struct ib_variable *ib_find(const char *name)
{
	for (const struct ib_variable *v = ib_variables; v->name; v++)
		if (streq(v->name, name))
			return v;
	return NULL;
}

const char *ib_nearest(const char *name)
{
	const char *names[COUNT];

	for (size_t i = 0; i < COUNT; i++)
		names[i] = ib_variables[i].name;
	return nearest_word(name, names, COUNT);
}

static void print_row(const struct ib_variable *v, FILE *f)
{
	static const char *const indices[] = {
		[IB_PER_GUEST] = "[n]", [IB_PER_VCPU] = "[n,v]", [IB_NUMBERED] = "[k]",
		[IB_ONE] = ""
	};
	/* These two stand beside the guests. */
	bool beside = v->key && (streq(v->key, "shared-memory") ||
				 streq(v->key, "event-channels"));
	bool of_guest = !beside && (v->shape == IB_PER_GUEST || v->shape == IB_PER_VCPU);

	fprintf(f, "| `%s%s` | ", v->name, indices[v->shape]);
	if (v->fate == IB_LOST)
		fputs("not carried over", f);
	else
		fprintf(f, "`%s%s`", of_guest ? "guests.domU<n>." : "", v->key);
	fprintf(f, " | %s%s |\n", v->doc, v->fate == IB_LOST ? "." : "");
}

void ib_print_variables(FILE *f)
{
	fputs("<!-- SPDX-License-Identifier: BSD-2-Clause -->\n"
	      "# Variables of ImageBuilder\n\n"
	      "Printed by `xendtc schema imagebuilder`; do not edit. `xendtc import CONFIG` reads "
	      "these.\n"
	      "A variable that is empty is not set, as to ImageBuilder. What is not carried over, "
	      "and what\n"
	      "ImageBuilder makes of a value that nobody would expect, is reported at its line and "
	      "written\n"
	      "into the YAML as a comment. Each row is used by a case in `tests/import/`.\n\n"
	      "| variable | our key | what becomes of it |\n|---|---|---|\n", f);
	for (const struct ib_variable *v = ib_variables; v->name; v++)
		print_row(v, f);
}
