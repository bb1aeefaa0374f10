/* SPDX-License-Identifier: BSD-2-Clause */
/* The rows of system.yaml. Properties are those of Xen's docs/misc/arm/device-tree/booting.txt
 * and docs/features/dom0less.pandoc. */
#include "model.h"

static const struct field image_fields[] = {
	{ "file", K_TEXT, .form = FORM_FILE, .required = true, TO(image, file),
	  .doc = "The file, looked up in the folder of `--files`." },
	{ "address", K_ADDRESS, TO(image, address),
	  .doc = "Where U-Boot loads it. Left out, xendtc finds room." },
	{ 0 }
};

static const struct record image_record = {
	.name = "a file", .doc = "A file that U-Boot loads: a path, or a path and an address.",
	.size = sizeof(struct image), .fields = image_fields, .shorthand = "file",
};

static const struct field xen_fields[] = {
	{ "image", K_RECORD, .required = true, TO(xen, image), .of = &image_record,
	  .doc = "Xen itself: an uncompressed arm64 Image." },
	{ "cmdline", K_TEXT, .form = FORM_LINE, .preset = "", TO(xen, cmdline),
	  .doc = "Xen's command line. `dom0_mem` and `dom0_max_vcpus` come from `dom0`." },
	{ "version", K_TEXT, .form = FORM_VERSION, TO(xen, version_text),
	  .doc = "Xen's version, where the image does not tell it." },
	{ 0 }
};

static const struct record xen_record = {
	.name = "xen", .doc = "The hypervisor.", .size = sizeof(struct xen),
	.fields = xen_fields,
};

/* Memory is handed out in pages; Xen loops for ever on a size that is not whole pages
 * (xen/common/device-tree/domain-build.c). */
#define DOMAIN_MEMORY .min = 4 * MiB, .max = 1016 * GiB, .multiple = PAGE_SIZE_4K

static const struct field dom0_fields[] = {
	{ "kernel", K_RECORD, .required = true, TO(domain, kernel), .of = &image_record,
	  .doc = "The kernel: an arm64 Image, gzip or not." },
	{ "ramdisk", K_RECORD, TO(domain, ramdisk), .of = &image_record,
	  .doc = "The initial ramdisk." },
	{ "cmdline", K_TEXT, .form = FORM_LINE, .preset = "", TO(domain, cmdline),
	  .doc = "The kernel's command line." },
	{ "memory", K_SIZE, .required = true, DOMAIN_MEMORY, TO(domain, memory),
	  .doc = "RAM of dom0; becomes `dom0_mem`." },
	{ "vcpus", K_COUNT, .min = 1, .max = 128, TO(domain, vcpus),
	  .doc = "CPUs of dom0; becomes `dom0_max_vcpus`. Left out: as many as the board has." },
	{ 0 }
};

static const struct record dom0_record = {
	.name = "dom0", .doc = "The first, privileged domain. Without it the system is true "
	"dom0less.", .size = sizeof(struct domain), .fields = dom0_fields,
};

static const char *const pv_words[] = {
	"disabled", "enabled", "no-xenstore", NULL
};

static const struct field guest_fields[] = {
	{ "kernel", K_RECORD, .required = true, TO(domain, kernel), .of = &image_record,
	  .doc = "The kernel: an arm64 Image, gzip or not, a zImage or a uImage." },
	{ "ramdisk", K_RECORD, TO(domain, ramdisk), .of = &image_record,
	  .doc = "The initial ramdisk." },
	{ "cmdline", K_TEXT, .form = FORM_LINE, .preset = "", TO(domain, cmdline),
	  .doc = "The kernel's command line." },
	{ "memory", K_SIZE, .required = true, DOMAIN_MEMORY, TO(domain, memory),
	  .as = DT_KIB64, .prop = "memory", .since = VERSION(4, 12), .doc = "RAM of the guest." },
	{ "vcpus", K_COUNT, .required = true, .min = 1, .max = 128, TO(domain, vcpus),
	  .as = DT_U32, .prop = "cpus", .since = VERSION(4, 12),
	  .doc = "CPUs of the guest: at most 8 with a GICv2." },
	{ "vpl011", K_BOOL, .preset = "false", TO(domain, vpl011),
	  .as = DT_FLAG, .prop = "vpl011", .since = VERSION(4, 12),
	  .doc = "An emulated PL011 UART, `ttyAMA0` in Linux: the guest's console." },
	{ "pv", K_WORD, .words = pv_words, .preset = "disabled", TO(domain, pv),
	  .as = DT_STRING, .prop = "xen,enhanced", .since = VERSION(4, 17),
	  .doc = "Xen's paravirtual interfaces: grant tables, event channels, xenstore." },
	{ 0 }
};

static const struct record guest_record = {
	.name = "a guest", .doc = "A domain that Xen starts by itself. Domain ids follow the "
	"order of the guests.", .size = sizeof(struct domain), .fields = guest_fields,
};

static const struct field load_fields[] = {
	{ "device", K_TEXT, .form = FORM_DEVICE, TO(load_how, device),
	  .doc = "Where U-Boot reads files from." },
	{ "command", K_TEXT, .form = FORM_COMMAND, TO(load_how, command),
	  .doc = "A U-Boot command that takes an address and a file name." },
	{ 0 }
};

static const struct record load_record = {
	.name = "load", .doc = "How U-Boot loads files: a device, or a command of your own.",
	.size = sizeof(struct load_how), .fields = load_fields, .shorthand = "device",
};

static const char *const boot_words[] = { "booti", "none", NULL };
static const char *const verify_words[] = { "none", "size", "crc32", NULL };

static const struct field boot_fields[] = {
	{ "load", K_RECORD, TO(boot, load), .of = &load_record,
	  .doc = "How U-Boot loads files; TFTP if left out." },
	{ "server", K_TEXT, .form = FORM_IPV4, TO(boot, server),
	  .doc = "The TFTP server; U-Boot's own `serverip` if left out." },
	{ "client", K_TEXT, .form = FORM_IPV4_DHCP, TO(boot, client),
	  .doc = "The board's address; U-Boot's own `ipaddr` if left out." },
	{ "prefix", K_TEXT, .form = FORM_FILE, .preset = "", TO(boot, prefix),
	  .doc = "Put in front of every file name in the script, as in `rpi4/`." },
	{ "script-address", K_ADDRESS, TO(boot, script_address),
	  .doc = "Where the first script loads boot2.scr; the board has a default." },
	{ "command", K_WORD, .words = boot_words, .preset = "booti", TO(boot, command),
	  .doc = "What starts Xen; `none` stops after the checks." },
	{ "verify", K_WORD, .words = verify_words, .preset = "size", TO(boot, verify),
	  .doc = "What the script checks of each file before it boots." },
	{ 0 }
};

static const struct record boot_record = {
	.name = "boot", .doc = "What U-Boot does.", .size = sizeof(struct boot),
	.fields = boot_fields,
};

static const struct field system_fields[] = {
	{ "board", K_TEXT, .form = FORM_PATH, .required = true, TO(system, board),
	  .doc = "A board that xendtc knows (`xendtc boards`), or the path of a board.yaml." },
	{ "memory", K_SIZE, .required = true, TO(system, memory),
	  .doc = "Which memory size of that board, as in `4G`." },
	{ "device-tree", K_RECORD, TO(system, device_tree), .of = &image_record,
	  .doc = "The board's own device tree, to which Xen's nodes are added." },
	{ "xen", K_RECORD, .required = true, TO(system, xen), .of = &xen_record,
	  .doc = "The hypervisor." },
	{ "dom0", K_RECORD, TO(system, dom0), .of = &dom0_record,
	  .doc = "The privileged domain; leave it out for true dom0less." },
	{ "guests", K_NAMED, TO(system, guests), .of = &guest_record,
	  .doc = "The guests, by name, in the order of their domain ids." },
	{ "boot", K_RECORD, TO(system, boot), .of = &boot_record,
	  .doc = "What U-Boot does." },
	{ 0 }
};

const struct record system_record = {
	.name = "the system", .doc = "A Xen system on one board.",
	.size = sizeof(struct system), .fields = system_fields,
};
