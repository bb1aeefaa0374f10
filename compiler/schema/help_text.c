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

static void help_device(struct binder *b, struct diag *g, const char *text)
{
	const char *good = repaired_device(b, text);

	if (!good)
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

static void help_file(struct binder *b, struct diag *g, const struct field *f, const char *text)
{
	const char *good = repaired_file(b->arena, text);

	if (!form_accepts(b->patterns, FORM_FILE, good) || streq(good, text))
		diag_help(g, "write the name of a file, as in %s: Image", f->key);
	else
		diag_help(g, strlen(good) == strlen(text) && strchr(text, '\\')
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

/* The first "4.20" in text; NULL if there is none. */
static const char *repaired_version(struct binder *b, const char *text)
{
	for (; *text; text++) {
		size_t len = strspn(text, "0123456789.");

		while (len > 0) {
			const char *part = arena_copy(b->arena, text, len);

			if (form_accepts(b->patterns, FORM_VERSION, part))
				return part;
			len--;
		}
	}
	return NULL;
}

static void help_ipv4(struct binder *b, struct diag *g, const struct field *f, const char *text)
{
	const char *part = arena_copy(b->arena, text, strcspn(text, "/:"));

	if (form_accepts(b->patterns, f->form, part))
		help_write(g, text, part);
	else if (text[strspn(text, "0123456789.")])
		diag_help(g, "write its number, as in 192.168.0.1: U-Boot asks no name server");
	else
		diag_help(g, "write four numbers up to 255, as in 192.168.0.1");
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
	else if (f->form == FORM_LINE || f->form == FORM_PROPERTY)
		diag_help(g, "write it in ASCII, on one line");
	else if (f->form == FORM_RANGES)
		diag_help(g, "write numbers and ranges with commas between them, as in 0-3,7");
	else if (f->example)
		diag_help(g, "write %s: %s", f->key, f->example);
}
