/* SPDX-License-Identifier: BSD-2-Clause */
/* The UART that Xen writes its messages to. Before any of these is asked, h->base must be
 * set. */
#pragma once
#include "xen/host.h"
#include "words.h"

/* Xen keeps so many characters of a name (xen/drivers/char/uart-init.c, opt_dtuart). */
#define CONSOLE_NAME_MAX 255

/* Whether Xen has a driver for the UART in its source; this one may have been built
 * without it. */
bool uart_has_driver(const struct dt_node *n);

/* Why Xen does not drive the UART, for a message ("it lacks reg"); NULL: it does. What is
 * marked for a guest is passed over (xen/common/device.c, device_init()); what the
 * drivers want of a node is in xen/drivers/char/. */
const char *uart_trouble(const struct host *h, const struct dt_node *n);

/* Whether Xen's command line leaves a console on a UART. */
bool console_is_wanted(const struct host *h);

/* The word that chooses the UART: the value of dtuart= on Xen's line, or else stdout-path
 * of the tree's /chosen, which has a len of 0. false: there is neither. */
bool console_word(const struct host *h, struct word *uart);

/* The alias or path in such a word, without the UART's settings behind a colon:
 * "serial1:115200n8" gives "serial1". */
const char *console_name(const struct host *h, const struct word *uart);

/* The path of the node that it stands for, which may not be there; NULL: the tree has no such
 * alias. */
const char *console_path(const struct host *h, const struct word *uart);

/* Whether the name is from stdout-path and longer than Xen's buffer, so that Xen cuts it
 * and finds another node or none. */
bool console_is_cut(const struct host *h, const struct word *uart);

/* The node of the UART, with the word that chose it in *at; NULL: Xen writes to none. */
const struct dt_node *read_console(const struct host *h, struct loc *at);
