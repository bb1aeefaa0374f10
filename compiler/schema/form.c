/* SPDX-License-Identifier: BSD-2-Clause */
/* Forms of text: one regular expression serves the binder and the JSON Schema, so they
 * are written in what POSIX extended and ECMA 262 expressions share. */
#include "schema/schema.h"

#define PRINTABLE "^[^\x01-\x1f\x7f]+$"
#define OCTET "(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])"
#define NUMBER "(0|[1-9][0-9]*)"
#define RANGE NUMBER "(-" NUMBER ")?"
#define IPV4 OCTET "\\." OCTET "\\." OCTET "\\." OCTET

static const struct {
	const char *pattern, *doc;
} forms[FORM_COUNT] = {
	[FORM_ANY] = { PRINTABLE, "text on one line" },
	[FORM_LINE] = { "^[ -~]*$", "a command line: ASCII text on one line" },
	[FORM_PATH] = { PRINTABLE, "a path" },
	[FORM_FILE] = { "^[A-Za-z0-9._/+@,][A-Za-z0-9._/+@,-]*$",
			"a path of letters, digits and `._/+@,-` (it also stands in the "
			"U-Boot script)" },
	[FORM_IPV4] = { "^" IPV4 "$", "an IPv4 address" },
	[FORM_IPV4_DHCP] = { "^(dhcp|" IPV4 ")$", "an IPv4 address, or `dhcp`" },
	/* No more digits than VERSION() holds. */
	[FORM_VERSION] = { "^[0-9]{1,4}\\.[0-9]{1,4}(\\.[0-9]{1,4})?$", "a version such as `4.20`" },
	[FORM_DEVICE] = { "^(tftp|(mmc|usb|scsi|virtio|nvme) "
			  "[0-9a-f]{1,4}(:[0-9a-f]{1,4})?)$",
			  "`tftp`, or one of `mmc`, `usb`, `scsi`, `virtio`, `nvme` with "
			  "device and partition in hex, as in `mmc 0:1`" },
	[FORM_COMMAND] = { "^[A-Za-z0-9][A-Za-z0-9 ._:/,=-]*$",
			   "a U-Boot command without quotes, `;`, `&`, `|` or `$`" },
	[FORM_RANGES] = { "^" RANGE "(," RANGE ")*$",
			  "decimal numbers and ranges, as in `0-3,7`" },
	[FORM_SVE] = { "^(max|[1-9][0-9]*)$", "`max`, or a number of bits" },
	[FORM_PROPERTY] = { "^([ -~]*)$",
			    "`<0x1 2>` for cells, `[00 ff]` for bytes, `true` for an "
			    "empty property, else text" },
};

const char *form_pattern(enum form form)
{
	return forms[form].pattern;
}

const char *form_doc(enum form form)
{
	return forms[form].doc;
}

bool form_accepts(struct patterns *patterns, enum form form, const char *text)
{
	return pattern_fits(patterns, forms[form].pattern, text);
}
