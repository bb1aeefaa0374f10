/* SPDX-License-Identifier: BSD-2-Clause */
/* The plan becomes U-Boot commands: boot2.source loads, checks and boots; boot.source
 * fetches that one by TFTP. */
#include "emit/emit.h"
#include "emit/script.h"

static void header(const struct plan *p, const char *does, struct text *out)
{
	const char *system = script_comment(p, p->system_name);

	script_line(out, 0, "# U-Boot commands: %s.", does);
	script_line(out, 0, "# Made by xendtc %s from %s for %s with %s of memory.",
		    p->version, system, script_comment(p, p->board_name),
		    script_comment(p, p->memory_names));
	script_line(out, 0, "# Do not edit: change %s and run xendtc again.\n", system);
}

/* Adds the user's own commands as they are, a line each. */
static void run_commands(const struct plan *p, struct text *out)
{
	if (!p->commands || !p->commands[0])
		return;
	script_line(out, 0, "\n# boot.commands of the description.");
	script_line(out, 0, IF_OK);
	for (size_t i = 0; p->commands[i]; i++)
		script_line(out, 1, "%s", p->commands[i]);
	script_line(out, 0, "fi");
}

/* Adds the command that boots. bootargs is cleared because U-Boot would put it into the
 * tree, over Xen's command line (U-Boot boot/fdt_support.c, fdt_chosen()). fdt_high and
 * initrd_high keep U-Boot from moving things, whose places would then depend on its
 * version. */
static void boot(const struct plan *p, struct text *out)
{
	const char *xen = script_hex(p, p->xen->start);
	const char *tree = script_hex(p, p->tree->start);
	const char *no_ramdisk = streq(p->start, "bootefi") ? "" : "- ";

	script_line(out, 0, "\n# Nothing may move, and the command lines are in the tree.");
	script_line(out, 0, IF_OK);
	script_line(out, 1, "setenv fdt_high 0xffffffffffffffff");
	script_line(out, 1, "setenv initrd_high 0xffffffffffffffff");
	script_line(out, 1, "setenv bootargs");
	if (p->fit)
		script_line(out, 1, "setenv verify yes");
	script_line(out, 1, "setenv xd_ok 0");
	script_line(out, 1, "echo \"xendtc: starting Xen at %s, tree at %s\"", xen, tree);
	if (p->fit)
		script_line(out, 1, "bootm %s#" FIT_CONFIGURATION,
			    script_hex(p, p->fit->start));
	else
		script_line(out, 1, "%s %s %s%s", p->start, xen, no_ramdisk, tree);
	script_line(out, 1, "echo \"xendtc: STOP: %s failed, for the reason above\"",
		    p->fit ? "bootm" : p->start);
	script_line(out, 0, "fi");
}

static void say_loaded(const struct plan *p, struct text *out)
{
	script_line(out, 0, "\n" IF_OK);
	script_line(out, 1, "echo \"xendtc: all is loaded, and yours to start: Xen at %s, "
		    "tree at %s\"", script_hex(p, p->xen->start),
		    script_hex(p, p->tree->start));
	script_line(out, 0, "fi");
}

static void ask_dhcp(struct text *out)
{
	script_line(out, 0, "setenv autoload no");
	script_line(out, 0, "if dhcp; then");
	script_line(out, 1, "echo \"xendtc: this board is ${ipaddr}\"");
	script_line(out, 0, "else");
	script_line(out, 1, "setenv xd_ok 0");
	script_line(out, 1,
		    "echo \"xendtc: STOP: no DHCP server answers: is the cable in?\"");
	script_line(out, 0, "fi");
}

/* Asks whether U-Boot has an address that is not given: it has none unless somebody saved
 * one there or DHCP set it. */
static void ask_for(const char *variable, const char *key, const char *example,
		    struct text *out)
{
	script_line(out, 0, "if test -n \"${%s}\"; then", variable);
	script_line(out, 1, "echo \"xendtc: %s is ${%s}, of U-Boot\"", variable, variable);
	script_line(out, 0, "else");
	script_line(out, 1, "setenv xd_ok 0");
	script_line(out, 1, "echo \"xendtc: STOP: %s is not set: give the address as %s in the "
		    "description, or setenv %s %s\"", variable, key, variable, example);
	script_line(out, 0, "fi");
}

/* Sets the addresses; serverip last, for dhcp sets it to whatever the DHCP server says.
 */
static void set_addresses(const struct plan *p, struct text *out)
{
	if (streq(p->client, "dhcp"))
		ask_dhcp(out);
	else if (*p->client)
		script_line(out, 0, "setenv ipaddr %s", p->client);
	else
		ask_for("ipaddr", "client", "192.168.0.2", out);
	if (*p->server)
		script_line(out, 0, "setenv serverip %s", p->server);
	else
		ask_for("serverip", "server", "192.168.0.1", out);
}

/* Whether files come by TFTP though boot2.scr itself did not: then nobody has set up the
 * network before. */
static bool needs_addresses(const struct plan *p)
{
	const struct load *l = p->loads;

	while (l && !l->place.tftp)
		l = l->next;
	return l && !p->place.tftp;
}

void emit_boot2_source(const struct plan *p, struct text *out)
{
	header(p, p->start ? "load Xen and all that it needs, check it, start it"
			   : "load Xen and all that it needs, and check it", out);
	script_line(out, 0, "# 1 as long as all went well.\nsetenv xd_ok 1");
	if (!p->fit && needs_addresses(p))
		set_addresses(p, out);
	if (!p->fit)
		script_load_all(p, out);
	if (p->edit_in_u_boot)
		script_edit_tree(p, out);
	run_commands(p, out);
	if (p->start)
		boot(p, out);
	else
		say_loaded(p, out);
}

/* Fetches the second script with several tries. xd_got is 1 as soon as it was loaded, so
 * that it runs once and not with every try. */
static void fetch_with_tries(const struct plan *p, const char *at, const char *script,
			     struct text *out)
{
	script_line(out, 1, "setenv xd_got 0");
	script_line(out, 1, "for xd_try in %s; do", script_tries(p));
	script_line(out, 2, "if test \"${xd_got}\" = 0; then");
	script_line(out, 3, "if %s %s %s; then", p->place.command, at, script);
	script_line(out, 4, "setenv xd_got 1");
	script_line(out, 3, "else");
	script_line(out, 4, "echo \"xendtc: try ${xd_try} of %u: cannot load %s\"", p->tries,
		    script);
	script_line(out, 4, "sleep 2");
	if (p->fit && p->place.tftp && p->tftp_window > 1)
		script_line(out, 4, "setenv " TFTP_WINDOW " 1");
	script_line(out, 3, "fi");
	script_line(out, 2, "fi");
	script_line(out, 1, "done");
	script_line(out, 1, "if test \"${xd_got}\" = 1; then");
}

static void say_not_loaded(const struct plan *p, const char *script, struct text *out)
{
	if (p->fit && p->place.tftp)
		script_reset_tftp(p, 2, out);
	if (p->place.tftp)
		script_line(out, 2, "echo \"xendtc: STOP: cannot load %s from TFTP server "
			    "${serverip}: is the cable in, is the server running, is the "
			    "file there?\"", script);
	else
		script_line(out, 2, "echo \"xendtc: STOP: cannot load %s, for the reason "
			    "above\"", script);
}

/* Runs the second script, and sees whether it ran at all: the first thing that it does is
 * to set xd_ok. */
static void run_script(const struct plan *p, const char *at, const char *script,
		       struct text *out)
{
	if (p->fit && p->place.tftp)
		script_reset_tftp(p, 2, out);
	script_line(out, 2, "setenv xd_ok none");
	script_line(out, 2, "source %s%s", at, p->fit ? ":script" : "");
	script_line(out, 2, "if test \"${xd_ok}\" = none; then");
	script_line(out, 3, "echo \"xendtc: STOP: %s is damaged%s: " AGAIN "\"", script,
		    p->fit ? ", or this U-Boot has no FIT" : "");
	script_line(out, 2, "fi");
}

void emit_boot_source(const struct plan *p, struct text *out)
{
	const char *name = p->fit ? p->fit->name : "boot2.scr";
	const char *script = arena_printf(p->arena, "%s%s", p->place.prefix, name);
	const char *at = script_hex(p, p->fit ? p->fit->start : p->script_address);

	header(p, p->place.tftp ? arena_printf(p->arena, "fetch %s from the TFTP server and "
					       "run it", name)
				: arena_printf(p->arena, "load %s and run it", name), out);
	script_line(out, 0, "setenv xd_ok 1");
	if (p->place.tftp)
		set_addresses(p, out);
	if (p->fit)
		script_find_disks(p, out);
	if (p->fit && p->place.tftp)
		script_set_tftp(p, out);
	script_line(out, 0, IF_OK);
	script_line(out, 1, "echo \"xendtc: fetching %s%s\"", script,
		    p->place.tftp ? " from ${serverip}" : "");
	if (p->tries > 1)
		fetch_with_tries(p, at, script, out);
	else
		script_line(out, 1, "if %s %s %s; then", p->place.command, at, script);
	run_script(p, at, script, out);
	script_line(out, 1, "else");
	say_not_loaded(p, script, out);
	script_line(out, 1, "fi");
	script_line(out, 0, "fi");
}
