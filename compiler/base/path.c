/* SPDX-License-Identifier: BSD-2-Clause */
/* Paths are put together and taken apart. */
#include "base/path.h"

#include <string.h>

#include "base/text.h"

const char *path_in(struct arena *a, const char *folder, const char *name)
{
	if (name[0] == '/' || streq(folder, "."))
		return name;
	return arena_printf(a, "%s/%s", folder, name);
}

const char *path_folder(struct arena *a, const char *path)
{
	const char *slash = strrchr(path, '/');

	if (!slash)
		return ".";
	return slash == path ? "/" : arena_copy(a, path, (size_t)(slash - path));
}

const char *path_last(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

bool path_leads_out(const char *path)
{
	for (; path; path = strchr(path, '/')) {
		path += *path == '/';
		if (strncmp(path, "..", 2) == 0 && (path[2] == '/' || !path[2]))
			return true;
	}
	return false;
}
