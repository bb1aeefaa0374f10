/* SPDX-License-Identifier: BSD-2-Clause */
/* The options that Xen was built with become answers. */
#include "xen/config.h"

#include <string.h>

bool config_is_known(const struct host *h)
{
	return h->xen->built_with;
}

const char *config_value(const struct host *h, const char *name)
{
	return h->xen->built_with ? kconfig_value(h->xen->built_with, name) : NULL;
}

bool config_lacks(const struct host *h, const char *name)
{
	return config_is_known(h) && !config_value(h, name);
}

bool config_lacks_all(const struct host *h, const char *names)
{
	size_t len;

	for (const char *s = names; *s; s += len + strspn(s + len, " ")) {
		len = strcspn(s, " ");
		if (!config_lacks(h, arena_copy(h->arena, s, len)))
			return false;
	}
	return true;
}
