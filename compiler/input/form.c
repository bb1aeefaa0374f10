/* SPDX-License-Identifier: BSD-2-Clause */
/* Text becomes the form that it is written in, so that a file given to the wrong verb is named. */
#include "input/form.h"

#include <string.h>

#include "base/text.h"

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

/* How many lines look like those of each form. */
struct tally {
	size_t commands, assignments, keys;
	bool windows, uarts, xen;	/* keys that only a board has, and that only a system has */
};

static void count_line(struct tally *t, const char *line)
{
	t->commands += is_command(line);
	t->assignments += is_assignment(line);
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
	if (t.keys > t.commands && t.keys > t.assignments)
		return t.windows && t.uarts && !t.xen ? FORM_IS_BOARD : FORM_IS_SYSTEM;
	if (t.commands > t.assignments)
		return FORM_IS_SCRIPT;
	return t.assignments ? FORM_IS_CONFIG : FORM_IS_UNKNOWN;
}

/* Devicetree Specification, section 5.2; U-Boot include/image.h, IH_MAGIC. */
enum description_form description_form(const char *text, size_t len)
{
	if (len >= 4 && memcmp(text, "\xd0\x0d\xfe\xed", 4) == 0)
		return FORM_IS_TREE;
	if (len >= 4 && memcmp(text, "\x27\x05\x19\x56", 4) == 0)
		return FORM_IS_SCRIPT;
	if (starts_with(text, "/dts-v1/") || strstr(text, "\n/dts-v1/"))
		return FORM_IS_SOURCE;
	return form_of_lines(text);
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
	};

	return names[form];
}
