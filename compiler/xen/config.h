/* SPDX-License-Identifier: BSD-2-Clause */
/* The .config that Xen was built with, as answers. */
#pragma once
#include "xen/host.h"

/* Whether the system names Xen's .config. */
bool config_is_known(const struct host *h);

/* The value of an option (without CONFIG_), to the end of its line; NULL: not set, or
 * nothing is known of the .config. */
const char *config_value(const struct host *h, const char *name);

/* Whether the .config is known and does not have the option. */
bool config_lacks(const struct host *h, const char *name);

/* The same of all options of a list, "A or B". */
bool config_lacks_all(const struct host *h, const char *names);
