/* SPDX-License-Identifier: BSD-2-Clause */
/* Random names, which begin alike. */
#include "emit/temporary.h"

#include <dirent.h>
#include <inttypes.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/memory.h"
#include "base/text.h"
#include "input/folder.h"

#define PREFIX ".xendtc-"
#define DIGITS 16

/* A random number. Without the kernel's the time has to do: it need not be a secret, for
 * who may write to the folder can do harm in it anyway. */
static uint64_t random_number(void)
{
	struct timespec now;
	uint64_t n;

	if (getrandom(&n, sizeof(n), GRND_NONBLOCK) == sizeof(n))
		return n;
	clock_gettime(CLOCK_REALTIME, &now);
	return (uint64_t)now.tv_sec << 30 ^ (uint64_t)now.tv_nsec ^ (uint64_t)getpid() << 48;
}

const char *temporary_name(struct arena *a, const char *folder)
{
	return arena_printf(a, "%s/" PREFIX "%0*" PRIx64, folder, DIGITS, random_number());
}

static bool is_temporary(const char *name)
{
	const char *digits = name + strlen(PREFIX);

	return starts_with(name, PREFIX) && strlen(digits) == DIGITS &&
	       strspn(digits, "0123456789abcdef") == DIGITS;
}

bool temporary_clean(struct arena *a, const char *folder)
{
	DIR *dir = opendir(folder);
	struct dirent *e;
	bool found = false;

	while (dir && (e = readdir(dir))) {
		const char *path;
		struct stat st;

		if (!is_temporary(e->d_name))
			continue;
		found = true;
		path = arena_printf(a, "%s/%s", folder, e->d_name);
		if (lstat(path, &st) == 0 && S_ISDIR(st.st_mode))
			folder_remove(path);
		else
			unlink(path);
	}
	if (dir)
		closedir(dir);
	else
		memory_check();
	return found;
}
