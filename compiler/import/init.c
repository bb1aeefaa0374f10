/* SPDX-License-Identifier: BSD-2-Clause */
/* The files of a folder become a description to begin with. */
#include "import/init.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <unistd.h>

#include "base/path.h"
#include "base/utf8.h"
#include "import/init_files.h"
#include "import/yaml.h"
#include "options.h"
#include "passes/boards.h"

#define DOM0_MIN (512 * MiB)
#define GUEST_MIN (256 * MiB)
#define KERNEL_ROOM (128 * MiB)	/* what Linux takes to run at all */
#define XEN_ROOM (192 * MiB)	/* Xen, its tables, the files while they are loaded */
#define PACKED_TIMES 5		/* how much larger a ramdisk is than one that xz packed */

struct init {
	struct job *j;
	const char *folder;
	struct found_file *files;
	const struct found_file *xen, *kernel, *ramdisk, *tree, *config;
	const struct board *board;
	uint64_t dom0, guest;		/* memory, bytes */
	struct yaml y;
};

#define REMEDIES_MAX 3

/* Tells what to do with files that are nearly of a role. false: with none of them it can be one. */
static bool help_near(struct diag *g, const struct found_file *files, enum found_role role)
{
	unsigned n = 0;
	bool hope = false;

	for (const struct found_file *f = files; f; f = f->next) {
		if (!f->remedy || f->near != role || n++ >= REMEDIES_MAX)
			continue;
		diag_help(g, "%s", f->remedy);
		hope |= !f->is_hopeless;
	}
	return hope;
}

/* Something is missing: what is there may only want a step, else `advice` says where to get one. */
static void report(struct init *in, const char *what, enum found_role role, const char *advice)
{
	struct loc at = loc_of_source(source_of_binary(in->j->arena, in->folder));
	bool is_first = !in->j->diags.errors;
	struct diag *g = diag(&in->j->diags, E1059, at, "there is no %s in this folder", what);

	if (!help_near(g, in->files, role))
		diag_help(g, "%s", advice);
	if (is_first)
		help_near(g, in->files, FOUND_OTHER);
}

/* The tree whose name is the board's own comes before others of that board. */
static const struct found_file *best_tree(struct init *in)
{
	const struct found_file *best = NULL;

	for (const struct found_file *f = in->files; f; f = f->next) {
		struct job other = { .arena = in->j->arena, .cache = in->j->cache };

		if (f->role != FOUND_TREE)
			continue;
		other.diags = (struct diags){ .arena = in->j->arena,
					      .wishes = in->j->diags.wishes };
		if (board_load(&other, boards_find(in->j->arena, in->j->board_paths, f->board)) &&
		    streq(path_last(other.host.board->device_tree.text), f->name))
			return f;
		best = best ? best : f;
	}
	return best;
}

/* The .config that lies beside Xen under its name, or the only one if there is one Xen. */
static const struct found_file *config_of(struct init *in)
{
	const char *own = arena_printf(in->j->arena, "%s.config", in->xen->name);
	const struct found_file *only = NULL;
	unsigned xens = 0, configs = 0;

	for (const struct found_file *f = in->files; f; f = f->next) {
		xens += f->role == FOUND_XEN;
		if (f->role != FOUND_CONFIG)
			continue;
		if (streq(f->name, own))
			return f;
		configs++;
		only = f;
	}
	return xens == 1 && configs == 1 ? only : NULL;
}

static bool ends_with(const char *s, const char *end)
{
	size_t len = strlen(s), end_len = strlen(end);

	return len >= end_len && streq(s + len - end_len, end);
}

/* The one that was made for the kernel, which has drivers for it: distributions give both the same
 * end, as in vmlinuz-6.1.0-18-arm64 and initrd.img-6.1.0-18-arm64. Else the best. */
static const struct found_file *ramdisk_of(const struct init *in)
{
	const char *end = in->kernel ? strchr(in->kernel->name, '-') : NULL;

	for (const struct found_file *f = in->files; f && end; f = f->next)
		if (f->role == FOUND_RAMDISK && ends_with(f->name, end))
			return f;
	return best_of(in->files, FOUND_RAMDISK);
}

static bool choose(struct init *in)
{
	in->xen = best_of(in->files, FOUND_XEN);
	in->kernel = best_of(in->files, FOUND_KERNEL);
	in->ramdisk = ramdisk_of(in);
	in->tree = best_tree(in);
	if (!in->xen)
		report(in, "Xen", FOUND_XEN,
		       "copy an arm64 Xen there that is not packed: in Debian, boot/xen-*-arm64 "
		       "of the package xen-hypervisor-*-arm64");
	if (!in->kernel)
		report(in, "arm64 kernel", FOUND_KERNEL,
		       "copy one there: in Debian, boot/vmlinuz-* of the package "
		       "linux-image-arm64; an Image, or one that gzip packed");
	if (!in->tree)
		report(in, "device tree of a board that xendtc knows", FOUND_TREE,
		       "copy it there: usr/lib/linux-image-*/broadcom/bcm2711-rpi-4-b.dtb of "
		       "Debian's kernel package is the Pi's; `xendtc boards` lists the boards");
	if (in->xen)
		in->config = config_of(in);
	return !in->j->diags.errors;
}

static bool find_board(struct init *in)
{
	const char *path = boards_find(in->j->arena, in->j->board_paths, in->tree->board);

	if (!board_load(in->j, path))
		return false;
	in->board = in->j->host.board;
	return true;
}

/* Memory that a domain wants: the kernel and the ramdisk as they are loaded, the ramdisk once
 * more as the kernel unpacks it, and room to run; a power of two. */
static uint64_t memory_for(const struct init *in, uint64_t least)
{
	const struct file *k = in->kernel->file, *r = in->ramdisk ? in->ramdisk->file : NULL;
	uint64_t sum = KERNEL_ROOM + k->size + k->image_size + k->unpacked_size, size = least;

	if (r)
		sum += r->size + (r->kind == FILE_CPIO	 ? r->size
				  : r->kind == FILE_GZIP ? r->unpacked_size
							 : PACKED_TIMES * r->size);
	while (size < sum)
		size *= 2;
	return size;
}

/* The smallest that holds the domains: a board with more boots it as well. */
static const char *choose_size(const struct init *in)
{
	const struct memory_size *size = in->board->memory;
	uint64_t wanted = in->dom0 + (in->ramdisk ? in->guest : 0) + XEN_ROOM;

	while (size->o.next && ram_total(size) < wanted)
		size = NEXT(size);
	return size->o.name;
}

static const char *other_sizes(const struct init *in, const char *size)
{
	struct text t = { .arena = in->j->arena };

	for (const struct object *o = &in->board->memory->o; o; o = o->next)
		if (!streq(o->name, size))
			text_add(&t, "%s%s", t.len ? ", " : "", o->name);
	return t.len ? t.data : "none";
}

static const char *alias_of(const struct devicetree *dt, const char *path)
{
	const struct dt_node *aliases = dt_find(dt, "/aliases");

	for (const struct dt_prop *p = aliases ? aliases->props : NULL; p; p = p->next)
		if (p->len == strlen(path) + 1 && memcmp(p->data, path, p->len) == 0)
			return p->name;
	return NULL;
}

/* The board's first UART, which is the one that people use. */
static const char *console_of(const struct init *in)
{
	const char *path = in->board->uarts ? in->board->uarts->path.text : NULL, *alias;

	if (!path || !dt_find(in->tree->tree, path))
		return "console=dtuart";
	alias = alias_of(in->tree->tree, path);
	return arena_printf(in->j->arena, "console=dtuart dtuart=%s", alias ? alias : path);
}

/* A file, and in a comment what it is. */
static void write_file(struct init *in, const char *key, const struct found_file *f)
{
	unsigned linux_version = f->role == FOUND_KERNEL ? f->version : 0;

	yaml_scalar(&in->y, key, f->name);
	if (linux_version)
		yaml_remark(&in->y, "Linux %u.%u", VERSION_MAJOR(linux_version),
			    VERSION_MINOR(linux_version));
	else
		yaml_remark(&in->y, "%s", file_what(in->j->arena, f->file));
}

static void write_memory(struct init *in, uint64_t bytes)
{
	yaml_scalarf(&in->y, "memory", "%" PRIu64 "M", bytes / MiB);
}

/* Files of the same kind that were not taken. */
static void write_others(struct init *in, const struct found_file *taken)
{
	struct text t = { .arena = in->j->arena };

	for (const struct found_file *f = in->files; f; f = f->next)
		if (f->role == taken->role && f != taken && t.len < 200)
			text_add(&t, "%s%s", t.len ? ", " : "", f->name);
	if (t.len)
		yaml_comment(&in->y, "Also there: %s.", t.data);
}

static void write_head(struct init *in)
{
	const char *output = in->j->options->output, *name = output ? output : "system.yaml";
	bool beside = streq(path_folder(in->j->arena, name), in->folder);
	const char *files = beside ? "" : arena_printf(in->j->arena, "--files %s ", in->folder);

	yaml_comment(&in->y, "xendtc");
	yaml_comment(&in->y, "Made by `xendtc init` of the files that were there. Change what you "
		     "like; `xendtc explain KEY` says what a key is for.");
	yaml_comment(&in->y, "\nxendtc check %s%s\nxendtc --stage -o out %s%s", files, name, files,
		     name);
	yaml_end(&in->y);
	text_add(in->y.out, "\n");
}

static void write_board(struct init *in)
{
	const char *size = choose_size(in);

	yaml_scalar(&in->y, "board", in->tree->board);
	yaml_remark(&in->y, "%s, by the device tree", in->board->title.text);
	yaml_scalar(&in->y, "memory", size);
	yaml_remark(&in->y, "what your board has; others: %s", other_sizes(in, size));
	yaml_scalar(&in->y, "device-tree", in->tree->name);
}

static void write_xen(struct init *in)
{
	yaml_gap(&in->y);
	yaml_open(&in->y, "xen", YAML_MAP);
	write_others(in, in->xen);
	write_file(in, "image", in->xen);
	if (in->config)
		yaml_scalar(&in->y, "config", in->config->name);
	yaml_comment(&in->y, "Xen's console is the UART that `dtuart` names.");
	yaml_scalar(&in->y, "cmdline", console_of(in));
	yaml_close(&in->y);
}

static void write_dom0(struct init *in)
{
	yaml_gap(&in->y);
	yaml_open(&in->y, "dom0", YAML_MAP);
	write_others(in, in->kernel);
	write_file(in, "kernel", in->kernel);
	if (in->ramdisk) {
		write_others(in, in->ramdisk);
		write_file(in, "ramdisk", in->ramdisk);
	} else {
		yaml_comment(&in->y, "No ramdisk was there: Linux wants a root file system.");
	}
	yaml_comment(&in->y, "hvc0 is the console that Xen gives to dom0.");
	yaml_scalar(&in->y, "cmdline",
		    in->ramdisk ? "console=hvc0" : "console=hvc0 root=/dev/mmcblk0p2 rootwait");
	write_memory(in, in->dom0);
	yaml_scalar(&in->y, "vcpus", "2");
	yaml_close(&in->y);
}

/* Without a ramdisk a guest would have no root file system at all. */
static void write_guest(struct init *in)
{
	if (!in->ramdisk)
		return;
	yaml_gap(&in->y);
	yaml_open(&in->y, "guests", YAML_MAP);
	yaml_comment(&in->y, "Xen starts it by itself. A file that is named twice is loaded once. "
		     "Typing Ctrl-a three times gives the keyboard to the next domain.");
	yaml_open(&in->y, "guest1", YAML_MAP);
	yaml_scalar(&in->y, "kernel", in->kernel->name);
	yaml_scalar(&in->y, "ramdisk", in->ramdisk->name);
	yaml_scalar(&in->y, "cmdline", "console=ttyAMA0");
	write_memory(in, in->guest);
	yaml_scalar(&in->y, "vcpus", "1");
	yaml_scalar(&in->y, "vpl011", "true");
	yaml_remark(&in->y, "an emulated UART: ttyAMA0");
	yaml_close(&in->y);
	yaml_close(&in->y);
}

static void write_boot(struct init *in)
{
	yaml_gap(&in->y);
	yaml_open(&in->y, "boot", YAML_MAP);
	yaml_comment(&in->y, "Without a network: `load: mmc 0:1`, and no server and no client.");
	yaml_scalar(&in->y, "load", "tftp");
	yaml_scalar(&in->y, "server", "192.168.0.1");
	yaml_remark(&in->y, "the machine that has the output folder");
	yaml_scalar(&in->y, "client", "dhcp");
	yaml_remark(&in->y, "or the board's own address");
	yaml_close(&in->y);
	yaml_end(&in->y);
}

static void write_all(struct init *in)
{
	write_head(in);
	write_board(in);
	write_xen(in);
	write_dom0(in);
	write_guest(in);
	write_boot(in);
}

/* What is there may be a description that somebody works on. */
static bool is_free(struct job *j, const char *output)
{
	struct diag *g;

	if (!output || access(output, F_OK) != 0)
		return true;
	g = diag(&j->diags, E1060, loc_of_source(source_of_binary(j->arena, output)),
		 "the file is there already, and init writes over nothing");
	diag_help(g, "give another name with -o, or leave -o out to see what would be written");
	return false;
}

bool init_folder(struct job *j, struct text *out)
{
	struct init in = { .j = j, .folder = j->path, .y = { .out = out } };

	if (!is_free(j, j->options->output))
		return false;
	if (!find_in_folder(j, in.folder, &in.files)) {
		j->io_failed = true;
		diag_help(diag(&j->diags, E0301,
			       loc_of_source(source_of_binary(j->arena, in.folder)),
			       "cannot be read: %s", strerror(errno)),
			  "name a folder with Xen, a kernel and a device tree in it");
		return false;
	}
	cache_report_unread(j->cache, &j->diags);
	if (j->diags.errors || !choose(&in) || !find_board(&in))
		return false;
	in.dom0 = memory_for(&in, DOM0_MIN);
	in.guest = memory_for(&in, GUEST_MIN);
	write_all(&in);
	return true;
}
