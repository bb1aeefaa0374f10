/* SPDX-License-Identifier: BSD-2-Clause */
/* Keys of a guest as options of xl's files: xl.cfg(5). */
#pragma once

enum xl_form {
	XL_NUMBER,
	XL_MIB,		/* bytes, written as MiB */
	XL_TEXT,
	XL_LIST,	/* ranges, each an item of a list */
	XL_FILE,	/* a path in dom0 */
	XL_OWN		/* written by code of its own, or nothing to write */
};

struct xl_option {
	const char *key;	/* the key in system.yaml */
	const char *option;	/* NULL: it is written otherwise, or not at all */
	enum xl_form form;
	unsigned since;		/* the first release whose xl has it; 0: all on Arm */
};

/* The row of a key of a guest; NULL: xl has no option for it. */
const struct xl_option *xl_option(const char *key);
