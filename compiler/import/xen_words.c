/* SPDX-License-Identifier: BSD-2-Clause */
/* Words of Xen's line that no Xen has become the key that names them. */
#include "import/xen_words.h"

#include <string.h>

#include "xen/parameters.h"

static bool is_known(const char *name)
{
	return xen_parameter(name, 0) ||
	       (starts_with(name, "no-") && xen_parameter(name + 3, 0));
}

void write_fork_words(struct arena *a, struct yaml *y, const char *line)
{
	yaml_maybe(y, "parameters", YAML_FLOW_LIST);
	for (const char *word = line; *word;) {
		size_t len = strcspn(word, " ");
		const char *name = arena_copy(a, word, strcspn(word, "= "));

		if (*name && !is_known(name))
			yaml_scalar(y, NULL, name);
		word += len + (word[len] == ' ');
	}
	yaml_close(y);
}
