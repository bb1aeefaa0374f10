/* SPDX-License-Identifier: BSD-2-Clause */
/* Text that its form does not accept becomes text that it does. */
#include <string.h>

#include "base/list.h"
#include "base/text.h"
#include "base/utf8.h"
#include "diag/fix.h"
#include "schema/help.h"

/* U-Boot's names for what people call otherwise. */
static const struct {
	const char *const words[8];
	const char *interface;
} interfaces[] = {
	{ { "sd", "sdcard", "card", "emmc", "mmcblk", "sd-card", NULL }, "mmc" },
	{ { "net", "network", "ethernet", "eth", "dhcp", "pxe", "nfs", NULL }, "tftp" },
	{ { "sata", "sda", "disk", "ahci", NULL }, "scsi" },
	{ { "virtblk", "vda", "virtio-blk", NULL }, "virtio" },
	{ { "stick", "thumb", "usbstick", NULL }, "usb" },
};

/* "sd 0:1", "mmc0", "TFTP" as `load` wants it; NULL if it is none of these. */
static const char *repaired_device(struct binder *b, const char *text)
{
	static const char *const known[] = { "tftp", "mmc", "usb", "scsi", "virtio", "nvme", NULL };
	size_t len = strcspn(text, " :0123456789");
	const char *word = arena_copy(b->arena, text, len), *rest = text + len, *good = NULL;

	for (size_t i = 0; known[i]; i++)
		if (strcasecmp(known[i], word) == 0)
			good = known[i];
	for (size_t i = 0; i < countof(interfaces); i++)
		if (help_is_one_of(word, interfaces[i].words))
			good = interfaces[i].interface;
	if (!good || streq(good, "tftp"))
		return good;
	rest += strspn(rest, " :");
	good = arena_printf(b->arena, "%s %s", good, *rest ? rest : "0:1");
	return form_accepts(b->patterns, FORM_DEVICE, good)
	     ? good : arena_printf(b->arena, "%.*s 0:1", (int)strcspn(good, " "), good);
}

/* Words that the key beside it takes. */
static const char *const starts[] = { "booti", "bootm", "bootefi", "uefi", NULL };

static void help_device(struct binder *b, struct diag *g, const char *text)
{
	const char *good = repaired_device(b, text);

	if (help_is_one_of(text, starts))
		diag_help(g, "'load' says from where: write tftp, or mmc 0:1. How Xen is started is "
			  "another key: command: %s", text);
	else if (!good)
		diag_help(g, "write tftp, or mmc 0:1 for partition 1 of card 0; a command of your own "
			  "goes into load: {command: ...}");
	else if (strchr(good, ' '))
		diag_help(g, "write %s (device and partition, in hex)", good);
	else
		diag_help(g, "write %s", good);
	if (good)
		fix_word(g, g->at, text, good);
}

/* A name with '-' in place of each character that it may not have. */
static const char *repaired_file(struct arena *a, const char *text)
{
	struct text t = { .arena = a };

	text_bytes(&t, "", 0);
	for (const char *next = text; *text; text = next) {
		utf8_next(&next);
		if (*text == '\\')
			text_bytes(&t, "/", 1);
		else if (strchr("._/+@,-", *text) || (*text >= '0' && *text <= '9') ||
			 ((*text | 0x20) >= 'a' && (*text | 0x20) <= 'z'))
			text_bytes(&t, text, 1);
		else
			text_bytes(&t, "-", 1);
	}
	return t.data;
}

/* What a path has that is for a shell, a browser or another system. false: nothing of that. */
static bool help_strange_path(struct diag *g, const struct field *f, const char *text)
{
	size_t drive = strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ");

	if (strstr(text, "://"))
		diag_help(g, "nothing is fetched: save the file in this folder, and write its name, "
			  "as in %s: %s", f->key, f->example ? f->example : "Image");
	else if (*text == '~' || strchr(text, '$'))
		diag_help(g, "'~' and '$' are not filled in: write the whole path, as in "
			  "/home/you/Image");
	else if (drive == 1 && text[1] == ':')
		diag_help(g, "write the path as this machine has it, with / and without a drive");
	else if (strpbrk(text, "*?"))
		diag_help(g, "'*' and '?' stand for themselves: write the whole name of one file");
	else if (strchr(text, ' ') && strchr(strchr(text, ' '), '='))
		diag_help(g, "a command line goes into cmdline: leave '%s' here",
			  arena_copy(g->arena, text, strcspn(text, " ")));
	else
		return false;
	return true;
}

/* Without spaces and quotes in front and behind; text itself, if it has none. */
static const char *trimmed(struct arena *a, const char *text)
{
	const char *start = text + strspn(text, " ");
	size_t len = strlen(start);

	while (len > 0 && start[len - 1] == ' ')
		len--;
	return arena_copy(a, start, len);
}

static void help_file(struct binder *b, struct diag *g, const struct field *f, const char *text)
{
	const char *bare = trimmed(b->arena, utf8_retyped(b->arena, text));
	const char *good = repaired_file(b->arena, bare);

	if (help_strange_path(g, f, bare))
		return;
	if (streq(good, bare) && !streq(bare, text) && form_accepts(b->patterns, FORM_FILE, good))
		help_write(g, text, good);
	else if (!form_accepts(b->patterns, FORM_FILE, good) || streq(good, text))
		diag_help(g, "write the name of a file, as in %s: Image", f->key);
	else
		diag_help(g, strchr(text, '\\') && strlen(good) == strlen(text)
			  ? "write %s" : "rename it to '%s', and write that here", good);
}

/* Text without spaces, and with "-" for "..", as lists of numbers are written. */
static const char *repaired_ranges(struct arena *a, const char *text)
{
	struct text t = { .arena = a };

	text_bytes(&t, "", 0);
	for (; *text; text++) {
		if (starts_with(text, "..")) {
			text_bytes(&t, "-", 1);
			text++;
		} else if (*text == ' ' && t.len && strchr("0123456789", t.data[t.len - 1]) &&
			   strchr("0123456789", text[1])) {
			text_bytes(&t, ",", 1);
		} else if (!strchr(" []:", *text)) {
			text_bytes(&t, text, 1);
		} else if (*text == ':') {
			text_bytes(&t, "-", 1);
		}
	}
	return t.data;
}

/* The first "4.20" in text, all digits of it; NULL if there is none. */
static const char *repaired_version(struct binder *b, const char *text)
{
	for (; *text; text += *text != '\0') {
		size_t len = strspn(text, "0123456789.");

		while (len > 0) {
			const char *part = arena_copy(b->arena, text, len);

			if (form_accepts(b->patterns, FORM_VERSION, part))
				return part;
			len--;
		}
		text += strspn(text, "0123456789");
	}
	return NULL;
}

void help_name(struct diag *g, const char *name, size_t most)
{
	const char *good = utf8_retyped(g->arena, name);
	char *copy = arena_copy(g->arena, good, strlen(good));
	bool ascii = true;

	for (char *c = copy; *c; c++) {
		ascii &= (unsigned char)*c < 0x80;
		if (!strchr("-_", *c) && !(*c >= '0' && *c <= '9') &&
		    !((*c | 0x20) >= 'a' && (*c | 0x20) <= 'z'))
			*c = '-';
	}
	if (ascii && *copy && strlen(copy) <= most && copy[strspn(copy, "-")])
		diag_help(g, "write a name of letters, digits, '-' and '_', such as %s", copy);
	else
		diag_help(g, "a name has 1 to %zu letters, digits, '-' and '_'", most);
}

static size_t count_char(const char *text, char c)
{
	size_t n = 0;

	for (; *text; text++)
		n += *text == c;
	return n;
}

static bool wants_dhcp(const char *text)
{
	static const char *const words[] = { "dhcp", "dhcp4", "auto", "automatic", "any", "bootp", NULL };

	return help_is_one_of(text, words);
}

static void help_ipv4(struct binder *b, struct diag *g, const struct field *f, const char *text)
{
	const char *scheme = strstr(text, "://"), *start = scheme ? scheme + 3 : text;
	const char *part = arena_copy(b->arena, start, strcspn(start, "/:"));

	if (f->form == FORM_IPV4_DHCP && wants_dhcp(help_bare(b->arena, text)))
		help_write(g, text, "dhcp");
	else if (form_accepts(b->patterns, f->form, part))
		help_write(g, text, part);
	else if (count_char(text, ':') == 5)
		diag_help(g, "this is the address of a network card: write the one with points, as in "
			  "192.168.0.2");
	else if (count_char(text, ':') > 1)
		diag_help(g, "this is IPv6, and the script uses IPv4: write an address such as 192.168.0.1");
	else if (text[strspn(text, "0123456789.")])
		diag_help(g, "write its number, as in 192.168.0.1: U-Boot asks no name server");
	else
		diag_help(g, "write four numbers up to 255, as in 192.168.0.1");
}

/* A block of text has a line end behind each line; ">-" makes spaces of them. */
static bool help_block(struct diag *g, const char *text)
{
	struct loc at = g->at;
	const char *start = at.src && at.src->text && at.at < at.src->len ? at.src->text + at.at : "";

	if ((*start != '|' && *start != '>') || strpbrk(text, "\t\r"))
		return false;
	at.len = strcspn(start, " \r\n");
	diag_help(g, "write '>-' in place of '%s': its lines become one line then",
		  arena_copy(g->arena, start, at.len));
	if (at.len <= 3)
		fix_replace(g, at, ">-");
	return true;
}

void help_foreign(struct binder *b, struct diag *g, const struct field *f, const struct value *v,
		  const char *typed)
{
	const char *good = utf8_retyped(b->arena, v->text);
	struct loc at = v->at;

	if (!typed) {
		diag_help(g, "replace the character, or spell it with ASCII letters");
		return;
	}
	diag_help(g, !*typed ? "remove it; it has no width, and cannot be seen"
		  : *typed == ' ' ? "write a space, as the space bar does"
		  : "write what the keyboard has for it: %s", typed);
	/* Quotes around all of it are YAML's then, those inside a part of the value. */
	if (at.len == strlen(v->text) && form_accepts(b->patterns, f->form, good))
		fix_word(g, at, v->text, good);
}

void help_text(struct binder *b, struct diag *g, const struct field *f, const char *text)
{
	const char *good = NULL;

	switch (f->form) {
	case FORM_DEVICE:
		help_device(b, g, text);
		return;
	case FORM_IPV4:
	case FORM_IPV4_DHCP:
		help_ipv4(b, g, f, text);
		return;
	case FORM_FILE:
		help_file(b, g, f, text);
		return;
	case FORM_RANGES:
		good = repaired_ranges(b->arena, text);
		break;
	case FORM_VERSION:
		good = repaired_version(b, text);
		break;
	default:
		break;
	}
	if (good && form_accepts(b->patterns, f->form, good))
		help_write(g, text, good);
	else if (help_block(g, text))
		return;
	else if (f->form == FORM_LINE || f->form == FORM_PROPERTY)
		diag_help(g, "write it in ASCII, on one line");
	else if (f->form == FORM_RANGES)
		diag_help(g, "write numbers and ranges with commas between them, as in 0-3,7");
	else if (f->example)
		diag_help(g, "write %s: %s", f->key, f->example);
}
