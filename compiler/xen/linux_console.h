/* SPDX-License-Identifier: BSD-2-Clause */
/* The consoles that Linux finds in a domain, by its own names for them. */
#pragma once
#include "xen/partial.h"

enum console_state {
	CONSOLE_THERE,
	CONSOLE_SCREEN,		/* a virtual terminal: a screen, if there is one */
	CONSOLE_ABSENT,
	CONSOLE_UNKNOWN		/* a device of the domain may have it */
};

/* Whether the domain has the console of a word console=NAME[,OPTIONS]; `name` is what is
 * behind the "=". */
enum console_state console_state(const struct host *h,
				 const struct domain *d, const char *name);

/* Whether Linux calls the UARTs of some driver so. */
bool is_uart_console(struct arena *a, const char *name);

/* The name of a console that the domain has for certain, such as "ttyAMA0"; NULL: it has
 * none. */
const char *certain_console(const struct host *h, const struct domain *d);

/* Where the guest has its vpl011; false: it has none, or where is not known. */
bool vpl011_range(const struct host *h, const struct domain *d, struct range *r);

/* Whether a device of the domain is at an address, or nobody knows. */
bool device_is_there(const struct host *h, const struct domain *d, uint64_t at);

/* Whether the guest can have a vpl011. That of a direct-mapped guest takes the place of
 * Xen's own UART, whose registers must be a page or more; all other guests can have one
 * (xen/arch/arm/vpl011.c, domain_vpl011_init()). */
bool vpl011_is_possible(const struct host *h, const struct domain *d);
