/* SPDX-License-Identifier: BSD-2-Clause */
/* The table of outputs, and the set of files that a plan makes of it. */
#include "emit/outputs.h"

#include "emit/card.h"
#include "emit/emit.h"
#include "emit/fit.h"

/* When a row has its file. */

static bool has_script(const struct plan *p)
{
	return !p->uefi;
}

static bool has_fit(const struct plan *p)
{
	return p->fit;
}

static bool has_second_script(const struct plan *p)
{
	return has_script(p) && !p->fit;
}

static bool has_first_script(const struct plan *p)
{
	return has_script(p) && (p->place.tftp || p->fit);
}

static bool has_xen_cfg(const struct plan *p)
{
	return p->uefi;
}

static bool has_firmware_lines(const struct plan *p)
{
	return p->firmware_lines && has_script(p);
}

static bool has_card(const struct plan *p)
{
	return p->card;
}

/* Which files a row has, if their names are not ours to choose. */

/* Adds a file of ours that U-Boot loads. */
static struct output *add_made(struct workshop *w, const struct output_row *row,
			       const struct load *l)
{
	struct output *o = output_add(w, row, l->name);

	o->target = output_load_path(w, l);
	o->load = l;
	o->sums.sha256 = l->sha256;
	o->by_content = *l->suffix;
	return o;
}

/* Adds boot2.scr. boot.scr fetches it, unless it takes the place of boot.scr on a card or
 * disk itself. */
static void list_second_script(struct workshop *w, const struct output_row *row)
{
	struct output *o;

	if (!has_second_script(w->plan))
		return;
	o = output_add(w, row, "boot2.scr");
	if (w->plan->place.tftp)
		o->target = output_path(w, &w->plan->place, o->name);
}

static void list_tree(struct workshop *w, const struct output_row *row)
{
	add_made(w, row, w->plan->tree)->bytes = w->plan->blob;
}

static void list_xen_image(struct workshop *w, const struct output_row *row)
{
	if (w->plan->wrap_xen)
		add_made(w, row, w->plan->xen)->bytes = w->plan->xen_image;
}

static void list_partial_trees(struct workshop *w, const struct output_row *row)
{
	for (const struct load *l = w->plan->loads; l; l = l->next) {
		struct output *o;

		if (!l->made || l->role != ROLE_PASSTHROUGH)
			continue;
		o = add_made(w, row, l);
		o->doc = arena_printf(w->arena, "The %s.", l->what);
		o->bytes = *l->made;
	}
}

static void list_xl_files(struct workshop *w, const struct output_row *row)
{
	for (const struct xl_file *x = w->plan->xl_files; x; x = x->next) {
		struct output *o = output_add(w, row, x->name);

		o->role = x->role;
		o->at = x->at;
		o->bytes = x->text;
	}
}

static void list_fit(struct workshop *w, const struct output_row *row)
{
	const struct fit_plan *f = w->plan->fit;
	struct output *o;

	if (!f)
		return;
	o = output_add(w, row, f->name);
	o->at = f->name_at;
	o->target = output_path(w, &w->plan->place, f->name);
}

/* Adds a copy of the user's file; two loads of one file from one place are one copy. */
static struct output *add_module(struct workshop *w, const struct output_row *row,
				 const char *target, const struct file *file,
				 struct checksums sums)
{
	struct output *o = w->set;

	while (o && !(o->module == file && streq(o->target, target)))
		o = o->next;
	if (o)
		return o;
	o = output_add(w, row, target);
	o->doc = arena_printf(w->arena, "A copy of %s.", file->path);
	o->module = file;
	o->sums = sums;
	return o;
}

static const char *sha256_of(const char *hex)
{
	return *hex ? hex : NULL;
}

static void list_modules(struct workshop *w, const struct output_row *row)
{
	const struct plan *p = w->plan;

	if (!w->stage)
		return;
	for (const struct load *l = p->loads; l; l = l->next)
		if (l->file)
			add_module(w, row, output_load_path(w, l), l->file,
				   (struct checksums){ .sha256 = sha256_of(l->sha256),
						       .crc = p->verify_crc ? &l->crc : NULL })
				->by_content = *l->suffix;
	for (const struct staged *s = p->staged; s; s = s->next)
		add_module(w, row, s->name, s->file,
			   (struct checksums){ .sha256 = sha256_of(s->sha256) });
}

static void list_depfile(struct workshop *w, const struct output_row *row)
{
	if (w->depfile)
		output_add(w, row, w->depfile);
}

/* A card holds outputs of the rows above it, and the manifest tells of all of them. */
static const struct output_row output_rows[] = {
	{ NULL, "device-tree",
	  "The device tree for Xen: the base tree, with /chosen filled in.",
	  .list = list_tree },
	{ NULL, "xen", "Xen as a uImage, for U-Boot's bootm.", .list = list_xen_image },
	{ "xen.cfg", "firmware-config", "What Xen reads when UEFI firmware starts it.",
	  has_xen_cfg, .write = emit_xen_cfg, .turn = 1 },
	{ "boot2.source", "script-source",
	  "U-Boot commands that load all files, check them, start Xen.",
	  has_script, .write = emit_boot2_source, .turn = 1 },
	{ NULL, "script", "The same as a U-Boot script image.",
	  .list = list_second_script, .make = make_boot2_script, .turn = 2 },
	{ "boot.its", "fit-source", "What is in the FIT, for mkimage.",
	  has_fit, .write = emit_its },
	{ "boot.source", "script-source",
	  "U-Boot commands that fetch boot2.scr, or the FIT, and run it.",
	  has_first_script, .write = emit_boot_source, .turn = 1 },
	{ "boot.scr", "script", "The same as a U-Boot script image, for the boot medium.",
	  has_first_script, .make = make_boot_script, .turn = 1 },
	{ "config.txt", "firmware-config", "What the board's firmware must be told.",
	  has_firmware_lines, .write = emit_config_txt },
	{ NULL, "passthrough-dtb", NULL, .list = list_partial_trees },
	{ NULL, NULL, "For `xl create` in dom0.", .list = list_xl_files },
	{ NULL, "fit", "All files in one, which U-Boot checks and starts.",
	  .list = list_fit, .make = fit_make, .describe = fit_describe },
	{ CARD_NAME, "card", "The image of a card, to be written to one as it is.",
	  has_card, .make = card_make, .describe = card_describe },
	{ NULL, NULL, NULL, .list = list_modules },
	{ "manifest.json", NULL, "All files with their sizes, checksums and addresses.",
	  .make = make_manifest },
	{ NULL, NULL, "On which files all of this depends, as a rule for make.",
	  .list = list_depfile, .make = make_depfile },
	{ NULL }
};

void outputs_list(struct workshop *w)
{
	for (const struct output_row *r = output_rows; r->name || r->list; r++) {
		if (r->list)
			r->list(w, r);
		else if (!r->wanted || r->wanted(w->plan))
			output_add(w, r, r->name);
	}
}

bool outputs_make(struct workshop *w)
{
	for (struct output *o = w->set; o; o = o->next) {
		if (o->row->write)
			o->row->write(w->plan, &o->bytes);
		else if (o->row->make && !o->row->make(w, o))
			return false;
	}
	return true;
}
