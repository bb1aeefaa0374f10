/* SPDX-License-Identifier: BSD-2-Clause */
/* Commands of U-Boot that load, set variables, or boot (U-Boot cmd/, doc/usage/cmd/). */
#include <inttypes.h>
#include <string.h>

#include "base/list.h"
#include "base/text.h"
#include "import/uboot.h"
#include "schema/schema.h"

static bool is_one_of(const char *word, const char *const *words)
{
	for (; *words; words++)
		if (streq(word, *words))
			return true;
	return false;
}

static void set_unknown(struct uboot *u, const char *name)
{
	uboot_set(u, name, arena_printf(u->arena, "%c%s%c", UBOOT_UNKNOWN, name, UBOOT_UNKNOWN));
}

static void set_file_size(struct uboot *u, const char *name)
{
	uint64_t size;

	if (uboot_file_size(u, name, &size))
		uboot_set(u, "filesize", arena_printf(u->arena, "%" PRIx64, size));
	else
		set_unknown(u, "filesize");
}

static const char *known_name(struct uboot *u, const char *name, struct loc at)
{
	const char *shown = uboot_show(u, name);

	if (!uboot_unknown(name) && form_accepts(u->patterns, FORM_FILE, name))
		return name;
	diag(u->diags, W1055, at, "which file '%s' is, only the board knows", shown);
	return NULL;
}

static void add_load(struct uboot *u, uint64_t address, const char *name, struct loc at,
		     const char *device)
{
	struct script_load *l;

	name = known_name(u, name, at);
	set_file_size(u, name ? name : "");
	if (!name)
		return;
	l = NEW(u->arena, struct script_load);
	*l = (struct script_load){ address, name, device, at, false, NULL };
	*(u->script->loads ? &u->script->last_load->next : &u->script->loads) = l;
	u->script->last_load = l;
}

/* tftp and its like: [ADDRESS] [[SERVER:]FILE]. A word that is a number is the address
 * (U-Boot cmd/net.c, netboot_common()). */
static enum truth load_from_net(struct uboot *u, const struct uboot_command *c)
{
	size_t last = c->n - 1;
	uint64_t address;
	const char *name, *colon;

	if (streq(c->words[0], "dhcp"))
		u->script->client = "dhcp";
	if (!last)
		return YES;
	if (!uboot_number(c->words[1], 16, &address)) {
		address = 0;
		uboot_number(uboot_value(u, "loadaddr", 8), 16, &address);
	} else if (last == 1) {
		return YES;
	}
	name = c->words[last > 2 ? 2 : last];
	colon = strchr(name, ':');
	if (colon && !u->script->server)
		u->script->server = arena_copy(u->arena, name, (size_t)(colon - name));
	add_load(u, address, colon ? colon + 1 : name, c->at[last > 2 ? 2 : last], "tftp");
	return YES;
}

/* load and its like: INTERFACE DEVICE ADDRESS FILE. */
static enum truth load_from_disk(struct uboot *u, const struct uboot_command *c)
{
	uint64_t address;

	if (c->n < 5 || !uboot_number(c->words[3], 16, &address))
		return NO;
	add_load(u, address, c->words[4], c->at[4],
		 arena_printf(u->arena, "%s %s", uboot_show(u, c->words[1]),
			      uboot_show(u, c->words[2])));
	return YES;
}

/* size and its like: INTERFACE DEVICE FILE. They set what loading would set. */
static enum truth ask_size(struct uboot *u, const struct uboot_command *c)
{
	if (c->n < 4)
		return NO;
	set_file_size(u, uboot_unknown(c->words[3]) ? "" : c->words[3]);
	return YES;
}

/* cp FROM TO COUNT, unzip FROM TO [SIZE]: what is copied or unpacked is the same file at another
 * place. */
static enum truth copy(struct uboot *u, const struct uboot_command *c)
{
	uint64_t from, to;
	struct script_load *l;

	if (c->n < (streq(c->words[0], "unzip") ? 3 : 4) ||
	    !uboot_number(c->words[1], 16, &from) ||
	    !uboot_number(c->words[2], 16, &to))
		return NO;
	l = boot_script_find(u->script, from);
	if (!l)
		return YES;
	l->used = true;
	add_load(u, to, l->name, l->at, l->device);
	return YES;
}

static enum truth set_variable(struct uboot *u, const struct uboot_command *c, size_t first)
{
	struct text value = { .arena = u->arena };

	if (first < c->n && streq(c->words[first], "-f"))
		first++;
	if (first >= c->n)
		return NO;
	text_bytes(&value, "", 0);
	for (size_t i = first + 1; i < c->n; i++)
		text_add(&value, "%s%s", i > first + 1 ? " " : "", c->words[i]);
	uboot_set(u, c->words[first], value.data);
	if (uboot_unknown(value.data))
		return YES;
	if (streq(c->words[first], "serverip"))
		u->script->server = value.data;
	else if (streq(c->words[first], "ipaddr"))
		u->script->client = value.data;
	return YES;
}

/* Whether the name is among the words from `first` on; of none, all are. */
static bool is_wanted(const struct uboot_command *c, size_t first, const char *name)
{
	for (size_t i = first; i < c->n; i++)
		if (streq(c->words[i], name))
			return true;
	return first >= c->n;
}

/* env import [-t] ADDRESS [SIZE [NAME...]]: lines NAME=VALUE of a file that was loaded. */
static enum truth import_variables(struct uboot *u, const struct uboot_command *c)
{
	size_t first = 2;
	uint64_t address;
	struct script_load *l;
	char *data, *line, *rest;
	size_t len;

	while (first < c->n && c->words[first][0] == '-')
		first++;
	if (first >= c->n || !uboot_number(c->words[first], 16, &address))
		return NO;
	l = boot_script_find(u->script, address);
	if (!l)
		return MAYBE;
	l->used = true;
	if (!uboot_read_file(u, l->name, &data, &len)) {
		diag(u->diags, W1055, c->at[first],
		     "the variables in '%s' are not there to be read", l->name);
		return MAYBE;
	}
	for (line = strtok_r(data, "\r\n", &rest); line; line = strtok_r(NULL, "\r\n", &rest)) {
		char *equal = strchr(line, '=');

		if (!equal || *line == '#')
			continue;
		*equal = '\0';
		if (is_wanted(c, first + 2, line))
			uboot_set(u, line, equal + 1);
	}
	return YES;
}

static enum truth environment(struct uboot *u, const struct uboot_command *c)
{
	const char *what = c->n > 1 ? c->words[1] : "";

	if (streq(what, "set"))
		return set_variable(u, c, 2);
	if (streq(what, "import"))
		return import_variables(u, c);
	return YES;
}

/* A number; false for what lies in memory, which nobody knows. */
static bool operand(const char *word, uint64_t *n)
{
	return word[0] != '*' && uboot_number(word, 16, n);
}

/* setexpr NAME A [OP B], in hex (U-Boot cmd/setexpr.c). What is not calculated here: text, and
 * what depends on the processor (a division by zero). */
static enum truth calculate(struct uboot *u, const struct uboot_command *c)
{
	static const char *const texts[] = { "gsub", "sub", "fmt", NULL };
	const char *op = c->n > 3 ? c->words[3] : "+";
	uint64_t a, b = 0, n;

	if (c->n < 3)
		return NO;
	if (is_one_of(c->words[2], texts) || streq(c->words[0], "setexpr.s") ||
	    !operand(c->words[2], &a) || (c->n > 4 && !operand(c->words[4], &b)) ||
	    (strchr("/%", *op) && !b)) {
		set_unknown(u, c->words[1]);
		return MAYBE;
	}
	if (c->n == 4 || !*op || !strchr("|&^+-*/%", *op) || op[1])
		return NO;
	n = *op == '|' ? a | b : *op == '&' ? a & b : *op == '^' ? a ^ b
	  : *op == '+' ? a + b : *op == '-' ? a - b : *op == '*' ? a * b
	  : *op == '/' ? a / b : a % b;
	uboot_set(u, c->words[1], arena_printf(u->arena, "%" PRIx64, n));
	return YES;
}

/* The address in ADDRESS, ADDRESS:SIZE and ADDRESS#CONFIGURATION. */
static uint64_t boot_address(struct uboot *u, const char *word)
{
	uint64_t n = 0;

	if (!uboot_unknown(word))
		word = arena_copy(u->arena, word, strcspn(word, ":#"));
	uboot_number(word, 16, &n);
	return n;
}

/* U-Boot puts the variable into the tree, if it is set (boot/fdt_support.c,
 * fdt_chosen()). */
static void set_bootargs(struct uboot *u, struct uboot_tree *t)
{
	const char *line = uboot_value(u, "bootargs", 8);

	if (!uboot_unknown(line) && *line)
		dt_set(u->arena, dt_make(u->arena, t->dt, "/chosen"), "bootargs", line,
		       strlen(line) + 1);
}

/* Notes the tree that is booted, if it is known. */
static void take_tree(struct uboot *u)
{
	struct boot_script *s = u->script;
	struct uboot_tree *t;

	if (!s->tree)
		return;
	t = uboot_tree_at(u, s->tree);
	if (!t->edited && !t->from_file)
		return;
	set_bootargs(u, t);
	s->dt = t->dt;
	s->edits = t->edited;
	s->is_sketch = !t->from_file;
	s->firmware_tree = t->is_firmwares;
}

/* booti XEN RAMDISK|- TREE; bootefi XEN TREE. Without a tree it is the one that `fdt`
 * works on. */
static enum truth boot(struct uboot *u, const struct uboot_command *c)
{
	bool efi = streq(c->words[0], "bootefi");
	size_t tree = efi ? 2 : 3;
	struct boot_script *s = u->script;

	if (c->n < 2)
		return NO;
	s->command = c->words[0];
	s->command_at = c->at[0];
	s->xen = boot_address(u, c->words[1]);
	if (!efi && c->n > 2 && !streq(c->words[2], "-"))
		s->ramdisk = boot_address(u, c->words[2]);
	if (c->n > tree)
		s->tree = boot_address(u, c->words[tree]);
	else if (u->tree)
		s->tree = u->tree->address;
	take_tree(u);
	u->done = true;
	return YES;
}

/* crc32 ADDRESS SIZE; hash ALGORITHM ADDRESS SIZE [VARIABLE] */
static enum truth verify(struct uboot *u, const struct uboot_command *c)
{
	if (streq(c->words[0], "crc32"))
		u->script->verify = "crc32";
	else if (c->n > 1 && streq(c->words[1], "sha256"))
		u->script->verify = "sha256";
	if (c->n > 4 && streq(c->words[0], "hash"))
		set_unknown(u, c->words[4]);
	return YES;
}

/* The command as text that U-Boot reads back as the same words. */
static const char *as_text(struct uboot *u, const struct uboot_command *c)
{
	struct text t = { .arena = u->arena };

	for (size_t i = 0; i < c->n; i++) {
		bool plain = *c->words[i] && !strpbrk(c->words[i], " ;&|\"'$\\#<>");

		text_add(&t, plain ? "%s%s" : "%s'%s'", i ? " " : "", c->words[i]);
	}
	return t.data;
}

/* Keeps a command for boot.commands: what else the script has the machine do. */
static enum truth keep(struct uboot *u, const struct uboot_command *c)
{
	const char *text = as_text(u, c);
	struct script_text *k;

	if (uboot_unknown(text) || !form_accepts(u->patterns, FORM_LINE, text)) {
		diag(u->diags, W1055, c->at[0],
		     "'%s' is not carried over: only the board knows all of it",
		     uboot_show(u, text));
		return MAYBE;
	}
	k = NEW(u->arena, struct script_text);
	*k = (struct script_text){ text, c->at[0], NULL };
	*(u->script->commands ? &u->script->last_command->next : &u->script->commands) = k;
	u->script->last_command = k;
	return YES;
}

/* Whether a command only shows, looks for devices, or checks: xendtc's script does so by
 * itself. */
static bool does_nothing(const struct uboot_command *c)
{
	static const char *const words[] = {
		"echo", "sleep", "printenv", "saveenv", "mmc", "usb", "scsi", "sata", "nvme",
		"virtio", "pci", "part", "ls", "fatls", "ext2ls", "ext4ls", "true", "iminfo", "imi", "sha1sum", "md5sum", "md", "md.b",
		"md.w", "md.l", "md.q", "cmp", "cmp.b", "ping", "version", "bdinfo", "mii",
		"fatinfo", "fstype", "bootstage", "showvar", "mmcinfo", "help", "base", NULL
	};

	return is_one_of(c->words[0], words);
}

enum truth uboot_do(struct uboot *u, const struct uboot_command *c)
{
	static const char *const net[] = { "tftp", "tftpb", "tftpboot", "dhcp", "nfs",
					   "bootp", NULL };
	static const char *const disk[] = { "load", "fatload", "ext2load", "ext4load",
					    "fsload", "sqfsload", "zfsload", NULL };
	static const char *const sizes[] = { "size", "fatsize", "ext4size", "sqfssize", NULL };
	static const char *const boots[] = { "booti", "bootm", "bootz", "bootefi", NULL };
	static const char *const copies[] = { "cp", "cp.b", "cp.w", "cp.l", "cp.q", "unzip",
					      NULL };
	const char *verb = c->words[0];

	if (is_one_of(verb, net))
		return load_from_net(u, c);
	if (is_one_of(verb, disk))
		return load_from_disk(u, c);
	if (is_one_of(verb, sizes))
		return ask_size(u, c);
	if (is_one_of(verb, boots))
		return boot(u, c);
	if (is_one_of(verb, copies))
		return copy(u, c);
	if (streq(verb, "setenv"))
		return set_variable(u, c, 1);
	if (streq(verb, "env"))
		return environment(u, c);
	if (starts_with(verb, "setexpr"))
		return calculate(u, c);
	if (streq(verb, "test") || streq(verb, "["))
		return uboot_test(u, c);
	if (streq(verb, "itest") || starts_with(verb, "itest."))
		return uboot_itest(u, c);
	if (streq(verb, "fdt"))
		return uboot_fdt(u, c);
	if (streq(verb, "false") || streq(verb, "!"))	/* neither of its shells knows "!" */
		return NO;
	if (streq(verb, "crc32") || streq(verb, "hash"))
		return verify(u, c);
	if (does_nothing(c))
		return YES;
	return keep(u, c);
}
