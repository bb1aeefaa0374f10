/* SPDX-License-Identifier: BSD-2-Clause */
/* Files that a script loads, where they are here. */
#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "base/path.h"
#include "import/uboot.h"
#include "input/source.h"

#define FILE_MAX ((size_t)16 << 20)

/* The path of a file, by its name in the script or, as `import --files` has it, without
 * its folders; NULL: it is not there. */
static const char *find_file(struct uboot *u, const char *name)
{
	struct stat st;

	for (const char *const *f = u->folders; *f; f++) {
		const char *whole = arena_printf(u->arena, "%s/%s", *f, name);
		const char *last = path_in(u->arena, *f, path_last(name));

		if (stat(whole, &st) == 0 && S_ISREG(st.st_mode))
			return whole;
		if (stat(last, &st) == 0 && S_ISREG(st.st_mode))
			return last;
	}
	return NULL;
}

bool uboot_read_file(struct uboot *u, const char *name, char **data, size_t *len)
{
	const char *path = find_file(u, name);

	if (!path)
		return false;
	if (read_file(u->arena, path, FILE_MAX, data, len))
		return true;
	if (!errno_is_of_names(errno)) {
		diags_file_failed(u->diags, errno);
		diag(u->diags, E0301, loc_none(), "'%s' cannot be read: %s", path,
		     strerror(errno));
	}
	return false;
}

bool uboot_file_size(struct uboot *u, const char *name, uint64_t *size)
{
	const char *path = find_file(u, name);
	struct stat st;

	if (!path || stat(path, &st) != 0)
		return false;
	*size = (uint64_t)st.st_size;
	return true;
}
