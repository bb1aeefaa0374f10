/* SPDX-License-Identifier: BSD-2-Clause */
/* Keys of a guest as options of xl: xl.cfg(5). */
#pragma once

enum xl_form {
	XL_NUMBER,
	XL_MIB,		/* bytes, written as MiB */
	XL_TEXT,
	XL_LIST,	/* ranges, each an item */
	XL_FILE,	/* a path in dom0 */
	XL_OWN		/* written by code of its own, or nothing to write */
};

struct xl_option {
	const char *key;	/* of a guest in system.yaml */
	const char *option;	/* of xl; NULL: it is written otherwise, or not at all */
	enum xl_form form;
	unsigned since;		/* the first release whose xl has it; 0: all on Arm */
};

/* What xl calls a key of a guest; NULL: it has no counterpart. */
const struct xl_option *xl_option(const char *key);
