/* SPDX-License-Identifier: BSD-2-Clause */
/* The plan of a card becomes an image: sfdisk writes the table of partitions, mtools
 * make the first partition, and e2fsprogs the others (rootfs.c). The same input gives
 * the same bytes. */
#include "emit/card.h"

#include <assert.h>
#include <fcntl.h>
#include <inttypes.h>
#include <string.h>
#include <unistd.h>

#include "base/json.h"
#include "base/list.h"
#include "base/number.h"
#include "card_plan.h"
#include "emit/rootfs.h"
#include "emit/stable_id.h"
#include "input/folder.h"

#define SECTOR 512

/* Bytes from which on a cluster of FAT32 has four sectors, so that the FATs stay small.
 * Below, it has one, so that there are at least 65525 clusters, by which FAT32 is known
 * (Microsoft, FAT32 File System Specification, section 3.5). */
#define LARGE_FAT (256 * MiB)

/* The first partition as mtools name it: the image from CARD_GAP on. */
#define FIRST CARD_NAME "@@1M"

static const struct {
	const char *tool, *package;
} tools[] = {
	{ "sfdisk", "fdisk" },      { "mformat", "mtools" },
	{ "mmd", "mtools" },        { "mcopy", "mtools" },
	{ "mke2fs", "e2fsprogs" },  { "debugfs", "e2fsprogs" },
	{ "fakeroot", "fakeroot" }, { "bsdtar", "libarchive-tools" },
};

static bool is_needed(const struct workshop *w, const char *tool)
{
	bool file_systems = false, archives = false;

	for (const struct card_partition *p = w->card->partitions; p; p = p->next) {
		file_systems |= p->from != FROM_IMAGE;
		archives |= p->from == FROM_ARCHIVE;
	}
	if (streq(tool, "bsdtar"))
		return archives;
	if (streq(tool, "mke2fs") || streq(tool, "debugfs") || streq(tool, "fakeroot"))
		return file_systems;
	return true;
}

static bool check_tools(struct workshop *w)
{
	bool ok = true;

	for (size_t i = 0; i < countof(tools); i++)
		if (is_needed(w, tools[i].tool))
			ok &= workshop_has_tool(w, tools[i].tool, tools[i].package);
	return ok;
}

static bool unpack_all(struct workshop *w)
{
	bool ok = true;

	for (struct card_partition *p = w->card->partitions; p; p = p->next) {
		uint64_t bytes, inodes;

		if (p->from != FROM_ARCHIVE)
			continue;
		if (!rootfs_unpack(w, p))
			return false;
		if (!folder_measure(workshop_path(w, rootfs_folder(w, p)), &bytes, &inodes))
			return workshop_report(w, p->path);
		ok &= card_fill(p, bytes, inodes, w->diags);
	}
	return ok;
}

static uint32_t short_id(const struct plan *p, const char *name)
{
	uint8_t id[16];

	stable_id(p, name, id);
	return (uint32_t)id[0] << 24 | (uint32_t)id[1] << 16 | (uint32_t)id[2] << 8 |
	       id[3];
}

static void add_line(struct text *t, uint64_t start, uint64_t end, const char *type)
{
	text_add(t, "start=%" PRIu64 ", size=%" PRIu64 ", type=%s\n", start / SECTOR,
		 (end - start) / SECTOR, type);
}

static uint64_t end_of_last(const struct card_plan *c)
{
	const struct card_partition *p = c->partitions;

	while (p->next)
		p = p->next;
	return p->start + p->size;
}

/* Kernels know nothing of an image: sfdisk would sync all file systems and wait for a quarter
 * of a second before it told ours. */
static bool write_table(struct workshop *w)
{
	static const char *const argv[] = { "sfdisk", "-q", "--no-tell-kernel", CARD_NAME, NULL };
	const struct card_plan *c = w->card;
	struct text t = { .arena = w->arena };
	bool extended = false;

	text_add(&t,
		 "label: dos\nlabel-id: 0x%08" PRIx32 "\nstart=%" PRIu64 ", size=%" PRIu64
		 ", type=c, bootable\n",
		 short_id(w->plan, "card"), CARD_GAP / SECTOR, c->boot_size / SECTOR);
	for (const struct card_partition *p = c->partitions; p; p = p->next) {
		if (card_is_logical(p) && !extended)
			add_line(&t, p->start - CARD_GAP, end_of_last(c), "f");
		extended |= card_is_logical(p);
		add_line(&t, p->start, p->start + p->size, "83");
	}
	return workshop_run(w, argv, t.data, NULL);
}

static bool make_fat(struct workshop *w)
{
	struct arena *a = w->arena;
	const char *argv[] = {
		"mformat", "-i", FIRST, "-F", "-v", "BOOT",
		"-N", arena_printf(a, "%08" PRIx32, short_id(w->plan, "fat")),
		"-H", arena_printf(a, "%" PRIu64, CARD_GAP / SECTOR),
		"-T", arena_printf(a, "%" PRIu64, w->card->boot_size / SECTOR),
		"-h", "255", "-s", "63",
		"-c", w->card->boot_size < LARGE_FAT ? "1" : "4", "::", NULL
	};

	return workshop_run(w, argv, NULL, NULL);
}

static bool is_folder_of(const char *folder, size_t len, const struct card_file *f)
{
	return strncasecmp(folder, f->name, len) == 0 && f->name[len] == '/';
}

/* Makes the folders that a file is in, one by one, unless an earlier file is in the
 * same. */
static bool make_folders(struct workshop *w, const struct card_file *f)
{
	for (const char *s = strchr(f->name, '/'); s; s = strchr(s + 1, '/')) {
		size_t len = (size_t)(s - f->name);
		const char *argv[] = {
			"mmd", "-i", FIRST,
			arena_printf(w->arena, "::%.*s", (int)len, f->name), NULL
		};
		const struct card_file *g = w->card->files;

		while (g != f && !is_folder_of(f->name, len, g))
			g = g->next;
		if (g == f && !workshop_run(w, argv, NULL, NULL))
			return false;
	}
	return true;
}

/* The path at which mcopy finds an output, which is written to a file for it unless it is
 * one. */
static const char *find_output(struct workshop *w, const char *name)
{
	const struct output *o = output_find(w, name);

	assert(o && "what is planned for the card is an output");
	if (o->path)
		return o->path;
	return workshop_put(w, "%file", &o->bytes) ? workshop_path(w, "%file") : NULL;
}

static const char *find_source(struct workshop *w, const struct card_file *f)
{
	const char *path;

	if (!f->path)
		return find_output(w, f->output);
	path = workshop_real_path(w, f->path);
	if (!path)
		workshop_report(w, f->path);
	return path;
}

static bool copy_files(struct workshop *w)
{
	for (const struct card_file *f = w->card->files; f; f = f->next) {
		const char *source = find_source(w, f);
		const char *argv[] = { "mcopy", "-i", FIRST, source,
				       arena_printf(w->arena, "::%s", f->name), NULL };

		if (!source || !make_folders(w, f) ||
		    !workshop_run(w, argv, NULL, "if the partition is full, give it a larger "
				  "'boot-size', or leave that out"))
			return false;
	}
	return true;
}

static bool make_image(struct workshop *w, const char *path)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
	bool ok = fd >= 0 && ftruncate(fd, (off_t)w->card->size) == 0;

	if (fd >= 0)
		ok = close(fd) == 0 && ok;
	return ok || workshop_report(w, path);
}

bool card_make(struct workshop *w, struct output *o)
{
	w->at = w->card->at;
	if (!workshop_open(w) || !check_tools(w) || !unpack_all(w) ||
	    !card_layout(w->arena, w->card, w->diags))
		return false;
	o->path = workshop_path(w, CARD_NAME);
	if (!make_image(w, o->path) || !write_table(w) || !make_fat(w) || !copy_files(w))
		return false;
	for (const struct card_partition *p = w->card->partitions; p; p = p->next)
		if (!rootfs_make(w, p, CARD_NAME))
			return false;
	return true;
}

static json_t *describe_partition(struct arena *a, unsigned number, const char *name,
				  uint64_t start, uint64_t size)
{
	json_t *p = json_object();

	json_put(a, p, "number", json_integer(number));
	json_put(a, p, "name", json_name(a, name));
	json_put(a, p, "start", json_integer((json_int_t)start));
	json_put(a, p, "size", json_integer((json_int_t)size));
	return p;
}

/* Describes the card by where its files come from, and not by the image's bytes: those
 * follow from them. */
json_t *card_describe(const struct plan *p, const struct output *o)
{
	const struct card_plan *c = p->card;
	json_t *card = json_object(), *parts = json_array(), *list = json_array();
	struct arena *a = p->arena;

	json_put(a, card, "name", json_string(o->name));
	json_put(a, card, "size", json_integer((json_int_t)c->size));
	json_push(a, parts, describe_partition(a, 1, "boot", MiB, c->boot_size));
	for (const struct card_partition *q = c->partitions; q; q = q->next)
		json_push(a, parts, describe_partition(a, q->number, q->name, q->start, q->size));
	json_put(a, card, "partitions", parts);
	for (const struct card_file *f = c->files; f; f = f->next) {
		json_t *file = json_object();

		json_put(a, file, "name", json_name(a, f->name));
		json_put(a, file, f->path ? "path" : "output",
			 json_name(a, f->path ? f->written : f->output));
		json_push(a, list, file);
	}
	json_put(a, card, "files", list);
	return card;
}
