/* SPDX-License-Identifier: BSD-2-Clause */
/* Which consoles Linux finds in a domain. */
#pragma once
#include "xen/partial.h"

enum console_state {
	CONSOLE_THERE,
	CONSOLE_SCREEN,		/* the virtual terminals of Linux: a screen, if it has one */
	CONSOLE_ABSENT,
	CONSOLE_UNKNOWN		/* it may come with a device of the domain */
};

/* Whether the domain has the console of a word console=NAME[,OPTIONS]. partials are those
 * of all guests. */
enum console_state console_state(const struct host *h, const struct partial *partials,
				 const struct domain *d, const char *name);

/* The name of the console that the domain has for certain, "ttyAMA0"; NULL: none. */
const char *certain_console(const struct host *h, const struct partial *partials,
			    const struct domain *d);

/* Whether a direct-mapped guest can have a vpl011, which takes the place of Xen's own
 * UART then; true for all other guests (xen/arch/arm/vpl011.c, domain_vpl011_init()). */
bool vpl011_is_possible(const struct host *h, const struct domain *d);
