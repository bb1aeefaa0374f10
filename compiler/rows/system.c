/* SPDX-License-Identifier: BSD-2-Clause */
/* The rows of system.yaml. Properties are those of Xen's docs/misc/arm/device-tree/booting.txt
 * and docs/features/dom0less.pandoc. */
#include "rows/rows.h"

static const struct field load_fields[] = {
	{ "device", K_TEXT, .form = FORM_DEVICE, TO(load_how, device),
	  .example = "mmc 0:1",
	  .doc = "Where U-Boot reads files from. If it is a disk, U-Boot looks for such disks before." },
	{ "command", K_TEXT, .form = FORM_COMMAND, TO(load_how, command),
	  .called = "cmd", .example = "ext4load mmc 0:2",
	  .doc = "A U-Boot command that takes an address and a file name." },
	{ "prefix", K_TEXT, .form = FORM_FILE, TO(load_how, prefix),
	  .called = "path dir folder", .example = "rpi4/",
	  .doc = "Put in front of file names instead of `boot.prefix`; `/` for none." },
	{ 0 }
};

static const struct record load_record = {
	.name = "load", .doc = "How U-Boot loads files: a device, or a command of your own.",
	.size = sizeof(struct load_how), .fields = load_fields, .shorthand = "device",
	.either = "device", .or = "command",
};

static const struct field image_fields[] = {
	{ "file", K_TEXT, .form = FORM_FILE, .required = true, TO(image, file),
	  .called = "path name image", .example = "Image",
	  .doc = "The file, looked up in the folder of `--files`." },
	{ "address", K_ADDRESS, TO(image, address),
	  .called = "addr load-address loadaddr at", .example = "0x8000000",
	  .doc = "Where U-Boot loads it. Left out, xendtc finds room." },
	{ "load", K_RECORD, TO(image, how), .of = &load_record,
	  .called = "from device", .example = "mmc 0:2",
	  .doc = "How U-Boot loads this file, where that is not `boot.load`." },
	{ 0 }
};

static const struct record image_record = {
	.name = "a file", .doc = "A file that U-Boot loads: a path, or a path and an address.",
	.size = sizeof(struct image), .fields = image_fields, .shorthand = "file",
};

static const char *const from_words[] = { "file", "firmware", NULL };

static const struct field tree_fields[] = {
	{ "file", K_TEXT, .form = FORM_FILE, .required = true, TO(image, file),
	  .called = "path name dtb", .example = "bcm2711-rpi-4-b.dtb",
	  .doc = "The file, looked up in the folder of `--files`." },
	{ "address", K_ADDRESS, TO(image, address),
	  .called = "addr load-address loadaddr at", .example = "0x8000000",
	  .doc = "Where U-Boot puts the finished tree. Left out, xendtc finds room." },
	{ "load", K_RECORD, TO(image, how), .of = &load_record,
	  .called = "device", .example = "mmc 0:2",
	  .doc = "How U-Boot loads this file, where that is not `boot.load`." },
	{ "from", K_WORD, .words = from_words, .preset = "file", TO(image, from),
	  .called = "source", .example = "firmware",
	  .doc = "`firmware`: the script changes the tree that U-Boot got from firmware "
	  "(`${fdt_addr}`); xendtc checks the file in its place." },
	{ 0 }
};

static const struct record tree_record = {
	.name = "the device tree", .doc = "The board's own device tree: a path, or more.",
	.size = sizeof(struct image), .fields = tree_fields, .shorthand = "file",
};

/* Sizes in whole pages: Xen hands memory out in pages, and cuts off what is no whole one.
 */
#define PAGES .multiple = PAGE_SIZE_4K

static const struct field extent_fields[] = {
	{ "address", K_ADDRESS, PAGES, .required = true, TO(extent, address),
	  .called = "addr start base begin from", .example = "0x50000000",
	  .doc = "First byte, in the machine's memory." },
	{ "size", K_SIZE, PAGES, .min = PAGE_SIZE_4K, .required = true, TO(extent, size),
	  .called = "length len", .example = "512M",
	  .doc = "Bytes." },
	{ 0 }
};

static const struct record extent_record = {
	.name = "a range of memory", .doc = "A range of the machine's memory.",
	.size = sizeof(struct extent), .fields = extent_fields,
};

static const struct field no_fields[] = { { 0 } };

static const struct field property_field = {
	"name of the property", K_TEXT, .form = FORM_PROPERTY, TO(free_keys, values),
	.example = "\"my,property\": \"<0x1 2>\"",
	.doc = "Its value: `<0x1 2>` for cells, `[00 ff]` for bytes, `true` for an empty property, "
	"anything else for text."
};

static const struct record properties_record = {
	.name = "properties", .doc = "Raw properties for what xendtc does not know yet. Those that "
	"it writes itself are refused here.", .size = sizeof(struct free_keys),
	.fields = no_fields, .any = &property_field,
};

static const struct field passed_fields[] = {
	{ "device", K_TEXT, .required = true, TO(passed, device),
	  .called = "path name node alias", .example = "ethernet0",
	  .doc = "The device: an alias, a label or a path of the base tree." },
	{ "clock-rates", K_LIST, .item = K_COUNT, .max = UINT32_MAX, TO(passed, clock_rates),
	  .called = "clocks clock-frequency", .example = "[54000000]",
	  .doc = "Hz of its clocks, in their order in the tree, where the guest does not get what "
	  "makes them: what firmware or dom0 leave them at." },
	{ "without", K_LIST, .item = K_TEXT, TO(passed, without),
	  .called = "drop remove", .example = "[dmas]",
	  .doc = "Properties that its copy in the guest's tree goes without, and that of what is "
	  "below it: `PROPERTY`, or `CHILD/PROPERTY` for one node below. `CHILD` leaves that node "
	  "out." },
	{ 0 }
};

static const struct record passed_record = {
	.name = "a device", .doc = "A device that is given to the guest: its name, or its name "
	"and how its copy differs.", .size = sizeof(struct passed), .fields = passed_fields,
	.shorthand = "device",
};

static const struct field xen_fields[] = {
	{ "image", K_RECORD, .required = true, TO(xen, image), .of = &image_record,
	  .called = "kernel binary file path xen hypervisor", .example = "xen",
	  .doc = "Xen itself: an uncompressed arm64 Image." },
	{ "cmdline", K_TEXT, .form = FORM_LINE, .preset = "", TO(xen, cmdline),
	  .called = "bootargs xen-bootargs xen-cmdline xen_cmd args options append extra",
	  .example = "console=dtuart dtuart=serial1",
	  .doc = "Xen's command line. `dom0_mem` and `dom0_max_vcpus` come from `dom0`." },
	{ "parameters", K_LIST, .item = K_TEXT, TO(xen, parameters),
	  .example = "[fork-option]",
	  .doc = "Parameters of a fork of Xen, which xendtc takes as they stand in `cmdline`." },
	{ "version", K_TEXT, .form = FORM_VERSION, TO(xen, version_text),
	  .called = "release", .example = "\"4.20\"",
	  .doc = "Xen's version, where the image does not tell it." },
	{ "config", K_TEXT, .form = FORM_PATH, TO(xen, config),
	  .called = ".config kconfig", .example = "xen.config",
	  .doc = "The .config that Xen was built with (Debian ships it beside the image); features "
	  "that it lacks are errors." },
	{ "xsm-policy", K_RECORD, TO(xen, xsm_policy), .of = &image_record,
	  .called = "xsm policy flask flask-policy xsm_policy", .example = "xenpolicy",
	  .doc = "A FLASK policy." },
	{ "llc-colors", K_TEXT, .form = FORM_RANGES, TO(xen, llc_colors),
	  .since = VERSION(4, 20), .needs = "LLC_COLORING",
	  .called = "colors colours cache-colors", .example = "0-3",
	  .doc = "Colours of the last-level cache for Xen; becomes `xen-llc-colors`." },
	{ "static-heap", K_LIST, TO(xen, static_heap), .of = &extent_record,
	  .since = VERSION(4, 17),
	  .called = "heap xen-heap", .example = "[{address: 0x30000000, size: 256M}]",
	  .doc = "The only memory that Xen's own heap may use." },
	{ "properties", K_RECORD, TO(xen, properties), .of = &properties_record,
	  .called = "props", .example = "{\"my,property\": \"<1>\"}",
	  .doc = "Raw properties of `/chosen`." },
	{ 0 }
};

/* Words of Xen's command line (docs/misc/xen-command-line.pandoc), which are no keys. */
static const struct stranger xen_strangers[] = {
	{ "console dtuart sync_console loglvl guest_loglvl sched bootscrub maxcpus iommu noreboot "
	  "watchdog dom0-iommu llc-coloring vwfi",
	  "it is a word of Xen's command line: write it in `cmdline`, as in cmdline: "
	  "console=dtuart dtuart=serial1" },
	{ "dom0_mem dom0_max_vcpus", "write `memory` and `vcpus` below 'dom0:'" },
	{ "name", "Xen needs no name: remove the line" },
	{ 0 }
};

static const struct record xen_record = {
	.name = "xen", .doc = "The hypervisor.", .size = sizeof(struct xen),
	.fields = xen_fields,
	.guess = "image", .strangers = xen_strangers,
};

/* The memory of a domain: Xen loops for ever on a size that is not whole pages
 * (xen/common/device-tree/domain-build.c). */
#define DOMAIN_MEMORY .min = 4 * MiB, .max = 1019 * GiB, .multiple = PAGE_SIZE_4K

static const struct field dom0_fields[] = {
	{ "kernel", K_RECORD, .required = true, TO(domain, kernel), .of = &image_record,
	  .called = "linux zimage image vmlinux", .example = "Image",
	  .doc = "The kernel: an arm64 Image, gzip or not." },
	{ "ramdisk", K_RECORD, TO(domain, ramdisk), .of = &image_record,
	  .called = "initrd initramfs initrd-image rootfs dom0_ramdisk",
	  .example = "rootfs.cpio.gz",
	  .doc = "The initial ramdisk." },
	{ "cmdline", K_TEXT, .form = FORM_LINE, .preset = "", TO(domain, cmdline),
	  .called = "bootargs append args extra command-line kernel-cmdline dom0_cmd",
	  .example = "console=hvc0 root=/dev/ram0",
	  .doc = "The kernel's command line." },
	{ "memory", K_SIZE, .required = true, DOMAIN_MEMORY, TO(domain, memory),
	  .called = "mem ram maxmem dom0_mem memory-size memory-max max-memory", .example = "1G",
	  .doc = "RAM of dom0; becomes `dom0_mem`." },
	{ "vcpus", K_COUNT, .min = 1, .max = 128, TO(domain, vcpus),
	  .called = "cpus cpu maxvcpus max-vcpus smp dom0_vcpus dom0_max_vcpus",
	  .example = "2",
	  .doc = "CPUs of dom0; becomes `dom0_max_vcpus`. Left out: as many as the board has." },
	{ "llc-colors", K_TEXT, .form = FORM_RANGES, TO(domain, llc_colors),
	  .since = VERSION(4, 20), .needs = "LLC_COLORING",
	  .called = "colors colours cache-colors", .example = "4-7",
	  .doc = "Colours of the last-level cache for dom0; becomes `dom0-llc-colors`." },
	{ "guest-folder", K_TEXT, .form = FORM_PATH, .preset = GUEST_FOLDER,
	  TO(domain, guest_folder),
	  .called = "folder", .example = "/root/guests",
	  .doc = "Folder in dom0 for the files of guests that it starts (`boot: false`)." },
	{ 0 }
};

/* Keys of xl's files (docs/man/xl.cfg.5.pod.in) and ImageBuilder that dom0 needs none for. */
static const struct stranger dom0_strangers[] = {
	{ "root console", "it is a word of the kernel's command line: write it in `cmdline`, as in "
	  "cmdline: console=hvc0 root=/dev/ram0" },
	{ "vpl011 uart pv", "dom0 always has Xen's own interfaces: its console is hvc0" },
	{ "passthrough devices", "dom0 has all devices that no guest gets: remove the line" },
	{ "name", "dom0 needs no name: remove the line" },
	{ 0 }
};

static const struct record dom0_record = {
	.name = "dom0", .doc = "The first, privileged domain. Without it the system is true "
	"dom0less.", .size = sizeof(struct domain), .fields = dom0_fields,
	.guess = "kernel", .strangers = dom0_strangers,
};

static const char *const pv_words[] = {
	"disabled", "enabled", "no-xenstore", NULL
};

static const char *const iommu_words[] = { "disabled", "enabled", NULL };
static const char *const msa_words[] = { "mpu", "mmu", NULL };
static const char *const sci_words[] = { "none", "scmi_smc", NULL };

/* Words for capabilities, in the order of their bits (xen/include/public/bootfdt.h). */
static const char *const capability_words[] = { "control", "hardware", "xenstore", NULL };

static const struct field affinity_field = {
	"CPU of the guest", K_TEXT, .form = FORM_RANGES, TO(free_keys, values),
	.example = "0: 2-3",
	.doc = "CPUs of the machine, as Xen counts them: the boot CPU is 0, then the order of the "
	"tree."
};

static const struct record affinity_record = {
	.name = "vcpu-affinity", .doc = "Which CPUs of the machine a CPU of the guest may run on.",
	.size = sizeof(struct free_keys), .fields = no_fields, .any = &affinity_field,
};

static const struct field guest_fields[] = {
	{ "kernel", K_RECORD, .required = true, TO(domain, kernel), .of = &image_record,
	  .called = "linux zimage image vmlinux domu_kernel", .example = "Image",
	  .doc = "The kernel: an arm64 Image, gzip or not, a zImage or a uImage." },
	{ "ramdisk", K_RECORD, TO(domain, ramdisk), .of = &image_record,
	  .called = "initrd initramfs initrd-image rootfs domu_ramdisk",
	  .example = "net.cpio.gz",
	  .doc = "The initial ramdisk." },
	{ "cmdline", K_TEXT, .form = FORM_LINE, .preset = "", TO(domain, cmdline),
	  .called = "bootargs append args extra command-line kernel-cmdline domu_cmd",
	  .example = "console=ttyAMA0",
	  .doc = "The kernel's command line." },
	{ "memory", K_SIZE, .required = true, DOMAIN_MEMORY, TO(domain, memory),
	  .as = DT_KIB64, .prop = "memory", .since = VERSION(4, 12),
	  .called = "mem ram maxmem domu_mem memory-size memory-max max-memory", .example = "512M",
	  .doc = "RAM of the guest." },
	{ "vcpus", K_COUNT, .required = true, .min = 1, .max = 128, TO(domain, vcpus),
	  .as = DT_U32, .prop = "cpus", .since = VERSION(4, 12),
	  .called = "cpus cpu maxvcpus max-vcpus smp domu_vcpus", .example = "1",
	  .doc = "CPUs of the guest: at most 8 with a GICv2." },
	{ "vpl011", K_BOOL, .preset = "false", TO(domain, vpl011),
	  .as = DT_FLAG, .prop = "vpl011", .since = VERSION(4, 12),
	  .called = "uart vuart serial console sbsa-uart domu_vpl011", .example = "true",
	  .doc = "An emulated PL011 UART, `ttyAMA0` in Linux: the guest's console." },
	{ "pv", K_WORD, .words = pv_words, .preset = "disabled", TO(domain, pv),
	  .as = DT_STRING, .prop = "xen,enhanced", .since = VERSION(4, 17),
	  .called = "enhanced xen,enhanced xenstore domu_enhanced", .example = "enabled",
	  .doc = "Xen's paravirtual interfaces: grant tables, event channels, xenstore." },
	{ "boot", K_BOOL, .preset = "true", TO(domain, boot),
	  .called = "start autostart autoboot onboot",
	  .example = "false",
	  .doc = "Whether Xen starts it. If not, `<name>.cfg` is written, for `xl create` in dom0." },
	{ "static-memory", K_LIST, TO(domain, static_memory), .of = &extent_record,
	  WORD(domain, static_auto, "auto"), .since = VERSION(4, 17), .needs = "STATIC_MEMORY",
	  .called = "static-mem xen,static-mem domu_static_mem", .example = "auto",
	  .doc = "Which memory of the machine the guest gets; with `auto` xendtc chooses." },
	{ "direct-map", K_BOOL, .preset = "false", TO(domain, direct_map),
	  .as = DT_FLAG, .prop = "direct-map", .since = VERSION(4, 17), .needs = "STATIC_MEMORY",
	  .called = "directmap 1:1 domu_direct_map", .example = "true",
	  .doc = "The guest's addresses are the machine's; wants static-memory." },
	{ "cpupool", K_TEXT, TO(domain, cpupool), .since = VERSION(4, 17),
	  .needs = "BOOT_TIME_CPUPOOLS",
	  .called = "pool cpu-pool domain-cpupool domu_cpupool", .example = "rt",
	  .doc = "The CPU pool it runs in." },
	{ "vcpu-affinity", K_RECORD, TO(domain, affinity), .of = &affinity_record,
	  .since = VERSION(4, 21),
	  .called = "affinity pin pinning cpu-affinity cpuset cpu_affinity", .example = "{0: 2-3}",
	  .doc = "Which CPUs of the machine its CPUs may run on." },
	{ "llc-colors", K_TEXT, .form = FORM_RANGES, TO(domain, llc_colors),
	  .as = DT_STRING, .prop = "llc-colors", .since = VERSION(4, 20),
	  .needs = "LLC_COLORING",
	  .called = "colors colours cache-colors domu_colors", .example = "8-15",
	  .doc = "Colours of the last-level cache that are its own." },
	{ "sve", K_TEXT, .form = FORM_SVE, TO(domain, sve), .since = VERSION(4, 18),
	  .needs = "ARM64_SVE",
	  .called = "sve-vl sve-length", .example = "max",
	  .doc = "Length of SVE vectors." },
	{ "capabilities", K_LIST, .item = K_WORD, .words = capability_words,
	  TO(domain, capabilities), .since = VERSION(4, 21),
	  .called = "caps", .example = "[control]",
	  .doc = "What the guest may do beyond others." },
	{ "passthrough", K_LIST, TO(domain, passed), .of = &passed_record,
	  .since = VERSION(4, 13),
	  .called = "devices device dtdev pci passthru", .example = "[ethernet0]",
	  .doc = "Devices given to the guest. xendtc makes the partial "
	  "device tree." },
	{ "passthrough-dtb", K_RECORD, TO(domain, passthrough_dtb), .of = &image_record,
	  .since = VERSION(4, 13),
	  .called = "dtb device-tree device_tree devicetree partial-dtb passthrough_dtb domu_passthrough_dtb",
	  .example = "net.dtb",
	  .doc = "A partial device tree of devices given to the guest." },
	{ "passthrough-paths", K_LIST, .item = K_TEXT, TO(domain, passthrough_paths),
	  .since = VERSION(4, 13),
	  .called = "domu_passthrough_paths", .example = "[ethernet0]",
	  .doc = "Nodes of the base tree that dom0 does not get, besides those that `passthrough` "
	  "and `passthrough-dtb` name. Each is an alias, a label or a path." },
	{ "driver-domain", K_BOOL,
	  .called = "driver_domain", .example = "true",
	  .doc = "For a guest with `boot: false`: whether other guests may get "
	  "their disks or networks from it. Becomes `driver_domain` in its file for xl." },
	{ "properties", K_RECORD, TO(domain, properties), .of = &properties_record,
	  .called = "props", .example = "{\"my,property\": \"<1>\"}",
	  .doc = "Raw properties of the guest's node." },

	/* Keys below go straight to the device tree; no code knows them, but for a check. */
	{ "nr-spis", K_COUNT, .max = 960, TO(domain, nr_spis), .as = DT_U32, .prop = "nr_spis",
	  .since = VERSION(4, 13),
	  .called = "spis", .example = "64",
	  .doc = "Shared interrupts that the guest has; the machine's "
	  "number if left out." },
	{ "p2m-memory", K_SIZE, .min = MiB, .max = 4096 * GiB, .multiple = MiB,
	  TO(domain, p2m_memory), .as = DT_MIB32, .prop = "xen,domain-p2m-mem-mb",
	  .since = VERSION(4, 17),
	  .called = "p2m shadow_memory xen,domain-p2m-mem-mb", .example = "4M",
	  .doc = "Memory for the guest's page tables; Xen computes it if "
	  "left out." },
	{ "max-grant-version", K_COUNT, .min = 1, .max = 2, .as = DT_U32,
	  .prop = "max_grant_version", .since = VERSION(4, 18),
	  .example = "1",
	  .doc = "Newest version of the grant table interface." },
	{ "max-grant-frames", K_COUNT, .min = 1, .max = 4096, .as = DT_U32,
	  .prop = "max_grant_frames", .since = VERSION(4, 18),
	  .called = "grant-frames", .example = "64",
	  .doc = "Pages of the grant table; 4096 fill the window that guests have for it." },
	{ "max-maptrack-frames", K_COUNT, .max = INT32_MAX, .as = DT_U32,
	  .prop = "max_maptrack_frames", .since = VERSION(4, 18),
	  .called = "maptrack-frames", .example = "1024",
	  .doc = "Pages that keep track of mapped grants; with 0 the guest can map none." },
	{ "trap-unmapped-accesses", K_BOOL, .as = DT_U32, .prop = "trap-unmapped-accesses",
	  .since = VERSION(4, 21),
	  .example = "false",
	  .doc = "Whether an access to an address where nothing is faults, as it does if the key "
	  "is left out, or reads all ones." },
	{ "iommu", K_WORD, .words = iommu_words, .preset = "disabled", .as = DT_STRING,
	  .prop = "passthrough", .since = VERSION(4, 19),
	  .called = "smmu", .example = "enabled",
	  .doc = "Whether the guest's devices go through an IOMMU." },
	{ "sci", K_WORD, .words = sci_words, .preset = "none", .as = DT_STRING,
	  .prop = "xen,sci_type", .since = VERSION(4, 21),
	  .called = "scmi arm_sci arm-sci", .example = "scmi_smc",
	  .doc = "Which interface to the system's firmware the guest has." },
	{ "v8r-el1-msa", K_WORD, .words = msa_words, .as = DT_STRING, .prop = "v8r_el1_msa",
	  .since = VERSION(4, 22), .needs = "MPU",
	  .example = "mmu",
	  .doc = "Armv8-R: how the guest's kernel protects memory." },
	{ 0 }
};

/* Keys of xl's files (docs/man/xl.cfg.5.pod.in) that say nothing of guests that Xen starts. */
static const struct stranger guest_strangers[] = {
	{ "root", "it is a word of the kernel's command line: write it in `cmdline`, as in cmdline: "
	  "console=ttyAMA0 root=/dev/ram0" },
	{ "disk disks vif vifs network networks nic nics mac ip bridge volumes drives vdisk", "Xen gives a guest that it starts no disks and networks: "
	  "use `ramdisk` and `passthrough`, or `boot: false`, and add them to the guest's file for xl" },
	{ "noboot domu_noboot", "write boot: false" },
	{ "name", "a guest's name is the key above its keys: write the name and a colon there" },
	{ "type builder on_reboot on_crash on_poweroff on_watchdog uuid bootloader restart "
	  "depends_on privileged environment ports vnc vfb sdl gic_version",
	  "that is for other tools, such as xl: remove the line" },
	{ "iomem irqs irq interrupts ioports", "name the device itself, with what belongs to it: "
	  "passthrough: [ethernet0]" },
	{ "domid domain-id domain_id id", "domain ids follow the order of the guests, from 1 on: remove "
	  "the line" },
	{ "enabled disabled enable disable", "to leave a guest out put '#' in front of its lines; with boot: "
	  "false dom0 starts it" },
	{ "compatible #address-cells #size-cells reg", "xendtc writes that into the tree itself: remove the "
	  "line" },
	{ "cpu_weight weight cap sched scheduler", "Xen has one scheduler for all, sched= on its command "
	  "line, and one for each pool: see 'cpupools'" },
	{ "hvc0 pv_console pv-console", "a guest that Xen starts has no console through Xen: write vpl011: "
	  "true, and console=ttyAMA0 in `cmdline`" },
	{ "load_addr load-addr loadaddr kernel_addr", "an address stands beside its file, as in kernel: "
	  "{file: Image, address: 0x8000000}" },
	{ 0 }
};

static const struct record guest_record = {
	.name = "a guest", .doc = "A domain that Xen starts by itself. Domain ids follow the "
	"order of the guests.", .size = sizeof(struct domain), .fields = guest_fields,
	.guess = "kernel", .strangers = guest_strangers,
};

static const char *const boot_words[] = {
	"booti", "bootm", "bootefi", "uefi", "none", NULL
};

static const char *const verify_words[] = { "none", "size", "crc32", "sha256", NULL };

static const char *const names_words[] = { "plain", "content", NULL };

static const struct field boot_fields[] = {
	{ "load", K_RECORD, TO(boot, load), .of = &load_record,
	  .called = "from device method media source", .example = "tftp",
	  .doc = "How U-Boot loads files; TFTP if left out." },
	{ "fit", K_RECORD, TO(boot, fit), .of = &fit_record,
	  .called = "itb", .example = "boot.itb",
	  .doc = "One file with all others in it, their hashes and perhaps a signature, which U-Boot "
	  "loads and checks, whatever `verify` says. It needs `CONFIG_FIT` of U-Boot, which Debian's "
	  "builds for the Pi lack." },
	{ "retry", K_COUNT, .max = 99, .preset = "0", TO(boot, retry),
	  .called = "retries", .example = "3",
	  .doc = "How often a load that fails is tried again, two seconds later." },
	{ "server", K_TEXT, .form = FORM_IPV4, TO(boot, server),
	  .called = "serverip server-ip tftp-server tftp host", .example = "192.168.0.1",
	  .doc = "The TFTP server; U-Boot's own `serverip` if left out." },
	{ "client", K_TEXT, .form = FORM_IPV4_DHCP, TO(boot, client),
	  .called = "ipaddr ip address board-ip client-ip", .example = "192.168.0.2",
	  .doc = "The board's address; U-Boot's own `ipaddr` if left out." },
	{ "prefix", K_TEXT, .form = FORM_FILE, .preset = "", TO(boot, prefix),
	  .called = "path dir folder directory tftp-prefix", .example = "rpi4/",
	  .doc = "Put in front of every file name in the script, as in `rpi4/`." },
	{ "names", K_WORD, .words = names_words, .preset = "plain", TO(boot, names),
	  .called = "output-names file-names naming", .example = "content",
	  .doc = "How files are called where U-Boot asks for them: `plain` as they are, `content` with a part "
	  "of their checksum, as in `Image.1a2b3c4d`. Then a board that loads while others build has one set, "
	  "whichever: files of the last build and of the one before are there, and boot2.scr chooses." },
	{ "tftp-window", K_COUNT, .min = 1, .max = 65535, TO(boot, tftp_window),
	  .called = "tftpwindowsize windowsize tftp-window-size window", .example = "4",
	  .doc = "How many blocks of TFTP come for one request where server and U-Boot can do that; "
	  "the board has a default, 1 is none. The script sets `tftpwindowsize` to it, and back." },
	{ "tftp-block", K_COUNT, .min = 512, .max = 65464, TO(boot, tftp_block),
	  .called = "tftpblocksize blocksize tftp-block-size", .example = "1468",
	  .doc = "Bytes in a block of TFTP; U-Boot's own `tftpblocksize` if left out, which is 1468 unless "
	  "somebody set it: all that a frame of Ethernet holds. Set and set back in the same way." },
	{ "script-address", K_ADDRESS, TO(boot, script_address),
	  .called = "scriptaddr script_addr", .example = "0xC00000",
	  .doc = "Where the first script loads boot2.scr; the board has a default." },
	{ "command", K_WORD, .words = boot_words, .preset = "booti", TO(boot, command),
	  .called = "cmd bootcmd boot-command boot_cmd", .example = "booti",
	  .doc = "What starts Xen: as an arm64 Image, as a uImage that xendtc makes of it "
	  "(`xen.ub`), or as an EFI program; `none` stops after the checks. With `uefi` there is "
	  "no U-Boot: UEFI firmware starts Xen, which finds its files by `xen.cfg` and the tree." },
	{ "verify", K_WORD, .words = verify_words, .preset = "crc32", TO(boot, verify),
	  .called = "check checksum crc hash", .example = "sha256",
	  .doc = "What the script checks of each file before it boots, so that files of two runs "
	  "never boot together; `sha256` wants a U-Boot with the command `hash`." },
	{ "commands", K_LIST, .item = K_TEXT, .form = FORM_LINE, TO(boot, commands),
	  .called = "bootcmds cmds commands-before", .example = "[\"echo hello\"]",
	  .doc = "U-Boot commands, run as they are after the checks and before Xen." },
	{ 0 }
};

static const struct record boot_record = {
	.name = "boot", .doc = "What U-Boot does.", .size = sizeof(struct boot),
	.fields = boot_fields,
	.guess = "load",
};

static const char *const scheduler_words[] = {
	"credit", "credit2", "null", "rtds", "arinc653", NULL
};

static const struct field cpupool_fields[] = {
	{ "cpus", K_LIST, .item = K_COUNT, .max = 4095, .required = true, TO(cpupool, cpus),
	  .called = "cpu cores pcpus", .example = "[2, 3]",
	  .doc = "Its CPUs: the boot CPU is 0, then the order of the tree." },
	{ "scheduler", K_WORD, .words = scheduler_words, TO(cpupool, scheduler),
	  .as = DT_STRING, .prop = "cpupool-sched",
	  .called = "sched", .example = "\"null\"",
	  .doc = "Xen's default if left out." },
	{ 0 }
};

static const struct record cpupool_record = {
	.name = "a CPU pool", .doc = "CPUs with a scheduler of their own. dom0 runs in the pool of "
	"the boot CPU.", .size = sizeof(struct cpupool), .fields = cpupool_fields,
	.guess = "cpus",
};

static const struct field at_field = {
	"domain", K_ADDRESS, PAGES, TO(free_keys, values),
	.example = "net: 0x22800000",
	.doc = "Where that domain (a guest's name, or `dom0`) sees the memory."
};

static const struct record at_record = {
	.name = "at", .doc = "Who uses the memory, and where.",
	.size = sizeof(struct free_keys), .fields = no_fields, .any = &at_field,
};

static const struct field shared_fields[] = {
	{ "size", K_SIZE, PAGES, .min = PAGE_SIZE_4K, .required = true, TO(shared, size),
	  .called = "length len", .example = "16M",
	  .doc = "Bytes." },
	{ "address", K_ADDRESS, PAGES, .word = "auto", TO(shared, address),
	  .called = "addr start base paddr", .example = "auto",
	  .doc = "Which memory of the machine it is; with `auto` xendtc chooses, left out Xen "
	  "takes it from its heap (since 4.19)." },
	{ "owner", K_TEXT, TO(shared, owner),
	  .called = "from", .example = "net",
	  .doc = "The domain that owns it; Xen if left out." },
	{ "at", K_RECORD, .required = true, TO(shared, at), .of = &at_record,
	  .called = "domains guests users gaddr",
	  .example = "{net: 0x22800000, app: 0x22800000}",
	  .doc = "Who uses it, and where." },
	{ 0 }
};

static const struct record shared_record = {
	.name = "shared memory", .doc = "Memory that several domains see.",
	.size = sizeof(struct shared), .fields = shared_fields,
};

static const struct field port_field = {
	"domain", K_COUNT, .min = 1, .max = 4095, TO(free_keys, values),
	.example = "net: 10, app: 11",
	.doc = "Its local port: up to 1023 for a guest, up to 4095 for `dom0`."
};

static const struct record channel_record = {
	.name = "an event channel", .doc = "Two domains and the port of each.",
	.size = sizeof(struct free_keys), .fields = no_fields, .any = &port_field,
};

static const struct field system_fields[] = {
	{ "extends", K_TEXT, .form = FORM_PATH, .partial = true, TO(system, extends),
	  .called = "base include inherits import", .example = "../base.yaml",
	  .doc = "Another system.yaml, as a path from the folder of this one. Its keys count where this one does "
	  "not have them: maps are merged, lists are replaced, and `null` takes a key out. Files that it names "
	  "are looked up beside it." },
	{ "board", K_TEXT, .form = FORM_PATH, .required = true, TO(system, board),
	  .called = "machine platform target", .example = "rpi4",
	  .doc = "A board that xendtc knows (`xendtc boards`), or the path of a board.yaml." },
	{ "memory", K_SIZE, .required = true, .several = true, TO(system, memory),
	  .called = "mem ram memory-size", .example = "4G",
	  .doc = "The memory size of that board, as in `4G`. With several, as in `[2G, 4G]`, each is checked, "
	  "and one set of outputs is made for all." },
	{ "device-tree", K_RECORD, TO(system, device_tree), .of = &tree_record,
	  .called = "dtb dt fdt devicetree tree device_tree",
	  .example = "bcm2711-rpi-4-b.dtb",
	  .doc = "The board's own device tree, to which Xen's nodes are added." },
	{ "xen", K_RECORD, .required = true, TO(system, xen), .of = &xen_record,
	  .called = "hypervisor", .example = "{image: xen}",
	  .doc = "The hypervisor." },
	{ "dom0", K_RECORD, TO(system, dom0), .of = &dom0_record,
	  .called = "domain0 domain-0 dom-0 control-domain",
	  .example = "{kernel: Image, memory: 1G}",
	  .doc = "The privileged domain; leave it out for true dom0less." },
	{ "guests", K_NAMED, .reserved = "dom0", TO(system, guests), .of = &guest_record,
	  .called = "domus domu domUs domains vms guest dom0less domain",
	  .example = "{net: {kernel: Image, memory: 512M, vcpus: 1}}",
	  .doc = "The guests, by name, in the order of their domain ids." },
	{ "cpupools", K_NAMED, TO(system, cpupools), .of = &cpupool_record,
	  .since = VERSION(4, 17), .needs = "BOOT_TIME_CPUPOOLS",
	  .called = "pools cpu-pools cpupool", .example = "{rt: {cpus: [2, 3]}}",
	  .doc = "CPU pools, made at boot." },
	{ "shared-memory", K_NAMED, TO(system, shared), .of = &shared_record,
	  .since = VERSION(4, 17), .needs = "STATIC_SHM",
	  .called = "shm shmem static-shm",
	  .example = "{ring: {size: 16M, address: auto, at: {net: 0x22800000, app: 0x22800000}}}",
	  .doc = "Shared memory, by name." },
	{ "event-channels", K_LIST, TO(system, channels), .of = &channel_record,
	  .since = VERSION(4, 17),
	  .called = "evtchn evtchns channels events", .example = "[{net: 10, app: 11}]",
	  .doc = "Event channels that are there from the start." },
	{ "overlays", K_LIST, .item = K_TEXT, .form = FORM_PATH, TO(system, overlays),
	  .called = "overlay dtbo dtbos", .example = "[uart.dtbo]",
	  .doc = "Overlays (.dtbo), applied to the base tree in this order." },
	{ "boot", K_RECORD, .always = true, TO(system, boot), .of = &boot_record,
	  .called = "u-boot uboot bootloader",
	  .example = "{load: tftp, server: 192.168.0.1}",
	  .doc = "What U-Boot does." },
	{ "card", K_RECORD, TO(system, card), .of = &card_record,
	  .called = "sdcard sd", .example = "{u-boot: u-boot.bin}",
	  .doc = "An SD card image, `sdcard.img`, with all that the board boots from." },
	{ 0 }
};

const struct record system_record = {
	.name = "the system", .doc = "A Xen system on one board.",
	.size = sizeof(struct system), .fields = system_fields,
};
