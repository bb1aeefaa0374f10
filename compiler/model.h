/* SPDX-License-Identifier: BSD-2-Clause */
/* The middle of the house: what the user described, with what the passes found out. */
#pragma once
#include "base/range.h"
#include "input/devicetree.h"
#include "input/image.h"
#include "input/kconfig.h"
#include "schema/schema.h"
#include "words.h"

struct claim;
struct load;

struct load_how {			/* a command, or else a device */
	struct object o;
	struct value device, command, prefix;
};

enum tree_from { FROM_FILE, FROM_FIRMWARE };

struct image {				/* a file that U-Boot loads */
	struct object o;
	struct value file, address;	/* set by bind */
	struct load_how *how;		/* set by bind; NULL: as boot.load says */
	struct value from;		/* set by bind: enum tree_from, of the device tree */
	struct file *found;		/* set by find_files; NULL: it is not looked at */
	const struct text *made; /* set by make_partials: our own bytes, not a file's */
	struct load *load;		/* set by lower: shared with equal images */
};

struct extent {				/* memory that is given away for good */
	struct object o;
	struct value address, size;	/* set by bind */
	struct claim *claim;		/* set by make_claims */
};

struct free_keys {			/* a map whose keys the user chooses */
	struct object o;
	struct named_values values;
};

struct xen {
	struct object o;
	struct image *image, *xsm_policy;
	struct value cmdline, version_text, config, llc_colors;
	struct values parameters;
	struct extent *static_heap;
	struct free_keys *properties;	/* of /chosen */
	unsigned version;		/* set by find_version; 0: not known */
	const struct kconfig *built_with;	/* set by find_files: config; NULL: not known */
};

/* Where dom0 has the files of guests that it starts, if nothing else is said. */
#define GUEST_FOLDER "/var/lib/xen/images"

struct passed {				/* a device of the base tree, for a guest */
	struct object o;
	struct value device;		/* set by bind */
	struct values clock_rates, without;
	/* set by assign_devices */
	const struct dt_node *node;	/* NULL without a base tree */
	const struct domain *to;
	size_t turn;			/* how many were given before it */
};

enum linux_guess { LINUX_NO, LINUX_MAYBE, LINUX_LIKELY };

struct domain {				/* dom0 or a guest */
	struct object o;
	struct image *kernel, *ramdisk, *passthrough_dtb;
	struct passed *passed;
	struct values passthrough_paths;
	struct value cmdline, memory, vcpus, vpl011, pv;
	struct value direct_map, cpupool, sve, nr_spis, p2m_memory, llc_colors;
	struct extent *static_memory;
	struct value static_auto;	/* the word "auto" */
	struct free_keys *affinity, *properties;
	struct values capabilities;
	struct value boot;		/* guests; n: 1, or 0 if deferred to dom0 */
	struct value guest_folder;	/* dom0 */
	bool is_dom0;			/* set by load */
	enum linux_guess linux_guess;	/* set by find_files, by its kernel */
	struct words words;		/* of cmdline; set by read_lines */
	struct image *partial_image;	/* set by assign_devices; may be ours */
	const struct partial *partial;	/* what is in it; set by make_partials, read_partials */
	struct extent *static_extents;	/* set by make_claims: static_memory, or our choice */
	bool is_colored;		/* dom0, whose memory is scattered; set by make_claims */
};

struct cpupool {
	struct object o;
	struct values cpus;
	struct value scheduler;
	uint32_t phandle;		/* set by lower */
};

struct shared {				/* memory shared by domains */
	struct object o;
	struct value size, address, owner;
	struct free_keys *at;		/* domain -> its own address */
	struct claim *claim;		/* set by make_claims; NULL: Xen finds the memory */
};

enum boot_command { BOOT_BOOTI, BOOT_BOOTM, BOOT_BOOTEFI, BOOT_UEFI, BOOT_NONE };
enum verify { VERIFY_NONE, VERIFY_SIZE, VERIFY_CRC32, VERIFY_SHA256 };
enum output_names { NAMES_PLAIN, NAMES_CONTENT };

struct fit {				/* one file that holds all others */
	struct object o;
	struct value name, key_dir, key, algorithm;
};

struct boot {
	struct object o;
	struct load_how *load;
	struct fit *fit;
	struct value server, client, prefix, script_address, command, verify, retry;
	struct value tftp_window, tftp_block, names;
	struct values commands;
};

struct partition {			/* a root file system on the card */
	struct object o;
	struct value from, size;
};

struct card {
	struct object o;
	struct value u_boot, size, boot_size;
	struct values firmware;
	struct partition *partitions;
};

struct system {
	struct object o;
	struct value extends;		/* stays only where it is wrong: see passes/describe.c */
	struct value board, memory;
	struct image *device_tree;
	struct xen *xen;
	struct domain *dom0;
	struct domain *guests;		/* as written; most want first_xen_guest() */
	struct cpupool *cpupools;
	struct shared *shared;
	struct free_keys *channels;	/* each with two keys: domain -> port */
	struct values overlays;
	struct table *given;		/* nodes -> the first `passed`; set by assign_devices */
	struct boot *boot;		/* never NULL: its keys have presets */
	struct card *card;
};

/* Boards: see boards/NAME/board.yaml for what the values mean. */

struct bank {				/* also a reserved range or a window */
	struct object o;
	struct value start, size, what, life, remark, source;
};

enum life { LIFE_ALWAYS, LIFE_BOOT };

struct memory_size {
	struct object o;
	struct bank *banks, *reserved;
	struct value loadable_end;
};

struct uart {
	struct object o;
	struct value path, what, source;
	struct values config;
};

struct absent {				/* a node for a device that is not there */
	struct object o;
	struct value path, what, help, source;
};

struct board_boot {
	struct object o;
	struct value loadable_end, script_address, script_size, scratch, tree_room, tftp_window;
	struct value fills_memory;	/* n: whether U-Boot writes RAM into the tree */
};

struct board {
	struct object o;
	struct value name, title, device_tree, compatible, cpus, dma_bits;
	struct values gic, config, hidden, firmware;
	struct value first_xen, first_linux;
	struct memory_size *memory;
	struct bank *reserved, *windows;
	struct board_boot *boot;
	struct uart *uarts;
	struct absent *absent;
};

/* Walks through the guests. This one: the guests that Xen starts, in the order in which
 * they are written. As with all that follow: NULL at the end; `d` is what the same walk
 * gave before; not before load. */
struct domain *first_xen_guest(const struct system *s);
struct domain *next_xen_guest(const struct domain *d);

/* The deferred guests, which dom0 starts (`boot: false`): Xen does not know them when it
 * boots. */
struct domain *first_deferred(const struct system *s);
struct domain *next_deferred(const struct domain *d);

/* All guests: those that Xen starts, then the deferred ones. */
struct domain *first_guest(const struct system *s);
struct domain *next_guest(const struct system *s, const struct domain *d);

/* The domains that Xen starts, in the order of their ids: dom0 if there is one, then the
 * guests. */
struct domain *first_domain(const struct system *s);
struct domain *next_domain(const struct system *s, const struct domain *d);

/* A walk through the files that the description has U-Boot load. Begin with the member
 * `system` alone. */
struct image_walk {
	const struct system *system;
	const struct domain *domain;	/* whose files come next; NULL: those of the system */
	unsigned step;			/* which of them */
	bool done;
};

/* The device tree, Xen, its policy, then kernel, ramdisk and partial tree of each domain that
 * Xen starts. */
const struct image *next_image(struct image_walk *w);

/* A walk through what the description puts before the names of files. Begin with
 * `images.system` alone. */
struct prefix_walk {
	struct image_walk images;
	const struct image *image;	/* the last one is for this file; NULL: for all */
	unsigned step;
};

/* The prefix under `boot`, that of its `load`, then those of single files; the text of each
 * may be NULL. */
const struct value *next_prefix(struct prefix_walk *w);

/* Bytes of RAM in all banks of a board with that size of memory. */
uint64_t ram_total(const struct memory_size *size);

/* What starts Xen, see enum boot_command. */
static inline enum boot_command boot_command(const struct system *s)
{
	return (enum boot_command)s->boot->command.n;
}

/* "dom0", or "guest 'net'"; owned by the arena. */
const char *domain_title(struct arena *a, const struct domain *d);

/* The domain of that name that Xen starts, "dom0" included; NULL: there is none. */
const struct domain *find_domain(const struct system *s, const char *name);

/* The word, if it stands under 'capabilities' of the guest; NULL: it does not. */
const struct value *domain_capability(const struct domain *d, const char *word);

/* A key of a guest that no member is bound to, by its name; NULL: it was not given. */
const struct attr *domain_attr(const struct domain *d, const char *key);

/* "4.20", a value of FORM_VERSION, as VERSION(4, 20). */
unsigned version_read(const char *text);

/* Whether the domain's addresses are the machine's. */
static inline bool is_direct(const struct domain *d)
{
	return d->is_dom0 ? !d->is_colored : d->direct_map.n;
}
