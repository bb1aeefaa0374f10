/* SPDX-License-Identifier: BSD-2-Clause */
/* Text becomes the form that it is written in, so that a file given to the wrong verb is named. */
#include "input/form.h"

#include <string.h>
#include <strings.h>

#include "base/text.h"
#include "input/kinds.h"

/* Whether the line begins with a command of U-Boot that no config of ImageBuilder has. */
static bool is_command(const char *line)
{
	static const char *const words[] = {
		"fdt", "booti", "bootm", "bootefi", "bootz", "tftp", "tftpb", "tftpboot",
		"load", "fatload", "ext2load", "ext4load", "setenv", "run", NULL
	};
	size_t len;

	line += strspn(line, " \t");
	line += starts_with(line, "if ") ? 3 : 0;
	len = strcspn(line, " \t\r\n;");
	for (const char *const *w = words; *w; w++)
		if (strlen(*w) == len && memcmp(*w, line, len) == 0)
			return true;
	return false;
}

static bool is_assignment(const char *line)
{
	size_t len = strspn(line, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_"
				  "0123456789");

	return len && (line[len] == '=' || line[len] == '[');
}

/* Length of the key that stands in the first column with its colon; 0 if none does. */
static size_t top_key(const char *line)
{
	size_t len = strspn(line, "abcdefghijklmnopqrstuvwxyz-0123456789");

	return len && line[len] == ':' && strchr(" \t\r\n", line[len + 1]) ? len : 0;
}

static bool is_key(const char *line, const char *key)
{
	return top_key(line) == strlen(key) && starts_with(line, key);
}

/* Whether the line begins with one of the words and what stands behind it. */
static bool is_setting(const char *line, const char *const *words)
{
	size_t len = strcspn(line, " \t=\r\n");

	if (line[len + strspn(line + len, " \t")] != '=')
		return false;
	for (; *words; words++)
		if (strlen(*words) == len && memcmp(*words, line, len) == 0)
			return true;
	return false;
}

static const char *const xl_words[] = { "name", "kernel", "ramdisk", "memory", "maxmem", "vcpus",
					"extra", "cmdline", "disk", "vif", "root", "on_reboot",
					"on_crash", "type", "builder", NULL };
static const char *const firmware_words[] = { "enable_uart", "arm_64bit", "dtoverlay", "dtparam",
					      "armstub", "gpu_mem", "device_tree", NULL };

/* What stands at the beginning of a line in the menus of boot loaders: of U-Boot (doc/README.pxe),
 * and of GRUB. */
static bool is_menu(const char *line)
{
	static const char *const words[] = { "label", "menuentry", "append", "linux", "fdt", "initrd",
					     "xen_hypervisor", "xen_module", "devicetree", "menu",
					     "timeout", "prompt", NULL };
	size_t len;

	line += strspn(line, " \t");
	len = strcspn(line, " \t=\r\n");
	if (!strchr(" \t", line[len]) || !line[len])
		return false;
	for (const char *const *w = words; *w; w++)
		if (strlen(*w) == len && strncasecmp(*w, line, len) == 0)
			return true;
	return false;
}

/* How many lines look like those of each form. */
struct tally {
	size_t commands, assignments, keys, xl, firmware, menu;
	bool global, label;		/* lines that only xen.cfg has, and only a menu */
	bool windows, uarts, xen;	/* keys that only a board has, and that only a system has */
};

static void count_line(struct tally *t, const char *line)
{
	t->commands += is_command(line);
	t->assignments += is_assignment(line);
	t->xl += is_setting(line, xl_words);
	t->firmware += is_setting(line, firmware_words) || starts_with(line, "[all]") ||
		       starts_with(line, "[pi");
	t->global |= starts_with(line, "[global]");
	t->menu += is_menu(line);
	t->label |= strncasecmp(line, "label ", 6) == 0 || starts_with(line, "menuentry ");
	t->keys += top_key(line) > 0;
	t->windows |= is_key(line, "windows");
	t->uarts |= is_key(line, "uarts");
	t->xen |= is_key(line, "xen") && line[strlen("xen:")] != ' ';
}

static enum description_form form_of_lines(const char *text)
{
	struct tally t = { 0 };

	for (const char *line = text; line; line = strchr(line, '\n')) {
		line += *line == '\n';
		count_line(&t, line);
	}
	if (t.global)
		return FORM_IS_EFI;
	if (t.label && t.menu > 1)
		return FORM_IS_MENU;
	if (t.keys > t.commands && t.keys > t.assignments)
		return t.windows && t.uarts && !t.xen ? FORM_IS_BOARD : FORM_IS_SYSTEM;
	if (t.commands > t.assignments)
		return FORM_IS_SCRIPT;
	if (t.keys == 0 && t.firmware > 0 && t.firmware >= t.xl)
		return FORM_IS_FIRMWARE;
	if (t.keys == 0 && t.xl > 1)
		return FORM_IS_XL;
	return t.assignments ? FORM_IS_CONFIG : FORM_IS_UNKNOWN;
}

/* NULs are in no text but one in UTF-16, where they stand between letters. */
static bool is_binary(const char *text, size_t len)
{
	bool wide = len >= 2 && (!text[0] != !text[1] || memcmp(text, "\xff\xfe", 2) == 0 ||
				 memcmp(text, "\xfe\xff", 2) == 0);
	const char *nul = memchr(text, 0, len);

	return !wide && nul && (size_t)(nul - text) + 1 < len;
}

enum description_form description_form(const char *text, size_t len)
{
	if (len >= MAGIC_SIZE && memcmp(text, DTB_MAGIC, MAGIC_SIZE) == 0)
		return FORM_IS_TREE;
	if (len >= MAGIC_SIZE && memcmp(text, UIMAGE_MAGIC, MAGIC_SIZE) == 0)
		return FORM_IS_SCRIPT;
	if (starts_with(text, "/dts-v1/") || strstr(text, "\n/dts-v1/"))
		return FORM_IS_SOURCE;
	if (starts_with(text, "<domain") || strstr(text, "\n<domain"))
		return FORM_IS_LIBVIRT;
	return is_binary(text, len) ? FORM_IS_BINARY : form_of_lines(text);
}

const char *description_form_name(enum description_form form)
{
	static const char *const names[] = {
		[FORM_IS_UNKNOWN] = "a text",
		[FORM_IS_SYSTEM] = "a system.yaml",
		[FORM_IS_BOARD] = "a board.yaml",
		[FORM_IS_CONFIG] = "a config of ImageBuilder",
		[FORM_IS_SCRIPT] = "a U-Boot script",
		[FORM_IS_TREE] = "a device tree",
		[FORM_IS_SOURCE] = "the source of a device tree",
		[FORM_IS_XL] = "a domain's file for xl",
		[FORM_IS_FIRMWARE] = "a config.txt of the firmware",
		[FORM_IS_EFI] = "a xen.cfg, which Xen reads where UEFI starts it",
		[FORM_IS_MENU] = "the menu of a boot loader",
		[FORM_IS_LIBVIRT] = "a domain's file for libvirt",
		[FORM_IS_BINARY] = "no text",
	};

	return names[form];
}
