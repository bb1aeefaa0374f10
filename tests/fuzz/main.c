/* SPDX-License-Identifier: BSD-2-Clause */
/* The program as a function that is called thousands of times a second: libFuzzer brings a
 * main() of its own. What all calls have in common (boards, base trees, headers of kernels,
 * patterns) is found out once for many of them; it is most of the work of a small check. */
#include "fuzz.h"

#include <dirent.h>
#include <unistd.h>

int xendtc_alone(int argc, char **argv);
#define main xendtc_alone
#include "../../compiler/main.c"
#undef main

/* What calls find out of files that change is forgotten after each, but its memory is only
 * given back with all the rest. */
#define CALLS_MAX 200

/* All of it lives until so many calls were made. */
static struct {
	struct arena lists, shared;
	struct cache cache;
	struct known_file *files;	/* of those that never change */
	struct known_board *boards;
	unsigned calls;
} kept;

static jmp_buf oom;

/* One call, with what is kept. What the call adds to it, the next one has, too. */
static int call_kept(int argc, char **argv)
{
	struct arena arena = { .oom = &oom };
	struct run r = { .arena = &arena, .cache = kept.cache };
	int status;

	if (setjmp(oom)) {
		arena_free(&arena);
		kept.calls = CALLS_MAX;	/* something may be half done */
		return EXIT_WORLD;
	}
	optind = 0;		/* getopt() starts anew */
	status = call(&r, argc, argv);
	kept.cache = r.cache;
	kept.cache.patterns.arena = &kept.lists;
	arena_free(&arena);
	return status;
}

static void forget_all(void)
{
	cache_end(&kept.cache);
	arena_free(&kept.shared);
	arena_free(&kept.lists);
	kept.lists = kept.shared = (struct arena){ .oom = &oom };
	cache_begin(&kept.cache, &kept.lists, &kept.shared);
	kept.calls = 0;
}

/* Looks at a file as a description would that names it. */
static void learn_file(const char *folder, const char *name)
{
	char *path = arena_printf(&kept.lists, "%s/%s", folder, name);
	size_t len = strlen(name);
	const char *why;
	struct file f;

	if (cache_file(&kept.cache, &kept.lists, path, &f)) {
		cache_xen_version(&kept.cache, &f);
		cache_linux_version(&kept.cache, &f);
	}
	if (len > 4 && streq(name + len - 4, ".dtb"))
		cache_tree(&kept.cache, path, (size_t)16 << 20, &why);
}

static void learn(const char *files, const char *boards)
{
	char verb[] = "boards", option[] = "--board-path", *folder = strdup(boards);
	char *words[] = { verb, verb, option, folder, NULL };
	DIR *dir = opendir(files);
	struct dirent *e;

	call_kept(countof(words) - 1, words);
	free(folder);
	while (dir && (e = readdir(dir)))
		if (e->d_type == DT_REG)
			learn_file(files, e->d_name);
	if (dir)
		closedir(dir);
	kept.files = kept.cache.files;
	kept.boards = kept.cache.boards;
}

int xendtc_main(int argc, char **argv, const char *files, const char *boards)
{
	int status;

	memory_end_at(&oom);
	json_set_alloc_funcs(memory_get, free);
	if (!kept.cache.arena || ++kept.calls > CALLS_MAX) {
		forget_all();
		learn(files, boards);
	}
	status = call_kept(argc, argv);
	kept.cache.files = kept.files;
	kept.cache.boards = kept.boards;
	return status;
}
