/* SPDX-License-Identifier: BSD-2-Clause */
/* The model becomes the plan of a card: which files and file systems go onto it. */
#include <string.h>
#include <strings.h>

#include "base/list.h"
#include "base/path.h"
#include "card_plan.h"
#include "input/folder.h"
#include "passes/card_files.h"
#include "passes/passes.h"

/* What a folder of firmware has, or a single file, which may have another name there. */
static bool add_given(struct diags *d, struct inputs *in, struct plan *plan,
		      const struct value *v, const char *name)
{
	const char *path = inputs_path(d->arena, in, v->text, v->at);
	struct folder_file *files;
	bool ok = true;

	if (inputs_skip(in))
		return true;
	if (!folder_list(d->arena, path, &files))
		return card_report_unreadable(d, v, path);
	for (const struct folder_file *f = files; f; f = f->next) {
		struct card_file file = { .name = name ? name : f->name, .path = f->path,
					  .what = f->path, .size = f->size, .at = v->at };

		file.written = arena_printf(d->arena, "%s%s", v->text, f->path + strlen(path));
		ok &= card_add_file(d, plan, file);
		inputs_add(d->arena, in, f->path);
	}
	return ok;
}

/* The board's firmware knows U-Boot by one of the names that it wants on the card. */
static const char *u_boot_name(const struct board *b, const struct value *u_boot)
{
	const char *name = path_last(u_boot->text);

	for (size_t i = 0; i < b->firmware.n; i++)
		if (streq(b->firmware.v[i].text, name))
			return b->firmware.v[i].text;
	return "u-boot.bin";
}

static bool add_firmware(struct diags *diags, struct inputs *inputs, struct plan *plan,
			 const struct board *board, const struct card *c)
{
	bool ok = !c->u_boot.text || add_given(diags, inputs, plan, &c->u_boot,
					       u_boot_name(board, &c->u_boot));

	for (size_t i = 0; i < c->firmware.n; i++)
		ok &= add_given(diags, inputs, plan, &c->firmware.v[i], NULL);
	return ok;
}

static void check_firmware(struct diags *d, const struct board *b, const struct plan *plan,
			   struct loc at)
{
	struct text missing = { .arena = d->arena };
	struct diag *g;

	for (size_t i = 0; i < b->firmware.n; i++)
		if (!card_has_file(plan, b->firmware.v[i].text))
			text_add(&missing, "%s%s", missing.len ? ", " : "",
				 b->firmware.v[i].text);
	if (!missing.len)
		return;
	g = diag(d, W0324, at, "%s does not start U-Boot from a card without %s",
		 b->title.text, missing.data);
	diag_help(g, "'firmware' and 'u-boot' under 'card' put them there");
}

/* What U-Boot looks for before it looks for boot.scr, on each partition (U-Boot
 * include/config_distro_bootcmd.h, scan_dev_for_boot; boot/bootmeth_extlinux.c). */
static void check_extlinux(struct diags *d, const struct plan *plan)
{
	static const char *const names[] = { "extlinux/extlinux.conf", "boot/extlinux/extlinux.conf" };
	struct diag *g;

	for (const struct card_file *f = plan->card->files; f; f = f->next)
		for (size_t i = 0; i < countof(names); i++) {
			if (strcasecmp(f->name, names[i]) != 0)
				continue;
			g = diag(d, W0356, f->at, "U-Boot boots what '%s' of the card says, before it "
				 "looks for boot.scr", f->name);
			diag_help(g, "remove '%s', or rename it", f->path ? f->path : f->name);
		}
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

static bool size_first(struct diags *d, const struct value *given, struct plan *plan)
{
	uint64_t needed = round_up(room_for_files(plan), MiB);
	struct diag *g;

	plan->card->boot_size = given->text         ? given->n
				: needed > 64 * MiB ? needed
						    : 64 * MiB;
	if (!given->text || count_files(plan) <= given->n)
		return true;
	g = diag(d, E0323, given->at,
		 "the first partition has %s, and its files take "
		 "%s",
		 given->text, number_show(d->arena, round_up(count_files(plan), MiB)));
	diag_help(g, "leave 'boot-size' out and xendtc makes room");
	return false;
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
	ok = card_add_partitions(&j->diags, &j->inputs, m, &j->plan);
	ok &= card_add_boot(&j->diags, j->system, &j->plan);
	ok &= add_firmware(&j->diags, &j->inputs, &j->plan, j->host.board, j->system->card);
	if (!ok || !size_first(&j->diags, &m->boot_size, &j->plan))
		return;
	if (!j->plan.uefi)
		check_extlinux(&j->diags, &j->plan);
	if (!j->plan.uefi && !j->inputs.absent)
		check_firmware(&j->diags, j->host.board, &j->plan, m->o.at);
	if (c->size)
		card_layout(j->arena, c, &j->diags);
}
