/* SPDX-License-Identifier: BSD-2-Clause */
/* The manifest of the last run, and the files that it tells of, become files of the set that
 * are kept or removed. */
#include "emit/earlier.h"

#include <dirent.h>
#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include <jansson.h>

#include "base/memory.h"
#include "base/path.h"
#include "input/image.h"
#include "input/source.h"

#define MANIFEST "manifest.json"
#define EARLIER_MANIFEST "manifest-before.json"
#define MANIFEST_MAX ((size_t)64 << 20)

/* Whether it is the name of a file below the output folder. Manifests of ours have no
 * others, but somebody may have changed this one. */
static bool is_below(const char *name)
{
	if (!*name || *name == '/')
		return false;
	for (const char *part = name; part; part = strchr(part, '/')) {
		part += *part == '/';
		if (starts_with(part, "..") && (part[2] == '/' || !part[2]))
			return false;
	}
	return true;
}

static struct written *find(struct write *w, const char *name)
{
	struct written *f = w->files;

	while (f && !streq(f->name, name))
		f = f->next;
	return f;
}

static bool is_input(const struct write *w, const struct stat *st)
{
	struct stat other;

	for (const struct input *in = w->inputs; in; in = in->next)
		if (stat(in->path, &other) == 0 && other.st_dev == st->st_dev &&
		    other.st_ino == st->st_ino)
			return true;
	return false;
}

/* Whether the file still is what the manifest says. One without a checksum, such as an
 * image, may have been changed. */
static bool is_unchanged(const char *path, const char *sha256)
{
	struct file f = { .path = path };
	char now[65];

	return sha256 && file_digest(&f, NULL, now) && streq(now, sha256);
}

/* Whether a file that can be read is neither what the manifest says nor what it will be. */
static bool is_changed(const struct written *f, const char *sha256)
{
	const struct file old = { .path = f->target };
	char was[65], will_be[65];
	uint32_t unused;

	if (f->copy_of || f->moved_from || !file_digest(&old, NULL, was))
		return false;
	digest_bytes(f->bytes.data, f->bytes.len, &unused, will_be);
	return !streq(was, sha256) && !streq(was, will_be);
}

/* A name beside a file that nothing has yet: "config.txt~", "config.txt~2" and so on. */
static const char *free_name(struct arena *a, const char *path)
{
	const char *name = arena_printf(a, "%s~", path);
	struct stat st;

	for (unsigned n = 2; lstat(name, &st) == 0; n++)
		name = arena_printf(a, "%s~%u", path, n);
	return name;
}

/* Keeps a file that somebody changed, which an output of the same name is about to
 * replace. If a killed run left files of two sets, its manifest does not tell which of
 * them somebody changed. */
static void keep_changed(const struct write *w, struct written *f, const char *sha256,
			 struct diags *d)
{
	struct diag *g;

	if (w->folders.interrupted || !sha256 || !is_changed(f, sha256))
		return;
	f->kept_as = free_name(d->arena, f->target);
	g = diag(d, W0905, loc_none(),
		 "'%s' was changed since xendtc wrote it: it is written anew, and what it was "
		 "is kept as '%s'", f->target, f->kept_as);
	diag_help(g, "change the description instead, for every run writes all outputs anew");
}

static void remove_old(struct write *w, const char *name, const char *path,
		       const char *sha256, struct diags *d)
{
	struct written *f;
	struct diag *g;

	if (is_unchanged(path, sha256)) {
		f = write_add(w, name);
		f->target = path;
		f->turn = WRITE_TURNS - 1;
		f->removed = true;
		return;
	}
	g = diag(d, W0906, loc_none(),
		 "'%s' is from an earlier run, and not one of the outputs any more", path);
	diag_help(g, "remove it, if you do not need it");
}

/* Whether the name tells the contents: "Image.1a2b3c4d", of a file whose sum begins so.
 */
static bool is_by_content(const char *name, const char *sha256)
{
	const char *dot = name ? strrchr(name, '.') : NULL;

	return dot && sha256 && strlen(dot + 1) == 8 && starts_with(sha256, dot + 1);
}

/* A file that a manifest names. */
struct entry {
	const char *name, *sha256;	/* may be NULL */
	bool is_theirs;			/* the user put it there */
};

static struct entry read_entry(const json_t *file)
{
	struct entry e = { json_string_value(json_object_get(file, "name")),
			   json_string_value(json_object_get(file, "sha256")), false };

	e.is_theirs = json_object_get(file, "path") && !is_by_content(e.name, e.sha256);
	return e;
}

static void look_at(struct write *w, struct entry e, bool stays, struct diags *d)
{
	const char *path, *name;
	struct written *f;
	struct stat st;

	if (!e.name || e.is_theirs || !is_below(e.name))
		return;
	name = arena_copy(w->arena, e.name, strlen(e.name));
	path = path_in(w->arena, w->folder, name);
	f = find(w, name);
	if (!write_stays_inside(w, name) || lstat(path, &st) || !S_ISREG(st.st_mode) ||
	    is_input(w, &st))
		return;
	if (f && !f->removed)
		keep_changed(w, f, e.sha256, d);
	else if (!f && !stays)
		remove_old(w, name, path, e.sha256, d);
}

static bool has_entry(const json_t *manifest, const char *name)
{
	const json_t *files = json_object_get(manifest, "files"), *file;
	size_t i;

	json_array_foreach(files, i, file) {
		const char *other = json_string_value(json_object_get(file, "name"));

		if (other && streq(other, name))
			return true;
	}
	return false;
}

static void look_at_last(struct write *w, const json_t *manifest, bool by_content,
			 struct diags *d)
{
	const json_t *files = json_object_get(manifest, "files"), *file;
	struct entry e;
	size_t i;

	json_array_foreach(files, i, file) {
		e = read_entry(file);
		look_at(w, e, by_content && is_by_content(e.name, e.sha256), d);
	}
	look_at(w, read_entry(json_object_get(manifest, "fit")), false, d);
	look_at(w, read_entry(json_object_get(manifest, "card")), false, d);
}

/* Looks at the files of the manifest before the last one that have a name of their own;
 * the others have been replaced since, or are the user's. */
static void look_at_before(struct write *w, const json_t *manifest, const json_t *last,
			   bool by_content, struct diags *d)
{
	const json_t *files = json_object_get(manifest, "files"), *file;
	size_t i;

	json_array_foreach(files, i, file) {
		struct entry e = read_entry(file);

		if (is_by_content(e.name, e.sha256) && !find(w, e.name))
			look_at(w, e, by_content && has_entry(last, e.name), d);
	}
}

static bool is_ours(const json_t *manifest)
{
	const char *tool = json_string_value(json_object_get(manifest, "tool"));

	return tool && starts_with(tool, "xendtc ");
}

/* Without a manifest that is there nobody knows which files are ours. */
static json_t *report_unread(struct diags *d, const char *path)
{
	if (!errno_is_of_names(errno)) {
		diags_file_failed(d, errno);
		diag(d, E0301, loc_none(), "'%s' cannot be read: %s", path, strerror(errno));
	}
	return NULL;
}

/* A manifest of the output folder, and its text in *bytes; NULL: there is none of ours, or it is
 * reported. */
static json_t *read_manifest(const struct write *w, const char *name, struct text *bytes,
			     struct diags *d)
{
	const char *path = path_in(w->arena, w->folder, name);
	json_t *manifest;

	bytes->arena = w->arena;
	if (!read_file(w->arena, path, MANIFEST_MAX, &bytes->data, &bytes->len))
		return report_unread(d, path);
	manifest = json_loadb(bytes->data, bytes->len, 0, NULL);
	if (manifest && is_ours(manifest))
		return manifest;
	json_decref(manifest);
	return NULL;
}

static bool is_same(const struct text *a, const struct text *b)
{
	return a->len == b->len && (!a->len || memcmp(a->data, b->data, a->len) == 0);
}

/* Adds the manifest of the last build under another name. It is there before the new
 * manifest is: in between, a run that is killed has the old one twice, and forgets no
 * file. */
static struct written *add_manifest_before(struct write *w)
{
	struct written *f = write_add(w, EARLIER_MANIFEST);

	f->target = path_in(w->arena, w->folder, EARLIER_MANIFEST);
	f->turn = WRITE_TURNS - 2;
	return f;
}

/* The script by which boards ask for files now, or as soon as boot2.scr is renamed, which
 * comes after its source; "" if there is none, NULL if it cannot be read. */
static const char *script_there(const struct write *w)
{
	const struct written *f = w->files;
	char *data;
	size_t len;

	while (f && !streq(path_last(f->name), "boot2.source"))
		f = f->next;
	if (f && read_file(w->arena, f->target, MANIFEST_MAX, &data, &len))
		return data;
	return !f || errno == ENOENT ? "" : NULL;
}

static bool has_target(const struct write *w, const char *path)
{
	const struct written *f = w->files;

	while (f && !streq(f->target, path))
		f = f->next;
	return f;
}

static bool looks_by_content(const char *name)
{
	const char *dot = strrchr(name, '.');

	return dot && strlen(dot + 1) == 8 && strspn(dot + 1, "0123456789abcdef") == 8;
}

/* Removes files whose names tell their contents, which a killed run left: no manifest has
 * them. What the script that is there asks for stays, for it may be on its way to a
 * board. */
static void sweep(struct write *w, const char *folder, const json_t *last, const json_t *before,
		  struct diags *d)
{
	const char *script = script_there(w);
	DIR *dir = script ? opendir(folder) : NULL;
	struct dirent *e;

	while (dir && (e = readdir(dir))) {
		const char *path = arena_printf(w->arena, "%s/%s", folder, e->d_name);
		const char *name = path + strlen(w->folder) + 1;
		const struct file file = { .path = path };
		char sha256[65];

		if (!looks_by_content(e->d_name) || !starts_with(path, w->folder) ||
		    has_target(w, path) || has_entry(last, name) || has_entry(before, name) ||
		    strstr(script, e->d_name) || !file_digest(&file, NULL, sha256))
			continue;
		look_at(w, (struct entry){ name, arena_copy(w->arena, sha256, 64), false },
			!is_by_content(e->d_name, sha256), d);
	}
	if (dir)
		closedir(dir);
	else if (script)
		memory_check();
}

void earlier_outputs(struct write *w, bool by_content, struct diags *d)
{
	struct text last_bytes = { 0 }, before_bytes = { 0 };
	json_t *last = read_manifest(w, MANIFEST, &last_bytes, d);
	json_t *before = read_manifest(w, EARLIER_MANIFEST, &before_bytes, d);
	const struct written *now = find(w, MANIFEST);
	bool again = by_content && last && is_same(&last_bytes, &now->bytes);

	look_at_last(w, last, by_content, d);
	if (before && !again)
		look_at_before(w, before, last, by_content, d);
	for (const struct folder *f = w->folders.first;
	     f && by_content && w->folders.interrupted; f = f->next)
		sweep(w, f->path, last, before, d);
	if (by_content && last && !again)
		add_manifest_before(w)->bytes = last_bytes;
	if (!by_content && before)
		add_manifest_before(w)->removed = true;
	json_decref(last);
	json_decref(before);
}
