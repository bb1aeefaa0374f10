/* SPDX-License-Identifier: BSD-2-Clause */
/* The command lines of Linux are held against what can be its root file system, and words
 * that Linux does not understand are reported. */
#include <string.h>

#include "base/list.h"
#include "checks/checks.h"

/* Without a ramdisk the kernel mounts root= itself, and stops if that fails (Linux
 * init/do_mounts.c, mount_root()). With one it runs what is on it, and what that makes of
 * root= is its own affair. */
static void warn_of_no_root(struct diags *diags, const struct domain *d)
{
	struct diag *g = diag(diags, W0742, d->kernel->file.at,
			      "%s has neither a ramdisk nor root=: its kernel finds no root "
			      "file system, and stops unless one was built into it",
			      domain_title(diags->arena, d));

	diag_help(g, "add ramdisk, or root=DEVICE to its cmdline");
}

static void warn_of_root(struct diags *diags, const struct domain *d,
			 const struct word *root, const char *why, const char *help)
{
	struct diag *g = diag(diags, W0743, root->at, "%s cannot mount %s: %s",
			      domain_title(diags->arena, d), root->value, why);

	diag_help(g, "%s", help);
}

static bool has_prefix_of(const char *s, const char *const *prefixes)
{
	while (*prefixes && !starts_with(s, *prefixes))
		prefixes++;
	return *prefixes;
}

/* Whether the guest may get a disk through Xen: dom0 can attach one to a guest with pv
 * enabled, and to one that it starts itself. */
static bool may_have_pv(const struct domain *d)
{
	return d->pv.n || !d->boot.n;
}

/* What only the programs of a ramdisk know how to find (Linux block/early-lookup.c,
 * early_lookup_bdev(); before 6.5 init/do_mounts.c, name_to_dev_t()). */
static bool is_for_ramdisk(const char *root)
{
	static const char *const words[] = { "UUID=", "LABEL=", "/dev/disk/", "/dev/mapper/",
					     NULL };

	return has_prefix_of(root, words);
}

static bool is_of_network(const char *root)
{
	return streq(root, "/dev/nfs") || streq(root, "/dev/cifs");
}

/* Warns of a device that a guest without any of the machine names. */
static void check_guest_root(struct diags *diags, const struct domain *d,
			     const struct word *root)
{
	static const char *const own[] = { "/dev/mmcblk", "/dev/sd", "/dev/nvme", "/dev/vd",
					   "/dev/mtdblock", "mtd", "ubi", NULL };

	if (!may_have_pv(d))
		warn_of_root(diags, d, root, "it gets no device of the machine",
			     is_of_network(root->value)
				? "add ramdisk, or passthrough with an Ethernet device"
				: "add ramdisk, or passthrough with the disk's controller");
	else if (has_prefix_of(root->value, own))
		warn_of_root(diags, d, root, "it gets no device of the machine, and disks from "
			     "dom0 are called xvda, xvdb and so on",
			     "write root=/dev/xvda and have dom0 attach a disk, or add ramdisk");
}

static void check_root_device(struct diags *diags, const struct domain *d,
			      const struct word *root)
{
	static const char *const ram[] = { "/dev/ram", NULL };
	static const char *const xen[] = { "/dev/xvd", NULL };
	bool devices = d->is_dom0 || d->partial_image;

	if (has_prefix_of(root->value, ram))
		warn_of_root(diags, d, root, "it has no ramdisk", "add ramdisk");
	else if (is_for_ramdisk(root->value) && (devices || may_have_pv(d)))
		warn_of_root(diags, d, root, "the kernel alone cannot find it by that name",
			     "write root=PARTUUID=, or the device's name, or add ramdisk");
	else if (has_prefix_of(root->value, xen) && (d->is_dom0 || !may_have_pv(d)))
		warn_of_root(diags, d, root,
			     d->is_dom0 ? "dom0 gives such disks to others, and has none"
					: "nobody gives it a disk through Xen",
			     d->is_dom0 ? "name a disk of the machine, as in root=/dev/mmcblk0p2"
					: "add ramdisk, or pv: enabled and have dom0 attach a "
					  "disk");
	else if (!devices && !has_prefix_of(root->value, xen))
		check_guest_root(diags, d, root);
}

static void check_root(struct diags *diags, const struct domain *d)
{
	const struct word *root = last_word(&d->words, "root");

	if (d->ramdisk)
		return;
	if (!root || !*root->value)
		warn_of_no_root(diags, d);
	else
		check_root_device(diags, d, root);
}

/* Whether it is a word that Xen reads on its own line, and Linux does not. */
static bool is_xens(const struct word *w)
{
	static const char *const words[] = { "dom0_mem", "dom0_max_vcpus", "dtuart",
					     "sync_console", "guest_loglvl", "bootscrub",
					     "conring_size", "hmp-unsafe", "xsm" };

	for (size_t i = 0; i < countof(words); i++)
		if (streq(w->key, words[i]))
			return true;
	return false;
}

/* Warns of words that mean nothing to Linux. U-Boot's variables are among them: the line
 * goes into the device tree as it is, and no shell of U-Boot sees it. */
static void check_word(struct diags *diags, const struct domain *d, const struct word *w)
{
	struct diag *g;

	if (strstr(w->key, "${") || strstr(w->value, "${")) {
		g = diag(diags, W0744, w->at,
			 "nobody puts a value in place of '%s%s%s': %s gets the line as it "
			 "stands here", w->key, *w->value ? "=" : "", w->value,
			 domain_title(diags->arena, d));
		diag_help(g, "write the value");
	} else if (is_xens(w)) {
		g = diag(diags, W0744, w->at,
			 "'%s' is a word of Xen's command line; Linux does not read it",
			 w->key);
		diag_help(g, streq(w->key, "dom0_mem") ?
			  "write memory under dom0" : streq(w->key, "dom0_max_vcpus") ?
			  "write vcpus under dom0" : "move it to xen.cmdline");
	}
}

void check_roots(struct job *j)
{
	for (const struct domain *d = first_domain(j->system); d;
	     d = next_domain(j->system, d)) {
		if (d->linux_guess != LINUX_LIKELY)
			continue;
		check_root(&j->diags, d);
		for (size_t i = 0; i < d->words.n; i++)
			check_word(&j->diags, d, &d->words.w[i]);
	}
}
