/* SPDX-License-Identifier: BSD-2-Clause */
/* The .config that Xen was built with, as answers. */
#pragma once
#include "xen/host.h"

/* Whether the system names Xen's .config. */
bool config_is_known(const struct host *h);

/* The value of an option, whose name is written without CONFIG_, up to the end of its
 * line. NULL: the option is not set, or there is no .config. */
const char *config_value(const struct host *h, const char *name);

/* Whether there is a .config and it does not set the option. */
bool config_lacks(const struct host *h, const char *name);

/* Whether it sets none of the options of a list, whose names have spaces between them. */
bool config_lacks_all(const struct host *h, const char *names);
