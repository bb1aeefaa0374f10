/* SPDX-License-Identifier: BSD-2-Clause */
/* The plan of a card becomes an image: sfdisk writes the table of partitions, mtools the
 * first one, e2fsprogs the others (rootfs.c). The same input gives the same bytes. */
#include "emit/card.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <nettle/sha2.h>

#include "base/number.h"
#include "base/run.h"
#include "card_plan.h"
#include "input/folder.h"

#define SECTOR 512

/* FAT counts from 1980 on (Microsoft, FAT32 File System Specification). */
#define FIRST_TIME 315532800u

/* One sector a cluster keeps a small FAT32 one, four a large one small. */
#define LARGE_FAT (256 * MiB)

/* The first partition, as mtools name it: the image from CARD_GAP on. */
#define FIRST CARD_NAME "@@1M"

static const struct {
	const char *tool, *package;
} tools[] = {
	{ "sfdisk", "fdisk" },      { "mformat", "mtools" },
	{ "mmd", "mtools" },        { "mcopy", "mtools" },
	{ "mke2fs", "e2fsprogs" },  { "debugfs", "e2fsprogs" },
	{ "fakeroot", "fakeroot" }, { "bsdtar", "libarchive-tools" },
};

static void report_world(struct card_maker *m, const char *what)
{
	diag(m->diags, E0901, loc_none(), "'%s' cannot be written: %s", what,
	     strerror(errno));
	m->world_failed = true;
}

static bool is_needed(const struct card_maker *m, const char *tool)
{
	bool file_systems = false, archives = false;

	for (const struct card_partition *p = m->card->partitions; p; p = p->next) {
		file_systems |= p->from != FROM_IMAGE;
		archives |= p->from == FROM_ARCHIVE;
	}
	if (streq(tool, "bsdtar"))
		return archives;
	if (streq(tool, "mke2fs") || streq(tool, "debugfs") || streq(tool, "fakeroot"))
		return file_systems;
	return true;
}

bool card_has_tool(struct card_maker *m, const char *tool, const char *package)
{
	struct diag *g;

	if (tool_find(m->arena, tool))
		return true;
	g = diag(m->diags, E0920, m->at,
		 "this needs the program '%s', which is not here", tool);
	diag_help(m->diags, g, "install it: apt install %s", package);
	m->world_failed = true;
	return false;
}

static bool check_tools(struct card_maker *m)
{
	bool ok = true;

	for (size_t i = 0; i < sizeof(tools) / sizeof(*tools); i++)
		if (is_needed(m, tools[i].tool))
			ok &= card_has_tool(m, tools[i].tool, tools[i].package);
	return ok;
}

static const char *on_one_line(struct arena *a, const char *text)
{
	char *copy = arena_copy(a, text, strlen(text));

	for (char *c = copy; *c; c++)
		if ((unsigned char)*c < ' ')
			*c = *c == '\n' ? ';' : ' ';
	return copy;
}

bool card_run(struct card_maker *m, const char *const *argv, const char *input,
	      const char *help)
{
	struct tool t = {
		.argv = argv, .env = m->env, .folder = m->folder, .input = input
	};
	struct diag *g;

	if (tool_run(m->arena, &t))
		return true;
	g = diag(m->diags, E0921, m->at, "'%s' failed: %s", argv[0],
		 *t.output ? on_one_line(m->arena, t.output) : "it says nothing");
	if (help)
		diag_help(m->diags, g, "%s", help);
	m->world_failed = true;
	return false;
}

static const char *const *environment(struct card_maker *m)
{
	uint32_t time = m->plan->timestamp > FIRST_TIME ? m->plan->timestamp : FIRST_TIME;
	const char **env = arena_alloc(m->arena, 6 * sizeof(*env));

	env[0] = arena_printf(m->arena, "SOURCE_DATE_EPOCH=%" PRIu32, time);
	env[1] = arena_printf(m->arena, "E2FSPROGS_FAKE_TIME=%" PRIu32, time);
	env[2] = "MTOOLSRC=/dev/null";
	env[3] = "LC_ALL=C";
	env[4] = "TZ=UTC";
	return env;
}

static bool make_folder(struct card_maker *m, const char *folder)
{
	char *all =
		arena_printf(m->arena, "%s/.sdcard.xendtc-%ld", folder, (long)getpid());
	char *real;

	for (char *slash = strchr(all + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		if (mkdir(all, 0777) && errno != EEXIST) {
			report_world(m, all);
			return false;
		}
		*slash = '/';
	}
	if (mkdir(all, 0700)) {
		report_world(m, all);
		return false;
	}
	real = realpath(all, NULL);
	m->folder = real ? arena_copy(m->arena, real, strlen(real)) : all;
	free(real);
	return true;
}

static bool unpack_all(struct card_maker *m)
{
	bool ok = true;

	for (struct card_partition *p = m->card->partitions; p; p = p->next) {
		uint64_t bytes, inodes;

		if (p->from != FROM_ARCHIVE)
			continue;
		if (!rootfs_unpack(m, p))
			return false;
		if (!folder_measure(arena_printf(m->arena, "%s/%s", m->folder, p->name),
				    &bytes, &inodes)) {
			report_world(m, p->path);
			return false;
		}
		ok &= card_fill(p, bytes, inodes, m->diags);
	}
	return ok;
}

bool card_begin(struct card_maker *m, const char *folder)
{
	m->env = environment(m);
	return make_folder(m, folder);
}

bool card_prepare(struct card_maker *m)
{
	m->at = m->card->at;
	return check_tools(m) && unpack_all(m) &&
	       card_layout(m->arena, m->card, m->diags);
}

void card_clean(struct card_maker *m)
{
	if (m->folder)
		folder_remove(m->folder);
}

void card_id(const struct plan *p, const char *name, uint8_t id[16])
{
	struct text t = { .arena = p->arena };
	uint8_t sum[SHA256_DIGEST_SIZE];
	struct sha256_ctx ctx;

	text_add(&t, "%s/%s/%s", p->board_name, p->system_name, name);
	for (const struct load *l = p->loads; l; l = l->next)
		text_add(&t, "/%s %" PRIu64, l->name, l->size);
	sha256_init(&ctx);
	sha256_update(&ctx, t.len, (const uint8_t *)t.data);
	sha256_digest(&ctx, sizeof(sum), sum);
	memcpy(id, sum, 16);
}

static uint32_t short_id(const struct plan *p, const char *name)
{
	uint8_t id[16];

	card_id(p, name, id);
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

static bool write_table(struct card_maker *m)
{
	static const char *const argv[] = { "sfdisk", "-q", CARD_NAME, NULL };
	const struct card_plan *c = m->card;
	struct text t = { .arena = m->arena };
	bool extended = false;

	text_add(&t,
		 "label: dos\nlabel-id: 0x%08" PRIx32 "\nstart=%" PRIu64 ", size=%" PRIu64
		 ", type=c, bootable\n",
		 short_id(m->plan, "card"), CARD_GAP / SECTOR, c->boot_size / SECTOR);
	for (const struct card_partition *p = c->partitions; p; p = p->next) {
		if (card_is_logical(p) && !extended)
			add_line(&t, p->start - CARD_GAP, end_of_last(c), "f");
		extended |= card_is_logical(p);
		add_line(&t, p->start, p->start + p->size, "83");
	}
	return card_run(m, argv, t.data, NULL);
}

static bool make_fat(struct card_maker *m)
{
	const char *id = arena_printf(m->arena, "%08" PRIx32, short_id(m->plan, "fat"));
	const char *before = arena_printf(m->arena, "%" PRIu64, CARD_GAP / SECTOR);
	const char *sectors =
		arena_printf(m->arena, "%" PRIu64, m->card->boot_size / SECTOR);
	const char *argv[] = {
		"mformat", "-i",  FIRST,
		"-F",      "-v",  "BOOT",
		"-N",      id,    "-H",
		before,    "-T",  sectors,
		"-h",      "255", "-s",
		"63",      "-c",  m->card->boot_size < LARGE_FAT ? "1" : "4",
		"::",      NULL
	};

	return card_run(m, argv, NULL, NULL);
}

static bool is_folder_of(const char *folder, size_t len, const struct card_file *f)
{
	return strncasecmp(folder, f->name, len) == 0 && f->name[len] == '/';
}

/* The folders of a file, unless an earlier one is in the same. */
static bool make_folders(struct card_maker *m, const struct card_file *f)
{
	for (const char *s = strchr(f->name, '/'); s; s = strchr(s + 1, '/')) {
		size_t len = (size_t)(s - f->name);
		const char *argv[] = {
			"mmd", "-i", FIRST,
			arena_printf(m->arena, "::%.*s", (int)len, f->name), NULL
		};
		const struct card_file *g = m->card->files;

		while (g != f && !is_folder_of(f->name, len, g))
			g = g->next;
		if (g == f && !card_run(m, argv, NULL, NULL))
			return false;
	}
	return true;
}

static bool write_file(const char *path, const struct text *bytes)
{
	FILE *f = fopen(path, "wb");
	bool ok = f && fwrite(bytes->data, 1, bytes->len, f) == bytes->len;

	return f && fclose(f) == 0 && ok;
}

/* Where mcopy finds it: our own are written down first. */
static const char *find_source(struct card_maker *m, const struct card_file *f,
			       const struct written *set)
{
	const char *own = arena_printf(m->arena, "%s/file", m->folder);
	char *path = NULL;

	if (f->path) {
		path = realpath(f->path, NULL);
		if (!path)
			report_world(m, f->path);
		own = path ? arena_copy(m->arena, path, strlen(path)) : NULL;
		free(path);
		return own;
	}
	while (set && !streq(set->name, f->output))
		set = set->next;
	assert(set && "what is planned for the card is an output");
	if (set->copy_of)
		return set->copy_of;
	if (write_file(own, &set->bytes))
		return own;
	report_world(m, own);
	return NULL;
}

static bool copy_files(struct card_maker *m, const struct written *set)
{
	for (const struct card_file *f = m->card->files; f; f = f->next) {
		const char *source = find_source(m, f, set);
		const char *argv[] = { "mcopy",
				       "-i",
				       FIRST,
				       source,
				       arena_printf(m->arena, "::%s", f->name),
				       NULL };

		if (!source || !make_folders(m, f) ||
		    !card_run(m, argv, NULL,
			      "if the partition is full, give it a larger "
			      "'boot-size', or leave that out"))
			return false;
	}
	return true;
}

static bool make_image(struct card_maker *m, const char *path)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
	bool ok = fd >= 0 && ftruncate(fd, (off_t)m->card->size) == 0;

	if (fd >= 0)
		ok = close(fd) == 0 && ok;
	if (!ok)
		report_world(m, path);
	return ok;
}

bool card_make(struct card_maker *m, const struct written *set, const char **path)
{
	*path = arena_printf(m->arena, "%s/" CARD_NAME, m->folder);
	if (!make_image(m, *path) || !write_table(m) || !make_fat(m) ||
	    !copy_files(m, set))
		return false;
	for (const struct card_partition *p = m->card->partitions; p; p = p->next)
		if (!rootfs_make(m, p))
			return false;
	return true;
}
