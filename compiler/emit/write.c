/* SPDX-License-Identifier: BSD-2-Clause */
/* Contents become files: written beside their place, then renamed, and renamed back if one of
 * them cannot be. */
#include "emit/write.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/memory.h"
#include "emit/temporary.h"
#include "input/image.h"

#define STAGED_MODE 0644	/* for TFTP servers, which serve what everybody may read */
#define ATTEMPTS 100

struct written *write_add(struct write *w, const char *name)
{
	struct written *f = NEW(w->arena, struct written), **p = &w->files;

	f->name = name;
	while (*p)
		p = &(*p)->next;
	return *p = f;
}

static bool fail(struct write *w, const char *path, const char *what)
{
	w->problem = arena_printf(w->arena, "'%s' cannot be %s: %s", path, what,
				  strerror(errno));
	return false;
}

static bool same_file(const struct stat *a, const struct stat *b)
{
	return a->st_dev == b->st_dev && a->st_ino == b->st_ino;
}

/* Whether both are the same name of the same file, and not two links to one. */
static bool same_path(const char *a, const char *b)
{
	char *x = realpath(a, NULL), *y = realpath(b, NULL);
	bool same = x && y && streq(x, y);

	if (!x || !y)
		memory_check();
	free(x);
	free(y);
	return same;
}

static const struct input *find_input(const struct input *inputs, const struct stat *target)
{
	struct stat st;

	for (; inputs; inputs = inputs->next)
		if (stat(inputs->path, &st) == 0 && same_file(&st, target))
			return inputs;
	return NULL;
}

/* Refuses a target that is an input of this run. A link to the very file that is to be
 * copied there may be replaced, for the file stays. */
static bool check_inputs(struct write *w, struct written *f, const struct stat *target)
{
	const struct input *in = find_input(w->inputs, target);
	struct stat st;

	f->there = f->copy_of && same_path(f->copy_of, f->target);
	if (!in || f->there ||
	    (f->copy_of && stat(f->copy_of, &st) == 0 && same_file(&st, target)))
		return true;
	w->problem = arena_printf(w->arena, "'%s' would be written over, and is an input of "
					    "this run ('%s')", f->target, in->path);
	w->refused = true;
	return false;
}

/* Whether an existing path is the folder or below it, links followed. */
static bool is_inside(const char *path, const char *folder)
{
	char *x = realpath(path, NULL), *y = realpath(folder, NULL);
	size_t len = y ? strlen(y) : 0;
	bool inside = x && y && strncmp(x, y, len) == 0 &&
		      (!x[len] || x[len] == '/' || len == 1);

	if (!x || !y)
		memory_check();
	free(x);
	free(y);
	return inside;
}

bool write_stays_inside(const struct write *w, const char *name)
{
	for (const char *slash = strchr(name, '/'); slash; slash = strchr(slash + 1, '/')) {
		const char *path = arena_printf(w->arena, "%s/%.*s", w->folder,
						(int)(slash - name), name);
		struct stat st;

		if (lstat(path, &st) == 0 && S_ISLNK(st.st_mode) && !is_inside(path, w->folder))
			return false;
	}
	return true;
}

/* Refuses a place that no file can take: a device, a pipe or a socket, or a link that the kernel
 * makes, such as /dev/stdout. A rename would replace it, for everybody. */
static bool check_kind(struct write *w, const struct written *f)
{
	static const char kernel[] = "/proc/";
	char link[sizeof(kernel)] = "";
	struct stat st;

	if (lstat(f->target, &st) || S_ISREG(st.st_mode) || S_ISDIR(st.st_mode) ||
	    (S_ISLNK(st.st_mode) && readlink(f->target, link, sizeof(link) - 1) >= 0 &&
	     !streq(link, kernel)))
		return true;
	w->problem = arena_printf(w->arena, "'%s' is no file, but a pipe, a socket or a device",
				  f->target);
	w->help = "have it written to a file of another name";
	return false;
}

/* Finds out before anything is made what would fail half-way, or must not be done at all. */
static bool check_target(struct write *w, struct written *f)
{
	struct stat st;

	if (w->inside && *f->name != '/' && !write_stays_inside(w, f->name)) {
		w->problem = arena_printf(w->arena, "'%s' cannot be written: a link leads out of '%s'",
					  f->target, w->folder);
		w->help = "remove the link, or name the folder that it leads to with -o";
		return false;
	}
	if (!check_kind(w, f))
		return false;
	if (stat(f->target, &st))
		return errno == ENOENT || errno == ENOTDIR || errno == ELOOP ||
		       fail(w, f->target, "written");
	if (S_ISREG(st.st_mode))
		return check_inputs(w, f, &st);
	if (!S_ISDIR(st.st_mode))
		return true;	/* a link to a device, which stays */
	w->problem = arena_printf(w->arena, "'%s' is a folder, which a file would replace",
				  f->target);
	return false;
}

/* What a set of files is called where something is wrong with its folder. */
static const char *name_of_set(const struct write *w)
{
	return streq(w->folder, ".") ? w->files->target : w->folder;
}

/* Makes and locks the folders; with ESTALE another run removed one before it could be
 * locked, and all begins anew. */
static bool make_and_lock(struct write *w)
{
	for (int i = 0; i < ATTEMPTS; i++) {
		for (struct written *f = w->files; f; f = f->next)
			if (!folders_add(&w->folders, f->target))
				return fail(w, f->target, "written");
		if (folders_lock(&w->folders))
			return true;
		if (errno != ESTALE)
			break;
		folders_close(&w->folders, true);
	}
	return fail(w, name_of_set(w), "locked");
}

bool write_begin(struct write *w)
{
	w->folders.arena = w->arena;
	for (struct written *f = w->files; f; f = f->next) {
		f->target = f->name[0] == '/' ? f->name
			    : arena_printf(w->arena, "%s/%s", w->folder, f->name);
		if (!check_target(w, f))
			return false;
	}
	return make_and_lock(w);
}

static const char *temporary_beside(struct write *w, const char *path)
{
	const char *slash = strrchr(path, '/');

	return temporary_name(w->arena, arena_copy(w->arena, path, (size_t)(slash - path)));
}

/* Gives a file the mode and the owner of another. Only root can give files away; whoever
 * else writes one owns it, and may not even be in its group. */
static bool make_alike(const char *path, const char *other)
{
	struct stat st;

	if (stat(other, &st) || chmod(path, st.st_mode & 07777))
		return false;
	return chown(path, st.st_uid, st.st_gid) == 0 || errno == EPERM;
}

static bool make_contents(struct written *f)
{
	if (f->moved_from)
		return sync_file(f->moved_from);
	if (!f->copy_of)
		return create_file(f->temporary, &f->bytes) &&
		       (!f->as_target || make_alike(f->temporary, f->target));
	if (f->as_link && linkat(AT_FDCWD, f->copy_of, AT_FDCWD, f->temporary,
				 AT_SYMLINK_FOLLOW) == 0)
		return true;
	return create_copy(f->temporary, f->copy_of, STAGED_MODE, f->sums);
}

/* Whether the target is that file already, which stays then: a board may be loading it.
 */
static bool is_there(const struct written *f)
{
	struct stat st;
	char now[65];

	return f->by_content && lstat(f->target, &st) == 0 && S_ISREG(st.st_mode) &&
	       file_digest(&(struct file){ .path = f->target }, NULL, now) &&
	       streq(now, f->sums.sha256);
}

static bool prepare(struct write *w, struct written *f)
{
	if (f->removed)
		return true;
	f->temporary = f->moved_from ? f->moved_from : temporary_beside(w, f->target);
	if (make_contents(f))
		return true;
	if (!f->copy_of || errno != ESTALE)
		return fail(w, f->target, "written");
	w->problem = arena_printf(w->arena, "'%s' has changed while xendtc was at work: run it "
				  "again", f->copy_of);
	return false;
}

/* Keeps what the target is now under a second name. File systems without links, such as
 * FAT, get a copy. */
static bool back_up(struct write *w, struct written *f)
{
	struct stat st;

	if (lstat(f->target, &st))
		return errno == ENOENT || fail(w, f->target, "read");
	f->backup = temporary_beside(w, f->target);
	return link(f->target, f->backup) == 0 ||
	       (S_ISREG(st.st_mode) &&
		create_copy(f->backup, f->target, st.st_mode & 07777,
			    (struct checksums){ 0 })) ||
	       fail(w, f->target, "saved");
}

static bool rename_turn(struct write *w, unsigned turn)
{
	for (struct written *f = w->files; f; f = f->next) {
		if (f->there || f->turn != turn)
			continue;
		if (f->removed ? unlink(f->target) : rename(f->temporary, f->target))
			return fail(w, f->target, f->removed ? "removed" : "replaced");
		f->temporary = NULL;
		f->renamed = true;
	}
	return folders_sync(&w->folders) || fail(w, name_of_set(w), "synced");
}

/* Takes the renames back. If even that fails, nothing is left but to say so. */
static void roll_back(struct write *w)
{
	for (struct written *f = w->files; f; f = f->next) {
		bool ok = !f->renamed || (f->backup ? rename(f->backup, f->target) == 0
						    : unlink(f->target) == 0);

		if (!ok)
			w->problem = arena_printf(w->arena, "%s; and '%s' cannot be put back "
						  "as it was: %s", w->problem, f->target,
						  strerror(errno));
		else if (f->renamed)
			f->backup = NULL;
		f->renamed = false;
	}
	folders_sync(&w->folders);
}

bool write_all_files(struct write *w)
{
	bool ok = true;

	for (struct written *f = w->files; ok && f; f = f->next) {
		f->there |= is_there(f);
		ok = f->there || (prepare(w, f) && back_up(w, f));
	}
	for (unsigned turn = 0; ok && turn < WRITE_TURNS; turn++) {
		ok = rename_turn(w, turn);
		if (!ok)
			roll_back(w);
	}
	return ok;
}

void write_end(struct write *w, bool good)
{
	for (struct written *f = w->files; f; f = f->next) {
		if (f->temporary && !f->moved_from)
			unlink(f->temporary);
		if (f->backup && !(good && f->kept_as && rename(f->backup, f->kept_as) == 0))
			unlink(f->backup);
	}
	folders_close(&w->folders, good);
}

void write_abandon(struct write *w)
{
	roll_back(w);
	write_end(w, false);
}
