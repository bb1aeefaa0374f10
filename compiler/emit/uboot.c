/* SPDX-License-Identifier: BSD-2-Clause */
/* The loads become U-Boot commands: boot2.source loads, checks and boots; boot.source
 * fetches that one by TFTP.
 *
 * They must run in every U-Boot since 2020.10, hence: no `exit`, which does not stop a
 * sourced script before 2023.04, but a variable, xd_ok, that guards every step; no line
 * continuation; at most 16 words a command (CONFIG_SYS_MAXARGS); crc32, since that is the
 * only checksum that all have. */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "emit/emit.h"

#define IF_OK "if test \"${xd_ok}\" = 1; then"
#define AGAIN "run xendtc again, and copy its whole output folder"

__attribute__((format(printf, 3, 4)))
static void line(struct text *out, int depth, const char *fmt, ...)
{
	char *s;
	va_list ap;

	va_start(ap, fmt);
	if (vasprintf(&s, fmt, ap) < 0)
		arena_exhausted(out->arena);
	va_end(ap);
	text_add(out, "%.*s%s\n", depth, "\t\t\t\t\t\t\t\t", s);
	free(s);
}

static const char *hex(const struct plan *p, uint64_t n)
{
	return arena_printf(p->arena, "0x%" PRIx64, n);
}

/* For comments, which end with the line. */
static const char *one_line(const struct plan *p, const char *s)
{
	char *copy = arena_printf(p->arena, "%s", s);

	for (char *c = copy; *c; c++)
		if ((unsigned char)*c < ' ')
			*c = '?';
	return copy;
}

/* For messages: U-Boot's old hush heeds ' between double quotes, too. */
static const char *without_quotes(const struct plan *p, const char *s)
{
	char *copy = arena_printf(p->arena, "%s", s), *to = copy;

	for (const char *c = copy; *c; c++)
		if (!strchr("'\"$`\\", *c))
			*to++ = *c;
	*to = '\0';
	return copy;
}

static void header(const struct plan *p, const char *does, struct text *out)
{
	const char *system = one_line(p, p->system_name);

	line(out, 0, "# U-Boot commands: %s.", does);
	line(out, 0, "# Made by xendtc %s from %s for %s with %s of memory.", p->version,
	     system, p->board_name, p->memory_name);
	line(out, 0, "# Do not edit: change %s and run xendtc again.\n", system);
}

static uint32_t swapped(uint32_t n)
{
	return n >> 24 | (n >> 8 & 0xff00) | (n << 8 & 0xff0000) | n << 24;
}

/* "prefix/Image (dom0 kernel)" */
static const char *named(const struct plan *p, const struct load *l)
{
	return arena_printf(p->arena, "%s%s (%s)", p->prefix, l->name,
			    without_quotes(p, l->what));
}

/* U-Boot's crc32 stores the sum as a native word or big-endian, by how it was configured
 * (U-Boot common/hash.c, multi_hash()): either will do. */
static void check_crc(const struct plan *p, const struct load *l, struct text *out)
{
	const char *scratch = hex(p, p->scratch);

	line(out, 3, "mw.q %s 0", scratch);
	line(out, 3, "crc32 %s %s %s", hex(p, l->start), hex(p, l->size), scratch);
	line(out, 3, "if itest.l *%s == 0x%08x || itest.l *%s == 0x%08x; then",
	     scratch, l->crc, scratch, swapped(l->crc));
	line(out, 4, "setenv xd_ok 1");
	line(out, 3, "else");
	line(out, 4, "echo \"xendtc: STOP: %s has another CRC-32 than %08x: " AGAIN "\"",
	     named(p, l), l->crc);
	line(out, 3, "fi");
}

/* U-Boot sets filesize in lower-case hex, without 0x (env_set_hex()). */
static void check_size(const struct plan *p, const struct load *l, struct text *out)
{
	line(out, 2, "if test \"${filesize}\" = %" PRIx64 "; then", l->size);
	if (p->verify_crc)
		check_crc(p, l, out);
	else
		line(out, 3, "setenv xd_ok 1");
	line(out, 2, "else");
	line(out, 3, "echo \"xendtc: STOP: %s has 0x${filesize} bytes, not %s: "
	     AGAIN "\"", named(p, l), hex(p, l->size));
	line(out, 2, "fi");
}

static void describe(const struct plan *p, const struct load *l, struct text *out)
{
	bool shared = l->users && strchr(l->users, ',');

	line(out, 0, "\n# %s%s%s: %s to %s", l->what, shared ? ", used by " : "",
	     shared ? l->users : "", hex(p, l->start), hex(p, l->start + l->span));
}

/* filesize: tftpb takes an empty file for a success, and leaves the size of the last one.
 * A load of unknown size (0) cannot be checked. */
static void load_one(const struct plan *p, const struct load *l, const char *step,
		     struct text *out)
{
	describe(p, l, out);
	line(out, 0, IF_OK);
	line(out, 1, "echo \"xendtc: [%s] %s -> %s\"", step, l->name, hex(p, l->start));
	line(out, 1, "setenv xd_ok 0");
	line(out, 1, "setenv filesize 0");
	line(out, 1, "if %s %s %s%s; then", p->tftp ? "tftpb" : p->load_command,
	     hex(p, l->start), p->prefix, l->name);
	if (l->size && (p->verify_size || p->verify_crc))
		check_size(p, l, out);
	else
		line(out, 2, "setenv xd_ok 1");
	line(out, 1, "else");
	line(out, 2, "echo \"xendtc: STOP: cannot load %s%s, for the reason above; "
	     "if it is not there: " AGAIN "\"",
	     named(p, l), p->tftp ? " from TFTP server ${serverip}" : "");
	line(out, 1, "fi");
	line(out, 0, "fi");
}

static void load_all(const struct plan *p, struct text *out)
{
	unsigned count = 0, step = 0;

	for (const struct load *l = p->loads; l; l = l->next)
		count++;
	for (const struct load *l = p->loads; l; l = l->next)
		load_one(p, l, arena_printf(p->arena, "%u/%u", ++step, count), out);
}

/* The user's own commands stand as they are, each for itself. */
static void run_commands(const struct plan *p, struct text *out)
{
	if (!p->commands || !p->commands[0])
		return;
	line(out, 0, "\n# boot.commands of the description.");
	line(out, 0, IF_OK);
	for (size_t i = 0; p->commands[i]; i++)
		line(out, 1, "%s", p->commands[i]);
	line(out, 0, "fi");
}

/* bootargs would replace those in the tree (U-Boot boot/fdt_support.c, fdt_chosen()), and
 * where U-Boot moves things depends on its version. */
static void boot(const struct plan *p, struct text *out)
{
	const char *xen = hex(p, p->xen->start), *tree = hex(p, p->tree->start);

	line(out, 0, "\n# Nothing may move, and the command lines are in the tree.");
	line(out, 0, IF_OK);
	line(out, 1, "setenv fdt_high 0xffffffffffffffff");
	line(out, 1, "setenv initrd_high 0xffffffffffffffff");
	line(out, 1, "setenv bootargs");
	line(out, 1, "setenv xd_ok 0");
	line(out, 1, "echo \"xendtc: starting Xen at %s, tree at %s\"", xen, tree);
	line(out, 1, "booti %s - %s", xen, tree);
	line(out, 1, "echo \"xendtc: STOP: booti failed, for the reason above\"");
	line(out, 0, "fi");
}

static void say_loaded(const struct plan *p, struct text *out)
{
	line(out, 0, "\n" IF_OK);
	line(out, 1, "echo \"xendtc: all is loaded, and yours to start: Xen at %s, tree "
	     "at %s\"", hex(p, p->xen->start), hex(p, p->tree->start));
	line(out, 0, "fi");
}

void emit_boot2_source(const struct plan *p, struct text *out)
{
	header(p, p->booti ? "load Xen and all that it needs, check it, start it"
			   : "load Xen and all that it needs, and check it", out);
	line(out, 0, "# 1 as long as all went well.\nsetenv xd_ok 1");
	load_all(p, out);
	run_commands(p, out);
	if (p->booti)
		boot(p, out);
	else
		say_loaded(p, out);
}

static void ask_dhcp(struct text *out)
{
	line(out, 0, "setenv autoload no");
	line(out, 0, "if dhcp; then");
	line(out, 1, "echo \"xendtc: this board is ${ipaddr}\"");
	line(out, 0, "else");
	line(out, 1, "setenv xd_ok 0");
	line(out, 1, "echo \"xendtc: STOP: no DHCP server answers: is the cable in?\"");
	line(out, 0, "fi");
}

/* serverip comes last: dhcp sets it to what the DHCP server thinks. */
static void set_addresses(const struct plan *p, struct text *out)
{
	line(out, 0, "setenv xd_ok 1");
	if (streq(p->client, "dhcp"))
		ask_dhcp(out);
	else if (*p->client)
		line(out, 0, "setenv ipaddr %s", p->client);
	if (*p->server)
		line(out, 0, "setenv serverip %s", p->server);
}

/* boot2.scr sets xd_ok first of all: if that is still "none", it did not run. */
void emit_boot_source(const struct plan *p, struct text *out)
{
	const char *script = arena_printf(p->arena, "%sboot2.scr", p->prefix);
	const char *at = hex(p, p->script_address);

	header(p, "fetch boot2.scr from the TFTP server and run it", out);
	set_addresses(p, out);
	line(out, 0, IF_OK);
	line(out, 1, "echo \"xendtc: fetching %s from ${serverip}\"", script);
	line(out, 1, "if tftpb %s %s; then", at, script);
	line(out, 2, "setenv xd_ok none");
	line(out, 2, "source %s", at);
	line(out, 2, "if test \"${xd_ok}\" = none; then");
	line(out, 3, "echo \"xendtc: STOP: %s is damaged: " AGAIN "\"", script);
	line(out, 2, "fi");
	line(out, 1, "else");
	line(out, 2, "echo \"xendtc: STOP: cannot load %s from TFTP server ${serverip}: "
	     "is the cable in, is the server running, is the file there?\"", script);
	line(out, 1, "fi");
	line(out, 0, "fi");
}
