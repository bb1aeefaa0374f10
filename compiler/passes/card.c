/* SPDX-License-Identifier: BSD-2-Clause */
/* The model becomes the plan of a card: which files and file systems go onto it. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/list.h"
#include "card_plan.h"
#include "input/folder.h"
#include "passes/passes.h"

#define UEFI_FOLDER "EFI/BOOT/"
#define LABEL_MAX 16 /* of ext4 (Linux fs/ext4/ext4.h, EXT4_LABEL_MAX) */

/* What an output may take that is not written yet: none is larger than a tree. */
#define OUTPUT_SIZE (2 * MiB)

static bool report_unreadable(struct diags *diags, const struct value *v,
			      const char *path)
{
	diag(diags, E0301, v->at, "'%s' cannot be read: %s", path, strerror(errno));
	return false;
}

/* U-Boot looks up a path from the top, with or without a slash in front. */
static const char *name_on_card(const char *name)
{
	for (;;) {
		if (*name == '/')
			name++;
		else if (starts_with(name, "./"))
			name += 2;
		else
			return name;
	}
}

static void note_other(struct diag *g, const struct card_file *other)
{
	if (other->at.src)
		diag_note(g, other->at, "the other one is %s", other->what);
}

static bool is_below(const char *name, const char *folder)
{
	size_t len = strlen(folder);

	return strncasecmp(name, folder, len) == 0 && name[len] == '/';
}

/* FAT does not tell capitals from small letters. */
static bool clash(const struct card_file *f, const struct card_file *g)
{
	return strcasecmp(f->name, g->name) == 0 || is_below(f->name, g->name) ||
	       is_below(g->name, f->name);
}

static bool is_same(const struct card_file *f, const struct card_file *g)
{
	return streq(f->name, g->name) && f->path && g->path && streq(f->path, g->path);
}

static bool report_clash(struct diags *diags, const struct card_file *f,
			 const struct card_file *other)
{
	struct diag *g = diag(diags, E0321, f->at.src ? f->at : other->at,
			      "two files would be '%s' on the card: %s and %s", f->name,
			      other->what, f->what);

	note_other(g, f->at.src ? other : f);
	diag_help(g,
		  "leave one out or rename it; 'prefix: xen/' under 'boot' "
		  "gives what U-Boot loads a folder of its own");
	return false;
}

/* Microsoft, FAT32 File System Specification: characters of long names. */
static bool check_characters(struct diags *diags, const struct card_file *f)
{
	for (const char *c = f->name; *c; c++) {
		if ((unsigned char)*c >= ' ' && !strchr("\"*:<>?\\|", *c))
			continue;
		diag(diags, E0321, f->at,
		     "a file on a FAT partition cannot be called "
		     "'%s'",
		     f->name);
		return false;
	}
	return true;
}

static bool add_file(struct diags *diags, struct plan *plan, struct card_file file)
{
	struct card_file **p = &plan->card->files,
			 *f = NEW(diags->arena, struct card_file);

	file.name = name_on_card(file.name);
	for (; *p; p = &(*p)->next) {
		if (is_same(&file, *p))
			return true;
		if (clash(&file, *p))
			return report_clash(diags, &file, *p);
	}
	*f = file;
	*p = f;
	return check_characters(diags, f);
}

/* An output stands for the word that asked for the card, unless it has its own. */
static bool add_output(struct diags *diags, struct plan *plan, const char *name,
		       const char *output)
{
	return add_file(diags, plan,
			(struct card_file){ .name = name,
					    .output = output,
					    .what = output,
					    .size = OUTPUT_SIZE });
}

static bool has_partition(const struct plan *plan, unsigned long number)
{
	const struct card_partition *p = plan->card->partitions;

	while (p && p->number != number)
		p = p->next;
	return p;
}

/* The device that is the card: what boot.load names, or else the first that a file
 * names. */
static const char *card_device(const struct plan *plan)
{
	const struct load *l = plan->loads;

	if (plan->place.device)
		return plan->place.device;
	while (l && !l->place.device)
		l = l->next;
	return l ? l->place.device : NULL;
}

/* Of "mmc 0:1" what is before the colon. */
static bool same_device(const char *a, const char *b)
{
	size_t len = strcspn(a, ":");

	return len == strcspn(b, ":") && strncmp(a, b, len) == 0;
}

/* Whether the file is loaded from the first partition of the card, as far as that can be
 * told: a command of one's own may read from anywhere. *ok is false if it cannot be. */
static bool is_on_first(struct job *j, const struct load *l, bool *ok)
{
	const struct boot *b = j->system->boot;
	const char *device = l->place.device;
	const char *colon = device ? strchr(device, ':') : NULL;
	unsigned long number = colon ? strtoul(colon + 1, NULL, 10) : 1;
	struct diag *g;

	if (!device)
		return !l->place.tftp;
	if (!same_device(device, card_device(&j->plan)))
		return false;
	if (number == 1 || has_partition(&j->plan, number))
		return number == 1;
	g = diag(&j->diags, E0320,
		 device == j->plan.place.device ? b->load->device.at : l->at,
		 "the card has no partition %lu", number);
	diag_help(g,
		  "with '%.*s:1' files are loaded from the first one, where "
		  "xendtc puts them",
		  (int)(colon - device), device);
	*ok = false;
	return false;
}

static bool add_load(struct diags *diags, struct plan *plan, const struct load *l,
		     const char *folder, const char *name)
{
	struct card_file f = { .name = arena_printf(diags->arena, "%s%s", folder, name),
			       .what = l->what,
			       .size = l->size,
			       .at = l->at };

	if (l->made || l == plan->tree || (l == plan->xen && plan->wrap_xen))
		f.output = l->name;
	else if (!l->file)
		return true; /* --no-files */
	if (!f.output) {
		f.path = l->file->path;
		f.written = l->file->written;
	}
	return add_file(diags, plan, f);
}

static bool is_from_firmware(const struct plan *plan, const struct load *l)
{
	return l == plan->tree && plan->edit_in_u_boot;
}

static bool add_loads(struct job *j)
{
	bool ok = true;

	for (const struct load *l = j->plan.loads; l; l = l->next)
		if (!is_from_firmware(&j->plan, l) && is_on_first(j, l, &ok))
			ok &= add_load(&j->diags, &j->plan, l, l->place.prefix, l->name);
	return ok;
}

/* Firmware starts this file of a medium that it was told nothing of (UEFI Specification
 * 2.10, section 3.5.1.1). Xen looks for a configuration of its own name, and for all files
 * in its own folder (Xen common/efi/boot.c). */
static bool add_for_uefi(struct diags *diags, struct plan *plan)
{
	bool ok = add_output(diags, plan, UEFI_FOLDER "BOOTAA64.CFG", "xen.cfg");

	for (const struct load *l = plan->loads; l; l = l->next)
		ok &= add_load(diags, plan, l, UEFI_FOLDER,
			       l == plan->xen ? "BOOTAA64.EFI" : l->name);
	return ok;
}

static bool add_fit(struct job *j)
{
	const struct fit_plan *f = j->plan.fit;
	const struct load blob = { .place = j->plan.place, .at = f->at };
	const char *name = arena_printf(j->arena, "%s%s", j->plan.place.prefix, f->name);
	bool ok = true;

	if (is_on_first(j, &blob, &ok))
		ok &= add_file(&j->diags, &j->plan,
			       (struct card_file){ .name = name,
						   .output = f->name,
						   .what = "the FIT",
						   .at = f->at,
						   .size = f->room });
	return ok;
}

/* The script that U-Boot looks for is the one that loads all, or the one that fetches it.
 */
static bool add_for_uboot(struct job *j)
{
	bool first = j->plan.place.tftp || j->plan.fit;
	bool ok = add_output(&j->diags, &j->plan, "boot.scr",
			     first ? "boot.scr" : "boot2.scr");

	if (j->plan.firmware_lines)
		ok &= add_output(&j->diags, &j->plan, "config.txt", "config.txt");
	return (j->plan.fit ? add_fit(j) : add_loads(j)) && ok;
}

static bool add_given(struct job *j, const struct value *v, const char *name)
{
	const char *path = inputs_path(j->arena, &j->inputs, v->text);
	struct folder_file *files;
	bool ok = true;

	if (inputs_skip(&j->inputs))
		return true;
	if (!folder_list(j->arena, path, &files))
		return report_unreadable(&j->diags, v, path);
	for (const struct folder_file *f = files; f; f = f->next) {
		ok &= add_file(&j->diags, &j->plan,
			       (struct card_file){
				       .name = name ? name : f->name,
				       .path = f->path,
				       .written = arena_printf(j->arena, "%s%s", v->text,
							       f->path + strlen(path)),
				       .what = f->path,
				       .size = f->size,
				       .at = v->at });
		inputs_add(j->arena, &j->inputs, f->path);
	}
	return ok;
}

/* The board's firmware knows U-Boot by one of the names that it wants on the card. */
static const char *u_boot_name(const struct host *h, const struct system *system)
{
	const struct values *wanted = &h->board->firmware;
	const char *path = system->card->u_boot.text, *slash = strrchr(path, '/');
	const char *name = slash ? slash + 1 : path;

	for (size_t i = 0; i < wanted->n; i++)
		if (streq(wanted->v[i].text, name))
			return name;
	return "u-boot.bin";
}

static bool add_firmware(struct job *j)
{
	const struct card *c = j->system->card;
	bool ok = !c->u_boot.text ||
		  add_given(j, &c->u_boot, u_boot_name(&j->host, j->system));

	for (size_t i = 0; i < c->firmware.n; i++)
		ok &= add_given(j, &c->firmware.v[i], NULL);
	return ok;
}

static bool has_file(const struct plan *plan, const char *name)
{
	const struct card_file *f = plan->card->files;

	while (f && strcasecmp(f->name, name) != 0)
		f = f->next;
	return f;
}

static void check_firmware(struct job *j)
{
	const struct values *all = &j->host.board->firmware;
	struct text missing = { .arena = j->arena };
	struct diag *g;

	for (size_t i = 0; i < all->n && !j->inputs.absent; i++)
		if (!has_file(&j->plan, all->v[i].text))
			text_add(&missing, "%s%s", missing.len ? ", " : "",
				 all->v[i].text);
	if (!missing.len)
		return;
	g = diag(&j->diags, W0324, j->system->card->o.at,
		 "%s does not start U-Boot from a card without %s",
		 j->host.board->title.text, missing.data);
	diag_help(g, "'firmware' and 'u-boot' under 'card' put them there");
}

static uint64_t count_files(const struct plan *plan)
{
	uint64_t sum = 0;

	for (const struct card_file *f = plan->card->files; f; f = f->next)
		sum += f->path ? f->size : 0;
	return sum;
}

/* Clusters have at most 2 KiB here, and an entry with a long name at most 1 KiB. */
static uint64_t room_for_files(const struct plan *plan)
{
	uint64_t sum = 16 * MiB;

	for (const struct card_file *f = plan->card->files; f; f = f->next)
		sum += round_up(f->size, PAGE_SIZE_4K) + PAGE_SIZE_4K;
	return sum + sum / 32; /* the FATs: 8 bytes a cluster of 512 */
}

static bool size_first(struct job *j)
{
	const struct value *given = &j->system->card->boot_size;
	uint64_t needed = round_up(room_for_files(&j->plan), MiB);
	struct diag *g;

	j->plan.card->boot_size = given->text         ? given->n
				  : needed > 64 * MiB ? needed
						      : 64 * MiB;
	if (!given->text || count_files(&j->plan) <= given->n)
		return true;
	g = diag(&j->diags, E0323, given->at,
		 "the first partition has %s, and its files take "
		 "%s",
		 given->text,
		 number_show(j->arena, round_up(count_files(&j->plan), MiB)));
	diag_help(g, "leave 'boot-size' out and xendtc makes room");
	return false;
}

static bool measure(struct job *j, const struct partition *m, struct card_partition *p)
{
	static const enum partition_from from[] = {
		[ROOTFS_FOLDER] = FROM_FOLDER,
		[ROOTFS_ARCHIVE] = FROM_ARCHIVE,
		[ROOTFS_IMAGE] = FROM_IMAGE,
	};
	uint64_t size, inodes = 0;
	enum rootfs_kind kind;
	struct diag *g;

	if (!rootfs_kind(p->path, &kind, &size))
		return report_unreadable(&j->diags, &m->from, p->path);
	if (kind == ROOTFS_UNKNOWN) {
		g = diag(&j->diags, E0322, m->from.at,
			 "'%s' is no folder, archive or file "
			 "system that xendtc knows",
			 p->path);
		diag_help(g,
			  "archives are tar or cpio; ext4, squashfs, erofs, f2fs, "
			  "XFS, btrfs and FAT are known");
		return false;
	}
	p->from = from[kind];
	if (p->from != FROM_FOLDER)
		inputs_add(j->arena, &j->inputs, p->path);
	else if (!folder_measure(p->path, &size, &inodes))
		return report_unreadable(&j->diags, &m->from, p->path);
	return p->from == FROM_ARCHIVE || card_fill(p, size, inodes, &j->diags);
}

static bool add_partition(struct job *j, const struct partition *m, unsigned number)
{
	struct card_partition *p = NEW(j->arena, struct card_partition);

	p->name = m->o.name;
	p->path = inputs_path(j->arena, &j->inputs, m->from.text);
	p->number = number;
	p->at = m->size.text ? m->size.at : m->from.at;
	p->size = m->size.text ? m->size.n : 0;
	list_append(j->plan.card->partitions, p);
	if (strlen(p->name) > LABEL_MAX) {
		diag(&j->diags, E0325, m->o.at,
		     "'%s' cannot be a label: ext4 keeps %d "
		     "characters",
		     p->name, LABEL_MAX);
		return false;
	}
	return inputs_skip(&j->inputs) || measure(j, m, p);
}

static bool add_partitions(struct job *j)
{
	const struct partition *first = j->system->card->partitions, *p;
	unsigned count = 0, i = 0;
	bool ok = true;

	for (p = first; p; p = NEXT(p))
		count++;
	for (p = first; p; p = NEXT(p))
		ok &= add_partition(j, p, card_number(i++, count));
	return ok;
}

void plan_card(struct job *j)
{
	const struct card *m = j->system->card;
	struct card_plan *c;
	bool ok;

	if (!m)
		return;
	c = j->plan.card = NEW(j->arena, struct card_plan);
	c->at = m->size.text ? m->size.at : m->o.at;
	c->size = m->size.text ? m->size.n : 0;
	ok = add_partitions(j);
	ok &= j->plan.uefi ? add_for_uefi(&j->diags, &j->plan) : add_for_uboot(j);
	ok &= add_firmware(j);
	if (!ok || !size_first(j))
		return;
	if (!j->plan.uefi)
		check_firmware(j);
	if (c->size)
		card_layout(j->arena, c, &j->diags);
}
