/* SPDX-License-Identifier: BSD-2-Clause */
/* The manifest of the last run, and the files that it tells of, become files of the set that
 * are kept or removed. */
#include "emit/earlier.h"

#include <string.h>
#include <sys/stat.h>

#include <jansson.h>

#include "base/path.h"
#include "input/image.h"

/* Whether it is the name of a file below the output folder. Our own manifests have no others,
 * but somebody may have changed this one. */
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

/* Whether the file still is what the manifest says. One without a checksum, such as an image,
 * could have been changed. */
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

/* An output of the same name is about to replace it. If a killed run left files of two sets,
 * its manifest does not tell which of them somebody changed. */
static void keep_changed(const struct write *w, struct written *f, const char *sha256,
			 struct diags *d)
{
	struct diag *g;

	if (w->folders.interrupted || !sha256 || !is_changed(f, sha256))
		return;
	f->kept_as = arena_printf(d->arena, "%s~", f->target);
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

static void look_at(struct write *w, const char *name, const char *sha256, struct diags *d)
{
	const char *path;
	struct written *f;
	struct stat st;

	if (!name || !is_below(name))
		return;
	path = path_in(w->arena, w->folder, arena_copy(w->arena, name, strlen(name)));
	f = find(w, name);
	if (lstat(path, &st) || !S_ISREG(st.st_mode) || is_input(w, &st))
		return;
	if (f)
		keep_changed(w, f, sha256, d);
	else
		remove_old(w, arena_copy(w->arena, name, strlen(name)), path, sha256, d);
}

static void look_at_entry(struct write *w, const json_t *file, struct diags *d)
{
	look_at(w, json_string_value(json_object_get(file, "name")),
		json_string_value(json_object_get(file, "sha256")), d);
}

/* Files with a path are the user's. */
static void look_at_all(struct write *w, const json_t *manifest, struct diags *d)
{
	const json_t *files = json_object_get(manifest, "files"), *file;
	size_t i;

	json_array_foreach(files, i, file)
		if (!json_object_get(file, "path"))
			look_at_entry(w, file, d);
	look_at_entry(w, json_object_get(manifest, "fit"), d);
	look_at_entry(w, json_object_get(manifest, "card"), d);
}

static bool is_ours(const json_t *manifest)
{
	const char *tool = json_string_value(json_object_get(manifest, "tool"));

	return tool && starts_with(tool, "xendtc ");
}

void earlier_outputs(struct write *w, struct diags *d)
{
	json_t *manifest = json_load_file(path_in(w->arena, w->folder, "manifest.json"), 0, NULL);

	if (manifest && is_ours(manifest))
		look_at_all(w, manifest, d);
	json_decref(manifest);
}
