/* SPDX-License-Identifier: BSD-2-Clause */
/* Board names become board files, and board files are held against themselves. */
#include "passes/boards.h"

#include <dirent.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/memory.h"

#define FOLDERS_MAX 66
#define INSIDE "<xendtc>/boards/"	/* their folder, in messages */

/* The folders that are searched; the first one that has the board counts. */
static size_t folders(struct arena *a, const char *const *more, const char **out)
{
	char exe[PATH_MAX], beside[PATH_MAX];
	ssize_t len = readlink("/proc/self/exe", exe, sizeof(exe) - 1);
	size_t n = 0;

	for (; more[n] && n < FOLDERS_MAX - 2; n++)
		out[n] = more[n];
	if (len > 0) {
		exe[len] = '\0';
		*strrchr(exe, '/') = '\0';
		if (realpath(arena_printf(a, "%s/../boards", exe), beside))
			out[n++] = arena_copy(a, beside, strlen(beside));
		else
			memory_check();
	}
	out[n++] = XENDTC_BOARDS;
	return n;
}

static const struct board_inside *find_inside(const char *name, size_t len)
{
	for (const struct board_inside *b = boards_inside; b->name; b++)
		if (strlen(b->name) == len && strncmp(b->name, name, len) == 0)
			return b;
	return NULL;
}

const char *board_text_inside(const char *path)
{
	const struct board_inside *b = NULL;

	if (starts_with(path, INSIDE)) {
		path += strlen(INSIDE);
		b = find_inside(path, strcspn(path, "/"));
	}
	return b ? b->text : NULL;
}

const char *boards_find(struct arena *a, const char *const *more, const char *name)
{
	const char *places[FOLDERS_MAX];
	size_t n = folders(a, more, places);

	for (size_t i = 0; i < n; i++) {
		const char *path = arena_printf(a, "%s/%s/board.yaml", places[i], name);

		if (access(path, R_OK) == 0)
			return path;
	}
	if (find_inside(name, strlen(name)))
		return arena_printf(a, INSIDE "%s/board.yaml", name);
	return NULL;
}

static bool has_name(const char *const *names, size_t n, const char *name)
{
	for (size_t i = 0; i < n; i++)
		if (streq(names[i], name))
			return true;
	return false;
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

#define BOARDS_MAX 256

static size_t list_folder(struct arena *a, const char *folder, const char **names,
			  size_t n)
{
	DIR *dir = opendir(folder);
	struct dirent *e;

	if (!dir) {
		memory_check();
		return n;
	}
	while ((e = readdir(dir)) && n < BOARDS_MAX) {
		const char *path = arena_printf(a, "%s/%s/board.yaml", folder, e->d_name);

		if (e->d_name[0] == '.' || access(path, R_OK) ||
		    has_name(names, n, e->d_name))
			continue;
		names[n++] = arena_copy(a, e->d_name, strlen(e->d_name));
	}
	closedir(dir);
	return n;
}

static size_t list_inside(const char **names, size_t n)
{
	for (const struct board_inside *b = boards_inside; b->name && n < BOARDS_MAX; b++)
		if (!has_name(names, n, b->name))
			names[n++] = b->name;
	return n;
}

size_t boards_list(struct arena *a, const char *const *more, const char ***names)
{
	const char *places[FOLDERS_MAX];
	size_t count = folders(a, more, places), n = 0;

	*names = arena_alloc(a, BOARDS_MAX * sizeof(**names));
	for (size_t i = 0; i < count; i++)
		n = list_folder(a, places[i], *names, n);
	n = list_inside(*names, n);
	qsort(*names, n, sizeof(**names), by_name);
	return n;
}

static struct range bank_range(const struct bank *b)
{
	return range_at(b->start.n, b->size.n);
}

static bool inside_a_bank(const struct bank *banks, struct range r)
{
	for (; banks; banks = NEXT(banks))
		if (range_inside(r, bank_range(banks)))
			return true;
	return false;
}

/* The end of all addresses: no CPU that Xen runs on has wider ones
 * (xen/arch/arm/include/asm/page-bits.h). */
#define RAM_END ((uint64_t)1 << 48)

static bool check_end(struct diags *d, const struct bank *b)
{
	struct diag *g;

	if (b->start.n < RAM_END && b->size.n <= RAM_END - b->start.n)
		return true;
	g = diag(d, E0601, b->start.at, "this bank of RAM reaches beyond 2^48");
	diag_help(g, "correct its start or size: 0x1000000000000 is the end");
	return false;
}

static bool check_banks(struct diags *d, const struct bank *banks)
{
	struct diag *g;
	bool ok = true;

	for (const struct bank *b = banks; b; b = NEXT(b)) {
		ok &= check_end(d, b);
		for (const struct bank *c = banks; c != b; c = NEXT(c)) {
			if (!range_overlaps(bank_range(b), bank_range(c)))
				continue;
			g = diag(d, E0601, b->start.at, "two banks of RAM overlap");
			diag_note(g, c->start.at, "the other one");
			ok = false;
		}
	}
	return ok;
}

static bool check_windows(struct diags *d, const struct board *board,
			  const struct memory_size *size)
{
	bool ok = true;

	for (const struct bank *w = board->windows; w; w = NEXT(w)) {
		struct diag *g;

		if (inside_a_bank(size->banks, bank_range(w)))
			continue;
		g = diag(d, E0601, w->start.at,
			 "this window is not inside a bank of RAM");
		diag_note(g, size->o.at, "of this memory size");
		diag_help(g, "move the window into a bank, or correct the banks");
		ok = false;
	}
	return ok;
}

static bool check_size_name(struct diags *d, const struct memory_size *size)
{
	uint64_t n;
	struct diag *g;

	if (number_size(size->o.name, &n) == NUMBER_OK)
		return true;
	g = diag(d, E0601, size->o.at, "'%s' is not a memory size such as 4G",
		 size->o.name);
	diag_help(g, "write the size in its place: it is what `memory` of a system names");
	return false;
}

bool board_check(const struct board *board, struct diags *d)
{
	const struct memory_size *s = board->memory;
	bool ok = true;
	struct diag *g;
	const char *empty = !s                        ? "memory"
			    : !board->windows ? "windows"
			    : !board->uarts   ? "uarts"
			    : !board->gic.n   ? "gic"
						      : NULL;

	if (empty) {
		g = diag(d, E0601, board->o.at,
			 "a board needs at least one entry under '%s'", empty);
		diag_help(g, "add '%s': `xendtc schema board-keys` shows how it is written", empty);
		return false;
	}
	for (; s; s = NEXT(s)) {
		ok &= check_size_name(d, s);
		if (s->banks) {
			ok &= check_banks(d, s->banks);
			ok &= check_windows(d, board, s);
			continue;
		}
		g = diag(d, E0601, s->o.at, "'%s' has no bank of RAM", s->o.name);
		diag_help(g, "write where its RAM is, as in banks: [{start: 0x40000000, size: %s}]",
			  s->o.name);
		ok = false;
	}
	return ok;
}
