/* SPDX-License-Identifier: BSD-2-Clause */
/* In which of the forms that xendtc reads a description is written. */
#pragma once
#include <stddef.h>

enum description_form {
	FORM_IS_UNKNOWN,
	FORM_IS_SYSTEM,		/* system.yaml */
	FORM_IS_BOARD,		/* board.yaml */
	FORM_IS_CONFIG,		/* a config of ImageBuilder: shell variables */
	FORM_IS_SCRIPT,		/* a U-Boot script, wrapped by mkimage or not */
	FORM_IS_TREE,		/* a device tree blob */
	FORM_IS_SOURCE,		/* a device tree's source */
	FORM_IS_XL,		/* a domain's configuration file for xl: xl.cfg(5) */
	FORM_IS_FIRMWARE,	/* config.txt of a Raspberry Pi */
	FORM_IS_EFI,		/* xen.cfg, which Xen reads as an EFI program */
	FORM_IS_MENU,		/* extlinux.conf, or grub.cfg */
	FORM_IS_LIBVIRT,	/* a domain's XML for libvirt */
	FORM_IS_BINARY,		/* no text */
};

/* By the first bytes of binary files, and by how most lines of a text begin. The text is
 * NUL-terminated behind its len bytes. */
enum description_form description_form(const char *text, size_t len);

/* The form with its article: "a device tree". "a text" if it is not known. */
const char *description_form_name(enum description_form form);
