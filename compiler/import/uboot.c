/* SPDX-License-Identifier: BSD-2-Clause */
/* A U-Boot script becomes what it loads, changes and boots. */
#include "import/uboot.h"

#include <string.h>

#include "base/text.h"

static bool all_begin_with(const struct boot_script *s, const char *prefix)
{
	for (const struct script_load *l = s->loads; l; l = l->next)
		if (!starts_with(l->name, prefix))
			return false;
	return true;
}

/* Takes the longest folder that all names begin with off them, for `prefix`. */
static void split_prefix(struct arena *a, struct boot_script *s)
{
	const char *first = s->loads ? s->loads->name : "";

	s->prefix = "";
	for (const char *slash = strchr(first, '/'); slash; slash = strchr(slash + 1, '/')) {
		const char *folder = arena_copy(a, first, (size_t)(slash + 1 - first));

		if (!all_begin_with(s, folder))
			break;
		s->prefix = folder;
	}
	for (struct script_load *l = s->loads; l; l = l->next)
		l->name += strlen(s->prefix);
}

struct boot_script *boot_script_read(struct arena *a, struct diags *diags,
				     const struct source *src,
				     const char *const *folders,
				     struct patterns *patterns, struct devicetree *given)
{
	struct uboot u = { .arena = a, .diags = diags, .folders = folders,
			   .patterns = patterns, .given = given,
			   .variables.arena = a, .shell_variables.arena = a };
	unsigned before = diags->errors;

	u.script = NEW(a, struct boot_script);
	uboot_run(&u, src);
	split_prefix(a, u.script);
	return diags->errors == before ? u.script : NULL;
}
