/* SPDX-License-Identifier: BSD-2-Clause */
/* Loads become U-Boot commands, each with its checks and its tries. */
#include <inttypes.h>
#include <string.h>

#include "base/list.h"
#include "emit/script.h"

#define PAUSE "2"		/* seconds between two tries */

/* The beginning of a message about a failure: it is the end of the boot, or of one try of
 * several. */
static const char *verdict(const struct plan *p)
{
	return p->tries > 1
	       ? arena_printf(p->arena, "try ${xd_try} of %u", p->tries) : "STOP";
}

static uint32_t swapped(uint32_t n)
{
	return n >> 24 | (n >> 8 & 0xff00) | (n << 8 & 0xff0000) | n << 24;
}

/* The name of a load for messages: "prefix/Image (dom0 kernel)". */
static const char *named(const struct plan *p, const struct load *l)
{
	return arena_printf(p->arena, "%s%s (%s)", l->place.prefix, plan_load_name(p->arena, l),
			    script_quoted(p, l->what));
}

/* Checks the CRC-32 of a load. U-Boot's crc32 stores the sum in the machine's byte order
 * or big-endian, depending on how it was configured (U-Boot common/hash.c, multi_hash()),
 * so the script takes either. */
static void check_crc(const struct plan *p, const struct load *l, unsigned depth,
		      struct text *out)
{
	const char *scratch = script_hex(p, p->scratch);

	script_line(out, depth, "mw.q %s 0", scratch);
	script_line(out, depth, "crc32 %s %s %s", script_hex(p, l->start),
		    script_hex(p, l->size), scratch);
	script_line(out, depth, "if itest.l *%s == 0x%08x || itest.l *%s == 0x%08x; then",
		    scratch, l->crc, scratch, swapped(l->crc));
	script_line(out, depth + 1, "setenv xd_ok 1");
	script_line(out, depth, "else");
	script_line(out, depth + 1,
		    "echo \"xendtc: %s: %s has another CRC-32 than %08x: " AGAIN "\"",
		    verdict(p), named(p, l), l->crc);
	script_line(out, depth, "fi");
}

/* Checks the SHA-256 of a load. U-Boot's `hash` puts the sum into a variable (U-Boot
 * cmd/hash.c). A U-Boot without that command cannot check the file, and so does not boot
 * it. */
static void check_sha256(const struct plan *p, const struct load *l, unsigned depth,
			 struct text *out)
{
	script_line(out, depth, "setenv xd_sum");
	script_line(out, depth, "if hash sha256 %s %s xd_sum; then", script_hex(p, l->start),
		    script_hex(p, l->size));
	script_line(out, depth + 1, "if test \"${xd_sum}\" = %s; then", l->sha256);
	script_line(out, depth + 2, "setenv xd_ok 1");
	script_line(out, depth + 1, "else");
	script_line(out, depth + 2,
		    "echo \"xendtc: %s: %s has another SHA-256 than %.16s...: " AGAIN "\"",
		    verdict(p), named(p, l), l->sha256);
	script_line(out, depth + 1, "fi");
	script_line(out, depth, "else");
	script_line(out, depth + 1,
		    "echo \"xendtc: %s: this U-Boot cannot hash sha256, as boot.verify "
		    "asks: take crc32\"", verdict(p));
	script_line(out, depth, "fi");
}

/* Checks the size of a load: U-Boot sets filesize in lower-case hex, without 0x
 * (env_set_hex()). */
static void check_size(const struct plan *p, const struct load *l, unsigned depth,
		       struct text *out)
{
	script_line(out, depth, "if test \"${filesize}\" = %" PRIx64 "; then", l->size);
	if (p->verify_crc)
		check_crc(p, l, depth + 1, out);
	else if (p->verify_sha256)
		check_sha256(p, l, depth + 1, out);
	else
		script_line(out, depth + 1, "setenv xd_ok 1");
	script_line(out, depth, "else");
	script_line(out, depth + 1,
		    "echo \"xendtc: %s: %s has 0x${filesize} bytes, not %s: " AGAIN "\"",
		    verdict(p), named(p, l), script_hex(p, l->size));
	script_line(out, depth, "fi");
}

/* Loads a file once. filesize is cleared first, because tftpb calls an empty file a
 * success and then leaves the size of the file before. A load whose size is not known (0)
 * cannot be checked. */
static void load_once(const struct plan *p, const struct load *l, unsigned depth,
		      struct text *out)
{
	script_line(out, depth, "setenv filesize 0");
	script_line(out, depth, "if %s %s %s%s; then", l->place.command,
		    script_hex(p, l->start), l->place.prefix, plan_load_name(p->arena, l));
	if (l->size && p->verify_size)
		check_size(p, l, depth + 1, out);
	else
		script_line(out, depth + 1, "setenv xd_ok 1");
	script_line(out, depth, "else");
	script_line(out, depth + 1,
		    "echo \"xendtc: %s: cannot load %s%s, for the reason above; "
		    "if it is not there: " AGAIN "\"", verdict(p), named(p, l),
		    l->place.tftp ? " from TFTP server ${serverip}" : "");
	script_line(out, depth, "fi");
}

/* Loads a file with several tries. A window that the board or the network cannot take is
 * a reason to fail, so that the next try does without. */
static void load_with_tries(const struct plan *p, const struct load *l, struct text *out)
{
	script_line(out, 1, "for xd_try in %s; do", script_tries(p));
	script_line(out, 2, "if test \"${xd_ok}\" = 0; then");
	script_line(out, 3, "if test \"${xd_try}\" != 1; then");
	script_line(out, 4, "sleep " PAUSE);
	if (l->place.tftp && p->tftp_window > 1)
		script_line(out, 4, "setenv " TFTP_WINDOW " 1");
	script_line(out, 3, "fi");
	load_once(p, l, 3, out);
	script_line(out, 2, "fi");
	script_line(out, 1, "done");
	script_line(out, 1, "if test \"${xd_ok}\" = 0; then");
	script_line(out, 2, "echo \"xendtc: STOP: %s: no try was good, for the reasons above\"",
		    named(p, l));
	script_line(out, 1, "fi");
}

static void describe(const struct plan *p, const struct load *l, struct text *out)
{
	bool shared = l->users && strchr(l->users, ',');

	script_line(out, 0, "\n# %s%s%s: %s to %s", script_comment(p, l->what),
		    shared ? ", used by " : "", shared ? script_comment(p, l->users) : "",
		    script_hex(p, l->start), script_hex(p, l->start + l->span));
}

static void load_one(const struct plan *p, const struct load *l, const char *step,
		     struct text *out)
{
	bool from_firmware = l == p->tree && p->edit_in_u_boot;

	describe(p, l, out);
	script_line(out, 0, IF_OK);
	script_line(out, 1, "echo \"xendtc: [%s] %s -> %s\"", step,
		    from_firmware ? "tree of the firmware at ${fdt_addr}"
				  : plan_load_name(p->arena, l),
		    script_hex(p, l->start));
	script_line(out, 1, "setenv xd_ok 0");
	if (from_firmware)
		script_take_tree(p, 1, out);
	else if (p->tries > 1)
		load_with_tries(p, l, out);
	else
		load_once(p, l, 1, out);
	script_line(out, 0, "fi");
}

static bool has_word(const char *s, const char *word)
{
	size_t len = strlen(word);

	for (; *s; s += strcspn(s, " ")) {
		s += strspn(s, " ");
		if (strcspn(s, " ") == len && memcmp(s, word, len) == 0)
			return true;
	}
	return false;
}

static bool is_used(const struct plan *p, const char *interface)
{
	if (p->fit)
		return has_word(p->place.command, interface);
	for (const struct load *l = p->loads; l; l = l->next)
		if (has_word(l->place.command, interface))
			return true;
	return false;
}

/* U-Boot knows the disks behind these interfaces only after it was told to look for
 * them. It may have looked already when it loaded boot2.scr, but to look twice does no
 * harm. If it finds none, the load that wants one says so. NVMe disks are always on
 * PCI. */
void script_find_disks(const struct plan *p, struct text *out)
{
	static const struct {
		const char *interface, *does, *first;
	} all[] = {
		{ "usb", "usb start", NULL },
		{ "scsi", "scsi scan", NULL },
		{ "nvme", "nvme scan", "pci enum" },
		{ "virtio", "virtio scan", NULL },
	};

	for (size_t i = 0; i < countof(all); i++) {
		if (!is_used(p, all[i].interface))
			continue;
		script_line(out, 0, "\n" IF_OK);
		script_line(out, 1, "echo \"xendtc: %s\"", all[i].does);
		if (all[i].first)
			script_line(out, 1, "%s", all[i].first);
		script_line(out, 1, "%s", all[i].does);
		script_line(out, 0, "fi");
	}
}

void script_load_all(const struct plan *p, struct text *out)
{
	unsigned count = 0, step = 0;
	bool tftp = false;

	script_find_disks(p, out);
	for (const struct load *l = p->loads; l; l = l->next) {
		count++;
		tftp |= l->place.tftp;
	}
	if (tftp)
		script_set_tftp(p, out);
	for (const struct load *l = p->loads; l; l = l->next)
		load_one(p, l, arena_printf(p->arena, "%u/%u", ++step, count), out);
	if (tftp && (p->tftp_window || p->tftp_block)) {
		script_line(out, 0, "\n# TFTP as it was before.");
		script_reset_tftp(p, 0, out);
	}
}
