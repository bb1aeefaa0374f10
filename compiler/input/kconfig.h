/* SPDX-License-Identifier: BSD-2-Clause */
/* A .config, as Kconfig writes it (Linux Documentation/kbuild/kconfig-language.rst). */
#pragma once
#include "base/arena.h"

struct kconfig_option {
	const char *name;	/* without CONFIG_ */
	const char *value;	/* to the end of the line: "y", "10", "\"text\"" */
};

struct kconfig {		/* the options that are set, by name */
	struct kconfig_option *options;
	size_t n;
};

/* Reads lines "CONFIG_NAME=VALUE"; all others, comments among them, say that something is
 * not set. Owned by the arena. */
struct kconfig *kconfig_read(struct arena *a, const char *text);

/* The value of an option (without CONFIG_); NULL: it is not set. */
const char *kconfig_value(const struct kconfig *k, const char *name);
