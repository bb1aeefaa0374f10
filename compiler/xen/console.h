/* SPDX-License-Identifier: BSD-2-Clause */
/* The UART that Xen is heard on. h->base must be there. */
#pragma once
#include "xen/host.h"
#include "words.h"

/* Xen keeps so many characters of a name (xen/drivers/char/uart-init.c, opt_dtuart). */
#define CONSOLE_NAME_MAX 255

/* Whether Xen has a driver for the UART, in one build or another. */
bool uart_has_driver(const struct dt_node *n);

/* What a driver looks for in the node; NULL, or what it misses. Devices for guests are
 * none of Xen's (xen/common/device.c, device_init(); xen/drivers/char/). */
const char *uart_trouble(const struct host *h, const struct dt_node *n);

/* Whether Xen's command line leaves a console on a UART. */
bool console_is_wanted(const struct host *h);

/* The word that chooses the UART: dtuart=, or else the tree's stdout-path, of which the
 * length stays 0. false: there is neither. */
bool console_word(const struct host *h, struct word *uart);

/* "serial1:115200n8" -> "serial1", and the path of its node, which may not be there;
 * NULL: no such alias. */
const char *console_name(const struct host *h, const struct word *uart);
const char *console_path(const struct host *h, const struct word *uart);

/* Whether Xen keeps the tree's name of it in part only. */
bool console_is_cut(const struct host *h, const struct word *uart);

/* The node of that UART, and the word that chose it; NULL: there is none. */
const struct dt_node *read_console(const struct host *h, struct loc *at);
