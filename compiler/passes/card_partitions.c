/* SPDX-License-Identifier: BSD-2-Clause */
/* Root file systems become partitions of the card, with what they have to hold. */
#include "passes/card_files.h"

#include <string.h>

#include "base/list.h"
#include "card_plan.h"
#include "input/folder.h"

#define LABEL_MAX 16 /* of ext4, bytes (Linux fs/ext4/ext4.h, EXT4_LABEL_MAX) */

static bool report_kind(struct diags *d, const struct value *v, const char *path)
{
	struct diag *g = diag(d, E0322, v->at,
			      "'%s' is no folder, archive or file "
			      "system that xendtc knows",
			      path);

	diag_help(g,
		  "archives are tar or cpio; ext4, squashfs, erofs, f2fs, "
		  "XFS, btrfs and FAT are known");
	return false;
}

/* How much an archive takes is known when it is unpacked, which a build does. */
static bool measure(struct diags *d, struct inputs *in, const struct value *from,
		    struct card_partition *p)
{
	static const enum partition_from kinds[] = {
		[ROOTFS_FOLDER] = FROM_FOLDER,
		[ROOTFS_ARCHIVE] = FROM_ARCHIVE,
		[ROOTFS_IMAGE] = FROM_IMAGE,
	};
	uint64_t size, inodes = 0;
	enum rootfs_kind kind;

	if (!rootfs_kind(p->path, &kind, &size))
		return card_report_unreadable(d, from, p->path);
	if (kind == ROOTFS_UNKNOWN)
		return report_kind(d, from, p->path);
	p->from = kinds[kind];
	if (p->from != FROM_FOLDER)
		inputs_add(d->arena, in, p->path);
	else if (!folder_measure(p->path, &size, &inodes))
		return card_report_unreadable(d, from, p->path);
	return p->from == FROM_ARCHIVE || card_fill(p, size, inodes, d);
}

static bool add_partition(struct diags *d, struct inputs *in, const struct partition *m,
			  unsigned number, struct card_plan *card)
{
	struct card_partition *p = NEW(d->arena, struct card_partition);

	p->name = m->o.name;
	p->path = inputs_path(d->arena, in, m->from.text, m->from.at);
	p->number = number;
	p->at = m->size.text ? m->size.at : m->from.at;
	p->size = m->size.text ? m->size.n : 0;
	list_append(card->partitions, p);
	if (strlen(p->name) <= LABEL_MAX)
		return inputs_skip(in) || measure(d, in, &m->from, p);
	diag(d, E0325, m->o.at,
	     "'%s' cannot be a label: ext4 keeps %d "
	     "characters",
	     p->name, LABEL_MAX);
	return false;
}

bool card_add_partitions(struct diags *d, struct inputs *in, const struct card *card,
			 struct plan *plan)
{
	const struct partition *p;
	unsigned count = 0, i = 0;
	bool ok = true;

	for (p = card->partitions; p; p = NEXT(p))
		count++;
	for (p = card->partitions; p; p = NEXT(p))
		ok &= add_partition(d, in, p, card_number(i++, count), plan->card);
	return ok;
}
